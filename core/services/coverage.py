"""How much of the corps echoed a post, or the posts of a period: by area, body, platform, origin, purpose or post, grades apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, true
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.ledger import covering
from gaung.core.ledger.contributions import ANY
from gaung.core.ledger.covering import Where
from gaung.core.period import Period
from gaung.core.posts.draft import ORIGINS, PURPOSES
from gaung.core.registry import state
from gaung.core.services.areas import require_area
from gaung.core.services.context import Context
from gaung.core.services.coverage_rows import AREAS, GROUPS, Look
from gaung.core.services.exports import csv_text
from gaung.core.services.offices import require_office
from gaung.core.services.posts import require_post
from gaung.core.store.ledger_tables import GRADES
from gaung.core.store.registry_tables import BODIES, LEVELS
from gaung.core.store.tables import deliveries, posts

BY = (*AREAS, "body", "platform", *GROUPS)
COLUMNS = ("key", "name", "members", "with_account", *reversed(GRADES), "covered", "coverage")
_CHOICES = {"by": BY, "grade": GRADES, "body": BODIES, "origin": ORIGINS, "purpose": PURPOSES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is wanted. Without `post`: the posts of the days `first` to `last` (default: the last 30 days)."""

    post: int | None = None
    by: str | None = None
    """None: the areas that the whole consists of, regencies or what is below."""
    office: str | None = None
    area: str | None = None
    body: str | None = None
    platform: str | None = None
    origin: str | None = None
    purpose: str | None = None
    grade: str = "matched"
    first: date | None = None
    last: date | None = None


def report(ctx: Context, ask: Ask) -> dict[str, Any]:
    """`report coverage`:
    `{"post","from","to","posts","counts","as_of","by","grade","rows","total","platform_shares","unmatched","notes"}`.

    A row: `key name members with_account observed reviewed matched clicked claimed covered coverage`. Columns of grades count members at
    that best grade; `covered` counts `grade` or better; `coverage` is covered / members, null without members. `counts`: `members` for a
    post; `member-posts` for a period: every member once for each post. Raises `UserError` for what does not exist or is out of sight.
    """
    first, last = _period(ask)
    platform = ANY if ask.platform is None else ctx.manager.platform(ask.platform).name
    with ctx.store.read() as conn:
        top, whole, by = _top(ctx, conn, ask)
        offices = true() if whole else _concerning(top)
        if ask.office is not None:
            offices = deliveries.c.office == ask.office
        chosen = _posts(conn, ask, offices, first, last)
    days = {day: state.counts(ctx.store, day) for day in sorted({row.day for row in chosen})}
    titles = {name: record.title for name, record in ctx.manager.platforms().items()}
    with ctx.store.read() as conn:
        look = Look(conn, chosen, days, Where(top, None, ask.body or ANY, platform), ask.grade, titles)
        rows, total = look.rows(by), look.total()
        shares = covering.shares(conn, look.ids, offices)
        strangers = covering.strangers(conn, look.ids, offices, platform)
        notes = _notes(conn, ask, by, look, total)
    return {
        "post": ask.post,
        "from": first,
        "to": last,
        "posts": len(chosen),
        "counts": "members" if ask.post is not None else "member-posts",
        "as_of": now(),
        "by": by,
        "grade": ask.grade,
        "rows": rows,
        "total": total,
        "platform_shares": {row["platform"]: {key: value for key, value in row.items() if key != "platform"} for row in shares},
        "unmatched": strangers,
        "notes": notes,
    }


def to_csv(told: Mapping[str, Any]) -> str:
    """A report as CSV, the total last."""
    return csv_text({column: column for column in COLUMNS}, [*told["rows"], told["total"]])


def _period(ask: Ask) -> tuple[date | None, date | None]:
    for name, known in _CHOICES.items():
        value = getattr(ask, name)
        if value is not None and value not in known:
            raise UserError(f"Unknown {name} {value}.", meant(value, known))
    if ask.post is not None:
        if ask.first or ask.last:
            raise UserError("A post has a day of its own.", "Leave --post out, or --from and --to.")
        return None, None
    if ask.first and ask.last and ask.first > ask.last:
        raise UserError(f"--from {ask.first} is after --to {ask.last}.", "Swap them.")
    period = Period.of(ask.first, ask.last)
    return period.first, period.last


def _top(ctx: Context, conn: Connection, ask: Ask) -> tuple[tuple[str, ...], bool, str]:
    """The areas that the report is about, whether that is everything, and what a row is. No area on record: none, and no error."""
    everything = covering.roots(conn)
    limits = [code for code in (ctx.scope.office, ask.office) if code is not None]
    if ask.office is not None:
        require_office(conn, ask.office)
        ctx.scope.require(ask.office)
    if not everything:
        return (), not limits, ask.by or AREAS[0]
    wanted = require_area(conn, limits[-1]) if limits else None
    if ask.area is not None:
        node = require_area(conn, ask.area)
        ctx.scope.require(node.code)
        if wanted is not None and not covering.lies_in(conn, node.code, wanted.code):
            raise UserError(f"Area {node.code} does not lie in {wanted.code}.", "Leave one of --office and --area out.")
        wanted = node
    if wanted is None or (wanted.code,) == everything:
        top, level = everything, LEVELS[0]
    else:
        top, level = (wanted.code,), wanted.level
    below = [one for one in AREAS if LEVELS.index(one) > LEVELS.index(level)] or [AREAS[-1]]
    if ask.by in AREAS and ask.by not in (level, *below):
        raise UserError(f"{top[0]} is a {level}: there is no {ask.by} in it.", f"Use --by {below[0]}.")
    return top, top == everything, ask.by or below[0]


def _concerning(top: Sequence[str]) -> ColumnElement[bool]:
    """Offices whose posts are for the members of these areas: those above, the area's own, and those below."""
    parts = top[0].split(".")
    above = [".".join(parts[:number]) for number in range(1, len(parts) + 1)]
    return or_(deliveries.c.office.in_(above), deliveries.c.office.startswith(f"{top[0]}.", autoescape=True))


def _posts(conn: Connection, ask: Ask, offices: ColumnElement[bool], first: date | None, last: date | None) -> Sequence[Row[Any]]:
    if ask.post is not None:
        row = require_post(conn, ask.post)
        found = covering.published(conn, [posts.c.id == ask.post, offices])
        if not found and covering.published(conn, [posts.c.id == ask.post]):
            where = f"by office {ask.office}" if ask.office else "for members in sight"
            raise UserError(f"Post {ask.post} was not published {where}.", f"See: gaung delivery list --post {ask.post}")
        return found or [row]
    fits = [offices, posts.c.day >= first, posts.c.day <= last]
    fits += [posts.c.origin == ask.origin] if ask.origin else []
    fits += [posts.c.purpose == ask.purpose] if ask.purpose else []
    return covering.published(conn, fits)


def _notes(conn: Connection, ask: Ask, by: str, look: Look, total: Mapping[str, Any]) -> list[str]:
    """What a reader must know of an empty or summed report."""
    notes = []
    if not look.where.roots:
        notes.append("No areas are on record: every count is empty. Run: gaung area import FILE.csv")
    if not look.chosen:
        notes.append("No post of these days has a publication in sight.")
    elif look.where.roots and not total["members"]:
        notes.append("No member was in term there on the day: coverage is unknown, not zero. Run: gaung member import FILE")
    elif not any(total[grade] for grade in GRADES):
        notes.append("No reshare is on record.")
    if ask.post is not None and not covering.published(conn, [posts.c.id == ask.post]):
        notes.append(f"Post {ask.post} has no publication: nobody can have echoed it.")
    if ask.post is None and len(look.chosen) > 1:
        notes.append(f"Sums over {len(look.chosen)} posts: a member counts once for each post.")
    if by in ("body", "platform"):
        notes.append("A member may be in several rows; the total counts everybody once.")
    return notes
