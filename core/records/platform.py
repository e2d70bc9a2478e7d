"""What a platform plugin declares about itself: data, so that core and docs can read it without calling anything."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A setting, a credential or a post field that a plugin declares; core validates what people give.

    `source` names the page that a platform fact comes from. `example` is a value that works: the conformance kit posts with it where a
    post field is required, and docs show it.
    """

    name: str
    help: str
    kind: Literal["str", "int", "float", "bool", "url", "secret", "list"] = "str"
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    source: str = ""
    example: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of the platform, with its unit and where it is documented."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRule:
    """One way to publish. With `auto` the first rule that fits the media is taken.

    `images`/`videos` are (least, most); most None is unbounded. A rule with `videos=(1, 1), images=(0, 0)` still fits a
    post that also has pictures: what the rule does not carry is left out with a warning. `vertical` and `max_seconds` speak of the video.
    """

    name: Literal["text", "photo", "carousel", "reel", "video"]
    images: tuple[int, int | None] = (0, 0)
    videos: tuple[int, int | None] = (0, 0)
    vertical: bool | None = None
    max_seconds: float | None = None
    needs_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the API can do. A declared "cannot" must raise `Unsupported` before any request."""

    deletes: bool = False
    refreshes_credentials: bool = False
    pulls_media: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The one record that makes a plugin a platform.

    `setting_fields` are `plugins.NAME.*`, `post_fields` the platform's own keys in `[platform.NAME]`. `app_key` says what names the app
    for rate limits: `"settings.app_id"` or `"credentials.client_id"`; where that is empty, one scope per platform.
    `sandbox` is `"package.module:Class"`, a `gaung.core.sandbox.base.PlatformSandbox`, imported only by the sandbox.
    `marks_mutation` False: *mutation started* is taken to be committed on entry to publish and finish.
    """

    name: str
    title: str
    formats: tuple[FormatRule, ...]
    capabilities: Capabilities
    limits: tuple[Limit, ...] = ()
    credential_fields: tuple[Field, ...] = ()
    setting_fields: tuple[Field, ...] = ()
    post_fields: tuple[Field, ...] = ()
    app_key: str = ""
    sandbox: str = ""
    marks_mutation: bool = False

    def limit(self, name: str) -> float:
        """Value of a declared limit; KeyError if the platform declares none of that name."""
        for limit in self.limits:
            if limit.name == name:
                return limit.value
        raise KeyError(name)
