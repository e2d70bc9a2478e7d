"""The 16 offices of Lampung are there by code and name; others can be added."""

import csv
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.services import offices


def test_the_province_and_its_15_regencies_ship_by_code_and_name() -> None:
    text = files("gaung.core").joinpath("data/offices_lampung.csv").read_text("utf-8")
    rows = {row["code"]: row for row in csv.DictReader(text.splitlines())}
    assert list(rows) == ["18", *(f"18.{n:02d}" for n in range(1, 14)), "18.71", "18.72"]
    assert rows["18"] == {"code": "18", "name": "KPU Provinsi Lampung", "level": "province"}
    assert rows["18.01"]["name"] == "KPU Kabupaten Lampung Selatan"  # Kemendagri's 18.01; BPS 1801 is Lampung Barat
    assert rows["18.04"]["name"] == "KPU Kabupaten Lampung Barat"
    assert rows["18.71"]["name"] == "KPU Kota Bandar Lampung"
    assert {row["level"] for row in rows.values()} == {"province", "regency"}


def test_they_are_listed_with_the_number_of_their_accounts(world: Any) -> None:
    world.account("18.01")
    found = offices.list_offices(world.ctx)
    assert len(found) == 16
    assert next(row for row in found if row["code"] == "18.01") == {
        "code": "18.01",
        "name": "KPU Kabupaten Lampung Selatan",
        "level": "regency",
        "accounts": 1,
    }


def test_seeding_again_changes_nothing(world: Any) -> None:
    with world.ctx.store.write() as conn:
        assert offices.seed(conn) == 0


def test_an_office_can_be_added_and_shown(world: Any) -> None:
    offices.add_office(world.ctx, "18.01.05", name="PPK Jati Agung", level="district")
    assert offices.show_office(world.ctx, "18.01.05") == {
        "code": "18.01.05",
        "name": "PPK Jati Agung",
        "level": "district",
        "accounts": [],
        "deliveries": {},
    }
    assert world.told(office="18.01.05") == ["office.added"]


@pytest.mark.parametrize(
    ("code", "name", "level", "words"),
    [
        ("18.01", "x", "regency", "there already"),
        ("18-01", "x", "regency", "no office code"),
        ("", "x", "regency", "no office code"),
        ("18.99", " ", "regency", "needs a name"),
        ("18.99", "x", "regnecy", 'Did you mean "regency"?'),
    ],
)
def test_bad_input_is_refused(world: Any, code: str, name: str, level: str, words: str) -> None:
    with pytest.raises(UserError, match=words.replace("?", r"\?")):
        offices.add_office(world.ctx, code, name=name, level=level)


def test_an_unknown_office_is_named_with_the_nearest(world: Any) -> None:
    with pytest.raises(UserError, match=r"Unknown office 18\.011"):
        offices.show_office(world.ctx, "18.011")


def test_a_regency_sees_itself_and_what_lies_below_and_the_province_sees_all(world: Any, scoped: Callable[[str], Any]) -> None:
    offices.add_office(world.ctx, "18.01.05", name="PPK Jati Agung", level="district")
    assert [row["code"] for row in offices.list_offices(scoped("18.01").ctx)] == ["18.01", "18.01.05"]
    assert len(offices.list_offices(scoped("18").ctx)) == 17
    with pytest.raises(UserError, match=r"out of sight"):
        offices.show_office(scoped("18.01").ctx, "18.02")
    with pytest.raises(UserError, match=r"GAUNG_OFFICE is 18\.77, which is no known office"):
        offices.list_offices(scoped("18.77").ctx)
