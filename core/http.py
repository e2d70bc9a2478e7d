"""One HTTP request to a platform: a `Reply`, or one of our errors. Nothing in here ever sends a request twice."""

import email.utils
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from gaung.core import fence
from gaung.core.errors import Ambiguous, PlatformError, Transient

if TYPE_CHECKING:
    import ssl

    import httpx2

DEFAULT_TIMEOUT = 60.0
_KEPT = 8


class Effect(Enum):
    """What a request does at the platform, which decides what a lost reply means."""

    READ = "read"
    """Changes nothing. A lost reply is `Transient`."""
    PREPARE = "prepare"
    """Creates something nobody sees (a container, an upload session). A lost reply is `Transient`: it is left to expire."""
    PUBLISH = "publish"
    """May become visible. A lost reply is `Ambiguous`; only allowed under `attempt.mutating()`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform answered. `headers` are lower-case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    effect: Effect

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises `Ambiguous` (PUBLISH) or `Transient` when it is none."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise lost(self.effect, f"HTTP {self.status}: the answer is not JSON", code="bad_reply") from error

    def server_now(self) -> datetime | None:
        """The platform's clock, from the `Date` header."""
        return _http_date(self.headers.get("date"))

    def retry_after(self) -> float | None:
        """`Retry-After` in seconds, from either of its forms (RFC 9110, 10.2.3)."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        try:
            return max(0.0, float(value))
        except ValueError:
            when = _http_date(value)
        if when is None:
            return None
        return max(0.0, (when - (self.server_now() or datetime.now(UTC))).total_seconds())


def lost(effect: Effect, message: str, code: str) -> PlatformError:
    """The error for a request whose outcome is not known."""
    if effect is Effect.PUBLISH:
        return Ambiguous(message, code=code)
    return Transient(message, code=code)


def call(
    method: str,
    url: str,
    *,
    effect: Effect,
    params: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
    json_body: Any = None,
    content: bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float | None = None,
    calls: int = 1,
    most: int | None = None,
) -> Reply:
    """Send one request, once. Redirects are not followed. `calls`: as how many the platform counts it, where it carries several.
    `most`: of the answer's body at least so many bytes are kept, as they came, and for no longer than `timeout`; the rest is not read.

    Raises `Transient` when the request surely did not arrive or changes nothing, `Ambiguous` when a PUBLISH request was
    (or may have been) sent and no answer came, `LeaseLost` when the delivery's lease is gone. Any answered status is a `Reply`.
    """
    _guard(effect)
    spend, watch = _spend.get(), _watch.get()
    if spend is not None:
        spend(calls)
    if watch is not None:
        for _ in range(calls):
            watch(method, url, effect, None)
    client = _client()
    import httpx2

    wait = _timeout if timeout is None else timeout
    try:
        with client.stream(
            method, url, params=params, data=data, files=files, json=json_body, content=content, headers=headers,
            timeout=wait, extensions=_extensions(),
        ) as reply:  # fmt: skip
            got = reply.read() if most is None else _beginning(reply, most, wait)
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as error:
        raise Transient(f"no connection to {_host(url)}: {error}", code="connection") from None
    except (httpx2.InvalidURL, httpx2.LocalProtocolError) as error:
        raise Transient(f"the request to {_host(url)} could not be built: {error}", code="request") from None
    except httpx2.HTTPError as error:
        raise lost(effect, f"no answer from {_host(url)}: {type(error).__name__}", code="no_answer") from None
    low = {key.lower(): value for key, value in reply.headers.items()}
    answer = Reply(reply.status_code, low, got, effect)
    if watch is not None:
        watch(method, url, effect, answer)
    return answer


def _beginning(reply: "httpx2.Response", most: int, seconds: float) -> bytes:
    """What came within the time, up to the part that reached `most`: a time-out of its own only ends one that says nothing at all."""
    got, until = b"", time.monotonic() + seconds
    for part in reply.iter_raw():
        got += part
        if len(got) >= most or time.monotonic() > until:
            break
    return got


Watch = Callable[[str, str, Effect, "Reply | None"], None]
"""Told of a request before it is sent (None; as often as the platform counts it), and of its reply: method, address without `params`,
effect. What it raises stops the call."""

_watch: "ContextVar[Watch | None]" = ContextVar("gaung_watch", default=None)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let `watch` see every request of the block; the conformance kit learns from it what a plugin does."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


Spend = Callable[[int], None]
"""Asked before a request is sent, which the platform counts as so many. What it raises stops the call."""

_spend: "ContextVar[Spend | None]" = ContextVar("gaung_spend", default=None)


@contextmanager
def spending(spend: Spend) -> Iterator[None]:
    """Let no request of the block out that `spend` does not grant."""
    token = _spend.set(spend)
    try:
        yield
    finally:
        _spend.reset(token)


def configure(timeout: float) -> None:
    """Set the time-out in seconds for calls that name none (`engine.http_timeout`)."""
    global _timeout
    _timeout = timeout


_timeout = DEFAULT_TIMEOUT
_lock = threading.Lock()
_mine = threading.local()
_open: "list[tuple[threading.Thread, httpx2.Client]]" = []
_tls: "ssl.SSLContext | None" = None


def close() -> None:
    """Close all connections of all threads; the next call opens new ones."""
    with _lock:
        for _, client in _open:
            client.close()
        _open.clear()


def _client() -> "httpx2.Client":
    """This thread's own client: one pool for hundreds of threads makes each of them search it under one lock."""
    client: httpx2.Client | None = getattr(_mine, "client", None)
    if client is None or client.is_closed:
        client = _mine.client = _new_client()
    return client


def _new_client() -> "httpx2.Client":
    global _tls
    import logging

    import httpx2

    # It logs whole addresses at INFO, and the query of a Graph call holds a token.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    with _lock:
        _tls = _tls or httpx2.create_ssl_context()  # reads all certificates: once, not once a thread
        transport = httpx2.HTTPTransport(verify=_tls, retries=0, limits=httpx2.Limits(max_keepalive_connections=_KEPT))
        client = httpx2.Client(transport=transport, follow_redirects=False, headers={"user-agent": "gaung"}, verify=_tls)
        for thread, old in [one for one in _open if not one[0].is_alive()]:
            old.close()
            _open.remove((thread, old))
        _open.append((threading.current_thread(), client))
    return client


def _guard(effect: Effect) -> None:
    if effect is not Effect.READ and fence.reads_only():
        raise fence.ReadsOnly("a plugin tried to send a request that changes something, in work that only reads")
    active = fence.current()
    if active is None:
        return
    active.check()
    if effect is Effect.PUBLISH and not active.mutating:
        raise RuntimeError("a publishing request outside attempt.mutating()")


def _extensions() -> dict[str, Any]:
    """Ask the fence again right before bytes leave: opening a connection takes time in which a process may be stopped."""
    active = fence.current()
    if active is None:
        return {}

    def ask(event: str, _info: Mapping[str, Any]) -> None:
        if event.endswith((".send_request_headers.started", ".send_request_body.started")):
            active.check()

    return {"trace": ask}


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or url.partition("?")[0]


def _http_date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
