"""One rule a kind of alert: what is the case at this moment. A rule only reads, and never tells of a person."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.engine import Connection

from gaung.core.alerts.alert import Alert, Rule
from gaung.core.alerts.drives import coverage_behind
from gaung.core.alerts.observers import observer_behind
from gaung.core.config.model import AlertSettings
from gaung.core.store import measures, pauses
from gaung.core.store.tables import accounts, deliveries, publications

WEEK = timedelta(days=7)
LATELY = timedelta(days=1)
NEARLY_OVER = 0.8
"""A fall below this part of the limit counts as over; in between, an open alert stays and no new one is raised."""
LONG_PAUSE = timedelta(minutes=5)
"""A shorter rest is the platform's ordinary "not so fast", not a spent quota."""


def silent(conn: Connection, settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Offices whose accounts published nothing for so many days; an account younger than that is no sign."""
    since = now - timedelta(days=settings.silent_days)
    there, theirs = accounts.c.status != "removed", publications.c.account_id == accounts.c.id
    lately = select(accounts.c.office).where(there, theirs, publications.c.published_at > since).correlate(None)
    begun = select(accounts.c.office, func.min(accounts.c.created_at)).where(there, accounts.c.office.not_in(lately))
    quiet = {office: created for office, created in conn.execute(begun.group_by(accounts.c.office)) if created <= since}
    latest = select(accounts.c.office, func.max(publications.c.published_at)).where(there, theirs, accounts.c.office.in_(quiet))
    last = {office: moment for office, moment in conn.execute(latest.group_by(accounts.c.office))}  # noqa: C416 - a row is no tuple to mypy
    for office, created in quiet.items():
        yield Alert(kind="silent", key=office, office=office, data={"days": (now - last.get(office, created)).days})


def followers_fell(conn: Connection, settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Accounts that lost more than so many percent of their followers within a week; never across a change of definition."""
    before = {row.account: row for row in measures.of_accounts(conn, "followers", now - WEEK)}
    for today in measures.of_accounts(conn, "followers", now):
        then = before.get(today.account)
        if then is None or not then.value or then.definition != today.definition:
            continue
        percent = 100 * (then.value - today.value) / then.value
        if percent > settings.followers_fell_percent * NEARLY_OVER:
            data = {"percent": round(percent, 1), "was": f"{then.value:g}", "value": today.value}
            ids: dict[str, Any] = {"office": today.office, "platform": today.platform, "account": today.account}
            keeps = percent <= settings.followers_fell_percent
            yield Alert(kind="followers_fell", key=f"account:{today.account}", **ids, data=data, keeps=keeps)


def needs_reauth(conn: Connection, _settings: AlertSettings, _now: datetime) -> Iterator[Alert]:
    """Accounts that a person must connect again."""
    for row in conn.execute(select(accounts).where(accounts.c.status == "needs_reauth")):
        yield _of_account("needs_reauth", row, {"handle": row.handle})


def token_ends(conn: Connection, settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Accounts whose token ends within so many days, by what the platform last said."""
    for row in conn.execute(select(accounts).where(accounts.c.status == "active")):
        ends = row.info.get("expires_at")
        if ends and _aware(ends) <= now + timedelta(days=settings.token_days):
            yield _of_account("token_ends", row, {"handle": row.handle, "at": ends})


def _aware(text: str) -> datetime:
    """What a plugin told without a zone is taken for UTC."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def quota(conn: Connection, _settings: AlertSettings, _now: datetime) -> Iterator[Alert]:
    """Apps and accounts that rest because their quota is spent, or nearly: the platform said so, or its usage headers did."""
    for pause in pauses.active(conn):
        kind, _, rest = pause.scope.partition(":")
        if pause.kind != "auto" or pause.until is None or kind not in ("app", "account"):
            continue
        platform = rest.partition(":")[0] if kind == "app" else None
        account = int(rest) if kind == "account" else None
        data = {"scope": pause.scope, "reason": pause.reason}
        keeps = pause.until - pause.since < LONG_PAUSE
        yield Alert(kind="quota", key=pause.scope, platform=platform, account=account, data=data, keeps=keeps)


def missed(conn: Connection, _settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Posts of which deliveries were missed within a day."""
    missed_ = deliveries.c.state == literal_column("'missed'")  # in the words of the query: no partial index is found by a parameter
    lately = (missed_, deliveries.c.updated_at > now - LATELY)
    query = select(deliveries.c.post_id, func.count()).where(*lately).group_by(deliveries.c.post_id)
    for post, number in conn.execute(query):
        yield Alert(kind="missed", key=f"post:{post}", post=post, data={"deliveries": number})


def _of_account(kind: str, row: Any, data: Mapping[str, Any]) -> Alert:
    return Alert(kind=kind, key=f"account:{row.id}", office=row.office, platform=row.platform, account=row.id, data=data)


RULES: Mapping[str, Rule] = {
    "silent": silent,
    "followers_fell": followers_fell,
    "needs_reauth": needs_reauth,
    "token_ends": token_ends,
    "quota": quota,
    "missed": missed,
    "coverage_behind": coverage_behind,
    "observer_behind": observer_behind,
}
