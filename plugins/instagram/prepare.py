"""Containers: made from the content, saved as checkpoints, reused by a later process while Instagram still has them."""

from datetime import UTC, datetime

from gaung.core.errors import Rejected, UserError
from gaung.core.records import Attempt, Content, Media
from gaung.plugins.instagram import payloads
from gaung.plugins.instagram.client import Instagram
from gaung.plugins.instagram.errors import GONE, NOT_FETCHED
from gaung.plugins.instagram.parse import Container
from gaung.plugins.instagram.platform import PLATFORM
from gaung.plugins.instagram.sources import require_served, way_for


def prepare(api: Instagram, content: Content, attempt: Attempt) -> bool:
    """Make the container of the whole post; False while a carousel's items are still processed."""
    if content.format == "carousel":
        return _carousel(api, content, attempt)
    media, url = _source(api, content, content.media[0])
    params = payloads.photo(content, url or "") if media.kind == "image" else payloads.reel(content, url)
    _make(api, attempt, "container", params, media)
    return True


def former(api: Instagram, attempt: Attempt, key: str) -> Container | None:
    """The container saved under `key` as Instagram has it now; None when none was saved, or Instagram has it no longer."""
    saved = attempt.checkpoints.get(key)
    if saved is None:
        return None
    try:
        return api.container(str(saved["id"]))
    except Rejected as error:
        if error.code in GONE:
            return None
        raise


def made_at(attempt: Attempt) -> datetime | None:
    """When the container of the whole post was made, by the clock of the worker that made it."""
    saved = attempt.checkpoints.get("container")
    return datetime.fromisoformat(saved["at"]) if saved is not None else None


def _carousel(api: Instagram, content: Content, attempt: Attempt) -> bool:
    items = [_item(api, content, attempt, index) for index in range(len(content.media))]
    if any(item is None or item.status_code == "IN_PROGRESS" for item in items):
        return False
    ready = [item.id for item in items if item is not None]
    _save(attempt, "container", api.create_container(payloads.carousel(content, ready)))
    return True


def _item(api: Instagram, content: Content, attempt: Attempt, index: int) -> Container | None:
    """One item, from an earlier call if it is still good. What is wrong with a new one shows when it is checked."""
    key = f"item_{index}"
    box = former(api, attempt, key)
    if box is not None and box.status_code in ("FINISHED", "IN_PROGRESS"):
        return box
    media, url = _source(api, content, content.media[index])
    _make(api, attempt, key, payloads.child(content, media, url), media)
    return former(api, attempt, key)


def _make(api: Instagram, attempt: Attempt, key: str, params: payloads.Params, media: Media) -> None:
    """One container, saved under `key` once it has all it needs.

    After a broken upload a new container is made, because the guide documents no way to ask how far an upload got.
    """
    if params.get("upload_type") != "resumable":
        box = _fetched(api, params)
    else:
        box, uri = api.create_upload(params)
        _save(attempt, "upload", box)
        api.send_video(uri, media)
    _save(attempt, key, box)


def _fetched(api: Instagram, params: payloads.Params) -> str:
    try:
        return api.create_container(params)
    except Rejected as error:
        if error.code in NOT_FETCHED:
            require_served(str(params.get("image_url") or params.get("video_url")))
        raise


def _save(attempt: Attempt, key: str, container: str) -> None:
    attempt.checkpoint(key, {"id": container, "at": datetime.now(UTC).isoformat()})


def _source(api: Instagram, content: Content, media: Media) -> tuple[Media, str | None]:
    """The file as Instagram takes it, and its address; None for a video that is sent instead."""
    if media.kind == "image":
        media = _jpeg(media)
    way = way_for(api.account, content, media)
    if way is None:
        raise Rejected(f"{media.name}: Instagram cannot fetch it. Set media.public_url.", code="no_public_url", field="media")
    return media, media.url if way == "url" else None


def _jpeg(media: Media) -> Media:
    from gaung.core.media.renditions import as_jpeg

    try:
        return as_jpeg(media, max_bytes=int(PLATFORM.limit("image_bytes")), max_width=int(PLATFORM.limit("image_width_max")))
    except UserError as error:
        raise Rejected(str(error), code="media", field="media") from None
