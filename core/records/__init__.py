"""Frozen values that cross the line between core and plugins."""

from gaung.core.records.account import Account, AccountInfo, Credentials
from gaung.core.records.answers import (
    CannotTell,
    CheckAnswer,
    Deleted,
    FindAnswer,
    NotThere,
    Pending,
    Problem,
    PublishAnswer,
    Published,
    Ready,
    Unfinished,
)
from gaung.core.records.attempt import Attempt
from gaung.core.records.content import Content, Media, Publication
from gaung.core.records.endorsement import (
    Found,
    HandleShape,
    LinkInfo,
    Notice,
    Profile,
    Sighting,
    Signal,
    WebhookAnswer,
    WebhookRequest,
)
from gaung.core.records.event import Event
from gaung.core.records.measure import Measure, Measured, Metric
from gaung.core.records.platform import Capabilities, Field, FormatRule, Limit, Platform

__all__ = [
    "Account",
    "AccountInfo",
    "Attempt",
    "CannotTell",
    "Capabilities",
    "CheckAnswer",
    "Content",
    "Credentials",
    "Deleted",
    "Event",
    "Field",
    "FindAnswer",
    "FormatRule",
    "Found",
    "HandleShape",
    "Limit",
    "LinkInfo",
    "Measure",
    "Measured",
    "Media",
    "Metric",
    "NotThere",
    "Notice",
    "Pending",
    "Platform",
    "Problem",
    "Profile",
    "Publication",
    "PublishAnswer",
    "Published",
    "Ready",
    "Sighting",
    "Signal",
    "Unfinished",
    "WebhookAnswer",
    "WebhookRequest",
]
