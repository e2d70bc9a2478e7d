"""Containers: made from the content, saved as checkpoints, reused by a later process while Instagram still has them."""

from gaung.core.errors import Rejected, UserError
from gaung.core.records import Attempt, Content, Media
from gaung.plugins.instagram import payloads
from gaung.plugins.instagram.client import Instagram
from gaung.plugins.instagram.errors import GONE
from gaung.plugins.instagram.parse import Container
from gaung.plugins.instagram.platform import PLATFORM
from gaung.plugins.instagram.sources import way_for


def prepare(api: Instagram, content: Content, attempt: Attempt) -> str | None:
    """Make the container of the whole post and answer its id; None while a carousel's items are still processed."""
    if content.format == "carousel":
        return _carousel(api, content, attempt)
    media, url = _source(api, content, content.media[0])
    params = payloads.photo(content, url or "") if media.kind == "image" else payloads.reel(content, url)
    return _make(api, attempt, "container", params, media)


def read_container(api: Instagram, container: str) -> Container | None:
    """The container as Instagram has it now, None when it has it no longer."""
    try:
        return api.container(container)
    except Rejected as error:
        if error.code in GONE:
            return None
        raise


def _carousel(api: Instagram, content: Content, attempt: Attempt) -> str | None:
    items = [_item(api, content, attempt, index) for index in range(len(content.media))]
    if any(item is None or item.status_code == "IN_PROGRESS" for item in items):
        return None
    ready = [item.id for item in items if item is not None]
    box = api.create_container(payloads.carousel(content, ready))
    attempt.checkpoint("container", box)
    return box


def _item(api: Instagram, content: Content, attempt: Attempt, index: int) -> Container | None:
    """One item, from an earlier call if it is still good. Failures of a new one show when it is checked."""
    key = f"item_{index}"
    known = attempt.checkpoints.get(key)
    box = read_container(api, str(known)) if known else None
    if box is not None and box.status_code in ("FINISHED", "IN_PROGRESS"):
        return box
    media, url = _source(api, content, content.media[index])
    return read_container(api, _make(api, attempt, key, payloads.child(content, media, url), media))


def _make(api: Instagram, attempt: Attempt, key: str, params: payloads.Params, media: Media) -> str:
    """One container, saved under `key` once it has all it needs.

    After a broken upload a new container is made, because the guide documents no way to ask how far an upload got.
    """
    if params.get("upload_type") != "resumable":
        box = api.create_container(params)
    else:
        box, uri = api.create_upload(params)
        attempt.checkpoint("upload", box)
        api.send_video(uri, media)
    attempt.checkpoint(key, box)
    return box


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
