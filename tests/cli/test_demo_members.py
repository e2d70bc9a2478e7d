"""`gaung demo --members N`: the truth of the sandbox beside what was recorded, as tables and as JSON; 1 where they differ."""

from pathlib import Path
from typing import Any

import pytest

from gaung.core.demo import play, story, truth
from gaung.core.store.db import Store

SMALL = ["demo", "--members", "60", "--seed", "5"]


def test_the_tree_of_a_corps_without_a_corps_is_no_command(bare: Any) -> None:
    answer = bare("demo", "--areas", "wilayah.csv")
    assert answer.code == 2
    assert "add --members N" in answer.err


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_what_was_recorded_stands_beside_what_is_true_and_what_is_missing_makes_the_exit_code_1(
    bare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[truth.Told] = []

    def compare(conn: Any, of: truth.Told) -> dict[str, Any]:
        kept.append(of)
        return truth.compare(conn, of)

    monkeypatch.setattr(story, "compare", compare)
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

    # The same crowd, and a Gaung that did not see what was done on Facebook.
    whole = truth._recorded
    monkeypatch.setattr(truth, "_recorded", lambda conn: {key: grade for key, grade in whole(conn).items() if key[2] != "facebook"})
    store = Store(f"sqlite:///{bare.home}/gaung.db", actor="test")
    with store.read() as conn:
        less = {**answer.json, "endorsement": {**told, **truth.compare(conn, *kept)}}
    store.close()
    monkeypatch.setattr(play, "play", lambda *_, **__: less)
    answer = bare(*SMALL)
    assert answer.code == 1, answer.err
    assert "What people did, and what was observed of it" in answer.out
    assert "Kabupaten Contoh" in answer.out
    assert "true reshares are missing, 0 false ones stand above" in answer.out
    assert not [line for line in answer.out.splitlines() if line.startswith("{")]
