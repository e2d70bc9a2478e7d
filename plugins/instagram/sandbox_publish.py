"""`media_publish` and the publishing quota of the imitated Instagram."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.instagram.sandbox_containers import DAY
from gaung.plugins.meta.sandbox_error import GraphError, wrong
from gaung.plugins.meta.sandbox_fields import select

if TYPE_CHECKING:
    from gaung.plugins.instagram.sandbox import InstagramSandbox

QUOTA = 50
"""Source: IG User media_publish reference."""
_KINDS = {
    "IMAGE": ("photo", "IMAGE", "FEED"),
    "CAROUSEL": ("carousel", "CAROUSEL_ALBUM", "FEED"),
    "REELS": ("reel", "VIDEO", "REELS"),
    "STORIES": ("video", "VIDEO", "FEED"),
}


def publish(sandbox: "InstagramSandbox", account: SandboxAccount, creation_id: str) -> SandboxPost:
    """Make a finished container visible, once. Raises `GraphError` by the Instagram error codes page."""
    box = sandbox.containers.all.get(creation_id)
    if box is None or box.account != account.external_id or box.child:
        raise GraphError(24, "The media could not be found by this creation_id.", subcode=2207006)
    _check_ready(box.status_code(sandbox.world.now()))
    if used(sandbox, account) >= sandbox.world.quota("instagram.publish", QUOTA):
        raise GraphError(9, "The account has reached the maximum number of posts it can publish in a day.", subcode=2207042)
    kind, media_type, product = _KINDS[box.kind]
    product = "STORY" if box.story else product
    extra: dict[str, Any] = {"media_type": media_type, "product": product, "container": box.id, "alt_text": box.params.get("alt_text")}
    extra["children"] = [child.id for child in box.children]
    now = sandbox.world.now()
    post = sandbox.show(account, box.caption, kind, now, extra)
    post.files = box.files
    for each in (box, *box.children):
        each.published = post.id
    account.extra["published"].append(now)
    return post


def _check_ready(status: str) -> None:
    if status == "IN_PROGRESS":
        raise GraphError(9007, "The media is not ready to be published. Please wait for a moment.", subcode=2207027)
    if status == "EXPIRED":
        raise GraphError(-2, "The media container has expired.", subcode=2207020)
    if status == "ERROR":
        raise GraphError(-1, "Unknown upload error: make a new container.", subcode=2207053)
    if status == "PUBLISHED":
        raise GraphError(24, "The creation_id does not exist or has been used.", subcode=2207008)


def used(sandbox: "InstagramSandbox", account: SandboxAccount, since: float | None = None) -> int:
    """Posts through the API in the rolling day, or since a later moment."""
    start = sandbox.world.now() - DAY
    start = start if since is None else max(start, since)
    return sum(when > start for when in account.extra["published"])


def publishing_limit(sandbox: "InstagramSandbox", account: SandboxAccount, params: Mapping[str, str]) -> dict[str, Any]:
    """`GET /{ig-user}/content_publishing_limit`: without `fields` the usage only. Source: content publishing limit reference."""
    since = params.get("since")
    if since is not None and not since.isdecimal():
        raise wrong("Param since must be a Unix timestamp")
    config = {"quota_total": sandbox.world.quota("instagram.publish", QUOTA), "quota_duration": DAY}
    node = {"id": "", "quota_usage": used(sandbox, account, float(since) if since else None), "config": config}
    row = select(node, params.get("fields", ""), ("quota_usage", "config"), ("quota_usage",))
    del row["id"]  # the one edge of these whose rows have none
    return {"data": [row]}
