"""Our values as Facebook's parameters."""

import json
from collections.abc import Sequence

from gaung.core.records import Content

Form = dict[str, str]


def feed(content: Content, photos: Sequence[str] = ()) -> Form:
    """A post on the Page's feed. Source: Pages API, Posts guide.

    A link is a field of its own, so that Facebook shows its preview; beside photos there is no such field, and it stands in the text.
    """
    form: Form = {}
    if message := content.text_with_link if photos else content.text:
        form["message"] = message
    if content.link and not photos:
        form["link"] = content.link
    if photos:
        form["attached_media"] = json.dumps([{"media_fbid": photo} for photo in photos])
    return form


def photo(content: Content, *, published: bool) -> Form:
    """One photo. An unpublished one carries no caption: the text is the feed post's."""
    form: Form = {"published": "true" if published else "false"}
    if published and content.text_with_link:
        form["caption"] = content.text_with_link
    if alt_text := content.options.get("alt_text"):
        form["alt_text_custom"] = str(alt_text)
    return form


def words(content: Content) -> Form:
    """Title and description of a reel or video."""
    form: Form = {}
    if content.title:
        form["title"] = content.title
    if content.text_with_link:
        form["description"] = content.text_with_link
    return form
