"""Alerts as people see them: what is open, since when, and what it says."""

from typing import Any

from gaung.core.alerts import book
from gaung.core.engine.presence import alive
from gaung.core.services.context import Context

WORDS = {
    "silent": "has published nothing for {days} days",
    "followers_fell": "lost {percent} percent of its followers within a week ({was} -> {value:g})",
    "needs_reauth": "must be connected again: gaung account add",
    "token_ends": "has a token that ends at {at}: connect it again before",
    "quota": "rests, for its quota is spent or nearly: {scope} ({reason})",
    "missed": "{deliveries} deliveries were missed within a day",
    "coverage_behind": "is behind in drive {drive}: {percent} percent at half time, of a target of {value:g}",
    "observer_behind": "observer {plugin} has taken no event since {at}; it goes on by itself once it can, and the log says why it cannot",
}


def list_alerts(ctx: Context, *, everything: bool = False) -> list[dict[str, Any]]:
    """`[{"id","kind","office","platform","account","post","words","data","raised_at","resolved_at"}]`, the latest first."""
    with ctx.store.read() as conn:
        rows = book.listed(conn, everything=everything)
    return [_shown(row) for row in rows if row.office is None or ctx.scope.sees(row.office)]


def somebody_looks(ctx: Context) -> bool:
    """Whether a dispatcher, which looks every minute, was seen lately."""
    with ctx.store.read() as conn:
        return bool(alive(conn, "dispatcher"))


def look_now(ctx: Context) -> list[dict[str, Any]]:
    """Look by every rule now, tell what is new and what is over, and answer what is open."""
    with ctx.store.write() as conn:
        book.write(conn, book.look(conn, ctx.settings.alerts))
    return list_alerts(ctx)


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "office": row.office,
        "platform": row.platform,
        "account": row.account_id,
        "post": row.post_id,
        "words": _words(row),
        "data": row.data,
        "raised_at": row.raised_at,
        "resolved_at": row.resolved_at,
    }


def _words(row: Any) -> str:
    who = row.data.get("handle") or (f"Post {row.post_id}" if row.post_id else row.office) or ""
    return f"{who} {WORDS.get(row.kind, row.kind).format_map(_Blank(row.data))}".strip()


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
