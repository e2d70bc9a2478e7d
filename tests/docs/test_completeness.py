"""Each page of the reference names all there is and nothing that is gone, and the checks notice whatever is taken out of a page.

A row of KINDS is a promise: which page, which names the code has, how the entry of one looks there.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from gaung.core.event_schema import DATA, EVENTS, IDS
from gaung.core.store.tables import STATES
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.platforms import installed
from gaung.core.testkit.scripts import script

ROOT = Path(__file__).parents[2]
PLATFORMS = ("facebook", "instagram", "youtube", "tiktok")
CODE = ("core", "cli", "plugins", "bench", "scripts", "deploy", ".ci", "Makefile")

pytestmark = pytest.mark.checkout

Named = tuple[str, str]
"""Heading of the section that must hold the entry, empty for the whole page; and the name."""


def writer() -> ModuleType:
    """Loaded when a test runs: the run against the wheel, which leaves these tests out, has no scripts/."""
    return script(ROOT / "scripts" / "write_docs.py")


def reference() -> ModuleType:
    found: ModuleType = writer().reference
    return found


@dataclass(frozen=True)
class Kind:
    """`entry`: pattern of a name's entry, with NAME for it. `any_entry`: pattern of all entries, whose group is the name."""

    page: str
    names: Callable[[], Iterable[Named]]
    entry: str
    any_entry: str = ""

    @property
    def text(self) -> str:
        return (ROOT / "docs" / self.page).read_text("utf-8")

    def pattern(self, name: str) -> re.Pattern[str]:
        return re.compile(self.entry.replace("NAME", re.escape(name)), re.MULTILINE)

    def lacks(self, text: str, where: str, name: str) -> bool:
        return not self.pattern(name).search(section(text, where))

    def missing(self, text: str) -> list[Named]:
        return [(where, name) for where, name in self.names() if self.lacks(text, where, name)]

    def gone(self, text: str) -> set[Named]:
        wheres = {where for where, _ in self.names()} if self.any_entry else set()
        found = {(where, name) for where in wheres for name in re.findall(self.any_entry, section(text, where), re.MULTILINE)}
        return found - set(self.names())


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next of its level or above; all for no heading."""
    if not heading:
        return text
    level = len(heading) - len(heading.lstrip("#"))
    return re.split(rf"^#{{1,{level}}} ", text.partition(f"\n{heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def anywhere(names: Iterable[str]) -> list[Named]:
    return [("", name) for name in names]


ROW = r"^\| `NAME` \|.*[^|\s].*\|$"
SECTION = r"^##+ NAME\n\n(?!#)\S"


def arguments() -> Iterable[Named]:
    return [(f"## {hook}", reference().signature(hook)) for hook in reference().hooks()]


def fields() -> Iterable[Named]:
    records = reference().classes().items()
    return [(f"### {name}", field) for name, record in records for field in getattr(record, "__dataclass_fields__", ())]


def options() -> Iterable[Named]:
    tool = writer()
    return [(f"## {name}", one) for name, command in tool.commands() for option in tool.own_options(command) for one in option.opts]


def settings() -> list[str]:
    return list(reference().settings((*PLATFORMS, "webhook")))


def variables() -> set[str]:
    """What the code calls by its whole name. Variables of settings are made of their keys, also those of plugins by others."""
    files = [path for name in CODE for path in ([ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*")))]
    texts = [path.read_text("utf-8", errors="ignore") for path in files if path.is_file() and path.suffix != ".pyc"]
    found = {name for text in texts for name in re.findall(r"\bGAUNG_[A-Z_]*[A-Z]\b(?!\{)", text)}
    return {name for name in found if not name.startswith("GAUNG_PLUGINS__")} - {writer().variable(key) for key in settings()}


KINDS = {
    "hook": Kind("hooks.md", lambda: anywhere(reference().hooks()), SECTION, r"^## (gaung_\w+)$"),
    "arguments of a hook": Kind("hooks.md", arguments, r"^    NAME$", r"^    (gaung_\w+\(.*\))$"),
    "record": Kind("records.md", lambda: anywhere(reference().classes()), SECTION, r"^### (\w+)$"),
    "field of a record": Kind("records.md", fields, r"^\| `NAME` \| `.+` \| \S+.* \| \S.* \|$", r"^\| `([^`]+)` \| .* \| .* \| .* \|$"),
    "union of answers": Kind("records.md", lambda: anywhere(reference().unions()), ROW, r"^\| `(\w+Answer)` \|"),
    "error": Kind("errors.md", lambda: anywhere(reference().error_classes()), SECTION, r"^## (\w+)$"),
    "what core does on an error": Kind(
        "errors.md", lambda: [(f"## {name}", "**What core does**") for name in reference().error_classes()], r"^NAME: \S"
    ),
    "setting": Kind("settings.md", lambda: anywhere(settings()), ROW, r"^\| `([^`]+)` \| `GAUNG_"),
    "variable of a setting": Kind(
        "environment.md", lambda: [("## Settings", writer().variable(key)) for key in settings()], ROW, r"^\| `(\w+)` \|"
    ),
    "variable": Kind("environment.md", lambda: anywhere(variables()), ROW),
    "event": Kind("events.md", lambda: anywhere(EVENTS), ROW, r"^\| `(\w+\.\w+)` \|"),
    "id of an event": Kind("events.md", lambda: [("## Fields of every event", name) for name in IDS], ROW, r"^\| `(\w+)` \|"),
    "key of an event's data": Kind("events.md", lambda: [("## Keys of `data`", name) for name in DATA], ROW, r"^\| `(\w+)` \|"),
    "command": Kind("commands.md", lambda: anywhere(name for name, _ in writer().commands()), SECTION, r"^## (gaung .+)$"),
    "option of a command": Kind("commands.md", options, r"^\| `(?:[^`]*[ ,])?NAME[ ,`]"),
    "state": Kind("states-and-errors.md", lambda: [("## The way of a delivery", name) for name in STATES], ROW, r"^\| `(\w+)` \|"),
    "rule of the kit": Kind("testing-a-plugin.md", lambda: anywhere(rule.code for rule in RULES), ROW, r"^\| `(KIT-\d+)` \|"),
}
for _name in PLATFORMS:
    _record = installed()[0][_name]
    KINDS[f"limit of {_name}"] = Kind(f"platforms/{_name}.md", lambda of=_record: anywhere(one.name for one in of.limits), ROW)  # type: ignore[misc]
    KINDS[f"credential of {_name}"] = Kind(
        f"platforms/{_name}.md",
        lambda of=_record: anywhere(one.name for one in of.credential_fields),  # type: ignore[misc]
        ROW,
    )

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@every_kind
def test_everything_is_documented(kind: Kind) -> None:
    assert list(kind.names())
    assert kind.missing(kind.text) == []


@every_kind
def test_nothing_is_documented_that_is_gone(kind: Kind) -> None:
    assert kind.gone(kind.text) == set()


@every_kind
def test_whatever_is_taken_out_of_a_page_is_noticed(kind: Kind) -> None:
    """First the entry alone, then every mention of the name, on a copy of the page."""
    text, overlooked = kind.text, []
    for where, name in kind.names():
        below = section(text, where)
        mention = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        copies = (text.replace(below, fewer) for fewer in (kind.pattern(name).sub("", below), mention.sub("", below)))
        overlooked += [(where, name) for copy in copies if not kind.lacks(copy, where, name)]
    assert overlooked == []


def test_a_field_without_a_meaning_and_an_entry_without_words_are_noticed() -> None:
    for kind, row in (
        ("field of a record", "| `handle` | `str` | needed | "),
        ("event", "| `post.scheduled` | "),
        ("setting", "| `timezone` | "),
    ):
        text = KINDS[kind].text
        assert row in text
        emptied = re.sub(
            rf"^{re.escape(row)}.*$", f"{row} |" if kind == "field of a record" else f"{row.rstrip()} |", text, flags=re.MULTILINE
        )
        assert row.split("`")[1] in {name for _, name in KINDS[kind].missing(emptied)}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platforms_page_says_what_is_published_how_what_it_takes_and_what_nobody_knows(name: str) -> None:
    page = (ROOT / "docs" / "platforms" / f"{name}.md").read_text("utf-8")
    limits = "## Limits and quota" if name == "youtube" else "## Limits"
    rows = re.compile(r"^(\d\.|-|\||    )", re.MULTILINE)
    wanted = ("## What is published how", limits, "## What an office needs", "### Permissions", "### To apply for", "## Not known for sure")
    assert [heading for heading in wanted if len(rows.findall(section(page, heading))) < 2] == []
    assert "**When an answer was lost**" in page
    assert f"../settings.md#{name}" in page


def test_what_is_made_up_is_noticed() -> None:
    assert KINDS["hook"].gone("## gaung_pubish\n\nText.\n") == {("", "gaung_pubish")}
    assert KINDS["command"].gone("## gaung post lst\n") == {("", "gaung post lst")}
    assert KINDS["event"].gone("| `post.sheduled` | Said. | - |\n") == {("", "post.sheduled")}
    assert KINDS["field of a record"].gone("\n### Limit\n\n| `size` | `int` | needed | Words. |\n") == {("### Limit", "size")}
