"""`gaung drive ...` as people type it: from the call to the letters, and back to who lags."""

import csv
from pathlib import Path
from typing import Any

import pytest

from gaung.core.config import load
from gaung.core.services.context import Context
from gaung.core.testkit.echoes import add_echo, add_post
from gaung.core.testkit.registry import add_member, seed_areas

CAPTIONS = ("--caption", "Ayo cek", "--caption", "Sudah terdaftar?")


@pytest.fixture
def called(cli: Any) -> Any:
    """Post 1, published by the province and both regencies; one member in 18.01 who echoed it, one in 18.02 who did not."""
    ctx = Context(load(cli.home))
    with ctx.store.write() as conn:
        seed_areas(conn)
        post = add_post(conn, out=[(office, "facebook") for office in ("18", "18.01", "18.02")])
        add_post(conn, out=())
        add_echo(conn, post, add_member(conn, "A-0001"), "facebook")
        add_member(conn, "A-0002", area="18.02.01.2001", office="18.02")
    ctx.close()
    return cli


def test_a_drive_from_the_call_to_its_end(called: Any) -> None:
    assert "No drive yet" in called("drive", "list").out
    answer = called("drive", "new", "--post", "1", *CAPTIONS, "--target", "80")
    assert "Drive 1 calls 2 members" in answer.out
    assert "Warning" not in answer.err
    told = called.ok("drive", "status", "1")
    assert [(row["key"], row["covered"], row["missing"]) for row in told["rows"]] == [("18.01.01", 1, 0), ("18.02.01", 0, 1)]
    assert told["lagging"] == ["18.02.01"]
    out = called("drive", "status", "1", "--by", "regency").out
    assert "Below the target, furthest first: Kabupaten Contoh Dua (0.0 %)" in out
    assert "80 %" in out
    assert "is closed" in called("drive", "close", "1").out
    assert called("drive", "close", "1").code == 1
    assert called.ok("drive", "list", "--open") == []
    assert [drive["state"] for drive in called.ok("drive", "list")] == ["closed"]


def test_areas_bodies_and_times_are_read_as_people_write_them(called: Any) -> None:
    answer = called("drive", "new", "--post", "1", *CAPTIONS, "--area", "18.02", "--body", "pps", "--deadline", "2099-12-31 19:30")
    assert "Deadline: " in answer.err
    assert "calls 1 members" in answer.out
    (drive,) = called.ok("drive", "list")
    assert (drive["areas"], drive["bodies"], drive["deadline"][:10]) == (["18.02"], ["PPS"], "2099-12-31")
    assert [row["key"] for row in called.ok("drive", "status", "1", "--by", "regency")["rows"]] == ["18.02"]


def test_a_caption_may_be_a_file_and_one_alone_is_warned_of(called: Any, tmp_path: Path) -> None:
    path = tmp_path / "kalimat.txt"
    path.write_text("Cek namamu hari ini", "utf-8-sig")
    assert "Only one caption" in called("drive", "new", "--post", "1", "--caption", str(path)).err
    called.ok("drive", "export", "1", "--out", str(tmp_path / "surat"))
    letters = list((tmp_path / "surat").rglob("*.txt"))
    assert letters
    assert all("Cek namamu hari ini" in letter.read_text("utf-8") for letter in letters)
    path.write_bytes("Pemilu \xe9".encode("latin-1"))
    assert "UTF-8" in called("drive", "new", "--post", "1", "--caption", str(path)).line
    path.write_bytes("Ayo cek".encode("utf-16-le"))
    assert "UTF-8" in called("drive", "new", "--post", "1", "--caption", str(path)).line


def test_letters_are_listed_and_never_written_over_unasked(called: Any, tmp_path: Path) -> None:
    called.ok("drive", "new", "--post", "1", *CAPTIONS)
    folder = tmp_path / "surat"
    done = called.ok("drive", "export", "1", "--out", str(folder), "--area", "18.01")
    with (folder / "daftar.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert done["files"] == len(rows) == len(list(folder.rglob("*.txt"))) > 0
    assert called("drive", "export", "1", "--out", str(folder)).code == 1
    assert called("drive", "export", "1", "--out", str(folder), "--overwrite").code == 0


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--post", "9"), 1, "9"),
        (("--post", "2"), 1, "not published yet"),
        (("--post", "1", "--target", "101"), 1, "cannot be"),
        (("--post", "1", "--deadline", "2026-01-05 10:00"), 1, "has passed"),
        (("--post", "1", "--opens", "2099-01-05 09:00", "--deadline", "2099-01-05 08:00"), 1, "not after the opening"),
        (("--post", "1", "--caption", "takarir.txt"), 1, "takarir.txt: there is no such file"),
        (("--post", "1", "--opens", "2026-01-05 09:00", "--deadline", "2026-01-05 10:00"), 1, "has passed"),
        (("--post", "1", "--deadline", "besok sekali"), 2, "--deadline"),
        (("--post", "1", "--windows", "0"), 1, "do not fit"),
        (("--post", "1", "--area", "18.99"), 1, "18.99"),
        ((), 2, "--post"),
    ],
)
def test_what_cannot_be_called_is_refused_and_nothing_is_begun(called: Any, options: tuple[str, ...], code: int, words: str) -> None:
    answer = called("drive", "new", *options)
    assert answer.code == code
    assert words in answer.err
    assert called.ok("drive", "list") == []


def test_a_drive_that_is_not_there_is_one_line(called: Any) -> None:
    for command in (("status", "7"), ("close", "7"), ("export", "7", "--out", "x")):
        assert "7" in called("drive", *command).line
