"""What platforms push to `/webhooks/PLATFORM`: checked, put down, answered at once; a worker follows it later.

Nothing is answered with 200 that is not in the database: while that is away the answer is 503, and the platform sends again.
"""

import asyncio
import logging
import math
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from gaung.core.engine.context import Engine
from gaung.core.engine.frames import where
from gaung.core.engine.handlers import notice as handler
from gaung.core.errors import WebhookRefused
from gaung.core.records import Account, Notice, WebhookRequest
from gaung.core.redaction import redact
from gaung.core.store import events, notices
from gaung.core.store.db import first_line, gone
from gaung.core.store.tables import accounts

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

PREFIX = "/webhooks"
LARGEST_BODY = 2_000_000
SLOWEST_BODY = 15.0
"""Seconds in which a request's body must have come."""
_FRESH, _NEW = 30.0, 2.0
_REFUSED_EVERY = 60.0
_SAID = 200
_log = logging.getLogger("gaung.webhooks")


class _TooLarge(Exception):
    """The body is larger than any platform's."""


def routes(engine: Engine) -> "list[BaseRoute]":
    """The address of every platform that pushes; unknown to all others."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    hook = Webhooks(engine)

    async def receive(request: "Request") -> "Response":
        platform = request.path_params["platform"]
        if not await run_in_threadpool(hook.takes, platform):
            return PlainTextResponse("", 404)
        try:
            async with asyncio.timeout(SLOWEST_BODY):
                body = await _body(request)
        except _TooLarge:
            return PlainTextResponse("", 413, headers={"connection": "close"})
        except (TimeoutError, ClientDisconnect):
            return PlainTextResponse("", 408, headers={"connection": "close"})
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, text = await run_in_threadpool(hook.answer, platform, request.method, dict(request.query_params), headers, body)
        return PlainTextResponse(text, status, headers={"retry-after": "30"} if status == 503 else None)

    return [Route(f"{PREFIX}/{{platform}}", receive, methods=["GET", "POST"])]


async def _body(request: "Request") -> bytes:
    """The raw body, as long as it is not too large; a length that lies changes nothing."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _TooLarge
    return bytes(body)


class Webhooks:
    """Checks and keeps what is pushed. Safe for many threads; the accounts, whose apps sign, are read every half minute."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._accounts: dict[str, tuple[float, Sequence[Account]]] = {}
        self._refused: dict[str, float] = {}
        self._lock = threading.Lock()

    def takes(self, platform: str) -> bool:
        """Whether a platform of that name pushes."""
        known = self._engine.manager.platforms().get(platform)
        return known is not None and known.capabilities.reads_webhooks

    def answer(self, platform: str, method: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """Status and text for one request. Never raises."""
        try:
            request = WebhookRequest(
                method="GET" if method == "GET" else "POST", query=query, headers=headers, body=body, received_at=datetime.now(UTC),
                accounts=self._whose(platform),
            )  # fmt: skip
            told = self._engine.manager.read_webhook(platform, request)
            if told.notices:
                self._keep(platform, told.notices)
        except WebhookRefused as refused:
            self._tell_refused(platform, str(refused))
            return 403, ""
        except Exception as error:  # noqa: BLE001, what is not kept must not be answered with 200, whatever the reason
            if gone(error):
                _log.warning("a notice of %s is left to be sent again, the database is away: %s", platform, first_line(error))
            else:  # without the error's words, which may hold what was pushed
                _log.error("a notice of %s could not be read: %s\n%s", platform, type(error).__name__, where(error))
            return 503, ""
        return 200, told.body

    def _whose(self, platform: str, oldest: float = _FRESH) -> Sequence[Account]:
        with self._lock:
            read_at, known = self._accounts.get(platform, (-math.inf, ()))
            if time.monotonic() < read_at + oldest:
                return known
        there = select(accounts).where(accounts.c.platform == platform, accounts.c.status != "removed").order_by(accounts.c.id)
        with self._engine.store.read() as conn:
            rows = conn.execute(there).all()
        found = tuple(self._engine.account(row) for row in rows)
        with self._lock:
            self._accounts[platform] = (time.monotonic(), found)
        return found

    def _ids(self, platform: str, told: Sequence[Notice]) -> dict[str, int]:
        """Our accounts by their ids there; one that was added just now is known, too."""
        ids: dict[str, int] = {}
        for oldest in (_FRESH, _NEW):
            ids = {account.external_id: account.id for account in self._whose(platform, oldest)}
            if all(notice.account in ids for notice in told):
                break
        return ids

    def _keep(self, platform: str, told: Sequence[Notice]) -> None:
        """All of one request, or nothing. What is for no account of ours is left out."""
        box, settings = self._engine.box, self._engine.settings.engine
        ids = self._ids(platform, told)
        strange = sum(1 for notice in told if notice.account not in ids)
        if strange:
            _log.info("%s notices of %s were for no account of ours", strange, platform)
        with self._engine.store.write() as conn:
            for notice in sorted(told, key=lambda one: one.key):
                account, named = ids.get(notice.account), f"{platform}:{notice.key}"
                if account is None or notices.known(conn, platform, box.digests(named)):
                    continue
                payload = box.seal(handler.kept(notice)) if notice.kind == "sighting" else None
                new = notices.keep(conn, platform, key=box.digest(named), account=account, kind=notice.kind, payload=payload)
                if new is not None and notice.kind == "delivery":
                    after = settings.reconcile_after
                    notices.nudge(conn, account, notice.refers, looks=len(after), after=after[-1])

    def _tell_refused(self, platform: str, why: str) -> None:
        """Once a minute: whoever guesses at the address must not fill the log."""
        now = time.monotonic()
        with self._lock:
            if now < self._refused.get(platform, 0.0):
                return
            self._refused[platform] = now + _REFUSED_EVERY
        try:
            with self._engine.store.write() as conn:
                events.emit(conn, "webhook.refused", platform=platform, data={"reason": redact(why)[:_SAID]})
        except Exception as error:  # noqa: BLE001, the answer is the same
            _log.warning("a request to the webhook of %s was refused, which could not be put down: %s", platform, first_line(error))


def address(base: str, platform: str) -> str:
    """The webhook's address beside a media address: `https://media.example/media` -> `https://media.example/webhooks/P`.

    >>> address("https://kpu.example/gaung/media", "toy")
    'https://kpu.example/gaung/webhooks/toy'
    """
    from gaung.core.media.serve import PREFIX as MEDIA

    return f"{base.rstrip('/').removesuffix(MEDIA)}{PREFIX}/{platform}"
