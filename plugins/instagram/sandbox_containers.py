"""Containers of the imitated Instagram: made from a request, worked on by the world's clock, gone after a day."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.world import StoredFile
from gaung.plugins.instagram.sandbox_media import check_caption, check_picture, check_video, fetch
from gaung.plugins.meta.sandbox_error import GraphError, wrong

if TYPE_CHECKING:
    from gaung.core.sandbox.world import World

DAY = 86400
_TYPES = ("", "IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL")
_NAMES = """
image_url video_url media_type caption is_carousel_item children alt_text collaborators user_tags location_id share_to_feed cover_url
thumb_offset audio_name trial_params upload_type product_tags branded_content_sponsor_ids is_paid_partnership is_ai_generated
cross_post_to_threads poll_attachment audio_configuration show_ig_link title is_comment_prompt_used is_poll_duration_extended
"""
_PARAMETERS = frozenset(re.findall(r"\w+", _NAMES))
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

    @property
    def story(self) -> bool:
        """Whether it is for a story."""
        return self.params.get("media_type") == "STORIES"

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
        self._checked: dict[str, float] = {}

    async def make(self, container: str, account: str, params: Mapping[str, str]) -> Container:
        """`POST /{ig-user}/media`. Raises `GraphError` as the platform does, after really fetching what it names."""
        unknown = sorted(set(params) - _PARAMETERS)
        if unknown:
            raise wrong(f"Unknown parameter: {unknown[0]}")
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
        file = self.world.keep(data, "video/mp4")
        box.files = [file]
        try:
            seconds = self._checked.get(file.sha256) or self._checked.setdefault(file.sha256, check_video(data))
        except GraphError as refused:
            box.subcode = refused.subcode
            return
        if float(box.params.get("thumb_offset") or 0) > seconds * 1000:
            raise GraphError(1, "The thumbnail offset must be within the video's duration.", subcode=2207057)
        if self.world.fails_now("instagram"):
            box.subcode = 2207026

    async def _picture(self, box: Container) -> None:
        data = await fetch(_required(box.params, "image_url"))
        file = self.world.keep(data, "image/jpeg")
        if box.story:
            check_picture(data, any_shape=True)
        elif file.sha256 not in self._checked:
            check_picture(data)
            self._checked[file.sha256] = 0.0
        box.files = [file]
        box.ready_at = box.created_at

    def _items(self, box: Container) -> list[Container]:
        ids = _listed(box.params.get("children", ""))
        if not 2 <= len(ids) <= 10 or len(set(ids)) != len(ids):
            raise GraphError(100, "The carousel must have between 2 and 10 different items.", subcode=2207028)
        items = [self.all.get(each) for each in ids]
        found = [item for item in items if item is not None and item.account == box.account and item.child]
        if len(found) != len(ids):
            raise GraphError(24, "A media id of the carousel was not found.", subcode=2207006)
        if any(item.status_code(box.created_at) in ("EXPIRED", "PUBLISHED") for item in found):
            raise GraphError(-2, "A media of the carousel has expired.", subcode=2207020)
        if any(item.status_code(box.created_at) == "ERROR" for item in found):
            raise GraphError(-1, "The media container could not be created.", subcode=2207032)
        box.files = [file for item in found for file in item.files]
        return found

    def _within_quota(self, account: str) -> None:
        since = self.world.now() - DAY
        made = sum(box.account == account and box.created_at > since for box in self.all.values())
        if made >= self.world.quota("instagram.containers", 400):
            raise GraphError(9, "The account has made too many media containers today.", subcode=2207042)


def _kind(params: Mapping[str, str]) -> str:
    given = params.get("media_type", "")
    if given not in _TYPES:
        raise GraphError(100, f"The media type {given} is unknown.", subcode=2207023)
    if given == "VIDEO" and not _true(params, "is_carousel_item"):
        raise GraphError(100, "The VIDEO media type is for carousel items; use REELS.", subcode=2207023)
    if given == "STORIES":
        return "STORIES" if params.get("video_url") or params.get("upload_type") else "IMAGE"
    return given or "IMAGE"


def _check_fields(box: Container) -> None:
    check_caption(box.caption)
    if box.child and (box.kind not in ("IMAGE", "VIDEO") or box.caption or box.params.get("location_id")):
        raise wrong("A carousel item is a picture or a video without caption and location.")
    alt_text = str(box.params.get("alt_text") or "")
    if alt_text and (box.kind != "IMAGE" or len(alt_text) > 1000):
        raise wrong("alt_text is for pictures, up to 1000 characters.")
    if len(_listed(box.params.get("collaborators", ""))) > 3:
        raise wrong("At most 3 collaborators can be invited.")
    if len(_listed(box.params.get("user_tags", ""))) > 20:
        raise GraphError(100, "Too many tags.", subcode=2207040)
    offset = str(box.params.get("thumb_offset") or "0")
    if not re.fullmatch(r"\d+(\.\d+)?", offset) or not math.isfinite(float(offset)):
        raise GraphError(1, "The thumbnail offset must be within the video's duration.", subcode=2207057)


def _required(params: Mapping[str, Any], name: str) -> str:
    if not params.get(name):
        raise wrong(f"The parameter {name} is required.")
    return str(params[name])


def _true(params: Mapping[str, str], name: str) -> bool:
    return str(params.get(name, "")).lower() in ("true", "1")


def _listed(value: str) -> list[Any]:
    """A JSON array or a comma list."""
    if value.startswith("["):
        try:
            parsed = json.loads(value)
        except ValueError:
            raise wrong("Not a JSON array.") from None
        return list(parsed)
    return [part.strip() for part in value.split(",") if part.strip()]
