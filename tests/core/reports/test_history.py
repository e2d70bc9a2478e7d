"""Ninety days of measuring against the sandbox: every number of the reports is recomputed from what the sandbox knows."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from gaung.core.period import Period
from gaung.core.reports import data
from gaung.core.services import evaluation, followers_report, offices_report, posts_report, turnout
from gaung.core.services.context import Context
from gaung.core.store.db import Store
from gaung.core.store.measure_tables import measures
from gaung.core.store.tables import metadata, offices
from gaung.core.testkit.history import LAST_DAY, History, Size
from gaung.core.testkit.history_truth import NUMBERS, Truth, as_told

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
WHOLE = os.environ.get("HISTORY") == "whole"
SIZE = Size() if WHOLE else Size(offices=2, posts=16)
"""`make history` plays the whole: 64 accounts, 200 posts."""
VOTERS = {"18": 6_500_000, "18.01": 200_000, "18.03": 512_345}
PERIODS = [
    Period(LAST_DAY - timedelta(days=29), LAST_DAY),
    Period(LAST_DAY - timedelta(days=89), LAST_DAY),
    Period(LAST_DAY - timedelta(days=60), LAST_DAY - timedelta(days=40)),
    Period(LAST_DAY - timedelta(days=46), LAST_DAY - timedelta(days=46)),
    Period(LAST_DAY - timedelta(days=200), LAST_DAY - timedelta(days=100)),
]
"""A month; the whole; one across the change of definition; one day; and one before anything was there."""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with History(tmp_path_factory.mktemp("history"), SIZE) as played:
        begun = time.process_time()
        played.play()
        _vote(played)
        if WHOLE:
            sys.stdout.write(_told(played, time.process_time() - begun))
        yield played


@pytest.fixture(scope="module")
def truth(history: History) -> Truth:
    with history.ctx.store.read() as conn:
        levels = {row.code: row.level for row in conn.execute(select(offices.c.code, offices.c.level).order_by(offices.c.code))}
    return Truth(history.journal, levels, VOTERS, datetime.now(UTC))


def _told(history: History, seconds: float) -> str:
    """Figures for docs/reports.md."""
    requests = Counter(entry.platform for entry in history.sandbox.journal.entries())
    with history.ctx.store.read() as conn:
        stored = conn.execute(select(func.count()).select_from(measures)).scalar_one()
    size = {"accounts": len(history.journal.held), "posts": SIZE.posts, "runs": history.looks, "stored": stored, "seconds": round(seconds)}
    return f"\n{size} {dict(requests)} {history.journal.happened}\n"


def _vote(history: History) -> None:
    turnout.add_election(history.ctx, "Pilkada", on=date(2024, 11, 27), target=80)
    path = history.home / "turnout.csv"
    rows = [f"Pilkada,{code},gubernur,{people // 2},{people},KPU" for code, people in VOTERS.items()]
    path.write_text("\n".join(["election,area,contest,voted,voters,source", *rows]), "utf-8")
    assert turnout.import_turnout(history.ctx, path)["imported"] == len(VOTERS)


def rows(told: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows by key, with those columns that the truth has."""
    several = [*told["rows"], *([told["total"]] if "total" in told else [])]
    return {row["key"]: {name: row[name] for name in columns} for row in several}


def test_everything_that_had_to_happen_did(history: History) -> None:
    happened = history.journal.happened
    wanted = ("missed", "deleted", "deleted by hand", "outages", "tokens lost", "renamed", "set by hand", "told no longer")
    assert [name for name in (*wanted, "counted by hand") if not happened.get(name)] == []
    assert history.sandbox.crashes == []
    assert len({one.platform for one in history.journal.held}) == 4


@pytest.mark.parametrize("by", followers_report.BY)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_followers(history: History, truth: Truth, period: Period, by: str) -> None:
    wanted = truth.followers(period, by)
    told = followers_report.report(history.ctx, period, by=by)
    assert rows(told, wanted["total"]) == wanted


@pytest.mark.parametrize("by", posts_report.BY)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_posts(history: History, truth: Truth, period: Period, by: str) -> None:
    wanted = truth.posts(period, by)
    assert rows(posts_report.report(history.ctx, period, by=by), wanted["total"]) == wanted


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_offices(history: History, truth: Truth, period: Period) -> None:
    wanted = truth.offices(period)
    assert rows(offices_report.report(history.ctx, period), wanted["18"]) == wanted


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_evaluation(history: History, truth: Truth, period: Period) -> None:
    told = evaluation.report(history.ctx, period)
    wanted = truth.indicators(period)
    found = {row["key"]: {name: row["indicators"][name] for name in wanted["18"]} for row in told["rows"]}
    assert found == wanted


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_the_lines_of_the_page(history: History, truth: Truth, period: Period) -> None:
    drawn = data.read(history.ctx, period, ["followers"]).series
    assert {name: [(day, truth.line(name, day)) for day, _ in points] for name, points in drawn.items()} == drawn
    assert len(drawn) == (4 if period.last > LAST_DAY - timedelta(days=SIZE.days) else 0) + ("x" in drawn)


def test_postgresql_says_the_same(history: History, postgres_url: str) -> None:
    other = Store(postgres_url, actor="test")
    with history.ctx.store.read() as source, other.write() as target:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
            if rows and table.name != "installation":
                target.execute(insert(table), rows)
    there = Context(history.ctx.settings, store=other, manager=history.ctx.manager)
    asks: list[Callable[[Context, Period], Any]] = [offices_report.report, evaluation.report]
    asks += [partial(followers_report.report, by=by) for by in followers_report.BY]
    asks += [partial(posts_report.report, by=by) for by in posts_report.BY]
    assert [(ask, period) for period in PERIODS for ask in asks if ask(there, period) != ask(history.ctx, period)] == []
    other.close()


def test_a_change_of_definition_is_flagged_wherever_a_period_crosses_it(history: History) -> None:
    assert history.journal.renamed is not None
    platform, since = history.journal.renamed
    across = Period(since.date() - timedelta(days=5), since.date() + timedelta(days=5))
    (row,) = followers_report.report(history.ctx, across, by="platform", platform=platform)["rows"]
    assert row["definition_changed"] > 0
    assert row["growth"] is None or row["compared"] < row["accounts"]
    after = Period(since.date() + timedelta(days=1), since.date() + timedelta(days=5))
    (row,) = followers_report.report(history.ctx, after, by="platform", platform=platform)["rows"]
    assert (row["definition_changed"], row["compared"]) == (0, row["known"])


def test_every_account_was_asked_each_day_but_while_it_could_not_be(history: History) -> None:
    for held in history.journal.held:
        moments = sorted(
            {one.at for one in history.journal.told if (one.platform, one.key, one.name) == (held.platform, held.external_id, "followers")}
        )
        away = [span[1:] for span in history.journal.outages if span[0] == held.platform]
        away += [span[1:] for span in history.journal.broken if span[0] is held]
        for before, after in zip(moments, [*moments[1:], SIZE.ends], strict=True):
            kept = sum((end - begin for begin, end in away if begin < after and end > before), timedelta())
            assert after - before <= timedelta(hours=25) + kept + timedelta(hours=8) * bool(kept), (held, before, after)


def test_every_stored_number_is_the_sandboxs_own(history: History) -> None:
    known = {(one.platform, one.key, one.name, one.at): as_told(one.platform, one.name, one.value) for one in history.journal.told}
    keys = {(one.office, one.platform, one.handle): one.external_id for one in history.journal.held}
    with history.ctx.store.read() as conn:
        stored = conn.execute(
            select(measures).where(measures.c.source == "api", measures.c.publication == 0, measures.c.name == "followers")
        ).all()
    wrong = [row for row in stored if known[row.platform, keys[row.office, row.platform, row.handle], row.name, row.as_of] != row.value]
    assert stored
    assert wrong == []
    assert NUMBERS
