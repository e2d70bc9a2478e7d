"""The Graph API over `gaung.core.http`: one method call is one request, an error body is one of our errors."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gaung.core import http
from gaung.core.errors import RateLimited, Transient
from gaung.core.http import Effect, Reply
from gaung.core.records import Account
from gaung.core.urls import join
from gaung.plugins.meta import errors, failure, usage

DEFAULT_URL = "https://graph.facebook.com"
DEFAULT_VERSION = "v26.0"
HOSTS = ("graph.facebook.com", "graph-video.facebook.com", "graph.instagram.com", "rupload.facebook.com")
"""Meta's own API hosts. Source: fact sheet 1.2."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object, and the platform's clock when it was sent."""

    body: Mapping[str, Any]
    server_now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """One account's way to the Graph API.

    The token goes as `access_token`, in the query of a GET or DELETE and in the form of a POST: every way into the Graph API takes it
    there, multipart included. With an app secret each call carries `appsecret_proof` in the query, as the Business SDK does.
    """

    api_url: str
    version: str
    token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)

    @classmethod
    def of(cls, account: Account) -> "Graph":
        """By the account's settings (`api_url`, `api_version`, `app_secret`) and its `access_token`."""
        settings = account.settings
        return cls(
            api_url=str(settings.get("api_url") or DEFAULT_URL),
            version=str(settings.get("api_version") or DEFAULT_VERSION),
            token=account.credentials["access_token"],
            app_secret=str(settings.get("app_secret") or ""),
        )

    def get(self, path: str, *, fields: Iterable[str] = (), params: Mapping[str, Any] | None = None) -> Answer:
        """Read a node or an edge. `fields` are joined by commas."""
        query = dict(params or {})
        if names := ",".join(fields):
            query["fields"] = names
        return self.get_url(self.url(path), query)

    def get_url(self, url: str, params: Mapping[str, Any]) -> Answer:
        """Read an address that the caller has found trustworthy; its own query must be in `params`."""
        return self.read(http.call("GET", url, effect=Effect.READ, params={**params, **self._token(), **self._proof()}))

    def post(
        self,
        path: str,
        data: Mapping[str, Any],
        *,
        effect: Effect,
        files: Mapping[str, Any] | None = None,
        base: str | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Send a form (multipart with `files`). `base` replaces `api_url`, for the video host."""
        url = self.url(path, base)
        form = {**data, **self._token()}
        return self.read(http.call("POST", url, effect=effect, params=self._proof() or None, data=form, files=files, timeout=timeout))

    def delete(self, path: str) -> Answer:
        """Remove a node. A lost reply is `Transient`: to delete twice does no harm."""
        return self.read(http.call("DELETE", self.url(path), effect=Effect.PREPARE, params={**self._token(), **self._proof()}))

    def batch(self, parts: Sequence[Mapping[str, str]]) -> tuple[list[Any], datetime | None]:
        """`POST /` with several reads in one request: what each was answered, in order, and the platform's clock. `read_part` reads one.

        Changes nothing, though it is a POST. Meta counts every part as a call, and so do we. Source: Business SDK, api.py
        FacebookAdsApiBatch; that each counts: Graph API, batch requests. Raises `Transient` for an answer of another length.
        """
        form = {"batch": json.dumps(list(parts), separators=(",", ":")), **self._token()}
        url, effect = self.url(""), Effect.READ
        reply = http.call("POST", url, effect=effect, params=self._proof() or None, data=form, calls=len(parts))
        answers = self._judged(reply)
        if not isinstance(answers, list) or len(answers) != len(parts):
            raise http.lost(effect, f"HTTP {reply.status}: the answer is no list of {len(parts)}", code="bad_reply")
        return answers, reply.server_now()

    def read_part(self, part: Any) -> Answer:
        """One part of a batch's answer: `{"code","headers":[{"name","value"}],"body"}`. Raises as `read`; `Transient` for one that Meta
        did not get to, which is null.
        """
        if not isinstance(part, Mapping):
            raise Transient("Meta did not get to this part of the batch", code="not_executed")
        code, body, told = part.get("code"), part.get("body"), part.get("headers")
        rows = [row for row in told if isinstance(row, Mapping)] if isinstance(told, list) else []
        headers = {str(row.get("name")).lower(): str(row.get("value")) for row in rows}
        content = body.encode() if isinstance(body, str) else b""
        return self.read(Reply(code if isinstance(code, int) else 0, headers, content, Effect.READ))

    def url(self, path: str, base: str | None = None) -> str:
        """`{api_url}/{version}/{path}`."""
        return join(base or self.api_url, self.version, path)

    def read(self, reply: Reply) -> Answer:
        """The JSON object of a reply.

        An error body raises by the table of `errors.py`, whatever the HTTP status (Meta answers some failures with 200). The usage
        headers of every reply are read. Raises `Ambiguous` or `Transient` when the answer is no JSON object.
        """
        body = self._judged(reply)
        if not isinstance(body, dict):
            raise http.lost(reply.effect, f"HTTP {reply.status}: the answer is no Graph object", code="bad_reply")
        return Answer(body, reply.server_now())

    def _judged(self, reply: Reply) -> Any:
        if reply.status == 429 and not reply.content.lstrip().startswith(b"{"):
            raise RateLimited("HTTP 429", scope="app", retry_after=reply.retry_after(), code="429")
        body = reply.json()
        failed = failure.parse(body, reply.status)
        error = errors.to_error(failed, reply, secrets=self.secrets) if failed else None
        if not isinstance(error, RateLimited):  # which carries the wait itself
            usage.report(reply)
        if error is not None:
            raise error from failed
        if not reply.ok:
            raise http.lost(reply.effect, f"HTTP {reply.status}: the answer is no Graph object", code="bad_reply")
        return body

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may repeat."""
        return tuple(value for value in (self.token, self.app_secret, *self._proof().values()) if value)

    def _token(self) -> dict[str, str]:
        return {"access_token": self.token}

    def _proof(self) -> dict[str, str]:
        # Hex HMAC-SHA256 of the token under the app secret, anew for each token (Business SDK, session.py).
        if not self.app_secret:
            return {}
        return {"appsecret_proof": hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()}
