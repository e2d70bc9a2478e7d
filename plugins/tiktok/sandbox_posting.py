"""The Content Posting API: creator_info, the three inits, status and cancel. Source: Content Posting API reference."""

import asyncio
import ipaddress
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import Response

from gaung.core.sandbox.base import SandboxAccount
from gaung.plugins.tiktok.sandbox_media import pull
from gaung.plugins.tiktok.sandbox_state import DAY, Refusal, State, Task, answering, envelope, json_body

if TYPE_CHECKING:
    from starlette.requests import Request

MB, MIB = 1_000_000, 1024 * 1024
"""Which of the two "MB" means is not said: whatever fits the one or the other is taken."""
STATES = {"complete": "PUBLISH_COMPLETE", "inbox": "SEND_TO_USER_INBOX", "failed": "FAILED"}


class Posting:
    """The handlers."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.pulls: set[asyncio.Task[None]] = set()

    @answering
    async def creator_info(self, request: "Request") -> Response:
        """What the creator may choose now."""
        account = self.state.enter(request, "video.publish", limit=("creator_info", 20))
        try:
            self._caps(account)
        except Refusal as refusal:
            raise Refusal(refusal.code, refusal.message, 200) from None
        extra = account.extra
        return envelope(
            {
                "creator_avatar_url": f"{self.state.base_url()}/avatar.jpg",
                "creator_username": account.handle,
                "creator_nickname": account.name,
                "privacy_level_options": privacy_options(account),
                **{f"{name}_disabled": bool(extra.get(f"{name}_disabled")) for name in ("comment", "duet", "stitch")},
                "max_video_post_duration_sec": extra["max_video_post_duration_sec"],
            }
        )

    @answering
    async def video_init(self, request: "Request") -> Response:
        """A direct post of a video."""
        account = self.state.enter(request, "video.publish", limit=("video.init", 6))
        body = await json_body(request)
        info = _section(body, "post_info")
        _check_info(info, {"title": 2200}, ("disable_duet", "disable_stitch", "disable_comment", "is_aigc"))
        self._direct(account, info)
        return self._video(account, info, _section(body, "source_info"), "video")

    @answering
    async def inbox_init(self, request: "Request") -> Response:
        """A draft for the creator's inbox."""
        account = self.state.enter(request, "video.upload", limit=("inbox.init", 6))
        body = await json_body(request)
        since = self.state.world.now() - DAY
        pending = sum(task.kind == "inbox" and task.opened_at > since for task in account.extra.get("tasks", ()))
        if pending >= self.state.world.quota("tiktok.pending_shares", 5):
            raise Refusal("spam_risk_too_many_pending_share", "There are too many pending shares in the inbox.")
        return self._video(account, {}, _section(body, "source_info"), "inbox")

    @answering
    async def content_init(self, request: "Request") -> Response:
        """Photos, posted at once or put into the inbox; always fetched from URLs."""
        account = self.state.enter(request, "video.publish", "video.upload", limit=("content.init", 6))
        body = await json_body(request)
        mode = body.get("post_mode")
        if body.get("media_type") != "PHOTO" or mode not in ("DIRECT_POST", "MEDIA_UPLOAD"):
            raise Refusal("invalid_params", "media_type must be PHOTO and post_mode DIRECT_POST or MEDIA_UPLOAD.")
        info, source = _section(body, "post_info"), _section(body, "source_info")
        _check_info(info, {"title": 90, "description": 4000}, ("disable_comment", "auto_add_music"))
        urls, cover = source.get("photo_images"), source.get("photo_cover_index")
        if source.get("source") != "PULL_FROM_URL" or not isinstance(urls, list) or not 1 <= len(urls) <= 35:
            raise Refusal("invalid_params", "source must be PULL_FROM_URL with 1 to 35 photo_images.")
        if not _whole(cover) or not 0 <= int(str(cover)) < len(urls):
            raise Refusal("invalid_params", "photo_cover_index is out of range.")
        if mode == "DIRECT_POST":
            self._direct(account, info)
        self._fetchable(urls)
        task = self._task(account, "p_pub_url~v2", "photo" if mode == "DIRECT_POST" else "inbox", info, urls=tuple(map(str, urls)))
        self._pull(task)
        return envelope({"publish_id": task.publish_id})

    @answering
    async def status(self, request: "Request") -> Response:
        """How far a publish is."""
        account = self.state.enter(request, "video.publish", "video.upload", limit=("status", 30))
        task = self._own(account, await json_body(request))
        state = STATES.get(task.state, "PROCESSING_DOWNLOAD" if task.pulled else "PROCESSING_UPLOAD")
        data: dict[str, Any] = {"status": state}
        if task.state == "failed":
            data["fail_reason"] = task.fault
        if task.state in ("failed", "complete"):
            data["publicaly_available_post_id"] = self._public_ids(task)
        data["downloaded_bytes" if task.pulled else "uploaded_bytes"] = task.sent
        return envelope(data)

    @answering
    async def cancel(self, request: "Request") -> Response:
        """Stop a download, if it is not over."""
        account = self.state.enter(request, "video.publish", "video.upload")
        task = self._own(account, await json_body(request))
        if not task.pulled or task.state not in ("open", "working"):
            raise Refusal("publish_not_cancellable", "The publish cannot be cancelled.")
        task.state, task.fault = "failed", "publish_cancelled"
        return envelope(None)

    def _public_ids(self, task: Task) -> list[int]:
        """The post's id as an integer, once it is public and through moderation."""
        wait = self.state.world.quota("tiktok.post_id_delay", 0)
        if task.post is None or not task.post.visible or self.state.world.now() < task.due + wait:
            return []
        return [int(task.post.id)]

    def _own(self, account: SandboxAccount, body: Mapping[str, Any]) -> Task:
        task = self.state.tasks.get(str(body.get("publish_id")))
        if task is None:
            raise Refusal("invalid_publish_id", "The publish_id does not exist.")
        if task.open_id != account.external_id:
            raise Refusal("token_not_authorized_for_specified_publish_id", "The publish_id belongs to another user or client.")
        return task

    def _caps(self, account: SandboxAccount) -> None:
        """What keeps an account from posting, whatever it posts. `creator_info` says the same with HTTP 200."""
        if account.extra.get("banned"):
            raise Refusal("spam_risk_user_banned_from_posting", "The user is banned from making new posts.")
        if self.state.posts_of_day(account) >= self.state.world.quota("tiktok.posts.per_day", 15):
            raise Refusal("spam_risk_too_many_posts", "The daily post cap from the API is reached for the current user.")
        most = self.state.world.quota("tiktok.active_users", 5 if self._unaudited() else 0)
        if most and account.external_id not in (active := self._active()) and len(active) >= most:
            raise Refusal("reached_active_user_cap", "The daily quota for active publishing users from your client is reached.")

    def _active(self) -> set[str]:
        since = self.state.world.now() - DAY
        tasks = self.state.tasks.values()
        return {task.open_id for task in tasks if task.state in ("working", "complete") and task.opened_at > since}

    def _unaudited(self) -> bool:
        """The switch for an app that has not passed its audit: quota `tiktok.unaudited` set to 1."""
        return bool(self.state.world.quota("tiktok.unaudited", 0))

    def _direct(self, account: SandboxAccount, info: Mapping[str, Any]) -> None:
        self._caps(account)
        privacy = info.get("privacy_level")
        if not isinstance(privacy, str):
            raise Refusal("invalid_params", "privacy_level is required.")
        if self._unaudited() and (privacy != "SELF_ONLY" or not account.extra.get("private")):
            raise Refusal("unaudited_client_can_only_post_to_private_accounts", "Unaudited clients can only post to a private account.")
        if privacy not in privacy_options(account):
            raise Refusal("privacy_level_option_mismatch", "The privacy level is not among the creator's options.")
        if privacy == "SELF_ONLY" and info.get("brand_content_toggle"):
            raise Refusal("invalid_params", "Branded content cannot be private.")

    def _video(self, account: SandboxAccount, info: Mapping[str, Any], source: Mapping[str, Any], kind: str) -> Response:
        draft = kind == "inbox"
        if source.get("source") == "PULL_FROM_URL":
            url = source.get("video_url")
            self._fetchable([url])
            task = self._task(account, "v_inbox_url~v2" if draft else "v_pub_url~v2", kind, info, urls=(str(url),))
            self._pull(task)
            return envelope({"publish_id": task.publish_id})
        if source.get("source") != "FILE_UPLOAD":
            raise Refusal("invalid_params", "source must be FILE_UPLOAD or PULL_FROM_URL.")
        size, chunk, count = _chunks(source, self.state.world.quota("tiktok.min_chunk", 5 * MB))
        task = self._task(account, "v_inbox_file~v2" if draft else "v_pub_file~v2-1", kind, info, size=size, chunk=chunk, count=count)
        url = f"{self.state.base_url()}/video/?upload_id={task.publish_id.rpartition('.')[2]}&upload_token={task.upload_token}"
        return envelope({"publish_id": task.publish_id, "upload_url": url})

    def _task(self, account: SandboxAccount, prefix: str, kind: Any, info: Mapping[str, Any], **more: Any) -> Task:
        publish_id = f"{prefix}.{7_500_000_000_000_000_000 + self.state.number()}"
        now, token = self.state.world.now(), secrets.token_hex(16)
        task = Task(publish_id=publish_id, open_id=account.external_id, kind=kind, info=info, opened_at=now, upload_token=token, **more)
        self.state.add(task)
        return task

    def _pull(self, task: Task) -> None:
        running = asyncio.get_running_loop().create_task(pull(self.state, task))
        self.pulls.add(running)
        running.add_done_callback(self.pulls.discard)

    def _fetchable(self, urls: list[Any]) -> None:
        """Only https and a verified domain; the sandbox's own machine is let through, for there is no other in a test."""
        for url in urls:
            parts = urlsplit(str(url))
            host = parts.hostname or ""
            local = host in ("localhost", "127.0.0.1", "::1")
            if not isinstance(url, str) or not host or not (parts.scheme == "https" or (local and parts.scheme == "http")):
                raise Refusal("invalid_params", "The URL must be https.")
            if host in self.state.unverified_hosts or (not local and _is_address(host)):
                raise Refusal("url_ownership_unverified", "The ownership of the URL's domain or prefix is not verified.")


def privacy_options(account: SandboxAccount) -> list[str]:
    """What a public and a private account may choose from."""
    first = "FOLLOWER_OF_CREATOR" if account.extra.get("private") else "PUBLIC_TO_EVERYONE"
    return [first, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


def _chunks(source: Mapping[str, Any], least: int) -> tuple[int, int, int]:
    """Size, chunk and count, if their arithmetic is right: 5 to 64 MB each, the last takes the remainder up to 128 MB."""
    size, chunk, count = (source.get(name) for name in ("video_size", "chunk_size", "total_chunk_count"))
    if not (isinstance(size, int) and isinstance(chunk, int) and isinstance(count, int)) or min(size, chunk, count) < 1:
        raise Refusal("invalid_params", "video_size, chunk_size and total_chunk_count must be positive integers.")
    wrong = (
        size > 4 * 1024 * MIB
        or count != size // chunk
        or count > 1000
        or (chunk < least and (chunk != size or count != 1))
        or (chunk > 64 * MIB)
        or (size > 64 * MIB and count == 1)
        or size - (count - 1) * chunk > 128 * MIB
    )
    if wrong:
        raise Refusal("invalid_params", "The total chunk count is invalid.")
    return size, chunk, count


def _section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise Refusal("invalid_params", f"{name} is required.")
    return value


def _check_info(info: Mapping[str, Any], texts: Mapping[str, int], switches: tuple[str, ...]) -> None:
    for name, most in texts.items():
        value = info.get(name, "")
        if not isinstance(value, str) or len(value.encode("utf-16-le", "surrogatepass")) > 2 * most:
            raise Refusal("invalid_params", f"{name} must be a text of at most {most} UTF-16 code units.")
    for name in (*switches, "brand_content_toggle", "brand_organic_toggle"):
        if not isinstance(info.get(name, False), bool):
            raise Refusal("invalid_params", f"{name} must be a boolean.")
    cover = info.get("video_cover_timestamp_ms", 0)
    if not _whole(cover) or not 0 <= cover < 2**31:
        raise Refusal("invalid_params", "video_cover_timestamp_ms must be an int32.")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
