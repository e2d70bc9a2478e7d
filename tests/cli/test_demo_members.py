"""`gaung demo --members N`: the truth of the sandbox beside what was recorded, as tables and as JSON; 1 where they differ."""

import json
from pathlib import Path
from typing import Any

import pytest

from gaung.core.demo import truth

SMALL = ["demo", "--members", "60", "--seed", "5"]


def test_the_tree_of_a_corps_without_a_corps_is_no_command(bare: Any) -> None:
    answer = bare("demo", "--areas", "wilayah.csv")
    assert answer.code == 2
    assert "add --members N" in answer.err


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_what_was_recorded_stands_beside_what_is_true(bare: Any, tmp_path: Path) -> None:
    tree = tmp_path / "wilayah.csv"
    villages = [f"18.01.01.{2001 + number},Desa Contoh {number},village,18.01.01" for number in range(4)]
    rows = ["18.01,Kabupaten Contoh,regency,18", "18.01.01,Kecamatan Contoh,district,18.01", *villages]
    tree.write_text("\n".join(["code,name,level,parent", *rows]) + "\n", "utf-8")
    answer = bare(*SMALL, "--areas", str(tree), "--json")
    assert answer.code == 0, answer.err
    told, coverage = answer.json["endorsement"], answer.json["coverage"]
    assert (told["members"], told["areas"], told["missing"], told["false"], told["honest"]) == (60, 6, 0, 0, True)
    assert {row["platform"] for row in told["signals"]} == {"facebook", "instagram", "youtube", "tiktok"}
    assert [(row["key"], row["members"]) for row in coverage["rows"] if row["members"]] == [("18.01", 60)]
    assert coverage["total"]["members"] == 60
    assert coverage["total"]["observed"] > 0
    assert "60 members imported" in answer.err


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_reshare_that_is_missing_makes_the_exit_code_1_and_is_told(bare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = truth._recorded
    monkeypatch.setattr(truth, "_recorded", lambda conn: {key: grade for key, grade in whole(conn).items() if key[2] != "facebook"})
    answer = bare(*SMALL)
    assert answer.code == 1, answer.err
    assert "What people did, and what was observed of it" in answer.out
    assert "Kabupaten Lampung Selatan" in answer.out
    assert "true reshares are missing, 0 false ones stand above" in answer.out
    assert not [line for line in answer.out.splitlines() if line.startswith("{")]


def test_a_demo_without_members_answers_as_before(bare: Any) -> None:
    answer = bare("demo", "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert (found["published"], found["accounts"], len(found["deliveries"])) == (64, 64, 64)
    assert "endorsement" not in found
    assert "coverage" not in found
