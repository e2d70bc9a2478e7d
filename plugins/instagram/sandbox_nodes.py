"""Users, containers and media of the imitated Instagram as nodes of the Graph API."""

from typing import Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.instagram.sandbox_containers import Container
from gaung.plugins.meta.sandbox_fields import timestamp

CONTAINER_FIELDS = ("id", "status_code", "status", "copyright_check_status", "video_status")
"""Source: IG Container reference."""
MEDIA_FIELDS = (
    "id", "caption", "media_type", "media_product_type", "permalink", "timestamp", "shortcode", "username", "owner", "children",
    "media_url", "thumbnail_url", "alt_text", "like_count", "comments_count", "is_comment_enabled", "is_shared_to_feed", "ig_id",
)  # fmt: skip
"""Source: IG Media reference; Business SDK, igmedia.py."""
USER_FIELDS = (
    "id", "username", "name", "biography", "website", "profile_picture_url", "followers_count", "follows_count", "media_count", "ig_id",
    "user_id", "account_type",
)  # fmt: skip
"""Source: Business SDK, iguser.py."""


def container_node(box: Container, now: float) -> dict[str, Any]:
    """An IG Container."""
    return {"id": box.id, "status_code": box.status_code(now), "status": box.status(now)}


def media_node(post: SandboxPost, account: SandboxAccount) -> dict[str, Any]:
    """An IG Media, its numbers apart. A key without a value is left out of answers: so is `caption` where there is none."""
    children = post.extra.get("children")
    return {
        "id": post.id,
        "caption": post.text or None,
        "media_type": post.extra["media_type"],
        "media_product_type": post.extra["product"],
        "permalink": post.url,
        "timestamp": timestamp(post.created_at),
        "shortcode": post.extra["shortcode"],
        "username": account.handle,
        "owner": {"id": account.external_id},
        "children": {"data": [{"id": child} for child in children]} if children else None,
        "alt_text": post.extra.get("alt_text"),
        "is_comment_enabled": True,
    }


def user_node(account: SandboxAccount) -> dict[str, Any]:
    """An IG User, its numbers apart."""
    return {
        "id": account.external_id,
        "user_id": account.external_id,
        "username": account.handle,
        "name": account.name,
        "account_type": "BUSINESS",
    }
