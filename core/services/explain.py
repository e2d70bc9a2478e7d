"""Why something is where it is, in one paragraph: state, since when, the platform's words, what comes next, what a person can do."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now, shown_time
from gaung.core.services import posts
from gaung.core.services.accounts import require_account
from gaung.core.services.context import Context
from gaung.core.services.deliveries import require_delivery, shown
from gaung.core.services.reasons import describe
from gaung.core.store import events, pauses, switches
from gaung.core.store.tables import deliveries


def delivery(ctx: Context, number: int) -> dict[str, Any]:
    """`{"kind","id","state","text","commands":[...],"since","next_at","history":[...]}` of a delivery."""
    with ctx.store.read() as conn:
        row = require_delivery(ctx, conn, number)
        account = require_account(ctx, conn, row.account_id)
        covering = _covering(conn, row.platform, row.office, account.app_scope, row.account_id)
        history = [{"at": event.at, "event": event.event, "attempt": event.attempt} for event in events.history(conn, delivery=number)]
        working = posts.engine_runs(conn)
    said = describe(row, account, covering, zone=ctx.settings.zone, engine_runs=working)
    who = f"Delivery {number}: post {row.post_id} for {row.handle} ({row.platform}, office {row.office})"
    next_at = row.due_at if row.state in ("scheduled", "processing", "unconfirmed") else None
    return {
        "kind": "delivery",
        "id": number,
        "state": row.state,
        "text": f"{who} is {row.state} since {shown_time(row.updated_at, ctx.settings.zone)}. {said.text}",
        "commands": said.commands,
        "since": row.updated_at,
        "next_at": next_at,
        "delivery": shown(row),
        "history": history,
    }


def account(ctx: Context, number: int) -> dict[str, Any]:
    """The same of an account: does it work, what waits for it, what pauses it."""
    with ctx.store.read() as conn:
        row = require_account(ctx, conn, number)
        covering = _covering(conn, row.platform, row.office, row.app_scope, number)
        switched = switches.load(conn).of(row.platform, row.office)
        counted = select(deliveries.c.state, func.count()).where(deliveries.c.account_id == number).group_by(deliveries.c.state)
        states: dict[str, int] = dict(conn.execute(counted).all())
        latest = conn.execute(
            select(deliveries.c.error_code, deliveries.c.error_message, deliveries.c.updated_at)
            .where(deliveries.c.account_id == number, deliveries.c.error_kind.is_not(None))
            .order_by(deliveries.c.updated_at.desc())
            .limit(1)
        ).first()
    zone = ctx.settings.zone
    parts = [f"Account {number}: {row.handle} on {row.platform}, office {row.office}, is {row.status}."]
    commands = []
    if row.status == "needs_reauth":
        parts.append(f"Its token no longer works, so nothing is sent for it: {states.get('held', 0)} deliveries wait for a fresh one.")
        commands.append(reconnect(row))
    elif row.status == "removed":
        parts.append("It was removed; what it published stays on record.")
    else:
        parts.append("Its token is taken to work." if row.info else "The platform was never asked about it.")
        commands.append(f"gaung account check {number}")
    if latest is not None:
        code = f"{latest.error_code}: " if latest.error_code else ""
        parts.append(f"The platform's latest complaint ({shown_time(latest.updated_at, zone)}): {code}{latest.error_message}.")
    parts += [_paused(pause, zone) for pause in covering]
    if switched is not None and not switched.enabled:
        parts.append(f"The plugin {row.platform} was switched off by {switched.actor} at {shown_time(switched.at, zone)}; nothing is sent.")
        commands.append(f"gaung plugin enable {row.platform} --office {row.office}")
    if row.platform not in ctx.plugin_names():
        parts.append(f"The plugin {row.platform} is not installed here.")
    parts.append(f"Deliveries: {_counted(states)}.")
    text = " ".join(parts)
    return {
        "kind": "account",
        "id": number,
        "state": row.status,
        "text": text,
        "commands": commands,
        "since": row.updated_at,
        "states": states,
    }


def post(ctx: Context, number: int) -> dict[str, Any]:
    """The same of a post: how many are where, and the command for each group that needs a person."""
    found = posts.progress(ctx, number)
    told = posts.show_post(ctx, number)
    states: dict[str, int] = told["states"]
    zone = ctx.settings.zone
    parts = [
        f"Post {number}, {told['title']!r}, is for {shown_time(told['at'], zone)}, with the deadline {shown_time(told['deadline'], zone)}."
    ]
    parts.append(f"Its {told['deliveries']} deliveries: {_counted(states)}.")
    if found["moving"] == 0:
        parts.append("Nothing of it moves any more.")
    else:
        parts.append(f"{found['moving']} go on by themselves." if told["at"] <= now() else "The others begin at its time.")
        if not found["engine_runs"]:
            parts.append("But nothing runs that would do it: no dispatcher and no worker was seen lately. Start `gaung run`.")
    parts += _groups(ctx, number)
    return {
        "kind": "post",
        "id": number,
        "state": "resting" if found["moving"] == 0 else "moving",
        "text": " ".join(parts),
        "commands": _commands(number, states),
        "since": told["at"],
        "states": states,
    }


def _groups(ctx: Context, number: int) -> list[str]:
    """What most deliveries of a troubled state say, with how many say it."""
    keys = (deliveries.c.platform, deliveries.c.state, deliveries.c.reason, deliveries.c.error_code, deliveries.c.error_message)
    troubled = ("failed", "held", "unconfirmed", "missed", "skipped")
    where = (deliveries.c.post_id == number, deliveries.c.state.in_(troubled), ctx.scope.clause(deliveries.c.office))
    query = select(*keys, func.count().label("n")).where(*where).group_by(*keys).order_by(func.count().desc()).limit(5)
    with ctx.store.read() as conn:
        rows = conn.execute(query).all()
    said = []
    for row in rows:
        code = f"{row.error_code}: " if row.error_code else ""
        words = f"{code}{row.error_message}" if row.error_message else row.reason or "no reason is on record"
        said.append(f"{row.n} on {row.platform} {row.state}: {words}.")
    return said


def _commands(number: int, states: dict[str, int]) -> list[str]:
    wanted = {
        "failed": f"gaung post retry {number}",
        "missed": f"gaung post retry {number} --deadline TIME",
        "unconfirmed": f"gaung delivery list --post {number} --state unconfirmed",
        "held": f"gaung delivery list --post {number} --state held",
    }
    found = [command for state, command in wanted.items() if states.get(state)]
    return found or [f"gaung post watch {number}"]


def reconnect(row: Any) -> str:
    """The command that gives an account a fresh token."""
    return (
        f"gaung account add --office {row.office} --platform {row.platform} --external-id {row.external_id} "
        f"--handle {row.handle} --credentials FILE"
    )


def _covering(conn: Connection, platform: str, office: str, app: str, number: int) -> list[pauses.Pause]:
    where = {"platform": platform, "office": office, "app": app, "account": number}
    return [pause for pause in pauses.active(conn) if pause.covers(**where)]  # type: ignore[arg-type]


def _paused(pause: pauses.Pause, zone: Any) -> str:
    until = f"until {shown_time(pause.until, zone)}" if pause.until else "until somebody resumes"
    return f"Paused: {pauses.shown(pause.scope)} ({pause.reason}), {until}."


def _counted(states: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none"
