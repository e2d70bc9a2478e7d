"""TikTok's calls, one function each. Every one sends one request, once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gaung.core import fence
from gaung.core.http import Effect, Reply, call
from gaung.core.records import Account
from gaung.core.urls import join, trusted
from gaung.plugins.tiktok import const, parse

_PIECE = 256 * 1024
_UPLOAD_TIMEOUT = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` of an answer, and TikTok's clock when it gave it."""

    data: Mapping[str, Any]
    at: datetime


def creator_info(account: Account) -> Mapping[str, Any]:
    """What the creator may choose now. Some refusals come with HTTP 200 (source: Query Creator Info)."""
    return _post(account, const.CREATOR_INFO, {}, Effect.READ).data


def video_init(account: Account, body: Mapping[str, Any]) -> Answer:
    """Open an upload. Nothing can become visible before its last byte is in."""
    return _post(account, const.VIDEO_INIT, body, Effect.PREPARE)


def content_init(account: Account, body: Mapping[str, Any]) -> Answer:
    """Post photos: TikTok fetches them and publishes by itself, so this is the irreversible call."""
    return _post(account, const.CONTENT_INIT, body, Effect.PUBLISH)


def status(account: Account, publish_id: str) -> tuple[parse.Status, datetime]:
    """How far a publish is, and TikTok's clock."""
    answer = _post(account, const.STATUS, {"publish_id": publish_id}, Effect.READ)
    return parse.status(answer.data), answer.at


def user_info(account: Account, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """The token's user (scopes user.info.*)."""
    url = _url(account, const.USER_INFO)
    reply = call("GET", url, effect=Effect.READ, params={"fields": ",".join(fields)}, headers=_headers(account))
    user = parse.envelope(reply, "user info").get("user")
    return user if isinstance(user, dict) else {}


def video_list(account: Account, cursor: int | None) -> Answer:
    """One page of the account's own public posts, newest first (scope video.list)."""
    body: dict[str, Any] = {"max_count": 20} | ({} if cursor is None else {"cursor": cursor})
    fields = "id,create_time,share_url,video_description,title"
    return _post(account, const.VIDEO_LIST, body, Effect.READ, {"fields": fields})


def user_numbers(account: Account, fields: Sequence[str]) -> Answer:
    """Counting fields of the token's user (scope user.info.stats)."""
    reply = call("GET", _url(account, const.USER_INFO), effect=Effect.READ, params={"fields": ",".join(fields)}, headers=_headers(account))
    user = parse.envelope(reply, "user info").get("user")
    return Answer(user if isinstance(user, dict) else {}, reply.server_now() or datetime.now(UTC))


def video_numbers(account: Account, ids: Sequence[str], fields: Sequence[str]) -> Answer:
    """Counting fields of these videos of the account; at most 20 (scope video.list). One that is not public is left out."""
    body = {"filters": {"video_ids": list(ids)}}
    return _post(account, const.VIDEO_QUERY, body, Effect.READ, {"fields": ",".join(("id", *fields))})


def share_counts(account: Account, ids: Sequence[str]) -> dict[str, int]:
    """How often these videos were shared, by id, as `video_numbers`."""
    return parse.share_counts(video_numbers(account, ids, ["share_count"]).data)


def put_chunk(account: Account, url: str, path: Path, mime: str, span: tuple[int, int], total: int, effect: Effect) -> Reply:
    """Send bytes `span` (first, after last) of a file. Any status is a `Reply`; the URL is followed only to hosts we know.

    No bearer: the URL itself carries the upload's token (source: Media Transfer Guide).
    """
    first, end = span
    headers = {
        "content-type": mime,
        "content-length": str(end - first),
        "content-range": f"bytes {first}-{end - 1}/{total}",
    }
    target = trusted(url, settings_urls=[str(account.settings["api_url"])], hosts=const.UPLOAD_HOSTS)
    return call("PUT", target, effect=effect, content=_pieces(path, first, end), headers=headers, timeout=_UPLOAD_TIMEOUT)


def _pieces(path: Path, first: int, end: int) -> Iterator[bytes]:
    """The bytes in pieces. A worker that was stopped in the middle must not go on sending once its lease is gone."""
    guard = fence.current()
    with path.open("rb") as file:
        file.seek(first)
        left = end - first
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            if guard is not None:
                guard.check()
            left -= len(piece)
            yield piece


def _post(account: Account, path: str, body: Mapping[str, Any], effect: Effect, params: Mapping[str, Any] | None = None) -> Answer:
    reply = call("POST", _url(account, path), effect=effect, params=params, json_body=body, headers=_headers(account))
    data = parse.envelope(reply, path.strip("/").rpartition("publish/")[2])
    return Answer(data, reply.server_now() or datetime.now(UTC))


def _url(account: Account, path: str) -> str:
    return join(str(account.settings["api_url"]), path) + "/"


def _headers(account: Account) -> dict[str, str]:
    token = account.credentials.get("access_token", "")
    return {"authorization": f"Bearer {token}", "content-type": "application/json; charset=UTF-8"}
