"""`gaung body ...`."""

from typing import Any

import pytest

from gaung.core.config import load
from gaung.core.store.db import Store
from gaung.core.testkit.registry import seed_areas


@pytest.fixture
def areas(cli: Any) -> Any:
    store = Store(load(cli.home).database_url, actor="test")
    with store.write() as conn:
        seed_areas(conn)
    store.close()
    return cli


PPK = ["body", "declare", "--body", "PPK", "--area", "18.01.01", "--platform", "instagram"]


def test_accounts_are_put_down_listed_and_ended(areas: Any) -> None:
    assert "put down" in areas(*PPK, "--handle", "https://www.instagram.com/contoh_ppk_a/?igsh=x").out
    assert areas.ok("body", "list")[0]["accounts"] == {"instagram": "contoh_ppk_a"}
    assert "5 bodies; 4 have no account." in areas("body", "list").out
    assert len(areas.ok("body", "list", "--without")) == 4
    assert areas.ok(*PPK, "--ended")["changed"]
    assert "it was so already" in areas(*PPK, "--ended").out


def test_without_areas_nobody_is_expected(cli: Any) -> None:
    assert "gaung area import" in cli("body", "list").out


def test_many_are_imported(areas: Any) -> None:
    path = areas.home.parent / "badan.csv"
    path.write_text("body,area,platform,handle\nPPK,18.01.01,instagram,contoh_ppk_a\nPPK,18.01,instagram,contoh_ppk_b\n", "utf-8")
    answer = areas("body", "import", str(path))
    assert answer.code == 0
    assert "1 imported" in answer.out
    assert "Row 3: Area 18.01 is a regency" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([*PPK], 2, "--handle H, or --ended"),
        ([*PPK, "--handle", "dua kata"], 1, "is no Instagram handle"),
        (["body", "declare", "--body", "PPS", "--area", "18.01.01", "--platform", "instagram", "--handle", "x_y"], 1, "is a district"),
        (["body", "import", "no-such.csv"], 1, "cannot be read"),
        (["body", "list", "--area", "18.01.99"], 1, "Unknown area 18.01.99"),
    ],
)
def test_bad_input_is_one_clear_line(areas: Any, arguments: list[str], code: int, words: str) -> None:
    answer = areas(*arguments)
    assert answer.code == code
    assert words in answer.err
    assert "Traceback" not in answer.err
