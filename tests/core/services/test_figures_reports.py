"""Followers, posts and offices of a period: every number recomputed here from what the test put down."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.errors import UserError
from gaung.core.period import Period
from gaung.core.services import followers_report, offices_report, posts_report
from gaung.core.services.scope import Scope
from gaung.core.store import measures
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import day_of, db_now
from gaung.core.testkit.echoes import add_post

TODAY = day_of(None)
PERIOD = Period(TODAY - timedelta(days=9), TODAY)


@pytest.fixture
def follow(world: Any) -> Callable[..., None]:
    """Put followers of an office's account on toy down, so many days ago."""

    def put(office: str, days_ago: float, value: float | None, *, platform: str = "toy", definition: str = "1", exact: bool = True) -> None:
        handle = f"contoh_{platform}-{office}"
        row = {"office": office, "platform": platform, "handle": handle, "account_id": None, "publication": 0, "post_id": None}
        said = {"name": "followers", "value": value, "definition": definition, "exact": exact, "source": "api", "why": ""}
        with world.ctx.store.write() as conn:
            measures.put(conn, [{**row, **said, "as_of": datetime.now(UTC) - timedelta(days=days_ago)}], actor="test")

    return put


def by_key(told: dict[str, Any]) -> dict[str, Any]:
    return {row["key"]: row for row in told["rows"]}


def old(world: Any) -> None:
    with world.ctx.store.write() as conn:
        conn.execute(update(accounts).values(created_at=db_now(-90 * 86400)))


def test_growth_compares_only_what_was_measured_at_both_ends(world: Any, follow: Any) -> None:
    for office in ("18", "18.01", "18.02"):
        world.account(office)
    follow("18", 20, 1000)
    follow("18", 0.1, 1100)
    follow("18.01", 0.1, 500)
    told = followers_report.report(world.ctx, PERIOD)
    rows = by_key(told)
    assert (rows["18"]["before"], rows["18"]["followers"], rows["18"]["growth"], rows["18"]["growth_percent"]) == (1000, 1100, 100, 10.0)
    assert (rows["18.01"]["followers"], rows["18.01"]["growth"], rows["18.01"]["compared"]) == (500, None, 0)
    assert (rows["18.02"]["followers"], rows["18.02"]["known"], rows["18.02"]["accounts"]) == (None, 0, 1)
    assert {key: told["total"][key] for key in ("followers", "growth", "known", "accounts")} == {
        "followers": 1600, "growth": 100, "known": 2, "accounts": 3,
    }  # fmt: skip
    assert "unknown is not zero" in told["notes"][-1]


def test_one_old_figure_is_no_growth_of_nothing(world: Any, follow: Any) -> None:
    world.account("18")
    follow("18", 400, 9000, definition="hand")
    told = followers_report.report(world.ctx, PERIOD)
    (row,) = told["rows"]
    assert (row["followers"], row["growth"], row["compared"]) == (9000, None, 0)
    assert told["notes"] == ["1 account(s) are not compared: nobody measured them within the period."]


def test_a_change_of_definition_is_no_growth_but_a_count_by_hand_is_compared(world: Any, follow: Any) -> None:
    world.account("18")
    world.account("18.01")
    follow("18", 20, 1000, definition="1")
    follow("18", 0.1, 4000, definition="2")
    follow("18.01", 20, 9000, definition="hand", exact=False)
    follow("18.01", 0.1, 9500)
    told = followers_report.report(world.ctx, PERIOD)
    rows = by_key(told)
    assert (rows["18"]["growth"], rows["18"]["followers"]) == (None, 4000)
    assert (rows["18.01"]["growth"], rows["18.01"]["exact"]) == (500, False)
    assert "changed what it counts" in told["notes"][0]


def test_rows_by_platform_and_account_sum_to_the_same_total(world: Any, follow: Any) -> None:
    world.account("18")
    world.account("18", "other")
    follow("18", 0.1, 10)
    follow("18", 0.1, 32, platform="other")
    totals = [followers_report.report(world.ctx, PERIOD, by=by)["total"]["followers"] for by in followers_report.BY]
    assert totals == [42, 42, 42]
    assert by_key(followers_report.report(world.ctx, PERIOD, by="platform"))["toy"]["followers"] == 10
    assert followers_report.report(world.ctx, PERIOD, platform="other")["total"]["followers"] == 32


def test_a_platform_that_nobody_serves_or_counted_is_refused(world: Any, follow: Any) -> None:
    with pytest.raises(UserError, match="unknown platform 'toi'"):
        followers_report.report(world.ctx, PERIOD, platform="toi")
    follow("18", 0.1, 12, platform="x")
    assert followers_report.report(world.ctx, PERIOD, platform="x")["total"]["followers"] == 12


def test_a_regency_sees_its_own_followers(world: Any, follow: Any) -> None:
    world.account("18.01")
    world.account("18.02")
    world.ctx.scope = Scope("18.01")
    assert list(by_key(followers_report.report(world.ctx, PERIOD))) == ["18.01"]
    with pytest.raises(UserError, match="out of sight"):
        followers_report.report(world.ctx, PERIOD, office="18.02")


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (TODAY, TODAY - timedelta(days=1), "before it begins"),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=4), "in the future"),
        (TODAY + timedelta(days=3), None, "in the future"),
        (date.min, TODAY, "No report reaches"),
        (TODAY, date.max, "No report reaches"),
    ],
)
def test_an_impossible_period_is_refused(first: date, last: date | None, words: str) -> None:
    with pytest.raises(UserError, match=words):
        Period.of(first, last)


def test_a_period_left_out_is_thirty_days_and_the_one_before_touches_it() -> None:
    usual = Period.of(None, None)
    assert (usual.days, usual.last) == (30, TODAY)
    assert usual.before.ends == usual.begins
    assert usual.before.days == 30


def publish(world: Any, days_ago: int, offices: tuple[str, ...], origin: str = "provinsi", purpose: str = "edukasi") -> dict[str, int]:
    """A post of that day; answers its number and its publications by office."""
    day = TODAY - timedelta(days=days_ago)
    with world.ctx.store.write() as conn:
        post = add_post(conn, day, origin=origin, purpose=purpose, out=[(office, "toy") for office in offices])
        rows = conn.execute(select(publications.c.id, publications.c.external_id)).all()
    found = {row.external_id.partition("_")[0]: row.id for row in rows if row.external_id.endswith(f"_{post}")}
    return {"post": post, **found}


def count(world: Any, post: int, publication: int, *, handle: str = "h", days_ago: float = 0, **values: float | None) -> None:
    row = {"office": "18", "platform": "toy", "handle": handle, "account_id": None, "publication": publication, "post_id": post}
    said = {"definition": "1", "exact": True, "source": "api", "why": "", "as_of": datetime.now(UTC) - timedelta(days=days_ago)}
    with world.ctx.store.write() as conn:
        measures.put(conn, [{**row, **said, "name": name, "value": value} for name, value in values.items()], actor="test")


def test_posts_sum_what_is_known_and_say_how_much_is_not(world: Any) -> None:
    made = publish(world, 2, ("18", "18.01", "18.02"))
    count(world, made["post"], made["18"], views=100, likes=7, shares=None)
    count(world, made["post"], made["18.01"], views=50, comments=3)
    publish(world, 40, ("18",))
    told = posts_report.report(world.ctx, PERIOD)
    (row,) = told["rows"]
    assert (row["views"], row["likes"], row["comments"], row["shares"], row["interactions"]) == (150, 7, 3, None, 10)
    assert (row["published"], row["planned"], row["measured"], row["reach"]) == (3, 3, 2, None)
    assert told["total"]["views"] == 150


def test_a_post_whose_account_took_another_handle_has_its_newest_numbers(world: Any) -> None:
    made = publish(world, 2, ("18",))
    for old, new in (("a", "z"), ("z", "a")):
        count(world, made["post"], made["18"], handle=old, days_ago=1, views=100, likes=7)
        count(world, made["post"], made["18"], handle=new, days_ago=0.1, views=150)
        (row,) = posts_report.report(world.ctx, PERIOD)["rows"]
        assert (row["views"], row["likes"], row["measured"]) == (150, 7, 1)


def test_posts_by_origin_and_purpose(world: Any) -> None:
    first = publish(world, 2, ("18",), origin="kpu_ri", purpose="materi")
    second = publish(world, 3, ("18",), origin="provinsi")
    count(world, first["post"], first["18"], views=10)
    count(world, second["post"], second["18"], views=20)
    assert {key: row["views"] for key, row in by_key(posts_report.report(world.ctx, PERIOD, by="origin")).items()} == {
        "kpu_ri": 10,
        "provinsi": 20,
    }
    assert by_key(posts_report.report(world.ctx, PERIOD, by="purpose"))["materi"]["posts"] == 1
    assert by_key(posts_report.report(world.ctx, PERIOD, by="platform"))["toy"]["views"] == 30


def test_no_post_is_no_row_and_no_number(world: Any) -> None:
    told = posts_report.report(world.ctx, PERIOD)
    assert told["rows"] == []
    assert (told["total"]["views"], told["total"]["published"]) == (None, 0)


def test_an_office_is_complete_active_and_passes_on(world: Any, follow: Any) -> None:
    publish(world, 2, ("18", "18.01"), origin="provinsi")
    publish(world, 3, ("18",), origin="kpu_ri")
    publish(world, 4, ("18.01",), origin="kabkota")
    publish(world, 25, ("18.02",), origin="provinsi")
    old(world)
    rows = by_key(offices_report.report(world.ctx, PERIOD))
    assert len(rows) == 16
    one = rows["18.01"]
    assert (one["posts"], one["own"], one["passed_on"], one["from_above"], one["response"]) == (2, 1, 1, 2, 0.5)
    assert (rows["18"]["from_above"], rows["18"]["passed_on"], rows["18"]["own"]) == (1, 1, 1)
    assert (rows["18.02"]["posts"], rows["18.02"]["response"], rows["18.02"]["silent_days"]) == (0, 0.0, 25)
    assert (rows["18.03"]["last_post_at"], rows["18.03"]["silent_days"], rows["18.03"]["platforms"]) == (None, None, 0)
    assert (one["platforms"], one["expected"]) == (1, 2)


def test_reports_are_csv_with_the_total_last(world: Any, follow: Any) -> None:
    world.account("18")
    follow("18", 0.1, 44414)
    lines = followers_report.to_csv(followers_report.report(world.ctx, PERIOD)).splitlines()
    assert lines[0].startswith("\ufeffkey,name,accounts")
    assert lines[-1].startswith("total,Total,1,1,,44414")
    assert offices_report.to_csv(offices_report.report(world.ctx, PERIOD)).count("\n") == 17
    assert posts_report.to_csv(posts_report.report(world.ctx, PERIOD)).splitlines()[-1].startswith("total,Total,0")


def test_what_is_told_no_longer_takes_nothing_away_from_what_was_known(world: Any, follow: Any) -> None:
    world.account("18")
    follow("18", 20, 1000)
    follow("18", 5, 1100)
    follow("18", 0.1, None)
    (row,) = followers_report.report(world.ctx, PERIOD)["rows"]
    assert (row["followers"], row["growth"], row["known"]) == (1100, 100, 1)
    made = publish(world, 2, ("18",))
    count(world, made["post"], made["18"], views=100, likes=7)
    count(world, made["post"], made["18"], views=None)
    (row,) = posts_report.report(world.ctx, PERIOD)["rows"]
    assert (row["views"], row["likes"], row["measured"]) == (100, 7, 1)


def test_a_change_of_definition_is_flagged_and_one_look_is_none(world: Any, follow: Any) -> None:
    for office in ("18", "18.01", "18.02"):
        world.account(office)
    follow("18", 20, 0, definition="1")
    follow("18", 0.1, 40, definition="2")
    follow("18.01", 20, 1000)
    follow("18.02", 20, 1000)
    follow("18.02", 0.1, 1001)
    told = followers_report.report(world.ctx, PERIOD)
    assert [row["definition_changed"] for row in told["rows"]] == [1, 0, 0]
    assert told["total"]["definition_changed"] == 1
    assert [note.partition(" ")[0] for note in told["notes"]] == ["1", "1"]


def test_an_account_that_took_another_handle_or_was_removed_is_not_counted_twice(world: Any) -> None:
    ids = {office: world.account(office) for office in ("18", "18.01")}
    for office, account in ids.items():
        row = {"office": office, "platform": "toy", "account_id": account, "publication": 0, "post_id": None, "name": "followers"}
        said = {"definition": "1", "exact": True, "source": "api", "why": ""}
        with world.ctx.store.write() as conn:
            for days_ago, handle, value in ((20, f"contoh_toy-{office}", 1000), (0.1, "contoh_baru", 1100)):
                moment = datetime.now(UTC) - timedelta(days=days_ago)
                measures.put(conn, [{**row, **said, "handle": handle, "value": value, "as_of": moment}], actor="test")
    with world.ctx.store.write() as conn:
        conn.execute(update(accounts).where(accounts.c.id == ids["18"]).values(handle="contoh_baru"))
        gone = {"status": "removed", "updated_at": db_now(-86400)}
        conn.execute(update(accounts).where(accounts.c.id == ids["18.01"]).values(**gone))
    told = followers_report.report(world.ctx, PERIOD)
    assert [(row["key"], row["accounts"], row["followers"], row["growth"]) for row in told["rows"]] == [("18", 1, 1100, 100)]
