"""Publishing: files first, which nobody sees, then the one call that makes a status.

    publish - upload each file - processed? -- no --> Pending - check --> Ready - finish --+
                                     +------ yes -------------------> POST /api/v1/statuses

Checkpoints: `media` (ids of the uploaded files by place and hash), `key` (the Idempotency-Key), `status` (id of what was posted).
"""

from uuid import uuid4

from gaung.core.errors import Ambiguous, PlatformError, Rejected, Transient
from gaung.core.records import Account, Attempt, CheckAnswer, Content, Deleted, Pending, Publication, PublishAnswer, Published, Ready
from gaung_mastodon import payloads
from gaung_mastodon.client import Mastodon
from gaung_mastodon.errors import GONE

WORKING = "the instance is processing the files"


def publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Upload what is not there yet, then post."""
    api = Mastodon(account)
    known = receipt(api, attempt)
    if known is not None:
        return known
    _upload(api, content, attempt)
    return _post(api, content, attempt)


def check(account: Account, attempt: Attempt) -> CheckAnswer:
    """How far the files are. Raises `Rejected` when the instance could not process one."""
    api = Mastodon(account)
    return receipt(api, attempt) or (Pending(api.poll_seconds, WORKING) if _processing(api, attempt) else Ready())


def finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Post, if the files are processed."""
    api = Mastodon(account)
    return receipt(api, attempt) or _post(api, content, attempt)


def receipt(api: Mastodon, attempt: Attempt) -> Published | None:
    """The receipt of a status whose id was saved. Its address is a courtesy: one that cannot be read loses no receipt."""
    if "status" not in attempt.checkpoints:
        return None
    status = str(attempt.checkpoints["status"])
    try:
        found = api.status(status)
    except PlatformError:
        found = None
    return Published(status, found.url if found else None)


def uploaded(attempt: Attempt) -> dict[str, str]:
    """Ids of the files that were sent, also by an earlier process, in order of the post."""
    saved = attempt.checkpoints.get("media")
    return {str(key): str(value) for key, value in saved.items()} if isinstance(saved, dict) else {}


def delete(account: Account, publication: Publication) -> Deleted:
    """Remove a status; one that is gone already counts."""
    if publication.external_id is None:
        raise Rejected("the id of this status is not known: remove it in Mastodon itself", code="no_id")
    try:
        Mastodon(account).delete(publication.external_id)
    except Rejected as error:
        if error.code != GONE:
            raise
        return Deleted("it was not there any more")
    return Deleted()


def _upload(api: Mastodon, content: Content, attempt: Attempt) -> None:
    ids = uploaded(attempt)
    alt_text = str(content.options.get("alt_text") or "")
    for index, media in enumerate(content.media):
        key = f"{index}:{media.sha256}"
        if key in ids and api.media_state(ids[key]) in ("ready", "processing"):
            continue
        ids[key] = api.upload(media, alt_text)
        attempt.checkpoint("media", ids)


def _processing(api: Mastodon, attempt: Attempt) -> bool:
    """Whether a file is not ready. Raises `Rejected` for one that never will be."""
    states = {media: api.media_state(media) for media in uploaded(attempt).values()}
    for media, state in states.items():
        if state == "failed":
            raise Rejected(f"the instance could not process file {media}", code="processing_failed")
        if state == "gone" and attempt.mutation_started_at is None:
            raise Transient(f"the instance has dropped file {media}", code="media_gone")
        if state == "gone":  # a status may have it: core looks, nothing is posted
            raise Ambiguous(f"file {media} is no longer free", code="media_gone")
    return "processing" in states.values()


def _post(api: Mastodon, content: Content, attempt: Attempt) -> PublishAnswer:
    if _processing(api, attempt):
        return Pending(api.poll_seconds, WORKING)
    key = str(attempt.checkpoints.get("key") or f"gaung-{attempt.delivery}-{uuid4().hex}")
    attempt.checkpoint("key", key)
    with attempt.mutating():
        status = api.post(payloads.status(content, list(uploaded(attempt).values())), key)
        attempt.checkpoint("status", status.id)
    return Published(status.id, status.url)
