"""Resumable uploads of the imitated YouTube: sessions keep what came when a connection broke. Source: resumable upload guide."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from gaung.core.sandbox.base import SandboxPost, read_body
from gaung.plugins.youtube.sandbox_reply import Handler, Refused, answering, parameters, parts

if TYPE_CHECKING:
    from starlette.types import Scope

    from gaung.plugins.youtube.sandbox import YouTubeSandbox

UNIT = 262_144
MOST_BYTES = 274_877_906_944
PATH = "/upload/youtube/v3/videos"
WRITABLE = ("snippet", "status")
PARTS = (*WRITABLE, "contentDetails", "processingDetails", "statistics", "localizations", "recordingDetails", "paidProductPlacementDetails")
CATEGORIES = frozenset(str(number) for number in (1, 2, 10, 15, 17, 19, 20, *range(22, 30)))
UPLOADS_PER_CHANNEL = 1_000_000
"""A channel's own uploads a day: the real figure is not published, so the sandbox sets none until a test does."""

_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(slots=True)
class Session:
    """One upload. `total` None: the client did not say how long the file is. `answer` is repeated once the video is made."""

    channel: str
    metadata: dict[str, Any]
    parts: list[str]
    mime: str
    total: int | None
    data: bytearray = field(default_factory=bytearray)
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """`Content-Range` of a PUT; `first` None asks for the status, `total` None is `*`."""

    first: int | None
    last: int | None
    total: int | None


class Uploads:
    """All sessions."""

    def __init__(self, sandbox: "YouTubeSandbox") -> None:
        self._sandbox = sandbox
        self.sessions: dict[str, Session] = {}

    def routes(self) -> list[Route]:
        """Start, and the three kinds of PUT, told apart so that faults can aim at one."""
        return [
            Route(PATH, answering(self.start), methods=["POST"], name="youtube.videos.insert"),
            PutRoute(PATH, answering(self.put), lambda sent: sent is not None and sent.first is None, "youtube.upload.status"),
            PutRoute(PATH, answering(self.put), _is_middle, "youtube.upload.chunk"),
            PutRoute(PATH, answering(self.put), lambda _: True, "youtube.upload.last"),
        ]

    async def start(self, request: Request) -> Response:
        """POST: check the metadata and open a session."""
        received = await read_body(request)
        channel = self._sandbox.tokens.enter(request, "insert", "videos.insert")
        values = parameters(request, ("part", "notifySubscribers", "autoLevels", "stabilize"))
        if values.get("uploadType") != "resumable":
            raise Refused(400, "badRequest", "This sandbox takes uploadType=resumable only.", "global")
        asked = parts(values, PARTS)
        session = Session(channel, _metadata(received.data, asked), asked, _mime(request), _length(request))
        self._check_day(channel)
        upload_id = secrets.token_urlsafe(24)
        self.sessions[upload_id] = session
        query = f"uploadType=resumable&part={','.join(asked)}&upload_id={upload_id}"
        return Response(status_code=200, headers={"Location": f"{self._sandbox.base_url}{PATH}?{query}", "X-GUploader-UploadID": upload_id})

    async def put(self, request: Request) -> Response:
        """PUT: bytes, or the question how far it is."""
        channel = self._sandbox.tokens.enter(request, "insert", "")
        received = await read_body(request)
        session = self.sessions.get(request.query_params.get("upload_id", ""))
        if session is None or session.channel != channel:
            return Response("Not Found", 404)
        sent = content_range(request)
        if sent is not None and sent.total is not None:
            if session.total is not None and sent.total != session.total:
                raise _bad("The total size does not match the upload.")
            session.total = sent.total
        if session.answer is not None:
            return JSONResponse(session.answer, 201)
        if sent is None or sent.first is not None:
            self._take(session, sent, received.data, received.complete)
        if session.total is not None and len(session.data) == session.total:
            return self._complete(session)
        return _incomplete(session)

    def _take(self, session: Session, sent: Range | None, data: bytes, complete: bool) -> None:
        first = 0 if sent is None or sent.first is None else sent.first
        if first != len(session.data):
            raise _bad(f"The upload holds {len(session.data)} bytes; bytes from {first} on do not fit.")
        if not complete:  # what came before the line went dead is kept in whole units
            session.data += data[: len(data) - len(data) % UNIT]
            return
        if sent is None:
            session.total = session.total if session.total is not None else len(data)
            if len(data) != session.total:
                raise _bad("The body is not as long as the upload.")
        elif sent.last is None or len(data) != sent.last - first + 1:
            raise _bad("The body is not as long as its Content-Range says.")
        elif session.total is None or sent.last + 1 < session.total:
            if len(data) % UNIT:
                raise _bad(f"All bytes but the last ones must come in multiples of {UNIT}.")
        elif sent.last + 1 > session.total:
            raise _bad("The range ends beyond the upload.")
        session.data += data

    def _complete(self, session: Session) -> Response:
        account = self._sandbox.accounts[session.channel]
        post = self._sandbox.videos.make(account, session.metadata, bytes(session.data), session.mime)
        shown = list(dict.fromkeys([*session.parts, "snippet", "status"]))
        session.answer = self._sandbox.videos.resource(account, post, shown)
        session.answer["status"]["uploadStatus"] = "uploaded"
        for reason in ("failureReason", "rejectionReason"):
            session.answer["status"].pop(reason, None)
        session.data = bytearray()
        return JSONResponse(session.answer, 201)

    def _check_day(self, channel: str) -> None:
        posts: list[SandboxPost] = self._sandbox.accounts[channel].posts
        since = self._sandbox.world.now() - 24 * 3600
        today = sum(post.made_by == "api" and post.created_at > since for post in posts)
        if today >= self._sandbox.world.quota("youtube.uploads_per_channel", UPLOADS_PER_CHANNEL):
            raise Refused(400, "uploadLimitExceeded", "The user has exceeded the number of videos they may upload.", "youtube.video")


class PutRoute(Route):
    """A PUT of a session whose `Content-Range` fits."""

    def __init__(self, path: str, endpoint: Handler, fits: Callable[[Range | None], bool], name: str) -> None:
        super().__init__(path, endpoint, methods=["PUT"], name=name)
        self._fits = fits

    def matches(self, scope: "Scope") -> "tuple[Match, Scope]":
        """As any route, and by the header."""
        match, child = super().matches(scope)
        if match is Match.FULL:
            try:
                if not self._fits(content_range(Request(scope))):
                    return Match.NONE, {}
            except Refused:
                return match, child
        return match, child


def content_range(request: Request) -> Range | None:
    """The header's meaning; None without one. Refuses one that is malformed."""
    header = request.headers.get("content-range")
    if header is None:
        return None
    found = _RANGE.fullmatch(header.strip())
    if found is None or (found[1] is not None and int(found[1]) > int(found[2])):
        raise _bad("The Content-Range header makes no sense.")
    total = None if found[3] == "*" else int(found[3])
    return Range(None, None, total) if found[1] is None else Range(int(found[1]), int(found[2]), total)


def _is_middle(sent: Range | None) -> bool:
    return sent is not None and sent.last is not None and (sent.total is None or sent.last + 1 < sent.total)


def _incomplete(session: Session) -> Response:
    headers = {"Range": f"bytes=0-{len(session.data) - 1}"} if session.data else {}
    return Response(status_code=308, headers=headers)


def _bad(message: str) -> Refused:
    return Refused(400, "badRequest", message, "global")


def _mime(request: Request) -> str:
    mime = request.headers.get("x-upload-content-type", "application/octet-stream")
    if not (mime.startswith("video/") or mime == "application/octet-stream"):
        raise _bad(f"Media type {mime} is not supported. Valid media types: [video/*, application/octet-stream]")
    return mime


def _length(request: Request) -> int | None:
    text = request.headers.get("x-upload-content-length")
    if text is None:
        return None
    if not text.isdecimal() or int(text) > MOST_BYTES:
        raise _bad("The upload is too large, or its length makes no sense.")
    return int(text)


def _metadata(data: bytes, asked: list[str]) -> dict[str, Any]:
    try:
        body = json.loads(data or b"{}")
    except ValueError:
        raise Refused(400, "parseError", "The request body is no JSON.", "global") from None
    if not isinstance(body, dict) or not all(isinstance(body.get(part, {}), dict) for part in WRITABLE):
        raise Refused(400, "invalidVideoMetadata", "The request metadata specifies an invalid video.")
    for part in WRITABLE:
        if part in body and part not in asked:
            raise Refused(400, "unexpectedPart", f"The body has {part}, which the part parameter does not name.")
    _check_snippet(body.get("snippet", {}))
    _check_status(body.get("status", {}))
    return body


def _check_snippet(snippet: dict[str, Any]) -> None:
    title, description, tags = snippet.get("title", ""), snippet.get("description", ""), snippet.get("tags", [])
    if not isinstance(title, str) or not title.strip() or len(title) > 100 or "<" in title or ">" in title:
        raise Refused(400, "invalidTitle", "The request metadata specifies an invalid or empty video title.", "youtube.video")
    if not isinstance(description, str) or len(description.encode()) > 5000 or "<" in description or ">" in description:
        raise Refused(400, "invalidDescription", "The request metadata specifies an invalid video description.", "youtube.video")
    if not isinstance(tags, list) or len(",".join(f'"{tag}"' if " " in str(tag) else str(tag) for tag in tags)) > 500:
        raise Refused(400, "invalidTags", "The request metadata specifies invalid video keywords.", "youtube.video")
    if "categoryId" in snippet and snippet["categoryId"] not in CATEGORIES:
        raise Refused(400, "invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID.", "youtube.video")


def _check_status(status: dict[str, Any]) -> None:
    privacy = status.get("privacyStatus", "public")
    if privacy not in ("public", "unlisted", "private"):
        raise Refused(400, "invalidVideoMetadata", "The request metadata specifies an invalid privacy status.", "youtube.video")
    if status.get("publishAt") and privacy != "private":
        raise Refused(400, "invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time.", "youtube.video")
    if not isinstance(status.get("selfDeclaredMadeForKids", False), bool):
        raise Refused(400, "invalidVideoMetadata", "selfDeclaredMadeForKids must be true or false.", "youtube.video")
