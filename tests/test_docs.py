"""The documentation says all there is to say: nothing that the code has is missing, and nothing in it leads nowhere."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from gaung.core import errors
from gaung.core.config import Settings
from gaung.core.media.store import MediaStore
from gaung.core.posts.draft import ORIGINS, PURPOSES
from gaung.core.posts.file import Known, read_post
from gaung.core.posts.schema import FORMATS, Fields, Targets
from gaung.core.store.tables import STATES
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.platforms import installed
from gaung.core.testkit.scripts import script

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

PLATFORMS = ("facebook", "instagram", "youtube", "tiktok")

pytestmark = pytest.mark.checkout


def writer() -> ModuleType:
    """The script that generates parts of the pages. Loaded by the tests, since the run against the wheel has no scripts/."""
    return script(ROOT / "scripts" / "write_docs.py")


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def section(page: str, heading: str) -> str:
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def keys_in(page: str) -> set[str]:
    """First cells of all rows of tables that are code."""
    return set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_the_generated_parts_of_a_page_are_current(page: Path) -> None:
    before = page.read_text("utf-8")
    assert writer().renewed(before) == before, "run: python scripts/write_docs.py"


def test_every_generated_part_stands_somewhere() -> None:
    """A new command wants a section in commands.md, as the others have: heading, `<!-- generated: command NAME -->`, `<!-- end -->`."""
    there = {(found["kind"], found["name"]) for page in writer().pages() for found in writer().PART.finditer(page.read_text("utf-8"))}
    assert writer().wanted() - there == set()


def test_every_command_has_a_section_with_all_its_options() -> None:
    page = text("commands.md")
    for name, command in writer().commands():
        said = section(page, f"## {name}")
        missing = [spelling for option in writer().own_options(command) for spelling in option.opts if spelling not in said]
        assert said, f"no section for {name}"
        assert missing == [], f"{name} lacks {missing}"


def test_the_common_options_are_documented_once() -> None:
    said = section(text("commands.md"), "## Common to all")
    assert writer().common_options()
    assert [option for option in writer().common_options() if f"`{option}" not in said] == []


def test_no_command_is_documented_that_does_not_exist() -> None:
    written = set(re.findall(r"^## (gaung .+)$", text("commands.md"), re.MULTILINE))
    assert written == {name for name, _ in writer().commands()}


def core_keys(model: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= core_keys(field.annotation, f"{prefix}{name}.")
        elif name != "plugins":
            found[f"{prefix}{name}"] = field.default
    return found


def test_every_setting_of_core_is_documented_with_variable_and_default() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (?:`([^`]+)`|-) \|", section(text("settings.md"), "## Core"), re.MULTILINE)
    assert {row[0] for row in rows} == set(core_keys(Settings))
    for key, variable, default in rows:
        assert variable == writer().variable(key)
        value = core_keys(Settings)[key]
        numbers = value if isinstance(value, list) else [value]
        plain = [int(one) if isinstance(one, float) and one.is_integer() else one for one in numbers]
        assert default == ("" if value is None else str(plain if isinstance(value, list) else plain[0])), key


def test_every_setting_of_a_platform_is_documented() -> None:
    written = keys_in(text("settings.md"))
    for name in PLATFORMS:
        assert {f"plugins.{name}.{field.name}" for field in installed()[0][name].setting_fields} <= written


def test_every_key_and_word_of_a_post_file_is_documented() -> None:
    page = text("post-file.md")
    keys = {*Fields.model_fields, "format", *(f"to.{name}" for name in Targets.model_fields)}
    assert keys <= keys_in(section(page, "## Keys"))
    assert [word for word in (*PURPOSES, *ORIGINS, *FORMATS) if f"`{word}`" not in page] == []


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_key_of_a_platform_is_documented(name: str) -> None:
    record = installed()[0][name]
    said = section(text("post-file.md").partition("## The platforms' own keys")[2], f"### {record.title}")
    assert keys_in(said) == {field.name for field in record.post_fields}


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_limit_and_credential_is_on_the_platforms_page_with_its_source(name: str) -> None:
    record, page = installed()[0][name], text(f"platforms/{name}.md")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for limit in record.limits:
        assert any(f"`{limit.name}`" in row and limit.source in row for row in rows), limit.name
    assert {field.name for field in record.credential_fields} <= keys_in(page)


def test_every_state_and_error_is_documented() -> None:
    page = text("states-and-errors.md")
    assert set(STATES) <= keys_in(page)
    raised = {found.__name__ for found in vars(errors).values() if isinstance(found, type) and issubclass(found, errors.PlatformError)}
    assert raised - {"PlatformError"} <= keys_in(page)
    assert set(STATES) <= set(re.findall(r"\w+", section(page, "## The way of a delivery")))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            wrong.append(target)
    assert wrong == []


def anchors(page: Path) -> set[str]:
    """Names that GitHub and others give to headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_list() -> None:
    for index in (DOCS / "index.md", DOCS / "decisions" / "README.md"):
        listed = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#\s]+\.md)", index.read_text("utf-8"))}
        beside = set(index.parent.glob("*.md")) | (set(DOCS.glob("platforms/*.md")) if index.parent == DOCS else set())
        assert {path.name for path in beside - listed - {index}} == set()


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 200


@pytest.mark.parametrize("page", ["README.md", "docs/post-file.md"])
def test_post_files_in_the_docs_are_right(page: str, tmp_path: Path, make_media: MediaMaker) -> None:
    examples = [code for code in re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL) if "[to]" in code]
    assert examples
    for name, made in (("poster.jpg", make_media.jpeg(1080, 1080)), ("spot.mp4", make_media.mp4(1080, 1920, 6))):
        (tmp_path / name).write_bytes(made.path.read_bytes())
    for example in examples:
        file = tmp_path / "post.toml"
        file.write_text(example, "utf-8")
        known = Known(platforms=installed()[0], now=datetime(2026, 11, 24, tzinfo=UTC))
        draft = read_post(file, store=MediaStore(tmp_path / "store", None), known=known)
        assert draft.warnings == ()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_line_in_the_docs_exists(page: Path) -> None:
    known = dict(writer().commands())
    for line in re.findall(r"^ *(?:\$ |sudo -u gaung -H )?(gaung .+)$", code_of(page), re.MULTILINE):
        words = shlex.split(line, comments=True)
        words = words[:1] + words[3:] if words[1] == "--home" else words
        name = next((" ".join(words[:size]) for size in (4, 3, 2) if " ".join(words[:size]) in known), "")
        options = {spelling for param in known[name].params for spelling in param.opts} if name else set()
        assert name or words[1].startswith("-"), f"no such command: {line}"
        assert [word for word in words if word.startswith("--") and name and word not in options] == [], line


def code_of(page: Path) -> str:
    """Code blocks, of both kinds, without the generated synopses."""
    plain = re.sub(r"<!-- generated.*?<!-- end -->", "", page.read_text("utf-8"), flags=re.DOTALL)
    fenced = re.findall(r"```(?:sh|console)?\n(.*?)```", plain, re.DOTALL)
    return "\n".join([*fenced, *re.findall(r"^ {4}(.+)$", plain, re.MULTILINE)])


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy").glob("*.service")), ids=lambda path: path.name)
def test_units_start_commands_that_exist(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=\S+/gaung (.+)$", unit.read_text("utf-8"), re.MULTILINE)
    assert f"gaung {line.split()[0]}" in dict(writer().commands())


def test_the_tests_that_prove_the_promises_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text("architecture.md"))
    assert named
    for path, function in named:
        code = (ROOT / path).read_text("utf-8")
        assert not function or f"def {function}(" in code, f"{path}::{function}"


def test_the_files_that_the_architecture_names_are_there() -> None:
    named = re.findall(r"`((?:core|cli|plugins|bench|scripts)/[\w/.]+)`", text("architecture.md"))
    assert [name for name in named if not (ROOT / name).exists()] == []
