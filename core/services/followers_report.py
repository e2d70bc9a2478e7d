"""`report followers`: how many follow the accounts, and how that grew; only what was measured at both ends is compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.period import Period
from gaung.core.services.context import Context
from gaung.core.services.exports import csv_text
from gaung.core.services.offices import require_office
from gaung.core.store import measures
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.measures import Figure
from gaung.core.store.tables import accounts, offices

Owner = tuple[str, str, str]
"""Office, platform, handle."""
BY = ("office", "platform", "account")
NAME = "followers"
COLUMNS = (
    "key", "name", "accounts", "known", "before", "followers", "growth", "growth_percent", "compared", "definition_changed", "exact",
    "as_of",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account, at both ends of a period. None: nobody knows."""

    office: str
    platform: str
    handle: str
    before: Figure | None
    after: Figure | None

    @property
    def both(self) -> bool:
        """Measured at both ends, at two moments: one figure is no growth of nothing."""
        return self.before is not None and self.after is not None and self.before.as_of != self.after.as_of

    @property
    def comparable(self) -> bool:
        """Both, by one definition. One kept by hand is compared with any: people count what they see."""
        if self.before is None or self.after is None or not self.both:
            return False
        return self.before.definition == self.after.definition or "hand" in (self.before.definition, self.after.definition)


def report(ctx: Context, period: Period, *, by: str = "office", office: str | None = None, platform: str | None = None) -> dict[str, Any]:
    """`{"from","to","as_of","by","rows":[...],"total":{...},"notes":[...]}`.

    A row: `key name accounts known before followers growth growth_percent compared definition_changed exact as_of`. `followers` sums the
    last known figures up to the end of the period; `before` and `growth` only the `compared` accounts, so that an account measured for
    the first time is no growth; all of them null where nothing is known. `definition_changed`: accounts that are not compared for their
    platform changed what it counts. `exact` false: a part is rounded by its platform or approximate.
    """
    if by not in BY:
        raise UserError(f"Unknown grouping {by}.", f"Known: {', '.join(BY)}.")
    with ctx.store.read() as conn:
        if office is not None:
            require_office(conn, office)
            ctx.scope.require(office)
        if platform is not None and conn.execute(select(table.c.id).where(table.c.platform == platform).limit(1)).first() is None:
            ctx.manager.platform(platform)  # figures kept by hand may be of one that no plugin serves
        found = [line for line in lines(ctx, conn, period) if office in (None, line.office) and platform in (None, line.platform)]
        names: dict[str, str] = dict(conn.execute(select(offices.c.code, offices.c.name)).all())
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in found:
        groups.setdefault(_group(ctx, by, line, names), []).append(line)
    return {
        "from": period.first,
        "to": period.last,
        "as_of": min(now(), period.ends),
        "by": by,
        "rows": [row(key, name, group) for (key, name), group in sorted(groups.items())],
        "total": row("total", "Total", found),
        "notes": list(_notes(found)),
    }


def lines(ctx: Context, conn: Connection, period: Period) -> list[Line]:
    """Every account in sight that was there by the end of the period, or was measured, at both ends of the period.

    What is told as unknown takes nothing away from what was known before. Figures under a handle that an account had before are its own;
    those of an account that was removed by then are left out.
    """
    mine = and_(table.c.publication == 0, table.c.name == NAME, table.c.value.is_not(None), ctx.scope.clause(table.c.office))
    known = owners(conn, period.ends)
    before, after = (_newest(measures.at(conn, when, mine), known) for when in (period.begins, period.ends))
    there = conn.execute(
        select(accounts.c.office, accounts.c.platform, accounts.c.handle).where(
            accounts.c.status != "removed", accounts.c.created_at < period.ends, ctx.scope.clause(accounts.c.office)
        )
    )
    subjects = {(row.office, row.platform, row.handle) for row in there} | after.keys()
    return [Line(office=one[0], platform=one[1], handle=one[2], before=before.get(one), after=after.get(one)) for one in sorted(subjects)]


def owners(conn: Connection, when: datetime) -> dict[Owner, Owner | None]:
    """Whose figures those are that stand under an office and handle which are no account's today; None: of one removed by `when`."""
    under = select(table.c.account_id, table.c.office, table.c.platform, table.c.handle).where(table.c.account_id.is_not(None)).distinct()
    rows = conn.execute(
        select(accounts.c.id, accounts.c.office, accounts.c.platform, accounts.c.handle, accounts.c.status, accounts.c.updated_at)
    )
    now: dict[int, Owner | None] = {}
    for row in rows:
        now[row.id] = None if row.status == "removed" and row.updated_at < when else (row.office, row.platform, row.handle)
    taken = set(now.values())
    return {(row.office, row.platform, row.handle): now[row.account_id] for row in conn.execute(under) if tuple(row[1:]) not in taken}


def to_csv(told: Mapping[str, Any]) -> str:
    """The report as CSV, the total last."""
    return csv_text({column: column for column in COLUMNS}, [*told["rows"], told["total"]])


def _newest(found: Mapping[measures.Subject, Mapping[str, Figure]], known: Mapping[Owner, Owner | None]) -> dict[Owner, Figure]:
    newest: dict[Owner, Figure] = {}
    for subject, figures in found.items():
        owner, figure = known.get(subject[:3], subject[:3]), figures[NAME]
        if owner is not None and (owner not in newest or newest[owner].as_of < figure.as_of):
            newest[owner] = figure
    return newest


def _group(ctx: Context, by: str, line: Line, names: Mapping[str, str]) -> tuple[str, str]:
    if by == "office":
        return line.office, names.get(line.office, line.office).removeprefix("KPU ")
    if by == "platform":
        known = ctx.manager.platforms().get(line.platform)
        return line.platform, known.title if known else line.platform
    return f"{line.office}/{line.platform}/{line.handle}", line.handle


def row(key: str, name: str, group: Iterable[Line]) -> dict[str, Any]:
    """One row of the report, of some accounts."""
    several = list(group)
    known = [line for line in several if line.after is not None]
    compared = [line for line in several if line.comparable]
    before = sum(line.before.value or 0 for line in compared if line.before)
    growth = sum((line.after.value or 0) - (line.before.value or 0) for line in compared if line.before and line.after)
    figures = [line.after for line in known if line.after] + [line.before for line in compared if line.before]
    return {
        "key": key,
        "name": name,
        "accounts": len(several),
        "known": len(known),
        "before": int(before) if compared else None,
        "followers": int(sum(line.after.value or 0 for line in known if line.after)) if known else None,
        "growth": int(growth) if compared else None,
        "growth_percent": round(100 * growth / before, 2) if compared and before else None,
        "compared": len(compared),
        "definition_changed": sum(line.both and not line.comparable for line in several),
        "exact": all(figure.exact for figure in figures),
        "as_of": min((line.after.as_of for line in known if line.after), default=None),
    }


def _notes(found: list[Line]) -> Iterable[str]:
    if not found:
        yield "No account is on record here, and nobody kept a figure by hand."
    once = sum(line.before is not None and line.after is not None and not line.both for line in found)
    if once:
        yield f"{once} account(s) are not compared: nobody measured them within the period."
    changed = sum(line.both and not line.comparable for line in found)
    if changed:
        yield f"{changed} account(s) are not compared: their platform changed what it counts in between."
    unknown = sum(line.after is None for line in found)
    if unknown:
        yield f"Nobody knows the followers of {unknown} account(s); unknown is not zero."
