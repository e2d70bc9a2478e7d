"""Settings, and the names of the headers.

Headers and signature are those of Standard Webhooks 1.0.0 (standardwebhooks.com), so that receivers can use a library for it.
"""

from gaung.core.records import Field

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
VERSION = "v1"
SECRET_PREFIX = "whsec_"
"""A secret that begins with it is base64; any other is taken as it is written."""
SHORTEST_SECRET = 24
"""Bytes. Standard Webhooks: "between 24 bytes (192 bits) and 64 bytes"."""

LONGEST_TIMEOUT = 60.0
"""Seconds. Core gives the right to tell events for two minutes: whoever waits longer has another dispatcher tell them, too."""
READ = 4096
"""Bytes of an answer that are read, so that the connection can be used again; what it says does not matter."""
REFUSED = (400, 413, 415, 422)
"""The receiver read this event and will not have it: it is reported and left out. Every other refusal is about the receiver and may end."""

SETTINGS = (
    Field(name="url", help="where events are posted to: https, or http on this machine", kind="https", required=True),
    Field(name="secret", help="signs what is sent, 24 characters or more; the receiver needs the same", kind="secret", required=True),
    Field(name="events", help="which events; `delivery.*` means all of them", kind="list", default=["alert.raised", "alert.resolved"]),
    Field(name="timeout_seconds", help="how long the receiver may take to answer", kind="float", default=10.0),
    Field(name="keep_hours", help="an event that could not be sent for so long is given up", kind="float", default=72.0),
)
