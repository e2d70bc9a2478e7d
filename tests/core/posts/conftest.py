"""Post files on disk beside real media, and platforms that are none of the four."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gaung.core.media.store import MediaStore
from gaung.core.posts.draft import PostDraft, PostFileError
from gaung.core.posts.file import Known, read_post
from gaung.core.records import Capabilities, Field, FormatRule, Platform
from gaung.core.testkit.media import MediaMaker

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

WALL = Platform(
    name="wall",
    title="Wall",
    capabilities=Capabilities(),
    formats=(
        FormatRule(name="reel", videos=(1, 1), vertical=True, max_seconds=90),
        FormatRule(name="video", videos=(1, 1)),
        FormatRule(name="photo", images=(1, 1)),
        FormatRule(name="carousel", images=(2, 10)),
        FormatRule(name="text", needs_text=True),
    ),
    post_fields=(Field(name="alt_text", help="description"),),
)
TUBE = Platform(
    name="tube",
    title="Tube",
    capabilities=Capabilities(),
    formats=(FormatRule(name="video", videos=(1, 1)),),
    post_fields=(
        Field(name="privacy", help="who sees it", required=True, choices=("public", "private")),
        Field(name="tags", help="keywords", kind="list"),
        Field(name="kids", help="for children", kind="bool"),
        Field(name="start", help="first second", kind="int"),
    ),
)
PLATFORMS = {"wall": WALL, "tube": TUBE}
OFFICES = ("18", "18.01", "18.02")

Write = Callable[[str], Path]
Read = Callable[..., PostDraft]
Refuse = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    maker = MediaMaker(folder / "maker")
    (folder / "poster.jpg").write_bytes(maker.jpeg(108, 135).path.read_bytes())
    (folder / "peta.png").write_bytes(maker.png(64, 48).path.read_bytes())
    (folder / "spot.mp4").write_bytes(maker.mp4(72, 128, 1.0, audio=False).path.read_bytes())
    return folder


@pytest.fixture
def folder(tmp_path: Path, made: Path) -> Path:
    for name in ("poster.jpg", "peta.png", "spot.mp4"):
        (tmp_path / name).write_bytes((made / name).read_bytes())
    return tmp_path


@pytest.fixture
def known() -> Known:
    return Known(platforms=PLATFORMS, offices=OFFICES, now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "scratch", "https://media.example.test")


@pytest.fixture
def read(folder: Path, store: MediaStore, known: Known) -> Read:
    def run(text: str, to: str = '[to]\noffices = ["all"]\nplatforms = ["wall", "tube"]\n') -> PostDraft:
        head, bracket, tables = text.partition("\n[")
        path = folder / "post.toml"
        path.write_text(f"{head}\n{to}{bracket}{tables}", "utf-8")
        return read_post(path, store=store, known=known)

    return run


@pytest.fixture
def refuse(read: Read) -> Refuse:
    """Read a bad post; answers (field, message) of each problem."""

    def run(text: str, **options: str) -> list[tuple[str, str]]:
        with pytest.raises(PostFileError) as caught:
            read(text, **options)
        lines = str(caught.value).splitlines()
        assert len(lines) == len(caught.value.problems)
        assert all("post.toml: " in said for said in lines)
        return [(problem.field, problem.message) for problem in caught.value.problems]

    return run
