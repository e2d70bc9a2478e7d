"""One rule a kind of alert: what is the case at this moment. A rule only reads, and never tells of a person."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from gaung.core.alerts.alert import Alert, Rule
from gaung.core.alerts.drives import coverage_behind
from gaung.core.alerts.observers import observer_behind
from gaung.core.config.model import AlertSettings
from gaung.core.store import measures, pauses
from gaung.core.store.measure_tables import measures as figures
from gaung.core.store.measures import Figure
from gaung.core.store.tables import accounts, deliveries, publications

Owner = tuple[str, str, str]
"""Office, platform, handle."""
WEEK = timedelta(days=7)
LATELY = timedelta(days=1)
NEARLY_OVER = 0.8
"""A fall below this part of the limit counts as over; in between, an open alert stays and no new one is raised."""
LONG_PAUSE = timedelta(minutes=5)
"""A shorter rest is the platform's ordinary "not so fast", not a spent quota."""


def silent(conn: Connection, settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Offices whose accounts published nothing for so many days; an account younger than that is no sign."""
    since = now - timedelta(days=settings.silent_days)
    latest = func.max(publications.c.published_at)
    query = (
        select(accounts.c.office, func.min(accounts.c.created_at), latest)
        .outerjoin(publications, publications.c.account_id == accounts.c.id)
        .where(accounts.c.status != "removed")
        .group_by(accounts.c.office)
    )
    for office, created, last in conn.execute(query):
        if created <= since and (last is None or last <= since):
            yield Alert(kind="silent", key=office, office=office, data={"days": (now - (last or created)).days})


def followers_fell(conn: Connection, settings: AlertSettings, now: datetime) -> Iterator[Alert]:
    """Accounts that lost more than so many percent of their followers within a week; never across a change of definition."""
    mine = and_(figures.c.account_id.is_not(None), figures.c.publication == 0, figures.c.name == "followers", figures.c.value.is_not(None))
    before, after = measures.at(conn, now - WEEK, mine), measures.at(conn, now, mine)
    known = _accounts(conn, [subject[:3] for subject in (*before, *after)])
    was = _followers(before, known)
    for number, (today, subject) in _followers(after, known).items():
        then, _ = was.get(number, (None, subject))
        if then is None or not then.value or then.definition != today.definition or today.value is None:
            continue
        percent = 100 * (then.value - today.value) / then.value
        if percent > settings.followers_fell_percent * NEARLY_OVER:
            office, platform = subject[:2]
            data = {"percent": round(percent, 1), "was": f"{then.value:g}", "value": today.value}
            ids: dict[str, Any] = {"office": office, "platform": platform, "account": number}
            keeps = percent <= settings.followers_fell_percent
            yield Alert(kind="followers_fell", key=f"account:{number}", **ids, data=data, keeps=keeps)


def _accounts(conn: Connection, seen: Collection[Owner]) -> dict[Owner, int]:
    """Whose figures stand under an office and handle: those of an account's today, and what it had before among those `seen`."""
    query = select(accounts.c.id, accounts.c.office, accounts.c.platform, accounts.c.handle).where(accounts.c.status != "removed")
    known = {(row.office, row.platform, row.handle): row.id for row in conn.execute(query)}
    left = {one[2] for one in seen if one not in known}
    if not left:
        return known
    there = set(known.values())
    under = select(figures.c.account_id, figures.c.office, figures.c.platform, figures.c.handle).distinct()
    rows = conn.execute(under.where(figures.c.publication == 0, figures.c.handle.in_(sorted(left)), figures.c.account_id.is_not(None)))
    past = {(row.office, row.platform, row.handle): row.account_id for row in rows if row.account_id in there}
    return {**past, **known}


def _followers(found: Mapping[measures.Subject, Mapping[str, Figure]], known: Mapping[Owner, int]) -> dict[int, tuple[Figure, Owner]]:
    """The newest figure of each account on record, and under which office and handle it stands."""
    newest: dict[int, tuple[Figure, Owner]] = {}
    for subject, values in found.items():
        number, figure = known.get(subject[:3]), values["followers"]
        if number is not None and (number not in newest or newest[number][0].as_of < figure.as_of):
            newest[number] = figure, subject[:3]
    return newest


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
    lately = (deliveries.c.state == "missed", deliveries.c.updated_at > now - LATELY)
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
