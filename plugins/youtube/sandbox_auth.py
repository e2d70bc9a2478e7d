"""Tokens, scopes and quotas of the imitated YouTube: one Cloud project, many channels."""

import base64
import binascii
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, unquote
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import read_body
from gaung.core.sandbox.world import World
from gaung.plugins.youtube.sandbox_reply import Refused

CLIENT_ID = "contoh-gaung.apps.googleusercontent.com"
EXPIRES_IN = 3599

_AUTH = "https://www.googleapis.com/auth/"
UPLOAD, READ, MANAGE = "youtube.upload", "youtube.readonly", "youtube.force-ssl"
GRANTED = (UPLOAD, READ, MANAGE)
ACCEPTED: dict[str, frozenset[str]] = {
    "insert": frozenset({UPLOAD, MANAGE, "youtube"}),
    "list": frozenset({READ, MANAGE, "youtube"}),
    "delete": frozenset({MANAGE, "youtube"}),
    "comments": frozenset({MANAGE}),
}
"""Scopes that open a method. Source: discovery document."""

DOCUMENTED = {"videos.insert": 100, "search.list": 100, "videos.batchGetStats": 10_000, "units": 10_000}
"""Calls or units a project has each day. Source: quota calculator page, buckets since 2026-06-01."""


@dataclass(slots=True)
class Grant:
    """A channel's consent, behind one refresh token."""

    channel: str
    scopes: tuple[str, ...]
    revoked: bool = False


@dataclass(slots=True)
class Tokens:
    """All grants and access tokens of the project."""

    world: World
    client_secret: str = field(default_factory=lambda: f"GOCSPX-contoh-{secrets.token_urlsafe(12)}")
    grants: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    used: Counter[tuple[str, str]] = field(default_factory=Counter)

    def connect(self, channel: str) -> dict[str, str]:
        """Consent anew: credentials as `account add` takes them; the former ones are good no more."""
        self.drop(channel, "revoke")
        refresh_token = f"1//contoh-{secrets.token_urlsafe(24)}"
        self.grants[refresh_token] = Grant(channel, GRANTED)
        return {"client_id": CLIENT_ID, "client_secret": self.client_secret, "refresh_token": refresh_token}

    def drop(self, channel: str, how: Literal["expire", "revoke"]) -> None:
        """Make the access tokens of a channel useless, and with `revoke` its refresh token too."""
        self.access = {token: held for token, held in self.access.items() if held[0].channel != channel}
        if how == "revoke":
            for grant in self.grants.values():
                grant.revoked = grant.revoked or grant.channel == channel

    def channel_of(self, request: Request) -> str | None:
        """The channel that a request's bearer token stands for, good or not so good any more."""
        held = self.access.get(_bearer(request))
        return held[0].channel if held else None

    def enter(self, request: Request, method: str, bucket: str, cost: int = 1) -> str:
        """Check token, scope and quota, count the call, and answer the channel."""
        bearer = _bearer(request)
        if not bearer:
            raise Refused(401, "authorizationRequired", "Login required.", "global")
        grant, until = self.access.get(bearer, (None, 0.0))
        if grant is None or grant.revoked or until <= self.world.now():
            raise Refused(401, "authError", "Invalid credentials.", "global")
        if not ACCEPTED[method] & set(grant.scopes):
            raise Refused(403, "insufficientPermissions", "Insufficient permission: the request had insufficient scopes.", "global")
        if bucket:
            self._count(bucket, cost)
        return grant.channel

    def _count(self, bucket: str, cost: int) -> None:
        day = datetime.fromtimestamp(self.world.now(), ZoneInfo("America/Los_Angeles")).date().isoformat()
        if self.used[bucket, day] + cost > self.world.quota(f"youtube.{bucket}", DOCUMENTED[bucket]):
            message = "The request cannot be completed because you have exceeded your quota."
            raise Refused(403, "quotaExceeded", message, "youtube.quota")
        self.used[bucket, day] += cost

    async def token(self, request: Request) -> Response:
        """POST /token, grant_type refresh_token; client id and secret in the form or as HTTP Basic."""
        form = dict(parse_qsl((await read_body(request)).data.decode("utf-8", "replace")))
        client = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        if client != (CLIENT_ID, self.client_secret):
            return JSONResponse({"error": "invalid_client", "error_description": "The OAuth client was not found."}, 401)
        if form.get("grant_type") != "refresh_token":
            return JSONResponse({"error": "unsupported_grant_type", "error_description": "Invalid grant_type."}, 400)
        grant = self.grants.get(form.get("refresh_token", ""))
        if grant is None or grant.revoked:
            return JSONResponse({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
        token = f"ya29.contoh-{secrets.token_urlsafe(24)}"
        self.access[token] = (grant, self.world.now() + EXPIRES_IN)
        scope = " ".join(_AUTH + name for name in grant.scopes)
        return JSONResponse({"access_token": token, "expires_in": EXPIRES_IN, "scope": scope, "token_type": "Bearer"})


def _bearer(request: Request) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return unquote(name), unquote(secret)
