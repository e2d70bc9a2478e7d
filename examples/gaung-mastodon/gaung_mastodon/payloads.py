"""Our content as parameters of `POST /api/v1/statuses`. Source: methods/statuses."""

from collections.abc import Sequence
from typing import Any

from gaung.core.records import Content


def status(content: Content, media: Sequence[str]) -> dict[str, Any]:
    """Text with the link at its end, the files in order, and the post fields as far as they were given."""
    options = content.options
    values: dict[str, Any] = {"status": content.text_with_link, "visibility": options.get("visibility") or "public"}
    if media:
        values["media_ids"] = list(media)
    if options.get("spoiler_text"):
        values["spoiler_text"] = str(options["spoiler_text"])
    if options.get("sensitive"):
        values["sensitive"] = True
    if options.get("language"):
        values["language"] = str(options["language"])
    return values
