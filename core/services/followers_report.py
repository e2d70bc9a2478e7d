"""`report followers`: how many follow the accounts, and how that grew; only what was measured at both ends is compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

BY = ("office", "platform", "account")
NAME = "followers"
COLUMNS = ("key", "name", "accounts", "known", "before", "followers", "growth", "growth_percent", "compared", "exact", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account, at both ends of a period. None: nobody knows."""

    office: str
    platform: str
    handle: str
    before: Figure | None
    after: Figure | None

    @property
    def comparable(self) -> bool:
        """Measured at both ends, at two moments, by one definition. One kept by hand is compared with any: people count what they see."""
        if self.before is None or self.after is None or self.before.value is None or self.after.value is None:
            return False
        if self.before.as_of == self.after.as_of:  # one figure is no growth of nothing
            return False
        return self.before.definition == self.after.definition or "hand" in (self.before.definition, self.after.definition)


def report(ctx: Context, period: Period, *, by: str = "office", office: str | None = None, platform: str | None = None) -> dict[str, Any]:
    """`{"from","to","as_of","by","rows":[...],"total":{...},"notes":[...]}`.

    A row: `key name accounts known before followers growth growth_percent compared exact as_of`. `followers` sums what is known at the
    end of the period; `before` and `growth` only the `compared` accounts, so that an account measured for the first time is no growth;
    all of them null where nothing is known. `exact` false: a part is rounded by its platform or approximate.
    """
    if by not in BY:
        raise UserError(f"Unknown grouping {by}.", f"Known: {', '.join(BY)}.")
    with ctx.store.read() as conn:
        if office is not None:
            require_office(conn, office)
            ctx.scope.require(office)
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
    """Every account in sight that is active or was measured, at both ends of the period."""
    mine = and_(table.c.publication == 0, table.c.name == NAME, ctx.scope.clause(table.c.office))
    before, after = (measures.at(conn, when, mine) for when in (period.begins, period.ends))
    there = conn.execute(
        select(accounts.c.office, accounts.c.platform, accounts.c.handle).where(
            accounts.c.status != "removed", accounts.c.created_at < period.ends, ctx.scope.clause(accounts.c.office)
        )
    )
    subjects = {(row.office, row.platform, row.handle) for row in there} | {subject[:3] for subject in after}
    return [Line(office=one[0], platform=one[1], handle=one[2], before=_of(before, one), after=_of(after, one)) for one in sorted(subjects)]


def to_csv(told: Mapping[str, Any]) -> str:
    """The report as CSV, the total last."""
    return csv_text({column: column for column in COLUMNS}, [*told["rows"], told["total"]])


def _of(found: Mapping[measures.Subject, Mapping[str, Figure]], one: tuple[str, str, str]) -> Figure | None:
    return found.get((*one, 0), {}).get(NAME)


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
    known = [line for line in several if line.after is not None and line.after.value is not None]
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
        "exact": all(figure.exact for figure in figures),
        "as_of": min((line.after.as_of for line in known if line.after), default=None),
    }


def _notes(found: list[Line]) -> Iterable[str]:
    both = [line for line in found if not line.comparable and line.before and line.after and line.before.value and line.after.value]
    once = sum(1 for line in both if line.before and line.after and line.before.as_of == line.after.as_of)
    if once:
        yield f"{once} account(s) are not compared: nobody measured them within the period."
    if len(both) > once:
        yield f"{len(both) - once} account(s) are not compared: their platform changed what it counts in between."
    unknown = sum(1 for line in found if line.after is None or line.after.value is None)
    if unknown:
        yield f"Nobody knows the followers of {unknown} account(s); unknown is not zero."
