"""Posts and photos, and the way to the right flow for each format."""

from gaung.core.errors import PlatformError, Rejected
from gaung.core.http import Effect
from gaung.core.records import Account, Attempt, Content, Deleted, Publication, PublishAnswer, Published
from gaung.plugins.facebook import const, parse, payloads
from gaung.plugins.facebook.client import MISSING, Facebook
from gaung.plugins.facebook.pictures import part


def publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Publish by the content's format."""
    from gaung.plugins.facebook import videos

    if content.format in ("reel", "video"):
        return videos.publish(account, content, attempt)
    api = Facebook(account)
    known = attempt.checkpoints.get("post_id")
    if known and api.exists(str(known)):
        return published(api, str(known))
    if content.format == "photo":
        return _photo(api, content, attempt)
    photos = _photos(api, content, attempt) if content.format == "carousel" else []
    with attempt.mutating():
        post = api.feed(payloads.feed(content, photos))
    attempt.checkpoint("post_id", post)
    return published(api, post)


def published(api: Facebook, node: str) -> Published:
    """The receipt. A permalink that cannot be read is put together from the id: the post exists, and nothing may lose it."""
    try:
        url = api.permalink(node)
    except PlatformError:
        url = None
    return Published(node, url or f"{const.SITE}/{node}")


def delete(account: Account, publication: Publication) -> Deleted:
    """Remove a publication. To delete twice does no harm, so a lost answer is `Transient`."""
    if publication.external_id is None:
        raise Rejected("the id of this publication is not known: remove it on Facebook itself", code="no_id")
    try:
        Facebook(account).delete(publication.external_id)
    except Rejected as error:
        if error.code == MISSING:
            return Deleted("it was not on the Page any more")
        raise
    return Deleted()


def _photo(api: Facebook, content: Content, attempt: Attempt) -> Published:
    file = part(content.media[0])
    with attempt.mutating():
        body = api.photo(payloads.photo(content, published=True), file)
    photo = parse.text(body, "id", Effect.PUBLISH)
    # Insights and comments hang on the post; a photo that went into an album has none of its own.
    post = str(body.get("post_id") or photo)
    attempt.checkpoint("post_id", post)
    return published(api, post)


def _photos(api: Facebook, content: Content, attempt: Attempt) -> list[str]:
    """Ids of the unpublished photos, in order; those of an earlier process are used again as far as they still exist."""
    saved = attempt.checkpoints.get("photos")
    photos: dict[str, str] = dict(saved) if isinstance(saved, dict) else {}
    for index, media in enumerate(content.media):
        key = f"{index}:{media.sha256}"
        if key in photos and api.exists(photos[key]):
            continue
        photos[key] = api.unpublished_photo(payloads.photo(content, published=False), part(media))
        attempt.checkpoint("photos", photos)
    return [photos[f"{index}:{media.sha256}"] for index, media in enumerate(content.media)]
