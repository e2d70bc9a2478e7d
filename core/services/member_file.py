"""Everything that is held about one member: the copy that a person has a right to (UU 27/2022)."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.registry import captures, consent
from gaung.core.services.context import Context
from gaung.core.services.members import require_member
from gaung.core.store.ledger_tables import GRADES, claims, reshare_changes, reshares, sightings
from gaung.core.store.registry_tables import areas, assignments, consents, declared_accounts, member_follows
from gaung.core.store.tables import events, posts

_OWN = ("number", "name", "contact", "reason", "reason_at", "created_at", "updated_at", "erased_at", "erased_why")
_CLAIM = ("url", "claimed_at", "handed_at", "source", "actor", "state", "why", "reviewed_by", "reviewed_at")


def show(ctx: Context, number: str, *, whole: bool = False) -> dict[str, Any]:
    """All that is held about a member in sight. `whole`: with the text agreed to, the captures' bytes and every event, to hand over.

    `retention.until`: the day after which name, handles, links and captures are erased; null while a term is open.
    """
    with ctx.store.read() as conn:
        row = require_member(ctx, conn, number)
        terms = _terms(conn, row.id)
        value: dict[str, Any] = {"as_of": now(), **{key: getattr(row, key) for key in _OWN}}
        value["assignments"] = terms
        value["consents"] = _consents(conn, row.id, whole)
        value["accounts"] = _accounts(conn, row.id)
        value["follows"] = _rows(conn, select(*_columns(member_follows, ("platform", "follows", "at", "actor"))), member_follows, row.id)
        value["reshares"] = _reshares(conn, row.id)
        value["claims"] = _claims(ctx, conn, row.id, whole)
        value["sightings"] = _sightings(conn, row.id)
        if whole:
            value["events"] = _events(conn, row.number)
        value["retention"] = retention([one["term_end"] for one in terms], ctx.settings.registry.retention_days)
    return value


def retention(ends: Sequence[date | None], days: int) -> dict[str, Any]:
    """`{"days","until"}`: how long data outlives the last term, and the last day on which it is kept."""
    closed = [end for end in ends if end is not None]
    open_ = len(closed) < len(ends) or not closed
    return {"days": days, "until": None if open_ else max(closed) + timedelta(days=days)}


def _columns(table: Any, keys: Sequence[str]) -> list[Any]:
    return [table.c[key] for key in keys]


def _rows(conn: Connection, query: Select[Any], table: Any, member: int) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(query.where(table.c.member_id == member)).mappings()]


def _terms(conn: Connection, member: int) -> list[dict[str, Any]]:
    keys = _columns(assignments, ("body", "area", "office", "term_start", "term_end"))
    query = select(*keys, areas.c.name.label("area_name")).outerjoin(areas, areas.c.code == assignments.c.area)
    return _rows(conn, query.order_by(assignments.c.term_start, assignments.c.id), assignments, member)


def _consents(conn: Connection, member: int, whole: bool) -> list[dict[str, Any]]:
    keys = ("version", "given_at", "how", "actor", "withdrawn_at", "withdrawn_by", "stop_by")
    found = _rows(conn, select(*_columns(consents, keys)).order_by(consents.c.given_at, consents.c.id), consents, member)
    return [{**row, "text": consent.text(row["version"])} for row in found] if whole else found


def _accounts(conn: Connection, member: int) -> list[dict[str, Any]]:
    keys = ("platform", "handle", "external_id", "how", "actor", "declared_at", "ended_at", "ended_why")
    query = select(*_columns(declared_accounts, keys)).order_by(declared_accounts.c.platform, declared_accounts.c.id)
    return _rows(conn, query, declared_accounts, member)


def _reshares(conn: Connection, member: int) -> list[dict[str, Any]]:
    keys = (
        "id",
        "platform",
        "signal",
        "grade",
        "link",
        "source",
        "verifier",
        "first_seen_at",
        "updated_at",
        "withdrawn_at",
        "withdrawn_why",
    )
    query = select(reshares.c.post_id.label("post"), posts.c.title, *_columns(reshares, keys)).join(posts, posts.c.id == reshares.c.post_id)
    found = _rows(conn, query.order_by(reshares.c.id), reshares, member)
    history: dict[int, list[dict[str, Any]]] = {}
    mine = select(reshares.c.id).where(reshares.c.member_id == member).scalar_subquery()
    for row in conn.execute(select(reshare_changes).where(reshare_changes.c.reshare_id.in_(mine)).order_by(reshare_changes.c.id)):
        told = {"at": row.at, "actor": row.actor, "was": _grade(row.was), "grade": _grade(row.grade), "why": row.why}
        history.setdefault(row.reshare_id, []).append(told)
    return [{**row, "grade": _grade(row["grade"]), "changes": history.get(row["id"], [])} for row in found]


def _grade(number: int | None) -> str | None:
    return None if number is None else GRADES[number - 1]


def _claims(ctx: Context, conn: Connection, member: int, whole: bool) -> list[dict[str, Any]]:
    keys = ("id", "platform", *_CLAIM, "capture", "capture_until")
    query = select(claims.c.post_id.label("post"), *_columns(claims, keys)).order_by(claims.c.id)
    return [_with_bytes(ctx, row) if whole else row for row in _rows(conn, query, claims, member)]


def _with_bytes(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    """The picture itself, for a copy of everything must hold it."""
    held = captures.read(ctx.settings, row["capture"]) if row["capture"] and row["capture_until"] else None
    return {**row, "capture_base64": None if held is None else base64.b64encode(held).decode()}


def _sightings(conn: Connection, member: int) -> list[dict[str, Any]]:
    keys = ("platform", "signal", "happened_at", "first_seen_at", "source")
    query = select(sightings.c.post_id.label("post"), *_columns(sightings, keys))
    query = query.join(declared_accounts, declared_accounts.c.id == sightings.c.declared_id)
    return _rows(conn, query.order_by(sightings.c.id), declared_accounts, member)


def _events(conn: Connection, number: str) -> list[dict[str, Any]]:
    keys = _columns(events, ("id", "at", "event", "actor", "platform", "post", "data"))
    return [dict(row) for row in conn.execute(select(*keys).where(events.c.member == number).order_by(events.c.id)).mappings()]
