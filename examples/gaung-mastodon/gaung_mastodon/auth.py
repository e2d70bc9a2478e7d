"""Who a token is."""

from gaung.core.errors import AuthRevoked, Rejected
from gaung.core.records import Account, AccountInfo, Credentials
from gaung_mastodon.client import Mastodon


def check_account(account: Account) -> AccountInfo:
    """The account behind the token; `limits` are what the instance declares, nothing where it declares none (before Mastodon 4.0)."""
    api = Mastodon(account)
    external_id, handle, name = api.me()
    try:
        limits = api.limits()
    except Rejected:
        limits = {}
    return AccountInfo(external_id=external_id, handle=handle, who=name, limits=limits)


def refresh(account: Account) -> Credentials:
    """Always `AuthRevoked`. Source: client/token: a token lives until it is revoked."""
    raise AuthRevoked(f"the token of {account.handle} was revoked: make a new one in the instance's settings", code="no_refresh")
