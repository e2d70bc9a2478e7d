"""The facts of one media file, read from its bytes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gaung.core.errors import UserError
from gaung.core.media.sniff import HEAD_BYTES, mime_of, other_type

_REMEDY = "Use a JPEG, PNG, WebP or GIF picture, or an MP4, MOV or WebM video."


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What `Media` says of a file, without where it is. Units as in `Media`."""

    kind: Literal["image", "video"]
    mime: str
    size: int
    width: int
    height: int
    seconds: float | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    animated: bool = False


def read_facts(path: Path, name: str = "") -> Facts:
    """Read a picture's or video's facts; `name` is what errors call the file (default: the path as given).

    Raises `UserError`, naming the file and what to do, when it is missing, empty, neither picture nor video, damaged,
    cut short, or too large to decode.
    """
    name = name or str(path)
    size, head = _head(path, name)
    mime = mime_of(head)
    if mime is None:
        what = other_type(head)
        raise UserError(f"{name}: {what or 'neither a picture nor a video'}, which cannot be published.", _REMEDY)
    if mime.startswith("image/"):
        from gaung.core.media.images import picture_facts

        width, height, animated = picture_facts(path, name)
        return Facts(kind="image", mime=mime, size=size, width=width, height=height, animated=animated)
    from gaung.core.media.videos import video_facts

    video = video_facts(path, mime, name)
    return Facts(
        kind="video", mime=mime, size=size, width=video.width, height=video.height, seconds=video.seconds, fps=video.fps,
        video_codec=video.video_codec, audio_codec=video.audio_codec,
    )  # fmt: skip


def _head(path: Path, name: str) -> tuple[int, bytes]:
    try:
        if not path.is_file():
            found = "it is no file" if path.exists() else "there is no such file"
            raise UserError(f"{name}: {found}.", "Correct the name, or put the file beside the post file.")
        with path.open("rb") as file:
            size, head = path.stat().st_size, file.read(HEAD_BYTES)
    except OSError as error:
        raise UserError(f"{name}: cannot be read ({error.strerror}).", "Check the permissions of the file.") from None
    if not size:
        raise UserError(f"{name}: the file is empty.", "Export or copy it again.")
    return size, head
