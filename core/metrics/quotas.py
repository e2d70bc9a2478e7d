"""How much of each daily quota is left, as far as Gaung knows: what it sent itself, held against what the platform or a setting allows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gaung.core.records import Platform
from gaung.core.store import budgets
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import current, db_now

ACCOUNT_POSTS, APP_POSTS = "posts_per_day", "app_posts_per_day"
"""Names of limits: what an account says of itself (`account.limits`), or what the platform declares (`Platform.limits`), for 24 hours."""
SHARES: Mapping[str, str] = {"sweep_requests": "", "measure_requests": "measure:"}
"""Settings of plugins that bound a day's requests of an app, and what stands before the app's scope where they are counted."""
MOST_ACCOUNTS = 200
_DAY = 86400.0
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


def of_posts(conn: Connection, platforms: Mapping[str, Platform]) -> list[Quota]:
    """Posts of the last 24 hours by account and by app, where a limit is known; of accounts only those with the least left."""
    lately = publications.c.published_at > db_now(-_DAY)
    query = select(publications.c.account_id, func.count()).where(lately).group_by(publications.c.account_id)
    sent: dict[int, int] = {row[0]: row[1] for row in conn.execute(query)}
    by_app: dict[tuple[str, str], int] = {}
    of_accounts = []
    columns = (accounts.c.id, accounts.c.platform, accounts.c.app_scope, accounts.c.limits)
    for row in conn.execute(select(*columns).where(accounts.c.status != "removed").order_by(accounts.c.id)):
        platform = platforms.get(row.platform)
        if platform is None:
            continue
        app = (row.platform, row.app_scope)
        by_app[app] = by_app.get(app, 0) + sent.get(row.id, 0)
        limit = row.limits.get(ACCOUNT_POSTS, declared(platform, ACCOUNT_POSTS))
        if isinstance(limit, int | float):
            of_accounts.append(
                Quota(platform=row.platform, quota=ACCOUNT_POSTS, account=row.id, spent=sent.get(row.id, 0), limit=int(limit))
            )
    scarcest = sorted(of_accounts, key=lambda quota: (quota.left or 0) / max(1, quota.limit or 0))[:MOST_ACCOUNTS]
    bounds = {name: declared(platform, APP_POSTS) for name, platform in platforms.items()}
    apps = [
        Quota(platform=name, quota=APP_POSTS, app=app, spent=spent, limit=int(bound))
        for (name, app), spent in by_app.items()
        if (bound := bounds[name]) is not None
    ]
    return [*apps, *scarcest]


def declared(platform: Platform, name: str) -> float | None:
    """The value of a limit that the platform may declare."""
    return next((limit.value for limit in platform.limits if limit.name == name), None)
