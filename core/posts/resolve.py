"""What one office gets of a post on one platform. Offices without a variant of their own share one result."""

from dataclasses import dataclass
from datetime import datetime

from gaung.core.posts.draft import PostDraft
from gaung.core.posts.formats import AUTO, choose
from gaung.core.posts.times import DEADLINE_AFTER
from gaung.core.records import Content, Platform, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Content and times of a target. `content` is None when `problems` holds an error; warnings are among `problems` too."""

    content: Content | None
    problems: tuple[Problem, ...]
    at: datetime
    deadline: datetime

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Why this target cannot be published to."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What will be different from what was written."""
        return tuple(problem for problem in self.problems if problem.level == "warning")


def resolve(draft: PostDraft, office: str, platform: Platform) -> Resolved:
    """Merge the variants, choose the format, leave out what the platform cannot carry.

    The very same object for all offices that share a variant (`PostDraft.variant_of`), so callers may store it once.
    """
    key = draft.variant_of(office, platform.name)
    if key not in draft.resolved:
        draft.resolved[key] = _resolve(draft, office, platform)
    return draft.resolved[key]


def _resolve(draft: PostDraft, office: str, platform: Platform) -> Resolved:
    merged = draft.merged(office, platform.name)
    at: datetime = merged["at"]
    deadline: datetime = merged.get("deadline") or at + DEADLINE_AFTER
    text, link = merged.get("text") or "", merged.get("link") or None
    media = tuple(draft.media[name] for name in merged.get("media") or ())
    choice = choose(platform, merged.get("format") or AUTO, media, has_text=bool(text or link))
    problems = list(choice.problems)
    if deadline <= at:
        said = f"{deadline.isoformat(timespec='seconds')} is not after at ({at.isoformat(timespec='seconds')}) for office {office}"
        problems.append(Problem(code="deadline_before_time", message=f"{said}; write a later one in that variant", field="deadline"))
    content = None
    if choice.rule is not None and not any(problem.level == "error" for problem in problems):
        content = Content(
            format=choice.rule.name, title=merged.get("title") or "", text=text, link=link, media=choice.media,
            purpose=merged.get("purpose") or "", origin=merged.get("origin") or "", options=merged["options"],
        )  # fmt: skip
    return Resolved(content=content, problems=tuple(problems), at=at, deadline=deadline)
