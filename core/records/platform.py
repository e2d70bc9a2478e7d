"""What a platform plugin declares about itself: data, so that core and docs can read it without calling anything."""

from dataclasses import dataclass
from typing import Any, Literal

from gaung.core.records.endorsement import HandleShape, Signal
from gaung.core.records.measure import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A setting, a credential or a post field that a plugin declares; core validates what people give.

    `source` names the page that a platform fact comes from. `example` is a value that works: the conformance kit posts with it where a
    post field is required, and docs show it.
    """

    name: str
    """Key that people write."""
    help: str
    """What it is for, in half a sentence; docs and error messages show it."""
    kind: Literal["str", "int", "float", "bool", "url", "https", "secret", "list"] = "str"
    """How a value is checked; a `secret` is never shown. `https`: a url that is safe to send to, so plain http only on this machine."""
    default: Any = None
    """What holds when nobody says anything; None: nothing."""
    required: bool = False
    """Whether it must be given."""
    choices: tuple[str, ...] = ()
    """The only values that are taken; empty: any."""
    source: str = ""
    """The platform's page that says so."""
    example: Any = None
    """A value that works: the conformance kit posts with it where a post field is required."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of the platform, with its unit and where it is documented."""

    name: str
    """Key for `Platform.limit`."""
    value: float
    """The number."""
    unit: str
    """What it counts: `characters`, `bytes`."""
    source: str
    """The platform's page that says so; `unconfirmed: ...` where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRule:
    """One way to publish. With `auto` the first rule that fits the media is taken.

    `images`/`videos` are (least, most); most None is unbounded. A rule with `videos=(1, 1), images=(0, 0)` still fits a
    post that also has pictures: what the rule does not carry is left out with a warning. `vertical` and `max_seconds` speak of the video.
    """

    name: Literal["text", "photo", "carousel", "reel", "video"]
    """What a person may write as `format`; a platform may have several rules of one name."""
    images: tuple[int, int | None] = (0, 0)
    """Least and most pictures; most None: no limit."""
    videos: tuple[int, int | None] = (0, 0)
    """Least and most videos; most None: no limit."""
    vertical: bool | None = None
    """True: only a video taller than wide; False: only one that is not; None: either."""
    max_seconds: float | None = None
    """Longest video. None: not decided by this rule."""
    needs_text: bool = False
    """Whether a text or a link is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the API can do. A declared "cannot" must raise `Unsupported` before any request."""

    deletes: bool = False
    """`gaung_delete` removes posts."""
    refreshes_credentials: bool = False
    """`gaung_refresh_credentials` gets new tokens without a person."""
    pulls_media: bool = False
    """The platform fetches media by `Media.url`, so that a public address is needed."""
    finds_reshares: bool = False
    """`gaung_find_reshares` looks at one publication and may find who shared it."""
    scans_members: bool = False
    """`gaung_scan_profiles` looks at registered accounts, one by one, for publications of ours."""
    verifies_links: bool = False
    """`gaung_verify_reshare` can prove a link that a member handed in; False: such a claim stays `claimed`."""
    measures_together: int = 0
    """How many publications one call of `gaung_measure_publications` takes; 0: none can be measured."""
    reads_webhooks: bool = False
    """`gaung_read_webhook` takes what the platform pushes to `/webhooks/NAME`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The one record that makes a plugin a platform.

    `setting_fields` are `plugins.NAME.*`, `post_fields` the platform's own keys in `[platform.NAME]`. `app_key` says what names the app
    for rate limits: `"settings.app_id"` or `"credentials.client_id"`; where that is empty, one scope per platform.
    `sandbox` is `"package.module:Class"`, a `gaung.core.sandbox.base.PlatformSandbox`, imported only by the sandbox.
    `marks_mutation` False: *mutation started* is taken to be committed on entry to publish and finish.
    """

    name: str
    """What people type; the same as the entry point's name."""
    title: str
    """What people read: `YouTube`."""
    formats: tuple[FormatRule, ...]
    """Rules in the order in which `auto` tries them."""
    capabilities: Capabilities
    """What the API can do."""
    limits: tuple[Limit, ...] = ()
    """Every limit, as data."""
    credential_fields: tuple[Field, ...] = ()
    """Keys of the credentials file."""
    setting_fields: tuple[Field, ...] = ()
    """Keys below `plugins.NAME`."""
    post_fields: tuple[Field, ...] = ()
    """The platform's own keys in `[platform.NAME]`."""
    app_key: str = ""
    """What names the app for rate limits: `settings.app_id`, `credentials.client_id`; empty: one scope for the platform."""
    sandbox: str = ""
    """`package.module:Class` of its imitation, a `gaung.core.sandbox.base.PlatformSandbox`; imported only by the sandbox."""
    handles: HandleShape | None = None
    """How its handles look. None: any text without blanks."""
    signals: tuple[Signal, ...] = ()
    """Every signal that its sightings may carry."""
    metrics: tuple[Metric, ...] = ()
    """Every number that `gaung_measure_account` and `gaung_measure_publications` may answer."""
    marks_mutation: bool = False
    """Whether the plugin calls `attempt.mutating()` itself; if not, all of publish and finish counts as irreversible."""

    def limit(self, name: str) -> float:
        """Value of a declared limit; KeyError if the platform declares none of that name."""
        for limit in self.limits:
            if limit.name == name:
                return limit.value
        raise KeyError(name)
