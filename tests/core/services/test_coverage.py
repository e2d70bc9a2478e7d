"""`report coverage` by its service: what a row counts, of whom, of which posts, and what a reader is told."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from gaung.core.errors import UserError
from gaung.core.ledger.raising import withdraw
from gaung.core.services import coverage, rollup
from gaung.core.services.context import Context
from gaung.core.services.coverage import Ask
from gaung.core.store import ledger_tables
from gaung.core.store.tables import publications
from gaung.core.store.types import day_of, db_now
from gaung.core.testkit.echoes import add_echo, add_post
from gaung.core.testkit.registry import add_member, add_term, seed_areas

A1, A2, B1 = "18.01.01.2001", "18.01.01.2002", "18.02.01.2001"
DAY = date(2026, 1, 5)
GRADES = ("observed", "reviewed", "matched", "clicked", "claimed")
Seen = Callable[..., Any]


class Corps:
    """18.01: Siti (with an account; two bodies), Budi, and one whose term is over; 18.02: Ani. One post by the province, one by 18.02."""

    def __init__(self, world: Any) -> None:
        self.ctx: Context = world.ctx
        with self.ctx.store.write() as conn:
            seed_areas(conn)
            self.siti = add_member(conn, "A-0001", area=A1, toy="contoh_agt_siti")
            add_term(conn, self.siti, body="KPPS", area=A2, office="18.01", start=date(2026, 1, 1))
            self.budi = add_member(conn, "A-0002", area=A2)
            self.gone = add_member(conn, "A-0003", area=A1, end=DAY - timedelta(days=1))
            self.ani = add_member(conn, "A-0004", area=B1, office="18.02")
            self.post = add_post(conn, DAY, out=[("18", "toy"), ("18", "other")])
            self.own = add_post(
                conn, DAY + timedelta(days=1), title="Kegiatan", origin="kabkota", purpose="informasi", out=[("18.02", "toy")]
            )

    def echo(self, member: int, grade: str = "matched", platform: str = "toy", *, post: int | None = None) -> int:
        with self.ctx.store.write() as conn:
            return add_echo(conn, post or self.post, member, platform, grade, "mention" if grade == "observed" else "link")

    def ask(self, ctx: Context | None = None, **said: Any) -> Any:
        if "first" not in said:
            said.setdefault("post", self.post)
        return coverage.report(ctx or self.ctx, Ask(**said))

    def january(self, **said: Any) -> Any:
        return self.ask(first=date(2026, 1, 1), last=date(2026, 1, 31), **said)


@pytest.fixture
def corps(world: Any) -> Corps:
    return Corps(world)


def by_key(told: Any, *names: str) -> dict[str, tuple[Any, ...]]:
    return {row["key"]: tuple(row[name] for name in names) for row in told["rows"]}


def test_a_member_counts_once_at_the_best_grade_and_grades_stay_apart(corps: Corps) -> None:
    corps.echo(corps.siti, "claimed")
    corps.echo(corps.siti, "observed", "other")
    corps.echo(corps.budi, "claimed")
    total = corps.ask()["total"]
    assert [total[grade] for grade in GRADES] == [1, 0, 0, 0, 1]
    assert (total["members"], total["with_account"], total["covered"], total["coverage"]) == (3, 1, 1, round(1 / 3, 4))


@pytest.mark.parametrize(("grade", "covered"), [("claimed", 3), ("clicked", 2), ("matched", 2), ("reviewed", 1), ("observed", 1)])
def test_covered_counts_a_grade_or_better(corps: Corps, grade: str, covered: int) -> None:
    corps.echo(corps.siti, "observed")
    corps.echo(corps.budi, "matched")
    corps.echo(corps.ani, "claimed")
    assert corps.ask(grade=grade)["total"]["covered"] == covered


def test_by_district_every_area_has_a_row_and_members_are_those_of_the_posts_day(corps: Corps) -> None:
    corps.echo(corps.siti)
    corps.echo(corps.gone)
    told = corps.ask(by="district")
    assert by_key(told, "members", "covered", "coverage") == {"18.01.01": (2, 1, 0.5), "18.02.01": (1, 0, 0.0)}
    assert told["total"]["covered"] == 1


def test_rows_by_body_and_platform_may_count_one_twice_and_the_total_never(corps: Corps) -> None:
    corps.echo(corps.siti)
    corps.echo(corps.siti, "matched", "other")
    told = corps.ask(by="body")
    assert {key: one for key, one in by_key(told, "members", "covered").items() if one != (0, 0)} == {"PPS": (3, 1), "KPPS": (1, 1)}
    assert told["total"]["covered"] == 1
    told = corps.ask(by="platform")
    assert by_key(told, "members", "with_account", "covered") == {"toy": (3, 1, 1), "other": (3, 0, 1)}
    assert told["total"]["covered"] == 1
    assert "A member may be in several rows; the total counts everybody once." in told["notes"]


def test_with_no_members_coverage_is_unknown_and_with_no_reshare_it_is_zero(corps: Corps) -> None:
    told = corps.ask(by="body")
    assert (by_key(told, "coverage")["PPK"], by_key(told, "coverage")["PPS"]) == ((None,), (0.0,))
    assert "No reshare is on record." in told["notes"]
    told = corps.ask(body="PPK")
    assert told["total"]["coverage"] is None
    assert any("unknown, not zero" in note for note in told["notes"])


def test_the_denominator_stays_when_terms_go_on(corps: Corps) -> None:
    with corps.ctx.store.write() as conn:
        add_member(conn, "A-0009", area=B1, office="18.02", start=DAY + timedelta(days=1))
    assert corps.ask()["total"]["members"] == 3
    assert corps.ask(post=corps.own)["total"]["members"] == 4


def test_a_withdrawn_reshare_covers_nobody(corps: Corps) -> None:
    number = corps.echo(corps.siti)
    with corps.ctx.store.write() as conn:
        withdraw(conn, [number], why="salah orang")
    assert corps.ask()["total"]["covered"] == 0


def test_a_period_sums_posts_and_counts_everybody_once_for_each(corps: Corps) -> None:
    corps.echo(corps.siti)
    corps.echo(corps.siti, post=corps.own)
    told = corps.january(by="post")
    assert by_key(told, "members", "covered") == {str(corps.post): (3, 1), str(corps.own): (3, 1)}
    assert (told["posts"], told["counts"], told["total"]["members"], told["total"]["covered"]) == (2, "member-posts", 6, 2)
    assert "Sums over 2 posts: a member counts once for each post." in told["notes"]


def test_both_ends_of_a_period_are_in_it(corps: Corps) -> None:
    assert corps.ask(first=DAY, last=DAY + timedelta(days=1))["posts"] == 2
    assert corps.ask(first=DAY, last=DAY)["posts"] == 1
    assert corps.ask(first=DAY + timedelta(days=1), last=DAY + timedelta(days=1))["posts"] == 1


def test_left_out_the_period_is_thirty_days_up_to_today(corps: Corps) -> None:
    with corps.ctx.store.write() as conn:
        for days in (0, 29, 30):
            add_post(conn, day_of(None) - timedelta(days=days))
    told = corps.ask(post=None)
    assert (told["posts"], told["from"], told["to"]) == (2, day_of(None) - timedelta(days=29), day_of(None))


def test_origins_and_purposes_split_and_choose_posts(corps: Corps) -> None:
    corps.echo(corps.ani, post=corps.own)
    assert by_key(corps.january(by="origin"), "members", "covered") == {"kpu_ri": (0, 0), "provinsi": (3, 0), "kabkota": (3, 1)}
    assert corps.january(by="purpose", origin="provinsi")["posts"] == 1
    assert corps.january(purpose="informasi")["total"]["covered"] == 1


def test_one_body_platform_or_area_narrows_rows_and_total_alike(corps: Corps) -> None:
    corps.echo(corps.siti)
    corps.echo(corps.ani, "matched", "other")
    assert corps.ask(platform="other")["total"]["covered"] == 1
    assert corps.ask(platform="toy", by="regency")["rows"][1]["covered"] == 0
    assert (corps.ask(body="KPPS")["total"]["members"], corps.ask(body="KPPS")["total"]["covered"]) == (1, 1)
    told = corps.ask(area="18.01.01")
    assert (told["by"], by_key(told, "members", "covered")) == ("village", {A1: (1, 1), A2: (2, 1)})
    assert told["total"]["members"] == 2


def test_an_office_sees_its_members_and_the_posts_that_are_for_them(corps: Corps, scoped: Callable[[str], Any]) -> None:
    corps.echo(corps.siti)
    corps.echo(corps.ani)
    mine = scoped("18.01").ctx
    told = corps.january(ctx=mine)
    assert (told["posts"], told["total"]["members"], told["total"]["covered"]) == (1, 2, 1)
    assert by_key(told, "covered") == {"18.01.01": (1,)}
    with pytest.raises(UserError, match="not published"):
        corps.ask(ctx=mine, post=corps.own)
    for said in ({"area": "18.02"}, {"office": "18.02"}):
        with pytest.raises(UserError):
            corps.ask(ctx=mine, **said)


def test_the_platforms_own_counts_stand_beside_and_unknown_is_not_zero(corps: Corps) -> None:
    with corps.ctx.store.write() as conn:
        ids = conn.execute(select(publications.c.id).order_by(publications.c.id)).scalars().all()
        row = {"publication_id": ids[0], "post_id": corps.post, "platform": "toy", "total": 40, "as_of": db_now()}
        conn.execute(insert(ledger_tables.share_totals).values(**row))
    told = corps.ask()
    beside = {name: (one["total"], one["known"], one["publications"]) for name, one in told["platform_shares"].items()}
    assert beside == {"toy": (40, 1, 1), "other": (None, 0, 1)}
    assert told["total"]["covered"] == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"by": "regency", "area": "18.01.01"}, "there is no regency in it"),
        ({"by": "kelurahan"}, "Unknown by kelurahan"),
        ({"grade": "best"}, "Unknown grade best"),
        ({"body": "PPX"}, "Unknown body PPX"),
        ({"post": 999}, "999"),
        ({"area": "18.99"}, "18.99"),
        ({"office": "18.01", "area": "18.02", "first": DAY}, "does not lie in"),
        ({"first": DAY, "last": DAY - timedelta(days=1)}, "is after --to"),
        ({"first": DAY, "post": 1}, "a day of its own"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(corps: Corps, said: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        corps.ask(**said)


def test_an_empty_registry_is_told_and_no_error(world: Any) -> None:
    told = coverage.report(world.ctx, Ask())
    assert (told["rows"], told["total"]["coverage"]) == ([], None)
    assert any("gaung area import" in note for note in told["notes"])


def test_the_csv_has_every_row_and_the_total_last(corps: Corps) -> None:
    corps.echo(corps.siti)
    told = corps.ask(by="district")
    rows = list(csv.DictReader(io.StringIO(coverage.to_csv(told).removeprefix("\ufeff"))))
    assert [(row["key"], row["matched"], row["coverage"]) for row in rows] == [
        ("18.01.01", "1", "0.5"), ("18.02.01", "0", "0.0"), ("total", "1", "0.3333"),
    ]  # fmt: skip


def test_a_rebuild_tells_what_was_wrong_and_a_check_changes_nothing(corps: Corps, scoped: Callable[[str], Any]) -> None:
    corps.echo(corps.siti)
    table = ledger_tables.coverage
    with corps.ctx.store.write() as conn:
        conn.execute(update(table).where(table.c.area == A1, table.c.body == "PPS", table.c.platform == "*").values(matched=7))
    steps: list[tuple[str, int, int | None]] = []
    checked = rollup.rebuild(corps.ctx, check=True, told=lambda *step: steps.append(step))
    assert (checked["posts"], checked["differing"], checked["changed"], checked["rows"]) == (2, 1, False, None)
    assert steps[-1] == ("Recounting", 2, 2)
    (cell,) = rollup.rebuild(corps.ctx)["cells"]
    assert (cell["area"], cell["kept"]["matched"], cell["true"]["matched"]) == (A1, 7, 1)
    assert rollup.rebuild(corps.ctx, check=True)["differing"] == 0
    with pytest.raises(UserError):
        rollup.rebuild(scoped("18.01").ctx, check=True)
