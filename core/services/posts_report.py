"""`report posts`: what each post of a period reached, with the numbers that are known and how many are not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.period import Period
from gaung.core.services import coverage
from gaung.core.services.context import Context
from gaung.core.services.exports import csv_text
from gaung.core.store import measures
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.measures import Figure
from gaung.core.store.tables import deliveries, posts, publications

NUMBERS = ("views", "reach", "likes", "comments", "shares")
INTERACTIONS = ("likes", "comments", "shares")
BY = ("post", "origin", "purpose", "platform", "office")
COLUMNS = ("key", "name", "posts", "published", "planned", *NUMBERS, "interactions", "measured", "coverage")


def report(ctx: Context, period: Period, *, by: str = "post") -> dict[str, Any]:
    """`{"from","to","as_of","by","rows":[...],"total":{...}}`.

    A row: `key name day posts published planned views reach likes comments shares interactions interacted measured coverage`. Numbers
    sum the last known ones of the publications that have one; null where none has, which is not zero. `measured`: publications with any
    number. `interactions`: likes, comments and shares, as far as known; `interacted`: publications that have one of them. `coverage`:
    members who echoed it (matched or better), null by platform and office.
    """
    if by not in BY:
        raise UserError(f"Unknown grouping {by}.", f"Known: {', '.join(BY)}.")
    with ctx.store.read() as conn:
        out = _publications(ctx, conn, period)
        theirs = and_(table.c.publication != 0, table.c.value.is_not(None), table.c.post_id.in_(sorted({row.post_id for row in out})))
        found = measures.by_publication(measures.at(conn, now(), theirs))
    titles = {name: record.title for name, record in ctx.manager.platforms().items()}
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in out:
        groups.setdefault(_group(by, row, titles), []).append(row)
    echoed = _coverage(ctx, period, by)
    return {
        "from": period.first,
        "to": period.last,
        "as_of": now(),
        "by": by,
        "rows": [_row(key, name, rows, found, echoed.get(key)) for (key, name), rows in groups.items()],
        "total": _row("total", "Total", out, found, echoed.get("total")),
    }


def to_csv(told: Mapping[str, Any]) -> str:
    """The report as CSV, the total last."""
    return csv_text({column: column for column in COLUMNS}, [*told["rows"], told["total"]])


def _publications(ctx: Context, conn: Connection, period: Period) -> Sequence[Any]:
    """One row a delivery of the period's posts; without a publication its number is null."""
    query = (
        select(posts.c.title, posts.c.day, posts.c.purpose, posts.c.origin)
        .add_columns(deliveries.c.post_id, deliveries.c.platform, deliveries.c.office, publications.c.id.label("publication"))
        .join(deliveries, deliveries.c.post_id == posts.c.id)
        .outerjoin(publications, and_(publications.c.delivery_id == deliveries.c.id, publications.c.deleted_at.is_(None)))
        .where(posts.c.day >= period.first, posts.c.day <= period.last, ctx.scope.clause(deliveries.c.office))
        .where(deliveries.c.state.not_in(("skipped", "cancelled")))
    )
    return conn.execute(query.order_by(posts.c.day.desc(), posts.c.id.desc(), deliveries.c.id)).all()


def _group(by: str, row: Any, titles: Mapping[str, str]) -> tuple[str, str]:
    if by == "post":
        return str(row.post_id), row.title
    if by == "platform":
        return row.platform, titles.get(row.platform, row.platform)
    return getattr(row, by), getattr(row, by)


def _coverage(ctx: Context, period: Period, by: str) -> dict[str, float | None]:
    if by in ("platform", "office"):
        return {}
    told = coverage.report(ctx, coverage.Ask(by=by, first=period.first, last=period.last))
    return {row["key"]: row["coverage"] for row in [*told["rows"], told["total"]]}


def _row(key: str, name: str, rows: Sequence[Any], found: Mapping[int, Mapping[str, Figure]], echoed: float | None) -> dict[str, Any]:
    out = [row.publication for row in rows if row.publication is not None]
    values = {number: _sum(found.get(one, {}).get(number) for one in out) for number in NUMBERS}
    known = [values[number] for number in INTERACTIONS if values[number] is not None]
    return {
        "key": key,
        "name": name,
        "day": max((row.day for row in rows), default=None),
        "posts": len({row.post_id for row in rows}),
        "published": len(out),
        "planned": len(rows),
        **values,
        "interactions": sum(value for value in known if value is not None) if known else None,
        "interacted": sum(1 for one in out if not found.get(one, {}).keys().isdisjoint(INTERACTIONS)),
        "measured": sum(1 for one in out if one in found),
        "coverage": echoed,
    }


def _sum(figures: Iterable[Figure | None]) -> int | None:
    known = [figure.value for figure in figures if figure is not None and figure.value is not None]
    return int(sum(known)) if known else None
