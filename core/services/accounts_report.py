"""Who has accounts and who has none and why: by regency, district, village, body or platform, and growth between two days.

Members are those in term on the day, each counted once in a row and once in the total; accounts are those on record at its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.registry import people, standing
from gaung.core.registry.standing import STANDING, TOTAL
from gaung.core.services.context import Context
from gaung.core.services.exports import csv_text
from gaung.core.services.members import Which, conditions
from gaung.core.services.small_cells import hide
from gaung.core.store.registry_tables import areas
from gaung.core.store.types import day_of

BY = (*people.BY, "platform")
_BODIES = ("ppk", "ppk_without", "pps", "pps_without")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day of terms, and the moment at which accounts are looked at: its end, or now."""

    day: date
    at: datetime


def moment(ctx: Context, day: date | None) -> Moment:
    """The end of `day` in the office's zone; of None, today and days to come: now."""
    if day is None or day >= day_of(None):
        return Moment(day=day or day_of(None), at=now())
    return Moment(day=day, at=datetime.combine(day + timedelta(days=1), time(), ctx.settings.zone))


def accounts(ctx: Context, *, by: str, start: date | None = None, end: date | None = None) -> dict[str, Any]:
    """`report accounts`: `{"as_of","by","from","to","platforms","rows":[...],"total":{...}}`.

    A row: `key name members with_account without`, `reasons` (a count for each of `STANDING`; they add up to `without`), `accounts` by
    platform and `accounts_total` at the end of `to`, the same `_from` at the end of `from`, `growth` (null without `from`), and
    `ppk ppk_without pps pps_without`: bodies expected, and those with no institutional account. By platform there are no reasons, and
    `ppk`, `pps` have an account there.
    """
    if start is not None and start >= (end or day_of(None)):
        raise UserError("--from must be a day before --to.", "Give the earlier day as --from.")
    to, since = moment(ctx, end), None if start is None else moment(ctx, start)
    with ctx.store.read() as conn:
        look = _Look(ctx, conn, TOTAL if by == "platform" else by, to, since)
        total = look.row(TOTAL, None)
        rows = _platform_rows(ctx, look) if by == "platform" else [look.row(key, name) for key, name in look.names(by).items()]
    return {"as_of": now(), "by": by, "from": start, "to": to.day, "platforms": look.platforms, "rows": rows, "total": total}


def gaps(ctx: Context, which: Which, by: str) -> dict[str, Any]:
    """`member gaps --by`: `{"as_of","on","by","rows":[...],"total":{...}}`; a row: `key name members with_account without reasons`."""
    at = moment(ctx, which.on)
    with ctx.store.read() as conn:
        where = _where(ctx, conn, which, at.day)
        found = standing.count(conn, by, where, at.at, which.platform)
        total = found.pop(TOTAL, standing.NOBODY).status
        names = _names(conn, by, found)
    rows = [{"key": key, "name": name, **_reasons(found[key].status)} for key, name in names.items()]
    return {"as_of": now(), "on": at.day, "by": by, "rows": rows, "total": {"key": TOTAL, "name": None, **_reasons(total)}}


def hidden(report: Mapping[str, Any]) -> Row:
    """The same for other eyes: reasons of one to four persons are not told."""
    rows = [{**row, **(row["reasons"] or {})} for row in report["rows"]]
    total = {**report["total"], **(report["total"]["reasons"] or {})}
    if any(row["reasons"] is None for row in report["rows"]):
        shown, foot = report["rows"], hide([], total, STANDING)[1]
    else:
        shown, foot = hide(rows, total, STANDING)
    return {**report, "rows": [_nested(row) for row in shown], "total": _nested(foot)}


def to_csv(report: Mapping[str, Any]) -> str:
    """A report as CSV, small counts hidden, the total last."""
    safe = hidden(report)
    columns: list[str] = [key for key in ("key", "name", "members", "with_account", "without") if key in safe["total"]]
    flat = [_flat(row, safe) for row in [*safe["rows"], {**safe["total"], "key": "total"}]]
    columns += [key for key in flat[-1] if key not in columns]
    return csv_text({"as_of": "as_of", **dict(zip(columns, columns, strict=True))}, flat)


class _Look:
    """What one report reads, in as few passes as it takes."""

    def __init__(self, ctx: Context, conn: Connection, by: str, to: Moment, since: Moment | None) -> None:
        self._conn, self.since = conn, since
        where, sight = _where(ctx, conn, Which(), to.day), ctx.scope.clause(areas.c.code)
        both = (by,) if by == TOTAL else (by, TOTAL)
        self.now = standing.count(conn, by, where, to.at)
        self.before: dict[str, dict[str, int]] = {}
        if since is not None:
            then = _where(ctx, conn, Which(), since.day)
            self.before = standing.held(conn, by, then, since.at)
        self.bodies = {key: value for one in both for key, value in standing.bodies(conn, one, sight, to.at).items()}
        self.body_accounts = standing.body_accounts(conn, sight, to.at)
        seen = {name for held in (*(counts.held for counts in self.now.values()), *self.before.values()) for name in held}
        self.platforms = sorted({*ctx.manager.platforms(), *seen, *self.body_accounts})

    def names(self, by: str) -> dict[str, str | None]:
        """Every key, in order, with its name."""
        return _names(self._conn, by, {*self.now, *self.before, *self.bodies} - {TOTAL})

    def row(self, key: str, name: str | None) -> Row:
        """One row."""
        here, then = self.now.get(key, standing.NOBODY), self.before.get(key, {})
        held = {platform: here.held.get(platform, 0) for platform in self.platforms}
        before = {platform: then.get(platform, 0) for platform in self.platforms}
        bodies = {kind: self.bodies.get(key, {}).get(kind, 0) for kind in _BODIES}
        return {
            "key": key, "name": name, **_reasons(here.status), **_grown(held, before, self.since), **bodies,
        }  # fmt: skip


def _platform_rows(ctx: Context, look: _Look) -> list[Row]:
    total, then = look.now.get(TOTAL, standing.NOBODY), look.before.get(TOTAL, {})
    members = total.status["members"]
    rows = []
    for name in look.platforms:
        record = ctx.manager.platforms().get(name)
        here, before = {name: total.held.get(name, 0)}, {name: then.get(name, 0)}
        counts = {"members": members, "with_account": here[name], "without": members - here[name], "reasons": None}
        bodies = {kind: look.body_accounts.get(name, {}).get(kind, 0) for kind in ("ppk", "pps")}
        short = {f"{kind}_without": look.bodies.get(TOTAL, {}).get(kind, 0) - number for kind, number in bodies.items()}
        grown = _grown(here, before, look.since)
        rows.append({"key": name, "name": record.title if record else None, **counts, **grown, **bodies, **short})
    return rows


def _grown(held: Mapping[str, int], before: Mapping[str, int], since: Moment | None) -> Row:
    now_, then = sum(held.values()), sum(before.values())
    grown: Row = {"accounts": dict(held), "accounts_total": now_}
    if since is None:
        return {**grown, "accounts_from": None, "accounts_total_from": None, "growth": None}
    return {**grown, "accounts_from": dict(before), "accounts_total_from": then, "growth": now_ - then}


def _where(ctx: Context, conn: Connection, which: Which, day: date) -> list[ColumnElement[bool]]:
    filters = Which(office=which.office, area=which.area, body=which.body, on=day)
    return conditions(ctx, conn, filters)


def _names(conn: Connection, by: str, keys: Mapping[str, Any] | set[str]) -> dict[str, str | None]:
    if by == "body":
        return dict.fromkeys(sorted(keys))
    known: dict[str, str] = dict(conn.execute(select(areas.c.code, areas.c.name).where(areas.c.level == by)).all())
    return {key: known.get(key) for key in sorted(keys)}


def _reasons(status: Mapping[str, int]) -> Row:
    counts: Row = {key: status[key] for key in ("members", "with_account", "without")}
    return {**counts, "reasons": {name: status[name] for name in STANDING}}


def _nested(row: Mapping[str, Any]) -> Row:
    if row["reasons"] is None:
        return dict(row)
    plain = {key: value for key, value in row.items() if key not in STANDING}
    return {**plain, "reasons": {name: row[name] for name in STANDING}}


def _flat(row: Mapping[str, Any], report: Mapping[str, Any]) -> Row:
    flat: Row = {"as_of": report["as_of"].isoformat(timespec="seconds")}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat |= {name if key == "reasons" else f"{key}_{name}": number for name, number in value.items()}
        elif value is not None or key in ("key", "name"):
            flat[key] = value
    return flat
