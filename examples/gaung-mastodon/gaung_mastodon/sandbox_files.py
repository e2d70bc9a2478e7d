"""Uploads to the imitated instance: checked by Pillow and PyAV, a video worked on for a while."""

import io
import itertools
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import SandboxAccount, read_body
from gaung.core.sandbox.world import StoredFile, World
from gaung_mastodon.sandbox_reply import Refused

INVALID = "Validation failed: File content type is invalid, File is invalid"
FAILED = "Error processing thumbnail for uploaded media"
ATTACHABLE_SECONDS = 86_400
"""How long a file waits for its status. Source: Mastodon's MediaAttachment.vacuum, a day."""


@dataclass(slots=True)
class Upload:
    """One file. `status` is the id of what shows it, empty while it is free."""

    id: str
    account: str
    kind: str
    file: StoredFile
    description: str | None
    made_at: float
    ready_at: float
    failed: bool
    status: str = ""


class Files:
    """All uploads."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.uploads: dict[str, Upload] = {}
        self._ids = itertools.count(22_348_641)

    async def create(self, request: Request, account: SandboxAccount) -> Response:
        """`POST /api/v2/media`: 200 for a picture, 202 for a video that is still worked on."""
        received = await read_body(request)
        if not received.complete:
            return Response(status_code=400)
        data, description = await _form(request, received.data)
        mime = _type(data)
        kind = "video" if mime.startswith("video/") else "image"
        now = self.world.now()
        ready = now + (self.world.processing_seconds if kind == "video" else 0)
        failed = kind == "video" and self.world.fails_now("mastodon")
        upload = Upload(str(next(self._ids)), account.external_id, kind, self.world.keep(data, mime), description, now, ready, failed)
        self.uploads[upload.id] = upload
        return JSONResponse(self.as_json(upload), 200 if kind == "image" else 202)

    async def show(self, request: Request, account: SandboxAccount) -> Response:
        """`GET /api/v1/media/:id`: 206 while it is worked on; a file that a status shows is not found any more."""
        upload = self.free(request.path_params["id"], account)
        if self.working(upload):
            return JSONResponse(self.as_json(upload), 206)
        if upload.failed:
            raise Refused(422, FAILED)
        return JSONResponse(self.as_json(upload))

    def free(self, number: str, account: SandboxAccount) -> Upload:
        """A file of this account that no status shows yet. 404 otherwise."""
        upload = self.uploads.get(number)
        if upload is None or upload.account != account.external_id or upload.status:
            raise Refused(404, "Record not found")
        if self.world.now() > upload.made_at + ATTACHABLE_SECONDS:
            raise Refused(404, "Record not found")
        return upload

    def working(self, upload: Upload) -> bool:
        """Whether the instance has not done yet."""
        return self.world.now() < upload.ready_at

    def as_json(self, upload: Upload) -> dict[str, Any]:
        """An entity MediaAttachment; without address while it is worked on."""
        address = f"{self.world.base_url}{upload.file.url_path}"
        return {
            "id": upload.id, "type": upload.kind, "url": None if self.working(upload) else address, "preview_url": address,
            "remote_url": None, "text_url": None, "meta": {}, "description": upload.description, "blurhash": None,
        }  # fmt: skip


async def _form(request: Request, body: bytes) -> tuple[bytes, str | None]:
    """The file and its description."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused(422, "Validation failed: File can't be blank")
    try:
        form = await MultiPartParser(request.headers, stream()).parse()
    except MultiPartException:
        raise Refused(400, "The form cannot be read") from None
    try:
        file, description = form.get("file"), form.get("description")
        if not isinstance(file, UploadFile):
            raise Refused(422, "Validation failed: File can't be blank")
        return await file.read(), description if isinstance(description, str) else None
    finally:
        await form.close()


def _type(data: bytes) -> str:
    """The type by the bytes. 422 for what is neither picture nor video."""
    import av
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            kind = image.format or ""
        if kind not in ("JPEG", "PNG", "GIF", "WEBP"):
            raise Refused(422, INVALID)
        return f"image/{kind.lower()}"
    except (UnidentifiedImageError, OSError):
        pass
    try:
        with av.open(io.BytesIO(data), "r") as container:
            name, streams = container.format.name, len(container.streams.video)
    except (av.error.FFmpegError, ValueError):
        raise Refused(422, INVALID) from None
    if not streams:
        raise Refused(422, INVALID)
    return "video/webm" if "webm" in name else "video/mp4"
