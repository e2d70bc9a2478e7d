"""Containers of the imitated Instagram: made from a request, worked on by the world's clock, gone after a day."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.world import StoredFile
from gaung.plugins.instagram.sandbox_media import Refused, check_caption, check_picture, check_video, fetch

if TYPE_CHECKING:
    from gaung.core.sandbox.world import World

DAY = 86400
_TYPES = ("", "IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL")
_PARAMETERS = [
    "image_url",
    "video_url",
    "media_type",
    "caption",
    "is_carousel_item",
    "children",
    "alt_text",
    "collaborators",
    "user_tags",
    "location_id",
    "share_to_feed",
    "cover_url",
    "thumb_offset",
    "audio_name",
    "trial_params",
    "upload_type",
    "product_tags",
    "branded_content_sponsor_ids",
    "is_paid_partnership",
    "is_ai_generated",
    "cross_post_to_threads",
    "poll_attachment",
    "audio_configuration",
    "show_ig_link",
    "title",
    "is_comment_prompt_used",
    "is_poll_duration_extended",
]
_TEXTS = {
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "PUBLISHED": "Published: Media has been successfully published.",
    "EXPIRED": "Expired: The container was not published within 24 hours.",
}


@dataclass(slots=True, kw_only=True)
class Container:
    """One IG Container. `ready_at` None: its bytes have not come yet. `subcode`: what its processing will fail with."""

    id: str
    account: str
    kind: str
    params: dict[str, Any]
    created_at: float
    ready_at: float | None = None
    subcode: int | None = None
    published: str | None = None
    child: bool = False
    received: bytearray = field(default_factory=bytearray)
    files: list[StoredFile] = field(default_factory=list)
    children: list["Container"] = field(default_factory=list)

    @property
    def caption(self) -> str:
        """The caption, empty for none."""
        return str(self.params.get("caption") or "")

    def status_code(self, now: float) -> str:
        """EXPIRED, ERROR, FINISHED, IN_PROGRESS or PUBLISHED. Source: IG Container reference."""
        if self.published is not None:
            return "PUBLISHED"
        if now - self.created_at > DAY:
            return "EXPIRED"
        parts = {child.status_code(now) for child in self.children}
        if self.ready_at is None or now < self.ready_at or "IN_PROGRESS" in parts:
            return "IN_PROGRESS"
        return "ERROR" if self.subcode is not None or parts & {"ERROR", "EXPIRED"} else "FINISHED"

    def status(self, now: float) -> str:
        """The text beside the code; on ERROR it carries the subcode."""
        code = self.status_code(now)
        subcode = self.subcode or next((child.subcode for child in self.children if child.subcode), 2207032)
        return _TEXTS.get(code) or f"Error: Media upload has failed with error code {subcode}"


class Containers:
    """All containers of all accounts."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.all: dict[str, Container] = {}

    async def make(self, container: str, account: str, params: Mapping[str, str]) -> Container:
        """`POST /{ig-user}/media`. Raises `Refused` as the platform does, after really fetching what it names."""
        unknown = sorted(set(params) - _PARAMETERS)
        if unknown:
            raise Refused(100, 0, f"(#100) Unknown parameter: {unknown[0]}")
        self._within_quota(account)
        box = Container(
            id=container, account=account, kind=_kind(params), params=dict(params), created_at=self.world.now(),
            child=_true(params, "is_carousel_item"),
        )  # fmt: skip
        _check_fields(box)
        if box.kind == "CAROUSEL":
            box.children = self._items(box)
            box.ready_at = box.created_at
        elif box.kind == "IMAGE":
            await self._picture(box)
        elif params.get("upload_type") != "resumable":
            self.receive(box, await fetch(_required(params, "video_url")))
        self.all[container] = box
        return box

    def receive(self, box: Container, data: bytes) -> None:
        """The whole video is here: work on it. What is wrong with it shows as status ERROR later."""
        box.ready_at = self.world.now() + self.world.processing_seconds
        box.files = [self.world.keep(data, "video/mp4")]
        try:
            seconds = check_video(data)
        except Refused as refused:
            box.subcode = refused.subcode
            return
        if float(box.params.get("thumb_offset") or 0) > seconds * 1000:
            raise Refused(1, 2207057, "The thumbnail offset must be within the video's duration.")
        if self.world.fails_now("instagram"):
            box.subcode = 2207026

    async def _picture(self, box: Container) -> None:
        data = await fetch(_required(box.params, "image_url"))
        check_picture(data)
        box.files = [self.world.keep(data, "image/jpeg")]
        box.ready_at = box.created_at

    def _items(self, box: Container) -> list[Container]:
        ids = _listed(box.params.get("children", ""))
        if not 2 <= len(ids) <= 10 or len(set(ids)) != len(ids):
            raise Refused(100, 2207028, "The carousel must have between 2 and 10 different items.")
        items = [self.all.get(each) for each in ids]
        found = [item for item in items if item is not None and item.account == box.account and item.child]
        if len(found) != len(ids):
            raise Refused(24, 2207006, "A media id of the carousel was not found.")
        if any(item.status_code(box.created_at) in ("EXPIRED", "PUBLISHED") for item in found):
            raise Refused(-2, 2207020, "A media of the carousel has expired.")
        if any(item.status_code(box.created_at) == "ERROR" for item in found):
            raise Refused(-1, 2207032, "The media container could not be created.")
        box.files = [file for item in found for file in item.files]
        return found

    def _within_quota(self, account: str) -> None:
        since = self.world.now() - DAY
        made = sum(box.account == account and box.created_at > since for box in self.all.values())
        if made >= self.world.quota("instagram.containers", 400):
            raise Refused(9, 2207042, "The account has made too many media containers today.")


def _kind(params: Mapping[str, str]) -> str:
    given = params.get("media_type", "")
    if given not in _TYPES:
        raise Refused(100, 2207023, f"The media type {given} is unknown.")
    if given == "VIDEO" and not _true(params, "is_carousel_item"):
        raise Refused(100, 2207023, "The VIDEO media type is for carousel items; use REELS.")
    if given == "STORIES":
        return "STORIES" if params.get("video_url") or params.get("upload_type") else "IMAGE"
    return given or "IMAGE"


def _check_fields(box: Container) -> None:
    check_caption(box.caption)
    if box.child and (box.kind not in ("IMAGE", "VIDEO") or box.caption or box.params.get("location_id")):
        raise Refused(100, 0, "(#100) A carousel item is a picture or a video without caption and location.")
    alt_text = str(box.params.get("alt_text") or "")
    if alt_text and (box.kind != "IMAGE" or len(alt_text) > 1000):
        raise Refused(100, 0, "(#100) alt_text is for pictures, up to 1000 characters.")
    if len(_listed(box.params.get("collaborators", ""))) > 3:
        raise Refused(100, 0, "(#100) At most 3 collaborators can be invited.")
    if len(_listed(box.params.get("user_tags", ""))) > 20:
        raise Refused(100, 2207040, "Too many tags.")
    offset = str(box.params.get("thumb_offset") or "0")
    if not re.fullmatch(r"\d+(\.\d+)?", offset) or not math.isfinite(float(offset)):
        raise Refused(1, 2207057, "The thumbnail offset must be within the video's duration.")


def _required(params: Mapping[str, Any], name: str) -> str:
    if not params.get(name):
        raise Refused(100, 0, f"(#100) The parameter {name} is required.")
    return str(params[name])


def _true(params: Mapping[str, str], name: str) -> bool:
    return str(params.get(name, "")).lower() in ("true", "1")


def _listed(value: str) -> list[Any]:
    """A JSON array or a comma list."""
    if value.startswith("["):
        try:
            parsed = json.loads(value)
        except ValueError:
            raise Refused(100, 0, "(#100) Not a JSON array.") from None
        return list(parsed)
    return [part.strip() for part in value.split(",") if part.strip()]
