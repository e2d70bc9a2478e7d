"""A post as written, checked but not yet resolved for any account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gaung.core.errors import UserError
from gaung.core.records import Media, Problem

if TYPE_CHECKING:
    from gaung.core.posts.resolve import Resolved

PURPOSES = ("sosialisasi", "edukasi", "konsultasi", "interaksi", "informasi", "materi", "klarifikasi_hoaks")
ORIGINS = ("kpu_ri", "provinsi", "kabkota")

Layer = Mapping[str, Any]
"""Fields that one table of the file sets: `title text link media purpose origin at deadline format options`. Times are aware."""


class PostFileError(UserError):
    """A post file that cannot be used: every problem in it, each on one line with file, field, what and remedy."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(line(source, problem) for problem in problems))
        self.source = source
        self.problems = list(problems)


def line(source: str, problem: Problem) -> str:
    """A problem as people see it: `post.toml: platform.youtube.privacy: ...`."""
    return ": ".join(part for part in (source, problem.field, problem.message) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """What a post file or a calendar row says.

    `offices` and `platforms` are the targets, "all" already replaced where the known ones were given to the reader. `fields` is the post
    itself; the three layers hold its variants. `media` has every file named anywhere, by the name it is written with.
    """

    source: str
    fields: Layer
    platform_layers: Mapping[str, Layer] = field(default_factory=dict)
    office_layers: Mapping[str, Layer] = field(default_factory=dict)
    office_platform_layers: Mapping[tuple[str, str], Layer] = field(default_factory=dict)
    offices: tuple[str, ...]
    platforms: tuple[str, ...]
    media: Mapping[str, Media] = field(default_factory=dict)
    at: datetime
    deadline: datetime
    warnings: tuple[Problem, ...] = ()
    resolved: dict[tuple[str, str], "Resolved"] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The post's own title."""
        return str(self.fields.get("title", ""))

    @property
    def text(self) -> str:
        """The post's own text."""
        return str(self.fields.get("text", ""))

    @property
    def link(self) -> str | None:
        """The post's own link."""
        return self.fields.get("link") or None

    @property
    def purpose(self) -> str:
        """One of `PURPOSES`, or empty."""
        return str(self.fields.get("purpose", ""))

    @property
    def origin(self) -> str:
        """One of `ORIGINS`, or empty."""
        return str(self.fields.get("origin", ""))

    def merged(self, office: str, platform: str) -> dict[str, Any]:
        """The fields for one office and platform: post < platform < office < office.platform; lists replace, options join."""
        layers = (
            self.fields,
            self.platform_layers.get(platform, {}),
            self.office_layers.get(office, {}),
            self.office_platform_layers.get((office, platform), {}),
        )
        merged: dict[str, Any] = {}
        options: dict[str, Any] = {}
        for layer in layers:
            merged |= layer
            options |= layer.get("options", {})
        return merged | {"options": options}

    def variant_of(self, office: str, platform: str) -> tuple[str, str]:
        """What the resolved content depends on: offices without a variant of their own share one."""
        own = office in self.office_layers or (office, platform) in self.office_platform_layers
        return (office if own else "", platform)
