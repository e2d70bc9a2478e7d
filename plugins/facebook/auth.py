"""Who a token is, and what only a person can do about it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gaung.core.errors import AuthRevoked, PlatformError
from gaung.core.http import Effect
from gaung.core.records import Account, AccountInfo, Credentials
from gaung.plugins.facebook import parse
from gaung.plugins.meta.graph import Graph

PAGE_FIELDS = ("id", "name", "username", "link", "followers_count")


def check_account(account: Account) -> AccountInfo:
    """Read the Page with its token. Raises `AuthRevoked` for a token that is no Page's or ends.

    `GET /debug_token` answers scopes and expiry, but only an app token may ask: without `app_id` and `app_secret` both stay unknown.
    """
    graph = Graph.of(account)
    body = graph.get(account.external_id, fields=PAGE_FIELDS).body
    told = _debug(graph, account)
    name = parse.text(body, "name", Effect.READ)
    followers = body.get("followers_count")
    return AccountInfo(
        external_id=_owner(graph) or parse.text(body, "id", Effect.READ),
        handle=str(body.get("username") or account.handle),
        who=f"{name} ({body['link']})" if body.get("link") else name,
        scopes=tuple(str(scope) for scope in told.get("scopes") or ()),
        expires_at=_moment(told.get("expires_at")),
        limits={"followers_count": followers} if isinstance(followers, int) else {},
    )


def refresh(account: Account) -> Credentials:
    """Always `AuthRevoked`: no call makes a new Page token out of one that has ended."""
    raise AuthRevoked(
        f"Facebook has no call that renews a Page token: log in and connect {account.handle} again with `gaung account add`.",
        code="no_refresh",
    )


def _owner(graph: Graph) -> str | None:
    """Whom the token acts for. A user's token reads the Page as well, but cannot post as the Page."""
    try:
        value = graph.get("me", fields=["id"]).body.get("id")
    except PlatformError:
        return None
    return str(value) if value else None


def _debug(graph: Graph, account: Account) -> Mapping[str, Any]:
    app_id = str(account.settings.get("app_id") or "")
    if not app_id or not graph.app_secret:
        return {}
    app = Graph(graph.api_url, graph.version, f"{app_id}|{graph.app_secret}", graph.app_secret)
    try:
        data = app.get("debug_token", params={"input_token": graph.token}).body.get("data")
    except PlatformError:
        return {}  # The Page was read with the token: that it works is known, only its scopes and end are not.
    told = data if isinstance(data, Mapping) else {}
    if told.get("is_valid") is False:
        error = told.get("error")
        words = error.get("message") if isinstance(error, Mapping) else None
        raise AuthRevoked(str(words or "the token is not valid any more"), code="190")
    return told


def _moment(value: Any) -> datetime | None:
    """Unix seconds; 0 means that the token has no end."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
