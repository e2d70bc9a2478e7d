"""The upload server: chunks in order, each in full or not at all. It answers by status alone. Source: Media Transfer Guide."""

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from gaung.core.sandbox.base import read_body
from gaung.plugins.tiktok.sandbox_media import longest_video, look_at_video
from gaung.plugins.tiktok.sandbox_state import State, Task

if TYPE_CHECKING:
    from starlette.requests import Request

TYPES = ("video/mp4", "video/quicktime", "video/webm")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class Uploads:
    """The one handler."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def put(self, request: "Request") -> Response:
        """206 while more is to come, 201 once all is here; a chunk of which a part is missing is not kept."""
        body = await read_body(request)
        self.state.settle()
        task = self.task_of(request)
        if task is None:
            return Response(status_code=404)
        if request.query_params.get("upload_token") != task.upload_token or self._too_late(task):
            return Response(status_code=403)
        span = RANGE.fullmatch(request.headers.get("content-range", ""))
        if span is None or request.headers.get("content-type") not in TYPES or not request.headers.get("content-length"):
            return Response(status_code=400)
        first, last, total = map(int, span.groups())
        if total != task.size or request.headers["content-length"] != str(last - first + 1):
            return Response(status_code=400)
        if task.state != "open" or first != task.sent:
            return Response(status_code=416, headers=_progress(task))
        if last != _end_of_chunk(task):
            return Response(status_code=400)
        if not body.complete or len(body.data) != last - first + 1:
            return Response(status_code=400)
        return await self._keep(task, body.data, request.headers["content-type"])

    def task_of(self, request: "Request") -> Task | None:
        """The upload that a URL names."""
        upload_id = request.query_params.get("upload_id", "")
        for prefix in ("v_pub_file~v2-1", "v_inbox_file~v2"):
            task = self.state.tasks.get(f"{prefix}.{upload_id}")
            if task is not None:
                return task
        return None

    async def _keep(self, task: Task, data: bytes, mime: str) -> Response:
        task.received += data
        task.sent += len(data)
        if task.sent < task.size:
            return Response(status_code=206, headers=_progress(task))
        file = self.state.world.keep(bytes(task.received), mime)
        task.files.append(file)
        self.state.work(task, await look_at_video(file, longest_video(self.state, task)))
        return Response(status_code=201, headers=_progress(task))

    def _too_late(self, task: Task) -> bool:
        lifetime = self.state.world.quota("tiktok.upload_url_seconds", 3600)
        return self.state.world.now() >= task.opened_at + lifetime


def _end_of_chunk(task: Task) -> int:
    """The last byte that the next chunk must have."""
    index = task.sent // task.chunk
    return task.size - 1 if index >= task.count - 1 else (index + 1) * task.chunk - 1


def _progress(task: Task) -> dict[str, str]:
    return {"content-range": f"bytes 0-{max(0, task.sent - 1)}/{task.size}"}
