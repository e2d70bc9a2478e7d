"""A content for each format of a record: media of a common size that pass the plugin's own validation, and its post fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gaung.core.posts.formats import misfit
from gaung.core.posts.options import missing_options, option_problems
from gaung.core.records import Account, Content, FormatRule, Media, Problem
from gaung.core.testkit.conformance.subject import Subject
from gaung.core.testkit.media import MediaMaker

TEXT = "Gaung: cek namamu di DPT"
TITLE = "Cek DPT Online"
PICTURES = ((720, 720), (1080, 1080), (1080, 1350), (1200, 630), (1080, 1920), (400, 400))
VIDEOS = ((720, 1280, 3.0), (1280, 720, 3.0), (1080, 1920, 5.0), (720, 1280, 11.0), (480, 480, 3.0))


@dataclass(frozen=True, slots=True)
class Sample:
    """Media and options of one format; `why_not` says why no content could be made."""

    rule: FormatRule
    media: tuple[Media, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    why_not: str = ""

    @property
    def name(self) -> str:
        """Format and media, for messages."""
        kinds = [media.kind for media in self.media]
        parts = [f"{kinds.count(kind)} {kind}" for kind in ("image", "video") if kind in kinds]
        return f"{self.rule.name} ({', '.join(parts) or 'no media'})"

    def content(self, text: str, title: str = TITLE) -> Content:
        """A content with this text."""
        options = dict(self.options)
        return Content(
            format=self.rule.name, title=title, text=text, media=self.media, purpose="edukasi", origin="provinsi", options=options
        )


def samples(subject: Subject, media: MediaMaker, account: Account) -> list[Sample]:
    """One sample for each rule among the record's formats."""
    options = required_options(subject)
    return [_sample(subject, rule, media, options, account) for rule in subject.record.formats]


def required_options(subject: Subject) -> dict[str, Any]:
    """A value for each post field that must be chosen: its example, else its first choice."""
    fields = [field for field in subject.record.post_fields if field.required]
    return {field.name: field.example if field.example is not None else next(iter(field.choices), None) for field in fields}


def problems_of(subject: Subject, account: Account, content: Content) -> list[Problem]:
    """What core and the plugin find wrong, as before scheduling; warnings left out."""
    own = [*option_problems(subject.record, content.options), *missing_options(subject.record, content.options)]
    theirs = subject.call("gaung_validate", account=account, content=content) or ()
    return [problem for problem in (*own, *theirs) if problem.level == "error"]


def _sample(subject: Subject, rule: FormatRule, media: MediaMaker, options: dict[str, Any], account: Account) -> Sample:
    said = "no media of the kit fit it"
    for chosen in _choices(rule, media):
        if misfit(rule, chosen):
            continue
        sample = Sample(rule, chosen, options)
        try:
            found = problems_of(subject, account, sample.content(TEXT))
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises; a rule says so
            return Sample(rule, chosen, options, f"gaung_validate raised {type(error).__name__}: {error}")
        if not found:
            return sample
        said = f"{found[0].field}: {found[0].message}"
    return Sample(rule, (), options, said)


def _choices(rule: FormatRule, media: MediaMaker) -> Iterator[tuple[Media, ...]]:
    images, videos = rule.images[0], rule.videos[0]
    if not images and not videos:
        images, videos = int(rule.images != (0, 0)), int(rule.videos != (0, 0) and rule.images == (0, 0))
    if not images and not videos:
        yield ()
        return
    for width, height in PICTURES if images else ((0, 0),):
        pictures = [media.jpeg(width, height, seed=seed) for seed in range(images)]
        for size in VIDEOS if videos else (None,):
            films = [media.mp4(size[0], size[1], size[2], 24, seed=seed) for seed in range(videos)] if size else []
            yield (*pictures, *films)
