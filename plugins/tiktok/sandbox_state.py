"""What the imitation of TikTok remembers: tokens, publishes on their way, who called how often; and how it refuses.

It shares nothing with the plugin's client: a misunderstanding of the one must show against the other.
"""

import asyncio
import functools
import heapq
import itertools
import json
import secrets
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import SandboxAccount, SandboxPost, read_body
from gaung.core.sandbox.world import StoredFile, World

if TYPE_CHECKING:
    from starlette.requests import Request

    Handler = Callable[[Any, Request], Coroutine[Any, Any, Response]]

DAY = 86_400
SCOPES = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list", "video.publish", "video.upload")
STATUSES = {
    "access_token_invalid": 401,
    "scope_not_authorized": 401,
    "scope_permission_missed": 400,
    "invalid_params": 400,
    "invalid_publish_id": 400,
    "token_not_authorized_for_specified_publish_id": 400,
    "publish_not_cancellable": 400,
    "rate_limit_exceeded": 429,
    "daily_quota_limit_exceeded": 429,
    "internal_error": 500,
    "spam_risk_too_many_posts": 403,
    "spam_risk_too_many_pending_share": 403,
    "spam_risk_user_banned_from_posting": 403,
    "reached_active_user_cap": 403,
    "unaudited_client_can_only_post_to_private_accounts": 403,
    "url_ownership_unverified": 403,
    "privacy_level_option_mismatch": 403,
    "unsupported_path": 404,
}
_log_ids = itertools.count(1)


class Refusal(Exception):
    """An answer with an error code; `status` where it is not the usual one of the code."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = STATUSES[code] if status is None else status


def envelope(data: Mapping[str, Any] | None, code: str = "ok", message: str = "", status: int = 200) -> Response:
    """TikTok's answer: `data` beside `error`, whose code is `ok` when all is well."""
    body: dict[str, Any] = {} if data is None else {"data": data}
    body["error"] = {"code": code, "message": message, "log_id": f"{next(_log_ids):020d}"}
    return JSONResponse(body, status)


def answering(handler: "Handler") -> "Handler":
    """Turn a `Refusal` raised by a handler into TikTok's answer."""

    @functools.wraps(handler)
    async def wrapped(self: Any, request: "Request") -> Response:
        try:
            return await handler(self, request)
        except Refusal as refusal:
            return envelope({}, refusal.code, refusal.message, refusal.status)

    return wrapped


@dataclass(slots=True, kw_only=True)
class Token:
    """An access token: whose, what for, until when."""

    open_id: str
    scopes: tuple[str, ...]
    expires_at: float


@dataclass(slots=True, kw_only=True)
class Task:
    """One publish on its way, by `publish_id`. `due` is when the work on it ends, once all bytes are here."""

    publish_id: str
    open_id: str
    kind: Literal["video", "photo", "inbox"]
    info: Mapping[str, Any]
    opened_at: float
    size: int = 0
    chunk: int = 0
    count: int = 0
    upload_token: str = ""
    urls: tuple[str, ...] = ()
    received: bytearray = field(default_factory=bytearray)
    sent: int = 0
    files: list[StoredFile] = field(default_factory=list)
    state: Literal["open", "working", "complete", "inbox", "failed"] = "open"
    due: float = 0.0
    fault: str = ""
    post: SandboxPost | None = None

    @property
    def pulled(self) -> bool:
        """Whether TikTok fetches the media itself."""
        return bool(self.urls)


@dataclass(slots=True)
class State:
    """All of it. `fail_reason` is what a processing that is made to fail ends with; hosts not verified are in `unverified_hosts`.

    `ended` is told of every publish that ends.
    """

    world: World
    accounts: dict[str, SandboxAccount]
    base_url: Callable[[], str]
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    unverified_hosts: set[str] = field(default_factory=set)
    fail_reason: str = "file_format_check_failed"
    ended: "Callable[[Task], None] | None" = None
    client_key: str = "awcontohclientkey"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    _waiting: list[tuple[float, int, Task]] = field(default_factory=list)
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def grant(self, account: SandboxAccount) -> dict[str, str]:
        """New tokens for an account, made its credentials."""
        access, refresh = f"act.{secrets.token_urlsafe(24)}", f"rft.{secrets.token_urlsafe(24)}"
        lifetime = self.world.quota("tiktok.access_token_seconds", DAY)
        scopes = tuple(account.extra.get("scopes", SCOPES))
        self.tokens[access] = Token(open_id=account.external_id, scopes=scopes, expires_at=self.world.now() + lifetime)
        self.refresh_tokens[refresh] = account.external_id
        account.credentials.clear()
        account.credentials.update(client_key=self.client_key, client_secret=self.client_secret, access_token=access, refresh_token=refresh)
        return account.credentials

    def token_of(self, request: "Request") -> Token | None:
        """The token that a request carries, good or not."""
        word, _, value = request.headers.get("authorization", "").partition(" ")
        return self.tokens.get(value.strip()) if word.lower() == "bearer" else None

    def enter(self, request: "Request", *scopes: str, limit: tuple[str, int] | None = None) -> SandboxAccount:
        """The account behind a request, once token, scope (any of those named) and rate allow it."""
        self.settle()
        token = self.token_of(request)
        if token is None or token.expires_at <= self.world.now() or token.open_id not in self.accounts:
            raise Refusal("access_token_invalid", "The access token is invalid or not found in the request.")
        if not set(scopes) & set(token.scopes):
            raise Refusal("scope_not_authorized", f"The user did not authorize the scope required: {scopes[0]}.")
        if limit is not None:
            self._count(token.open_id, *limit)
        return self.accounts[token.open_id]

    def _count(self, open_id: str, name: str, documented: int) -> None:
        """A sliding minute for each user and call."""
        calls, now = self._calls.setdefault((open_id, name), deque()), self.world.now()
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= self.world.quota(f"tiktok.{name}.per_minute", documented):
            raise Refusal("rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.")
        calls.append(now)

    def number(self) -> int:
        """A number that nothing else here has."""
        return next(self._numbers)

    def add(self, task: Task) -> None:
        """Keep a publish."""
        self.tasks[task.publish_id] = task
        self.accounts[task.open_id].extra.setdefault("tasks", []).append(task)

    def work(self, task: Task, fault: str = "") -> None:
        """All media is here: the work begins, and ends after `processing_seconds`."""
        failing = self.fail_reason if self.world.fails_now("tiktok") else ""
        task.fault, task.state = fault or failing, "working"
        task.due = self.world.now() + self.world.processing_seconds
        heapq.heappush(self._waiting, (task.due, self.number(), task))
        if self.world.webhook_url:  # then it must end by itself, whether anybody looks or not
            asyncio.get_running_loop().call_later(self.world.processing_seconds + 0.01, self.settle)
        self.settle()

    def settle(self) -> None:
        """End the work that is due by now, whoever looks."""
        now = self.world.now()
        while self._waiting and self._waiting[0][0] <= now:
            _end(self, heapq.heappop(self._waiting)[2])

    def posts_of_day(self, account: SandboxAccount) -> int:
        """Direct posts of the last 24 hours, and those that are becoming one."""
        since = self.world.now() - DAY
        made: int = sum(post.made_by == "api" and post.created_at > since for post in account.posts)
        coming: int = sum(task.state == "working" and task.kind != "inbox" for task in account.extra.get("tasks", ()))
        return made + coming

    def new_post(self, account: SandboxAccount, kind: str, text: str, created_at: float, **more: Any) -> SandboxPost:
        """Put a post on an account. Ids are odd and above 2**53, so that one read as a float is another one."""
        post_id = str(7_400_000_000_000_000_001 + 2 * self.number())
        url = f"https://www.tiktok.com/@{account.handle}/{'photo' if kind == 'photo' else 'video'}/{post_id}"
        post = SandboxPost(id=post_id, account=account.external_id, kind=kind, text=text, created_at=created_at, url=url, **more)
        account.posts.append(post)
        return post


def _end(state: State, task: Task) -> None:
    if task.state != "working":
        return
    if task.fault:
        task.state = "failed"
    elif task.kind == "inbox":
        task.state = "inbox"
    else:
        privacy = str(task.info["privacy_level"])
        text = str((task.info.get("description") if task.kind == "photo" else task.info.get("title")) or "")
        task.post = state.new_post(
            state.accounts[task.open_id], task.kind, text, task.due,
            title=str(task.info.get("title") or "") if task.kind == "photo" else "",
            files=list(task.files), visible=privacy == "PUBLIC_TO_EVERYONE",
            extra={"privacy": privacy, "publish_id": task.publish_id, "post_info": dict(task.info)},
        )  # fmt: skip
        task.state = "complete"
    task.received = bytearray()
    if state.ended is not None:
        state.ended(task)


async def json_body(request: "Request") -> dict[str, Any]:
    """The body as a JSON object; anything else is `invalid_params`."""
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise Refusal("invalid_params", "The Content-Type must be application/json.")
    try:
        body = json.loads((await read_body(request)).data or b"{}")
    except ValueError:
        raise Refusal("invalid_params", "The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refusal("invalid_params", "The request body must be a JSON object.")
    return body
