"""Pausing and going on, by hand, at once and everywhere."""

from typing import Any

from sqlalchemy import select

from gaung.core.errors import UserError
from gaung.core.services.context import Context
from gaung.core.services.offices import require_office
from gaung.core.store import pauses as store
from gaung.core.store.tables import pauses


def scope_name(*, everything: bool, platform: str | None, office: str | None) -> str:
    """The scope that exactly one of the three options names. Raises UserError otherwise."""
    chosen = [name for name in ("all" if everything else "", platform and f"platform:{platform}", office and f"office:{office}") if name]
    if len(chosen) != 1:
        raise UserError("Say what: exactly one of --all, --platform P and --office C.")
    return chosen[0]


def pause(ctx: Context, scope: str, *, reason: str = "") -> dict[str, Any]:
    """Pause a scope until somebody resumes it. Answers `{"scope","changed","pauses":[...]}`."""
    _may(ctx, scope)
    with ctx.store.write() as conn:
        changed = store.pause(conn, scope, kind="manual", reason=reason or "paused by hand")
    return {"scope": scope, "changed": changed, "pauses": active(ctx)}


def resume(ctx: Context, scope: str) -> dict[str, Any]:
    """End a manual pause; `all` ends every manual one. What a platform imposed stays until its time is over.

    Answers `{"scope","lifted":[scopes],"released":N,"pauses":[what is still in force]}`.
    """
    _may(ctx, scope)
    with ctx.store.write() as conn:
        manual = [pauses.c.kind == "manual"]
        if scope != "all":
            manual.append(pauses.c.scope == scope)
        lifted = list(conn.execute(select(pauses.c.scope).where(*manual).order_by(pauses.c.scope)).scalars())
        released = store.lift(conn, *lifted)
    return {"scope": scope, "lifted": lifted, "released": released, "pauses": active(ctx)}


def active(ctx: Context) -> list[dict[str, Any]]:
    """`[{"scope","kind","reason","since","until"}]` of all pauses in force; `until` None: until somebody resumes."""
    with ctx.store.read() as conn:
        found = store.active(conn)
    keys = ("scope", "kind", "reason", "since", "until")
    return [{key: getattr(pause, key) for key in keys} for pause in sorted(found, key=lambda one: one.scope)]


def _may(ctx: Context, scope: str) -> None:
    kind, _, name = scope.partition(":")
    if kind == "office":
        with ctx.store.read() as conn:
            require_office(conn, name)
        ctx.scope.require(name)
        return
    if kind == "platform":
        ctx.manager.platform(name)
    ctx.scope.require_all("Pausing all offices" if kind == "all" else f"Pausing {name}")
