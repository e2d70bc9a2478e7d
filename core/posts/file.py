"""Reads a post file: every problem in it at once, nothing stored."""

import copy
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gaung.core.errors import UserError
from gaung.core.posts.draft import Layer, PostDraft, PostFileError
from gaung.core.posts.media import gather
from gaung.core.posts.options import option_problems
from gaung.core.posts.schema import Fields, PostModel, nearest, problems_of
from gaung.core.posts.times import DEADLINE_AFTER, SLACK, NotATime, moment
from gaung.core.records import Platform, Problem

if TYPE_CHECKING:
    from gaung.core.media.store import MediaStore

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a post may refer to. `offices` None: any code is taken, and "all" stays as it is. `broken`: plugins by name, and why."""

    platforms: Mapping[str, Platform]
    offices: Collection[str] | None = None
    broken: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "Asia/Jakarta"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def read_post(path: Path, *, store: "MediaStore", known: Known) -> PostDraft:
    """Read and check a post file. `store` is where its media are pointed to, as a rule a `scratch_store`.

    Raises `PostFileError` with all problems, `UserError` when the file cannot be read at all.
    """
    source = str(path)
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UserError(f"{source}: cannot be read ({error.strerror}).", "Give the path of a post file.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{source}: is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise PostFileError(source, [Problem(code="not_toml", message=f"is no TOML: {error}", field="")]) from None
    return build(data, source=source, folder=path.parent, store=store, known=known)


def build(data: Mapping[str, Any], *, source: str, folder: Path, store: "MediaStore", known: Known) -> PostDraft:
    """Check a post given as the tables of a post file. `folder` is what media names are relative to."""
    model, problems = _model(data)
    reading = _Reading(model, known)
    media, media_problems = gather(reading.media_names(), folder, store)
    said = tuple(problem.field for problem in problems)
    problems += [problem for problem in [*reading.problems, *media_problems] if not problem.field.startswith(said)]
    if errors := [problem for problem in problems if problem.level == "error"]:
        raise PostFileError(source, errors)
    base = reading.layers[""]
    return PostDraft(
        source=source, fields=base, offices=reading.offices, platforms=reading.platforms, media=media,
        platform_layers={name: reading.layers[f"platform.{name}"] for name in model.platform},
        office_layers={code: reading.layers[f'office."{code}"'] for code in model.office},
        office_platform_layers={
            (code, name): reading.layers[f'office."{code}".platform.{name}']
            for code, office in model.office.items() for name in office.platform
        },
        at=base["at"], deadline=base.get("deadline") or base["at"] + DEADLINE_AFTER, warnings=tuple(problems),
    )  # fmt: skip


def _model(data: Mapping[str, Any]) -> tuple[PostModel, list[Problem]]:
    """The tables as a model. Keys that cannot be taken are problems and are left out, so that the rest is looked at all the same."""
    problems: list[Problem] = []
    rest = copy.deepcopy(dict(data))
    while True:
        try:
            return PostModel.model_validate(rest), problems
        except ValidationError as error:
            problems += problems_of(error)
            for found in error.errors(include_url=False):
                _mend(rest, found["loc"], missing=found["type"] == "missing")


def _mend(data: dict[str, Any], loc: tuple[int | str, ...], *, missing: bool) -> None:
    """Take the key at `loc` away (of a list: what is no text in it), or put in what is missing."""
    in_list = isinstance(loc[-1], int)
    *way, last = loc[:-1] if in_list else loc
    table: Any = data
    for part in way:
        table = table.get(part, {})
    if missing:
        table[last] = {"offices": [ALL], "platforms": []} if last == "to" else []
    elif in_list:
        table[last] = [item for item in table[last] if isinstance(item, str)]
    else:
        table.pop(last, None)


class _Reading:
    """Goes through the tables of one post: layers by table name, and the problems met."""

    def __init__(self, model: PostModel, known: Known) -> None:
        self.known = known
        self.zone = ZoneInfo(known.timezone)
        self.problems: list[Problem] = []
        self.layers: dict[str, Layer] = {}
        self._base(model)
        self.offices, self.platforms = self._targets(model)
        for table, variant, platform in _variants(model):
            self._variant(table, variant, platform)

    def media_names(self) -> dict[str, str]:
        """Every file named in any layer, with the field that names it first."""
        names: dict[str, str] = {}
        for table, layer in self.layers.items():
            for index, name in enumerate(layer.get("media", ())):
                names.setdefault(name, f"{table}.media[{index}]" if table else f"media[{index}]")
        return names

    def _base(self, model: PostModel) -> None:
        base = self._layer("", model)
        base.setdefault("at", self.known.now.astimezone(self.zone))
        self.layers[""] = base
        self._times("", base)

    def _variant(self, table: str, variant: Fields, name: str) -> None:
        layer = self._layer(table, variant)
        platform = self.known.platforms.get(name)
        if name and platform is None:
            self._unknown(name, "platform", self.known.platforms, table)
        elif platform is not None:
            layer["options"] = dict(variant.model_extra or {})
            self.problems += option_problems(platform, layer["options"], table)
        self.layers[table] = layer
        if "at" in layer or "deadline" in layer:
            self._times(table, {**self.layers[""], **layer})

    def _layer(self, table: str, fields: Fields) -> dict[str, Any]:
        layer: dict[str, Any] = {}
        for name in sorted(fields.model_fields_set & (Fields.model_fields.keys() | {"format"})):
            value = getattr(fields, name)
            if name in ("at", "deadline"):
                try:
                    layer[name] = moment(value, self.zone)
                except NotATime as error:
                    self._problem("bad_time", str(error), f"{table}.{name}".lstrip("."))
            elif isinstance(value, str) and name in ("title", "text"):
                layer[name] = value.strip()
            else:
                layer[name] = tuple(value) if name == "media" else value
        return layer

    def _times(self, table: str, layer: Layer) -> None:
        at, now = layer["at"], self.known.now
        deadline = layer.get("deadline")
        where = f"{table}.".lstrip(".")
        shown = at.isoformat(timespec="seconds")
        if at < now - SLACK:
            self._problem("time_in_the_past", f"{shown} is in the past; write a later time, or leave it out to post now", f"{where}at")
        if deadline is None:
            return
        if deadline <= now:
            text = f"{deadline.isoformat(timespec='seconds')} has passed; write a later one, or leave it out (then: 2 hours after at)"
            self._problem("deadline_passed", text, f"{where}deadline")
        elif deadline <= at:
            text = f"{deadline.isoformat(timespec='seconds')} is not after at ({shown}); write a later one, or leave it out"
            self._problem("deadline_before_time", text, f"{where}deadline")

    def _targets(self, model: PostModel) -> tuple[tuple[str, ...], tuple[str, ...]]:
        offices = self._listed("to.offices", model.to.offices, self.known.offices, "office")
        platforms = self._listed("to.platforms", model.to.platforms, self.known.platforms, "platform")
        for code in model.office:
            if self.known.offices is not None and code not in self.known.offices:
                self._problem("unknown_office", f"unknown office {code!r}{nearest(code, self.known.offices)}", f'office."{code}"')
            elif code not in offices and ALL not in offices:
                self._problem("unused", "is not among the offices of [to]; this table has no effect", f'office."{code}"', "warning")
        for name in model.platform.keys() & self.known.platforms.keys() - set(platforms):
            self._problem("unused", "is not among the platforms of [to]; this table has no effect", f"platform.{name}", "warning")
        return offices, platforms

    def _listed(self, field: str, wanted: list[str], known: Collection[str] | None, what: str) -> tuple[str, ...]:
        if not wanted:
            self._problem("missing", f'is empty; name at least one {what}, or "all"', field)
        if known is not None and ALL in wanted:
            return tuple(known)
        for index, name in enumerate(wanted):
            if known is not None and name not in known:
                self._unknown(name, what, known, f"{field}[{index}]")
        return tuple(dict.fromkeys(wanted))

    def _unknown(self, name: str, what: str, known: Collection[str], field: str) -> None:
        if what == "platform" and name in self.known.broken:
            self._problem("plugin_broken", f"the plugin {name} does not work: {self.known.broken[name]}", field)
        else:
            self._problem(f"unknown_{what}", f"unknown {what} {name!r}{nearest(name, known)}", field)

    def _problem(self, code: str, message: str, field: str, level: Any = "error") -> None:
        self.problems.append(Problem(code=code, message=message, field=field, level=level))


def _variants(model: PostModel) -> Iterator[tuple[str, Fields, str]]:
    """Each variant with its table's name and its platform's (empty: an office's own)."""
    for name, variant in model.platform.items():
        yield f"platform.{name}", variant, name
    for code, office in model.office.items():
        yield f'office."{code}"', office, ""
        for name, variant in office.platform.items():
            yield f'office."{code}".platform.{name}', variant, name
