"""What the imitated Facebook and Instagram share: tokens, parameters, error bodies and the usage headers on every reply."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from gaung.core.sandbox.base import PlatformSandbox, Received, Refusal, read_body
from gaung.plugins.meta.sandbox_error import GraphError, wrong

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

APP_ID = "610000000000001"
APP_SECRET = "contoh-rahasia-aplikasi"  # noqa: S105 - the sandbox's own app
VERIFY_TOKEN = "contoh-kata-webhook"  # noqa: S105 - the sandbox's own app
"""What the app was told to repeat in the handshake of its webhooks."""
LONG_LIVED = 5_183_944
"""Seconds of a long-lived user token. Source: get-long-lived."""

Work = Callable[["Call"], Awaitable[Any]]


@dataclass(slots=True, kw_only=True)
class Token:
    """An access token. `subject` is whom it acts for, empty for an app token."""

    value: str
    kind: Literal["PAGE", "USER", "APP"]
    subject: str
    issued_at: float
    expires_at: float = 0.0
    state: Literal["good", "expired", "revoked"] = "good"
    scopes: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    mime: str
    data: bytes


@dataclass(slots=True, kw_only=True)
class Call:
    """One authorised request: path, query, form and JSON parameters merged, the token's own left out."""

    request: "Request"
    params: dict[str, str]
    token: Token
    raw_token: str
    files: dict[str, Upload] = field(default_factory=dict)
    data: bytes = field(default=b"", repr=False)
    """The raw body; cut short when `complete` is False."""
    complete: bool = True

    @property
    def path(self) -> dict[str, str]:
        """The route's own parameters."""
        return dict(self.request.path_params)

    def allow(self, *names: str) -> None:
        """Code 100 for a parameter that the call does not document."""
        unknown = sorted(set(self.params) - set(names))
        if unknown:
            raise wrong(f"Param {unknown[0]} is not a known parameter of this call")

    def flag(self, name: str, default: bool) -> bool:
        """A boolean parameter."""
        value = self.params.get(name)
        if value is None:
            return default
        if value.lower() not in ("true", "false", "1", "0"):
            raise wrong(f"Param {name} must be a boolean")
        return value.lower() in ("true", "1")

    def need(self, name: str) -> str:
        """A parameter that must be given."""
        value = self.params.get(name, "")
        if not value:
            raise wrong(f"The parameter {name} is required")
        return value


class GraphSandbox(PlatformSandbox):
    """Subclasses set `usage_type` and `limit_code`, and wrap their handlers by `endpoint`."""

    usage_type: ClassVar[str]
    """`pages` or `instagram`, as named in `X-Business-Use-Case-Usage`."""
    limit_code: ClassVar[int]
    """80001 for Pages, 80002 for Instagram."""

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.tokens: dict[str, Token] = {}
        self.app_id = APP_ID
        self.app_secret = APP_SECRET
        self.give(Token(value=f"{APP_ID}|{APP_SECRET}", kind="APP", subject="", issued_at=0.0))

    def give(self, token: Token) -> Token:
        """Make a token known."""
        self.tokens[token.value] = token
        return token

    def new_token(self, kind: Literal["PAGE", "USER"], subject: str, scopes: Collection[str], prefix: str = "EAAG") -> Token:
        """A fresh token: a user's lasts about 60 days, a Page's has no end."""
        now = self.world.now()
        ends = now + LONG_LIVED if kind == "USER" else 0.0
        value = f"{prefix}{secrets.token_hex(20)}"
        return self.give(Token(value=value, kind=kind, subject=subject, issued_at=now, expires_at=ends, scopes=tuple(scopes)))

    def break_token(self, external_id: str, how: Literal["expire", "revoke"]) -> None:
        """All tokens of the account; no refresh helps with either, a person must connect anew."""
        for token in self.tokens.values():
            if token.subject == external_id and token.state == "good":
                token.state = "expired" if how == "expire" else "revoked"

    def endpoint(self, work: Work, *, auth: bool = True) -> Callable[["Request"], Awaitable["Response"]]:
        """A Starlette endpoint: `work` answers JSON or raises `GraphError`. With `auth` False the call's token is an empty one."""

        async def handle(request: "Request") -> "Response":
            subject = ""
            try:
                call = await self._call(request, auth)
                subject = call.token.subject
                return self.reply(await work(call), subject=subject)
            except GraphError as error:
                return self.reply(error.body(), status=error.status, subject=subject)

        return handle

    def reply(self, body: Any, *, status: int = 200, subject: str = "", limited: bool = False) -> "Response":
        """JSON with both usage headers. The percentages are `world.quota("<name>.app_usage", 1)` and `"<name>.usage"`."""
        from starlette.responses import JSONResponse

        app = self.world.quota(f"{self.name}.app_usage", 1)
        used = 100 if limited else self.world.quota(f"{self.name}.usage", 1)
        minutes = self.world.quota(f"{self.name}.regain_minutes", 0)
        entry = {
            "type": self.usage_type,
            "call_count": used,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": minutes,
        }
        headers = {
            "x-app-usage": json.dumps({"call_count": app, "total_time": 1, "total_cputime": 1}),
            "x-business-use-case-usage": json.dumps({subject or "0": [entry]}),
        }
        return JSONResponse(body, status, headers)

    def refusal(self, kind: Refusal, request: "Request") -> "Response":
        """Meta's answer for an injected refusal."""
        subject = self.account_of(request) or ""
        if kind == "rate_limited":
            said = f"(#{self.limit_code}) There have been too many calls to this account. Wait a bit and try again."
            return self.reply(GraphError(self.limit_code, said).body(), status=400, subject=subject, limited=True)
        error = {
            "token_expired": _dead("expired"),
            "token_revoked": _dead("revoked"),
            "refused": wrong("Invalid parameter: this content is not accepted"),
            "server_error": GraphError(2, "An unexpected error has occurred. Please retry your request later.", status=500, transient=True),
        }[kind]
        return self.reply(error.body(), status=error.status, subject=subject)

    async def _call(self, request: "Request", auth: bool) -> Call:
        params: dict[str, str] = dict(request.query_params)
        received = await read_body(request)
        form, files = await _form(request, received)
        params.update(form)
        header = request.headers.get("authorization", "")
        scheme, _, value = header.partition(" ")
        from_header = value.strip() if scheme.lower() in ("bearer", "oauth") else ""
        raw = params.pop("access_token", "") or from_header
        proof = params.pop("appsecret_proof", None)
        nobody = Token(value="", kind="APP", subject="", issued_at=0.0)
        token = self.check(raw, proof) if auth else nobody
        return Call(
            request=request, params=params, token=token, raw_token=raw, files=files, data=received.data, complete=received.complete
        )  # fmt: skip

    def check(self, raw: str, proof: str | None = None) -> Token:
        """The token's record. Raises the 190 family, and 100 for a wrong proof."""
        if not raw:
            raise GraphError(190, "An access token is required to request this resource.")
        token = self.tokens.get(raw)
        if token is None:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", subcode=467)
        if token.state == "good" and token.expires_at and self.world.now() >= token.expires_at:
            token.state = "expired"
        if token.state != "good":
            raise _dead(token.state)
        if proof is not None:
            right = hmac.new(self.app_secret.encode(), raw.encode(), hashlib.sha256).hexdigest()
            if not hmac.compare_digest(right, proof):
                raise wrong("Invalid appsecret_proof provided in the API argument")
        return token


def _dead(state: str) -> GraphError:
    if state == "expired":
        return GraphError(190, "Error validating access token: Session has expired.", subcode=463)
    said = "Error validating access token: The session has been invalidated because the user changed their password."
    return GraphError(190, said, subcode=460)


async def _form(request: "Request", received: Received) -> tuple[dict[str, str], dict[str, Upload]]:
    """Form or JSON parameters and files; a body that was cut off has none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if not received.complete or not received.data:
        return {}, {}
    if kind == "application/json":
        return _from_json(received.data), {}
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return await _from_form(request, received.data)
    return {}, {}


def _from_json(data: bytes) -> dict[str, str]:
    try:
        values = json.loads(data)
    except ValueError:
        raise wrong("Invalid JSON") from None
    if not isinstance(values, dict):
        raise wrong("Invalid JSON: an object is expected")
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


async def _from_form(request: "Request", data: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    from starlette.datastructures import UploadFile
    from starlette.requests import Request

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    form: dict[str, str] = {}
    files: dict[str, Upload] = {}
    async with Request(request.scope, receive).form(max_part_size=1 << 31) as parsed:
        for key, value in parsed.multi_items():
            if isinstance(value, UploadFile):
                files[key] = Upload(name=value.filename or "", mime=value.content_type or "", data=await value.read())
            else:
                form[key] = value
    return form, files
