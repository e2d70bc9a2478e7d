"""The keys of a post file and their types, strictly; what pydantic finds is put into the words of the file's author."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from gaung.core.posts.draft import ORIGINS, PURPOSES
from gaung.core.records import Problem

_SHOWN = 20

FORMATS = ("auto", "text", "photo", "carousel", "reel", "video")

Format = Literal["auto", "text", "photo", "carousel", "reel", "video"]
Purpose = Literal["sosialisasi", "edukasi", "konsultasi", "interaksi", "informasi", "materi", "klarifikasi_hoaks"]
Origin = Literal["kpu_ri", "provinsi", "kabkota"]


def _web_link(value: object) -> object:
    if isinstance(value, str) and value.strip():
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(value.strip())
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.netloc or any(char.isspace() for char in value.strip()):
            raise ValueError(f"is {value!r}, which is no web address; begin it with https://")
        return value.strip()
    return value


class Fields(BaseModel):
    """What a post and each of its variants may set. Times are looked at later, with the office's zone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str | None = None
    text: str | None = None
    link: Annotated[str | None, BeforeValidator(_web_link)] = None
    media: list[str] | None = None
    purpose: Purpose | None = None
    origin: Origin | None = None
    at: Any = None
    deadline: Any = None


class PlatformVariant(Fields):
    """`[platform.X]`: fields of the post, `format`, and the platform's own keys (checked against its record)."""

    model_config = ConfigDict(extra="allow", strict=True)

    format: Format | None = None


class OfficeVariant(Fields):
    """`[office."18.01"]`."""

    platform: dict[str, PlatformVariant] = {}


class Targets(BaseModel):
    """`[to]`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    offices: list[str]
    platforms: list[str]


class PostModel(Fields):
    """A whole post file."""

    to: Targets
    platform: dict[str, PlatformVariant] = {}
    office: dict[str, OfficeVariant] = {}


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or the known words."""
    words = list(known)
    near = difflib.get_close_matches(word, words, 1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; known: {', '.join(words[:_SHOWN])}{', ...' if len(words) > _SHOWN else ''}"


def problems_of(error: ValidationError) -> list[Problem]:
    """Pydantic's findings, one problem each."""
    return [_problem(found["type"], found["loc"], found.get("input"), found["msg"]) for found in error.errors(include_url=False)]


def field_name(loc: Sequence[int | str]) -> str:
    """`("office", "18.01", "media", 1)` as `office."18.01".media[1]`."""
    name = ""
    for part in loc:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += ("." if name else "") + (f'"{part}"' if "." in part or part.isdigit() else part)
    return name


_WANTED = {
    "string_type": "must be text in quotes",
    "list_type": "must be a list, as in [\"poster.jpg\"]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}  # fmt: skip


def _problem(kind: str, loc: tuple[int | str, ...], given: object, said: str) -> Problem:
    field = field_name(loc)
    if kind == "extra_forbidden" and loc[0] == "office" and isinstance(given, dict) and str(loc[-1]).isdigit():
        code = ".".join(map(str, loc[1:]))
        return Problem(code="unknown_key", message=f'an office code needs quotes: write [office."{code}"]', field=f"office.{code}")
    if kind == "extra_forbidden":
        return Problem(code="unknown_key", message=_unknown_key(loc), field=field)
    if kind == "missing":
        return Problem(code="missing", message=_missing(loc), field=field)
    if kind == "literal_error":
        allowed = {"purpose": PURPOSES, "origin": ORIGINS}.get(str(loc[-1]), FORMATS)
        return Problem(code="unknown_value", message=f"is {given!r}" + nearest(str(given), allowed), field=field)
    if kind in _WANTED:
        return Problem(code="wrong_type", message=f"{_WANTED[kind]}; it is {given!r}", field=field)
    return Problem(code="wrong_value", message=said.removeprefix("Value error, "), field=field)


def _unknown_key(loc: tuple[int | str, ...]) -> str:
    key = str(loc[-1])
    model: type[BaseModel] = PostModel
    if loc[:-1] == ("to",):
        model = Targets
    elif loc[0] == "office" and len(loc) == 3:
        model = OfficeVariant
    known = [name for name in model.model_fields if not (name == "to" and len(loc) > 1)]
    if key == "format":
        return "unknown key here; format belongs into [platform.X]"
    return f"unknown key{nearest(key, known)}"


def _missing(loc: tuple[int | str, ...]) -> str:
    if loc[-1] == "offices":
        return 'is missing; write offices = ["all"] or a list of codes, as in ["18", "18.01"]'
    if loc[-1] == "platforms":
        return 'is missing; write platforms = ["facebook", "instagram", "youtube", "tiktok"], or some of them'
    return "is missing; add a table [to] with offices and platforms"
