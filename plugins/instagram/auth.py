"""Who a token is. A Page token has no refresh: when it stops working, a person reconnects the account."""

from gaung.core.errors import AuthRevoked, Rejected
from gaung.core.records import Account, AccountInfo, Credentials
from gaung.plugins.instagram.client import Instagram


def check_account(account: Account) -> AccountInfo:
    """The account behind the id, by this token; its daily posts as limits (left out where they cannot be read)."""
    api = Instagram(account)
    user = api.user()
    counts = {"followers": user.followers, "media": user.media}
    limits = {name: value for name, value in counts.items() if value is not None}
    try:
        quota = api.quota()
        limits |= {"posts_used": quota.used, "posts_per_day": quota.total, "quota_seconds": quota.seconds}
    except Rejected:
        pass  # not every account may read it
    return AccountInfo(external_id=user.id, handle=user.username, who=user.name, limits=limits)


def refresh(account: Account) -> Credentials:
    """Always `AuthRevoked`. Source: Facebook Login, get long-lived tokens: an expired token cannot be exchanged."""
    message = f"the Page token of {account.handle} cannot be refreshed: make a new one in Meta and add the account again"
    raise AuthRevoked(message, code="no_refresh")
