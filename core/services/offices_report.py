"""`report offices`: how complete and how active each office is, what it passed on, and how its followers grew."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.period import Period
from gaung.core.services import followers_report
from gaung.core.services.context import Context
from gaung.core.services.exports import csv_text
from gaung.core.store.tables import accounts, deliveries, offices, posts, publications

EXPECTED = 4
"""Networks that KPU Lampung asked every office to be on (facts/domain.md 4b, June 2023); fewer where fewer plugins are loaded."""
FROM_ABOVE = {"regency": ("kpu_ri", "provinsi"), "province": ("kpu_ri",)}
"""Origins of posts that an office of a level passes on; its own ones are no answer to anybody."""
COLUMNS = (
    "key", "name", "platforms", "expected", "needs_reauth", "posts", "own", "passed_on", "from_above", "response", "deliveries",
    "published", "last_post_at", "silent_days", "followers", "growth", "growth_percent",
)  # fmt: skip


def report(ctx: Context, period: Period) -> dict[str, Any]:
    """`{"from","to","as_of","rows":[...]}`, by code of the office.

    A row: `platforms` held of `expected`; `posts` that came out on any of its accounts, `own` of them of no office above, `passed_on` of
    `from_above`, the posts of the offices above that reached anybody; `response` their ratio, null where there were none; `last_post_at`
    and `silent_days` up to the end of the period, null where it never published; `followers` as in `report followers`.
    """
    with ctx.store.read() as conn:
        rows = conn.execute(select(offices).where(ctx.scope.clause(offices.c.code)).order_by(offices.c.code)).all()
        held, broken = _accounts(conn, period)
        out = _out(conn, period)
        last = _last(conn, period)
        planned = _planned(conn, period)
        lines = followers_report.lines(ctx, conn, period)
    expected = min(EXPECTED, len(ctx.manager.platforms()))
    mine: dict[str, set[int]] = {}
    for code, post, _ in out:
        mine.setdefault(code, set()).add(post)
    above = {level: {post for _, post, origin in out if origin in origins} for level, origins in FROM_ABOVE.items()}
    until = min(now(), period.ends)
    told = []
    for office in rows:
        code = office.code
        posted = _posted(mine.get(code, set()), above.get(office.level, set()))
        growth = followers_report.row(code, "", [line for line in lines if line.office == code])
        seen = last.get(code)
        told.append(
            {
                "key": code,
                "name": office.name.removeprefix("KPU "),
                "level": office.level,
                "platforms": len(held.get(code, ())),
                "expected": expected,
                "needs_reauth": broken[code],
                **posted,
                "deliveries": planned[code, "all"],
                "published": planned[code, "published"],
                "last_post_at": seen,
                "silent_days": (until - seen).days if seen else None,
                **{name: growth[name] for name in ("followers", "growth", "growth_percent")},
            }
        )
    return {"from": period.first, "to": period.last, "as_of": until, "rows": told}


def _posted(mine: Set[int], theirs: Set[int]) -> dict[str, Any]:
    """What an office's posts and those of the offices above say of it."""
    passed = len(mine & theirs)
    response = round(passed / len(theirs), 4) if theirs else None
    return {"posts": len(mine), "own": len(mine) - passed, "passed_on": passed, "from_above": len(theirs), "response": response}


def to_csv(told: Mapping[str, Any]) -> str:
    """The report as CSV."""
    return csv_text({column: column for column in COLUMNS}, told["rows"])


def _accounts(conn: Connection, period: Period) -> tuple[dict[str, set[str]], Counter[str]]:
    query = select(accounts.c.office, accounts.c.platform, accounts.c.status).where(
        accounts.c.status != "removed", accounts.c.created_at < period.ends
    )
    held: dict[str, set[str]] = {}
    broken: Counter[str] = Counter()
    for row in conn.execute(query):
        held.setdefault(row.office, set()).add(row.platform)
        broken[row.office] += row.status == "needs_reauth"
    return held, broken


def _out(conn: Connection, period: Period) -> Sequence[tuple[str, int, str]]:
    """Office, post and its origin, of whatever came out in the period."""
    query = (
        select(deliveries.c.office, deliveries.c.post_id, posts.c.origin)
        .join(publications, publications.c.delivery_id == deliveries.c.id)
        .join(posts, posts.c.id == deliveries.c.post_id)
        .where(publications.c.published_at >= period.begins, publications.c.published_at < period.ends)
        .distinct()
    )
    return [(row.office, row.post_id, row.origin) for row in conn.execute(query)]


def _last(conn: Connection, period: Period) -> dict[str, datetime]:
    query = (
        select(deliveries.c.office, func.max(publications.c.published_at))
        .join(publications, publications.c.delivery_id == deliveries.c.id)
        .where(publications.c.published_at < period.ends)
        .group_by(deliveries.c.office)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def _planned(conn: Connection, period: Period) -> Counter[tuple[str, str]]:
    due = and_(deliveries.c.at >= period.begins, deliveries.c.at < period.ends, deliveries.c.state.not_in(("skipped", "cancelled")))
    found: Counter[tuple[str, str]] = Counter()
    for office, state, number in conn.execute(
        select(deliveries.c.office, deliveries.c.state, func.count()).where(due).group_by(deliveries.c.office, deliveries.c.state)
    ):
        found[office, "all"] += number
        if state == "published":
            found[office, "published"] += number
    return found
