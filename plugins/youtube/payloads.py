"""Our content as YouTube's video resource."""

from typing import Any

from gaung.core.records import Content, Media
from gaung.plugins.youtube import const

PARTS = "snippet,status"


def video(content: Content) -> Media | None:
    """The file that is uploaded: the first video. Pictures beside it are left out."""
    return next((media for media in content.media if media.kind == "video"), None)


def title(content: Content) -> str:
    """The title as it is sent."""
    return content.title.strip()


def description(content: Content) -> str:
    """The description as it is sent: the text, the link on a line of its own at the end."""
    return content.text_with_link.strip()


def tags(content: Content) -> list[str]:
    """The keywords as they are sent."""
    return [str(tag).strip() for tag in content.options.get("tags") or () if str(tag).strip()]


def metadata(content: Content) -> dict[str, Any]:
    """The body of videos.insert. Privacy is always named, because YouTube's own default is public. Source: revision history 2026-11-02."""
    options = content.options
    snippet: dict[str, Any] = {
        "title": title(content),
        "description": description(content),
        "categoryId": str(options.get("category") or const.DEFAULT_CATEGORY),
    }
    if tags(content):
        snippet["tags"] = tags(content)
    return {
        "snippet": snippet,
        "status": {
            "privacyStatus": str(options.get("privacy") or "public"),
            "selfDeclaredMadeForKids": bool(options.get("made_for_kids", False)),
        },
    }


def notifies(content: Content) -> str:
    """`notifySubscribers` as a query value; yes unless the post says no."""
    return "true" if content.options.get("notify_subscribers", True) else "false"
