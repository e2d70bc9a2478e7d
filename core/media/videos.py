"""Video facts with PyAV: size as shown, length, codecs; a file that is cut short or does not decode is refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gaung.core.errors import UserError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

_AGAIN = "Export it again as MP4 (H.264, AAC)."
_MAX_GAP_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """Pixels after rotation and with square pixels, seconds, frames per second, FFmpeg's codec names."""

    width: int
    height: int
    seconds: float
    fps: float | None
    video_codec: str
    audio_codec: str | None


def video_facts(path: Path, mime: str, name: str) -> VideoFacts:
    """Read a video's facts. Raises `UserError` for a damaged file and for one without moving pictures."""
    import av

    try:
        _whole_boxes(path, mime, name)
        with av.open(str(path), format="mp4" if mime in _BOXED else "matroska") as container:
            return _facts(container, name)
    except av.FFmpegError as error:
        raise UserError(f"{name}: the video is damaged or cut short ({error.strerror}).", _AGAIN) from None


def _facts(container: "InputContainer", name: str) -> VideoFacts:
    stream = next((s for s in container.streams.video if not _is_cover(s)), None)
    if stream is None:
        raise UserError(f"{name}: the file holds no moving pictures.", "Give a video, or a picture as JPEG or PNG.")
    if not _codec(stream):
        raise UserError(f"{name}: its video codec is unknown.", _AGAIN)
    frame = next(container.decode(stream), None)
    if frame is None:
        raise UserError(f"{name}: the video holds no frame that can be shown.", _AGAIN)
    ratio = stream.sample_aspect_ratio
    width, height = (round(frame.width * float(ratio)) if ratio else frame.width), frame.height
    if abs(frame.rotation) % 180 == 90:
        width, height = height, width
    sound = next(iter(container.streams.audio), None)
    return VideoFacts(
        width=width, height=height, seconds=_seconds(container, stream, name),
        fps=round(float(stream.average_rate), 3) if stream.average_rate else None,
        video_codec=_codec(stream), audio_codec=(_codec(sound) or "unknown") if sound is not None else None,
    )  # fmt: skip


def _seconds(container: "InputContainer", stream: "VideoStream", name: str) -> float:
    """Length in seconds. Walks all packets, because only Matroska's own end tells that it was cut short."""
    declared = container.duration / 1_000_000 if container.duration else 0.0
    container.seek(0)
    last = 0.0
    for packet in container.demux(stream):
        if packet.pts is not None and packet.time_base is not None:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    if stream.duration and stream.time_base:
        expected = float(stream.duration * stream.time_base)
    else:
        expected = declared if not container.streams.audio else 0.0
    if expected - last > _MAX_GAP_SECONDS:
        raise UserError(f"{name}: the video is cut short: {last:.1f} s of {expected:.1f} s are there.", "Copy it again.")
    seconds = declared or last
    if seconds <= 0:
        raise UserError(f"{name}: the video has no length.", _AGAIN)
    return round(seconds, 3)


def _codec(stream: "VideoStream | AudioStream") -> str:
    """FFmpeg's name of the codec; empty where this FFmpeg has no decoder for it, which PyAV shows as no context."""
    return str(getattr(stream.codec_context, "name", ""))


def _is_cover(stream: "VideoStream") -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


_BOXED = ("video/mp4", "video/quicktime")


def _whole_boxes(path: Path, mime: str, name: str) -> None:
    """Refuse an MP4 or MOV whose last box is longer than the file: an interrupted copy that still opens."""
    if mime not in _BOXED:
        return
    total, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < total:
            file.seek(at)
            head = file.read(16)
            size = int.from_bytes(head[:4], "big")
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            if size == 0:
                return
            if size < 8 or len(head) < 8 or at + size > total:
                raise UserError(f"{name}: the video is damaged or cut short.", "Copy it again, or export it again as MP4.")
            at += size
