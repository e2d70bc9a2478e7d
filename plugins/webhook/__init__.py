"""Forwards events, alerts above all, to an address of your own. Off until `plugins.webhook.url` and `.secret` are set."""

from collections.abc import Mapping, Sequence
from typing import Any

from gaung.core.markers import hookimpl
from gaung.core.records import Event, Field


@hookimpl
def gaung_setting_fields() -> Sequence[Field]:
    """Where to, signed with what, and which events."""
    from gaung.plugins.webhook.const import SETTINGS

    return SETTINGS


@hookimpl
def gaung_event(event: Event, settings: Mapping[str, Any]) -> None:
    """Send the event if it is one of those that are wanted. Told again later when the receiver cannot take it now."""
    from gaung.plugins.webhook.payloads import wanted

    if wanted(event.event, settings["events"]):
        from gaung.plugins.webhook.client import send

        send(event, settings)
