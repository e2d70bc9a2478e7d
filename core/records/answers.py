"""What hooks answer. Each is a frozen record; the manager refuses anything else."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Published:
    """The post is on the platform. `external_id` is None only where the platform withholds it."""

    external_id: str | None
    """The post's id on the platform. None only where the platform withholds it."""
    url: str | None
    """The address that people open. None where it is not known."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Work goes on at the platform; ask again in `check_after` seconds (None: the platform's poll interval)."""

    check_after: float | None = None
    """Seconds until the next look. None: the platform's setting `poll_seconds`."""
    note: str = ""
    """For people: what the platform said."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Preparation is done: core now calls `gaung_finish`."""

    note: str = ""
    """For people."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Nothing is visible; go on from the checkpoint by `gaung_check` or `gaung_finish`."""

    resume: Literal["check", "finish"] = "check"
    """The hook that core calls next: `gaung_check` or `gaung_finish`."""
    note: str = ""
    """For people: what is there already."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """The platform was asked and has no such post."""

    note: str = ""
    """For people: where was looked."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform gives no way to know, or gave two candidates; a person must look."""

    note: str = ""
    """For people: why, and what to look at."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The publication is gone from the platform."""

    note: str = ""
    """For people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a content cannot go to an account (`error`), or what will be different from what was written (`warning`).

    `field` is the post file's field (`text`, `media[1]`, `platform.youtube.privacy`); `message` names limit and remedy.
    """

    code: str
    """Short and stable, for programs: `text_too_long`."""
    message: str
    """One sentence: the limit, the value found, the remedy."""
    field: str
    """The post file's field: `text`, `media[1]`, `platform.youtube.privacy`."""
    level: Literal["error", "warning"] = "error"
    """`error` keeps the post from this account; `warning` is shown and lets it go."""


PublishAnswer = Published | Pending
CheckAnswer = Pending | Ready | Published
FindAnswer = Published | Unfinished | NotThere | CannotTell
