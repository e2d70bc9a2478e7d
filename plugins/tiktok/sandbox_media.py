"""What TikTok does with media: fetches them from URLs and looks at the bytes. Answers a `fail_reason`, empty when all is well."""

import asyncio
import io
from fractions import Fraction

from gaung.core.sandbox.world import StoredFile
from gaung.plugins.tiktok.sandbox_state import State, Task

MIMES = {"JPEG": "image/jpeg", "WEBP": "image/webp"}
_seen: dict[str, str] = {}


async def look_at_video(file: StoredFile, longest: int) -> str:
    """Check a video's format, codec, frame rate, sides and length. Once for the same bytes: load tests send one file often."""
    if file.sha256 not in _seen:
        _seen[file.sha256] = await asyncio.to_thread(_video_facts, file.data)
    facts = _seen[file.sha256]
    if facts.startswith("seconds "):
        return "duration_check_failed" if float(facts.removeprefix("seconds ")) > longest + 0.5 else ""
    return facts


def _video_facts(data: bytes) -> str:
    """`seconds N`, or the reason why it is refused."""
    import av

    try:
        with av.open(io.BytesIO(data), "r") as container:
            stream = container.streams.video[0]
            names, codec = set(container.format.name.split(",")), stream.codec_context.name
            rate, sides = stream.average_rate or Fraction(0), (stream.width, stream.height)
            seconds = (container.duration or 0) / av.time_base
    except (av.FFmpegError, IndexError, ValueError):
        return "file_format_check_failed"
    if not names & {"mp4", "mov", "webm"} or codec not in ("h264", "hevc", "vp8", "vp9"):
        return "file_format_check_failed"
    if not 22.9 <= rate <= 60.1:
        return "frame_rate_check_failed"
    if min(sides) < 360 or max(sides) > 4096:
        return "picture_size_check_failed"
    return f"seconds {seconds}"


def look_at_photo(data: bytes) -> tuple[str, str]:
    """MIME type and `fail_reason` of a photo: JPEG or WebP, up to 20 MB and 1080p."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            kind, sides = image.format or "", image.size
    except (OSError, ValueError, SyntaxError):
        return "", "file_format_check_failed"
    if kind not in MIMES:
        return "", "file_format_check_failed"
    if len(data) > 20 * 1024 * 1024 or min(sides) > 1080 or max(sides) > 1920:
        return MIMES[kind], "picture_size_check_failed"
    return MIMES[kind], ""


async def pull(state: State, task: Task) -> None:
    """Fetch all media of a task, then let the work begin. A redirect is as bad as no answer (source: Media Transfer Guide)."""
    import httpx2

    failed = "photo_pull_failed" if task.kind == "photo" else "video_pull_failed"
    fault = ""
    try:
        secure = any(url.startswith("https:") for url in task.urls)
        async with httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=30, verify=secure) as client:
            for url in task.urls:
                reply = await client.get(url)
                if reply.status_code != 200:
                    fault = fault or failed
                    continue
                fault = await _take(state, task, reply.content) or fault
    except (httpx2.HTTPError, httpx2.InvalidURL):
        fault = failed
    if task.state == "open":
        state.work(task, fault)


async def _take(state: State, task: Task, data: bytes) -> str:
    task.sent += len(data)
    if task.kind == "photo":
        mime, fault = await asyncio.to_thread(look_at_photo, data)
        task.files.append(state.world.keep(data, mime or "application/octet-stream"))
        return fault
    file = state.world.keep(data, "video/mp4")
    task.files.append(file)
    return await look_at_video(file, longest_video(state, task))


def longest_video(state: State, task: Task) -> int:
    """Seconds that the creator may post."""
    return int(state.accounts[task.open_id].extra["max_video_post_duration_sec"])
