"""A policy: every post, on every platform, ends with #KPULampung #KPUMelayani where they are missing."""

from dataclasses import replace

from gaung.core.markers import hookimpl
from gaung.core.records import Account, Content

TAGS = ("#KPULampung", "#KPUMelayani")


@hookimpl
def gaung_prepare(account: Account, content: Content) -> Content | None:
    """Add the tags that the text does not have yet, whatever their case, on a line of their own."""
    written = {word.rstrip(".,;:!?").casefold() for word in content.text.split()}
    missing = [tag for tag in TAGS if tag.casefold() not in written]
    if not missing:
        return None
    return replace(content, text="\n".join(part for part in (content.text.rstrip(), " ".join(missing)) if part))
