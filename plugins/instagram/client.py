"""The calls to Instagram, one method a request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from gaung.core.errors import PlatformError
from gaung.core.http import Effect, lost
from gaung.core.records import Account, Media
from gaung.core.urls import join
from gaung.plugins.instagram import parse
from gaung.plugins.instagram.const import MEDIA_FIELDS, POLL_SECONDS, RECENT_PAGE_SIZE, UPLOAD_HOSTS, UPLOAD_URL, USER_FIELDS
from gaung.plugins.meta import paging, rupload
from gaung.plugins.meta.graph import Graph

Value = TypeVar("Value")

CLOCKS_DIFFER = timedelta(hours=1)
"""More than the clocks of a worker and of Meta can be apart; only where a look back ends depends on it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of recent media, newest first, and the platform's clock when it was sent."""

    items: list[parse.RecentMedia]
    server_now: datetime | None

    def older_than(self, when: datetime) -> bool:
        """Whether the page surely reaches back beyond `when` of our clock."""
        return bool(self.items) and self.items[-1].created_at < when - CLOCKS_DIFFER


class Instagram:
    """One account's way to Instagram.

    Raises the errors of `gaung.plugins.meta.graph`; an answer without a promised key is `Transient`, of `media_publish` `Ambiguous`.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.poll_seconds = float(account.settings.get("poll_seconds") or POLL_SECONDS)
        self._graph = Graph.of(account)
        self._user = account.external_id

    def create_container(self, params: Mapping[str, Any]) -> str:
        """`POST /{ig-user}/media`: the container's id. Nobody can see a container."""
        return _read(parse.new_id, self._create(params), Effect.PREPARE)

    def create_upload(self, params: Mapping[str, Any]) -> tuple[str, str]:
        """The same with `upload_type=resumable`: id, and the address that takes the bytes. Raises `Rejected` for an unknown host."""
        body = self._create(params)
        box, uri = _read(parse.new_id, body, Effect.PREPARE), _read(parse.upload_uri, body, Effect.PREPARE)
        base = str(self.account.settings.get("upload_url") or UPLOAD_URL)
        documented = join(base, "ig-api-upload", self._graph.version, box)
        return box, rupload.address(uri, documented, settings_urls=(base, self._graph.api_url), hosts=UPLOAD_HOSTS)

    def send_video(self, uri: str, media: Media) -> None:
        """The bytes, unchanged, in one request."""
        rupload.send(self._graph, uri, media.path, media.size)

    def container(self, container: str) -> parse.Container:
        """`GET /{container}?fields=id,status_code,status`."""
        return _read(parse.container, self._graph.get(container, fields=("id", "status_code", "status")).body, Effect.READ)

    def media_publish(self, container: str) -> str:
        """`POST /{ig-user}/media_publish`: the id of the media, which is then visible."""
        answer = self._graph.post(f"{self._user}/media_publish", {"creation_id": container}, effect=Effect.PUBLISH)
        return _read(parse.new_id, answer.body, Effect.PUBLISH)

    def permalink(self, media: str) -> str | None:
        """Public address of a media; None when it cannot be read: it is a courtesy, never a reason to lose a receipt."""
        try:
            return parse.permalink(self._graph.get(media, fields=("id", "permalink")).body)
        except PlatformError:
            return None

    def quota(self) -> parse.Quota:
        """`GET /{ig-user}/content_publishing_limit?fields=quota_usage,config`."""
        body = self._graph.get(f"{self._user}/content_publishing_limit", fields=("quota_usage", "config")).body
        return _read(parse.quota, body, Effect.READ)

    def recent_media(self) -> Iterator[Page]:
        """The account's media, newest first, page by page."""
        params = {"limit": RECENT_PAGE_SIZE}
        for answer in paging.pages(self._graph, f"{self._user}/media", fields=MEDIA_FIELDS, params=params):
            items = [_read(parse.recent_media, item, Effect.READ) for item in paging.items(answer)]
            yield Page(items, answer.server_now)

    def user(self) -> parse.User:
        """`GET /{ig-user}?fields=id,username,name,followers_count,media_count`."""
        return _read(parse.user, self._graph.get(self._user, fields=USER_FIELDS).body, Effect.READ)

    def _create(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._graph.post(f"{self._user}/media", form(params), effect=Effect.PREPARE).body


def form(params: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as a form: text as it is, everything else as JSON (`true`, `["a","b"]`), as Meta's SDK sends it."""
    import json

    return {key: value if isinstance(value, str) else json.dumps(value, separators=(",", ":")) for key, value in params.items()}


def _read(parser: Callable[[Any], Value], body: Any, effect: Effect) -> Value:
    try:
        return parser(body)
    except parse.Misread as error:
        raise lost(effect, str(error), code="bad_reply") from None
