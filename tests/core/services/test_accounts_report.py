"""Who has accounts and who has none: each member once in a row and once in the total; growth; bodies; small counts hidden."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.errors import UserError
from gaung.core.registry import consent, declaring, erasing
from gaung.core.services import accounts_report, bodies, small_cells
from gaung.core.services.members import Which
from gaung.core.store.registry_tables import declared_accounts, members
from gaung.core.store.types import day_of, db_now
from gaung.core.testkit.registry import add_member, add_term, seed_areas

DAY = 86400.0
PARTS = ("a", "b", "c")


@pytest.fixture
def corps(world: Any) -> Any:
    """18.01: six in term, one of them in two villages, one who ended; 18.02: one."""
    with world.ctx.store.write() as conn:
        seed_areas(conn)
        first = add_member(conn, "A-0001", toy="contoh_agt_1", other="contoh_agt_1")
        add_term(conn, first, body="KPPS", area="18.01.01.2002", office="18.01", start=date(2026, 1, 1))
        second = add_member(conn, "A-0002", area="18.01.01.2002", toy="contoh_agt_2")
        asked = add_member(conn, "A-0003", agreed=False)
        gone = add_member(conn, "A-0004", toy="contoh_agt_4")
        back = add_member(conn, "A-0005", toy="contoh_agt_5")
        add_member(conn, "A-0006", agreed=False)
        add_member(conn, "A-0007", end=date(2026, 2, 1), toy="contoh_agt_7")
        add_member(conn, "B-0001", area="18.02.01.2001", office="18.02", agreed=False)
        conn.execute(update(members).where(members.c.id == asked).values(reason="tidak_ada_sinyal", reason_at=db_now()))
        erasing.erase(conn, [gone], why="request", forget=lambda names: None)
        consent.withdraw(conn, member_id=back, actor="x")
        erasing.stop(conn, [back], why="withdrawn", forget=lambda names: None)
        conn.execute(update(declared_accounts).values(declared_at=db_now(-10 * DAY)))
        conn.execute(update(declared_accounts).where(declared_accounts.c.member_id == second).values(declared_at=db_now(-2 * DAY)))
    return world


def ago(days: int) -> date:
    return day_of(None) - timedelta(days=days)


def row(found: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in found["rows"] if one["key"] == key)


def reasons(of: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in of["reasons"].items() if number}


def test_members_in_term_are_counted_once_and_every_one_without_has_a_standing(corps: Any) -> None:
    found = accounts_report.accounts(corps.ctx, by="regency")
    one, two, total = row(found, "18.01"), row(found, "18.02"), found["total"]
    assert [(it["members"], it["with_account"], it["without"]) for it in (one, two, total)] == [(6, 2, 4), (1, 0, 1), (7, 2, 5)]
    assert reasons(one) == {"tidak_ada_sinyal": 1, "dihapus": 1, "ditarik": 1, "belum_ditanya": 1}
    assert reasons(total) == {"tidak_ada_sinyal": 1, "dihapus": 1, "ditarik": 1, "belum_ditanya": 2}
    assert (one["accounts"], one["accounts_total"], one["growth"]) == ({"other": 1, "toy": 2}, 3, None)
    assert one["name"] == "Kabupaten Contoh Satu"


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("district", {"18.01.01": (6, 2), "18.02.01": (1, 0)}),
        ("village", {"18.01.01.2001": (5, 1), "18.01.01.2002": (2, 2), "18.02.01.2001": (1, 0)}),
        ("body", {"KPPS": (1, 1), "PPS": (7, 2)}),
    ],
)
def test_who_serves_twice_is_in_both_rows_and_once_in_the_total(corps: Any, by: str, expected: dict[str, Any]) -> None:
    found = accounts_report.accounts(corps.ctx, by=by)
    assert {it["key"]: (it["members"], it["with_account"]) for it in found["rows"] if it["members"]} == expected
    assert (found["total"]["members"], found["total"]["with_account"]) == (7, 2)


def test_growth_goes_by_what_was_on_record_at_the_end_of_each_day(corps: Any) -> None:
    """A-0001 had two accounts ten days ago, A-0004 and A-0005 one each, since ended; A-0002 came two days ago."""
    found = accounts_report.accounts(corps.ctx, by="regency", start=ago(5))
    one = row(found, "18.01")
    assert (one["accounts_total_from"], one["accounts_total"], one["growth"]) == (4, 3, -1)
    assert (one["accounts_from"], found["from"], found["to"]) == ({"other": 1, "toy": 3}, ago(5), ago(0))
    before = accounts_report.accounts(corps.ctx, by="regency", start=ago(11), end=ago(5))
    assert (row(before, "18.01")["growth"], before["total"]["with_account"]) == (4, 3)


def test_a_platform_has_a_row_of_its_own(corps: Any) -> None:
    bodies.declare(corps.ctx, body="PPK", area="18.01.01", platform="toy", handle="contoh_ppk")
    found = accounts_report.accounts(corps.ctx, by="platform", start=ago(5))
    toy = row(found, "toy")
    assert (toy["members"], toy["with_account"], toy["without"], toy["growth"], toy["reasons"]) == (7, 2, 5, -1, None)
    assert (toy["ppk"], toy["ppk_without"], toy["pps"], toy["pps_without"]) == (1, 1, 0, 3)


def test_every_district_is_expected_to_have_its_ppk_and_every_village_its_pps(corps: Any) -> None:
    bodies.declare(corps.ctx, body="PPK", area="18.01.01", platform="toy", handle="contoh_ppk")
    bodies.declare(corps.ctx, body="PPS", area="18.01.01.2001", platform="toy", handle="contoh_pps")
    keys = ("ppk", "ppk_without", "pps", "pps_without")
    found = accounts_report.accounts(corps.ctx, by="regency")
    assert [row(found, "18.01")[key] for key in keys] == [1, 0, 2, 1]
    assert [found["total"][key] for key in keys] == [2, 1, 3, 2]
    assert [row(accounts_report.accounts(corps.ctx, by="body"), "PPS")[key] for key in keys] == [0, 0, 3, 2]
    assert [row(accounts_report.accounts(corps.ctx, by="village"), "18.01.01.2002")[key] for key in keys] == [0, 0, 1, 1]


def test_an_office_counts_only_its_own(corps: Any, scoped: Callable[[str], Any]) -> None:
    found = accounts_report.accounts(scoped("18.02").ctx, by="regency")
    assert [it["key"] for it in found["rows"]] == ["18.02"]
    assert (found["total"]["members"], found["total"]["pps"], found["total"]["pps_without"]) == (1, 1, 1)


def test_days_in_the_wrong_order_are_refused(corps: Any) -> None:
    with pytest.raises(UserError, match="must be a day before"):
        accounts_report.accounts(corps.ctx, by="regency", start=ago(1), end=ago(2))


def test_an_empty_registry_has_a_total_of_nothing(world: Any) -> None:
    found = accounts_report.accounts(world.ctx, by="regency", start=ago(1))
    assert (found["rows"], found["total"]["members"], found["total"]["growth"]) == ([], 0, 0)


def test_gaps_are_counted_for_what_is_asked(corps: Any) -> None:
    found = accounts_report.gaps(corps.ctx, Which(area="18.01", platform="other"), "village")
    assert {it["key"]: it["without"] for it in found["rows"]} == {"18.01.01.2001": 4, "18.01.01.2002": 1}
    assert (found["total"]["without"], found["on"]) == (5, ago(0))


def test_a_csv_hides_reasons_of_few_persons(corps: Any) -> None:
    text = accounts_report.to_csv(accounts_report.accounts(corps.ctx, by="regency", start=ago(5)))
    assert text.startswith("\ufeff")
    head, first, second, total = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    cells = dict(zip(head, first, strict=True))
    assert (cells["key"], cells["members"], cells["tidak_ada_sinyal"], cells["ditarik"], cells["belum_ditanya"]) == (
        "18.01", "6", "<5", "<5", "<5",
    )  # fmt: skip
    assert (cells["accounts_toy"], cells["accounts_from_toy"], cells["growth"]) == ("2", "3", "-1")
    assert dict(zip(head, total, strict=True))["belum_ditanya"] == "<5"
    assert cells["as_of"]
    assert second[1] == "18.02"


@pytest.mark.parametrize(
    ("rows", "total", "shown", "foot"),
    [
        ([{"a": 5, "b": 0, "c": 90}], {"a": 5, "b": 0, "c": 90}, [{"a": 5, "b": 0, "c": 90}], {"a": 5, "b": 0, "c": 90}),
        ([{"a": 1, "b": 2, "c": 90}], {"a": 1, "b": 2, "c": 90}, [{"a": "<5", "b": "<5", "c": 90}], {"a": "<5", "b": "<5", "c": 90}),
        ([{"a": 1, "b": 7, "c": 90}], {"a": 1, "b": 7, "c": 90}, [{"a": "<5", "b": "5-9", "c": 90}], {"a": "<5", "b": "5-9", "c": 90}),
        (
            [{"a": 1, "b": 0, "c": 8}, {"a": 20, "b": 0, "c": 30}],
            {"a": 21, "b": 0, "c": 38},
            [{"a": "<5", "b": 0, "c": "5-9"}, {"a": 20, "b": 0, "c": 30}],
            {"a": "20-24", "b": 0, "c": "35-39"},
        ),
    ],
)
def test_a_hidden_count_does_not_follow_from_the_others(rows: Any, total: Any, shown: Any, foot: Any) -> None:
    assert small_cells.hide(rows, total, PARTS) == (shown, foot)


def test_of_many_tables_no_hidden_count_can_be_worked_out() -> None:
    """For every small table: whoever subtracts what is shown from what the parts add up to is left with more than one unknown."""
    from itertools import product

    for values in product((0, 1, 4, 5, 8), repeat=3):
        cells = dict(zip(PARTS, values, strict=True))
        (shown,), foot = small_cells.hide([cells], cells, PARTS)
        for told in (shown, foot):
            hidden = [part for part in PARTS if isinstance(told[part], str)]
            assert all(told[part] == cells[part] for part in PARTS if part not in hidden)
            assert len(hidden) != 1


def test_ended_accounts_of_a_body_do_not_count(corps: Any) -> None:
    bodies.declare(corps.ctx, body="PPK", area="18.01.01", platform="toy", handle="contoh_ppk")
    with corps.ctx.store.write() as conn:
        declaring.end(conn, body="PPK", area="18.01.01")
    assert accounts_report.accounts(corps.ctx, by="regency")["total"]["ppk_without"] == 2
