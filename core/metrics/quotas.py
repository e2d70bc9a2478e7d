"""How much of each daily quota is left, as far as Gaung knows: what it sent itself, held against what the platform or a setting allows."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gaung.core.records import Platform
from gaung.core.store import budgets
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import current

ACCOUNT_POSTS, APP_POSTS = "posts_per_day", "app_posts_per_day"
"""Names of limits: what an account says of itself (`account.limits`), or what the platform declares (`Platform.limits`), for 24 hours."""
SHARES: Mapping[str, str] = {"sweep_requests": "", "measure_requests": "measure:"}
"""Settings of plugins that bound a day's requests of an app, and what stands before the app's scope where they are counted."""
MOST_ACCOUNTS = 200
_DAY = timedelta(days=1)
SettingsOf = Callable[[str, str], Mapping[str, Any]]
"""The settings of a platform for an office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One quota of an app or an account, of 24 hours or the day. `limit` None: there is no bound."""

    platform: str
    quota: str
    app: str = ""
    account: int | None = None
    office: str = ""
    spent: int
    limit: int | None

    @property
    def left(self) -> int | None:
        """What may still go out; None: as much as you like."""
        return None if self.limit is None else max(0, self.limit - self.spent)


def of_requests(conn: Connection, platforms: Mapping[str, Platform], settings_of: SettingsOf, seen: Any, *names: str) -> Iterator[Quota]:
    """Requests of today by app, bounded by the settings `names`; `seen`: a condition on accounts. Raises UserError for a wrong setting."""
    spent = budgets.spent(conn, budgets.day_of(current(conn)))
    apps = (accounts.c.platform, accounts.c.app_scope)
    query = select(*apps, func.min(accounts.c.office).label("office")).where(accounts.c.status != "removed", seen)
    for row in conn.execute(query.group_by(*apps).order_by(*apps)):
        if row.platform not in platforms:
            continue
        settings = settings_of(row.platform, row.office)
        for name in names:
            limit = settings.get(name)
            used = spent.get(f"{SHARES[name]}app:{row.platform}:{row.app_scope}", 0)
            bound = None if limit is None else int(limit)
            yield Quota(platform=row.platform, quota=name, app=row.app_scope, office=row.office, spent=used, limit=bound)


def of_posts(conn: Connection, platforms: Mapping[str, Platform], now: datetime) -> list[Quota]:
    """Posts of the last 24 hours by app and by account, where a limit is known; of accounts only those with the least left."""
    query = select(publications.c.account_id, func.count()).where(publications.c.published_at > now - _DAY)
    sent: dict[int, int] = {row[0]: row[1] for row in conn.execute(query.group_by(publications.c.account_id))}
    of_apps: Counter[tuple[str, str]] = Counter()
    of_platforms: dict[str, list[int]] = {}
    columns = (accounts.c.id, accounts.c.platform, accounts.c.app_scope)
    for number, platform, app in conn.execute(select(*columns).where(accounts.c.status != "removed", accounts.c.platform.in_(platforms))):
        of_apps[platform, app] += sent.get(number, 0)
        of_platforms.setdefault(platform, []).append(number)
    busiest: list[int] = []
    for ids in of_platforms.values():
        busiest += sorted(ids, key=lambda number: (-sent.get(number, 0), number))[:MOST_ACCOUNTS]
    found = sorted(_of_accounts(conn, platforms, busiest, sent), key=lambda quota: (quota.left or 0) / max(1, quota.limit or 0))
    return [*_of_apps(platforms, of_apps), *found[:MOST_ACCOUNTS]]


def _of_apps(platforms: Mapping[str, Platform], sent: Mapping[tuple[str, str], int]) -> Iterator[Quota]:
    for (name, app), spent in sorted(sent.items()):
        limit = declared(platforms[name], APP_POSTS)
        if limit is not None:
            yield Quota(platform=name, quota=APP_POSTS, app=app, spent=spent, limit=int(limit))


def _of_accounts(conn: Connection, platforms: Mapping[str, Platform], ids: Sequence[int], sent: Mapping[int, int]) -> Iterator[Quota]:
    """What the account says of itself, else what its platform declares."""
    for row in conn.execute(select(accounts.c.id, accounts.c.platform, accounts.c.limits).where(accounts.c.id.in_(ids))):
        limit = row.limits.get(ACCOUNT_POSTS, declared(platforms[row.platform], ACCOUNT_POSTS))
        if isinstance(limit, int | float):
            yield Quota(platform=row.platform, quota=ACCOUNT_POSTS, account=row.id, spent=sent.get(row.id, 0), limit=int(limit))


def declared(platform: Platform, name: str) -> float | None:
    """The value of a limit that the platform may declare."""
    return next((limit.value for limit in platform.limits if limit.name == name), None)
