"""Sending a video in chunks, from where it stopped: the last chunk is the irreversible call.

After the last byte TikTok publishes by itself, and before it nothing can become visible. One upload can be published once only, so
sending a chunk again under the same publish id never makes a second post.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gaung.core.errors import Ambiguous, Rejected
from gaung.core.http import Effect
from gaung.core.records import Account, Attempt, Content, Media
from gaung.core.urls import trusted
from gaung.plugins.tiktok import client, const, errors, parse, payloads
from gaung.plugins.tiktok.payloads import Plan

KEY = "upload"


@dataclass(frozen=True, slots=True)
class Upload:
    """An open upload as checkpointed. `dead` when TikTok said that its URL is no longer good; the URL holds a secret of one hour."""

    publish_id: str
    url: str
    plan: Plan
    opened_at: datetime
    dead: bool = False

    def __repr__(self) -> str:
        return f"Upload({self.publish_id}, {self.plan}, url=***)"

    def alive(self, now: datetime) -> bool:
        """Whether the URL still takes bytes by TikTok's clock, with time left to send some."""
        return not self.dead and (now - self.opened_at).total_seconds() < const.UPLOAD_URL_SECONDS - const.UPLOAD_URL_MARGIN

    def to_json(self) -> dict[str, Any]:
        """One JSON value, so that publish id and URL are saved together or not at all."""
        plan = {"size": self.plan.size, "chunk": self.plan.chunk, "count": self.plan.count}
        return {"publish_id": self.publish_id, "url": self.url, "opened_at": self.opened_at.isoformat(), "dead": self.dead, **plan}


def saved(attempt: Attempt) -> Upload | None:
    """The upload that an earlier call opened."""
    value = attempt.checkpoints.get(KEY)
    if not isinstance(value, dict):
        return None
    plan = Plan(int(value["size"]), int(value["chunk"]), int(value["count"]))
    return Upload(value["publish_id"], value["url"], plan, datetime.fromisoformat(value["opened_at"]), bool(value.get("dead")))


def begin(account: Account, content: Content, attempt: Attempt, media: Media) -> Upload:
    """Open an upload and save it. Raises `Rejected` when TikTok names an upload host that we do not know."""
    plan = Plan.of(media.size, payloads.chunk_bytes(account))
    answer = client.video_init(account, payloads.video_init(content, plan))
    publish_id = parse.text(answer.data, "publish_id", Effect.PREPARE)
    url = trusted(
        parse.text(answer.data, "upload_url", Effect.PREPARE),
        settings_urls=[str(account.settings["api_url"])],
        hosts=const.UPLOAD_HOSTS,
    )
    upload = Upload(publish_id, url, plan, answer.at)
    attempt.checkpoint(KEY, upload.to_json())
    return upload


def received(account: Account, upload: Upload) -> int | None:
    """How many bytes TikTok has of an upload that is to go on; its whole size once it works on it; None when it is of no use."""
    try:
        status, now = client.status(account, upload.publish_id)
    except Rejected as error:
        if error.code in ("invalid_publish_id", "token_not_authorized_for_specified_publish_id"):
            return None
        raise
    if status.state == "FAILED":
        return None
    if status.state != "PROCESSING_UPLOAD":
        return upload.plan.size
    done = status.uploaded or 0
    return done if done >= upload.plan.size or upload.alive(now) else None


def send(account: Account, attempt: Attempt, media: Media, upload: Upload, done: int) -> None:
    """Send what is missing after the first `done` bytes, from the chunk that they end in."""
    plan = upload.plan
    for index in range(min(done // plan.chunk, plan.count - 1), plan.count - 1):
        _put(account, attempt, media, upload, index, Effect.PREPARE)
    with attempt.mutating():
        _put(account, attempt, media, upload, plan.count - 1, Effect.PUBLISH)


def _put(account: Account, attempt: Attempt, media: Media, upload: Upload, index: int, effect: Effect) -> None:
    span = upload.plan.span(index)
    reply = client.put_chunk(account, upload.url, media.path, media.mime, span, upload.plan.size, effect)
    if reply.status == 206 and effect is Effect.PUBLISH:
        raise Ambiguous("TikTok took the last chunk and waits for more", code="upload_206")
    if reply.ok:
        return
    disagrees = reply.status == 416 and attempt.mutation_started_at is None
    if reply.status in (403, 404) or disagrees:
        attempt.checkpoint(KEY, replace(upload, dead=True).to_json())
    raise errors.from_upload(reply)
