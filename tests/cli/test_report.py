"""`gaung report coverage|rebuild`, and what every report has alike: where it goes, and what a page cannot follow."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.config import load
from gaung.core.services.context import Context
from gaung.core.store.ledger_tables import coverage
from gaung.core.testkit.echoes import add_echo, add_post
from gaung.core.testkit.registry import add_member, seed_areas

JANUARY = ("--from", "1/1/2026", "--to", "31 Januari 2026")


@pytest.fixture
def echoed(cli: Any) -> Any:
    """Post 1 on facebook on 5 January; Siti of 18.01 echoed it, Ani of 18.02 says so."""
    ctx = Context(load(cli.home))
    with ctx.store.write() as conn:
        seed_areas(conn)
        post = add_post(conn, out=[("18", "facebook")])
        add_echo(conn, post, add_member(conn, "A-0001"), "facebook", "observed", "mention")
        add_echo(conn, post, add_member(conn, "A-0002", area="18.02.01.2001", office="18.02"), "facebook", "claimed")
    ctx.close()
    return cli


def broken(cli: Any) -> None:
    """Put a wrong figure into the rollup."""
    ctx = Context(load(cli.home))
    with ctx.store.write() as conn:
        conn.execute(update(coverage).where(coverage.c.area == "18.01.01", coverage.c.body == "PPS").values(matched=7))
    ctx.close()


def test_coverage_of_a_post_is_a_table_with_grades_apart_and_the_total(echoed: Any) -> None:
    out = echoed("report", "coverage", "--post", "1", "--by", "district").out
    for words in ("Coverage of post 1 by district", "matched or better", "Kecamatan Contoh A", "100.0 %", "50.0 %", "facebook unknown"):
        assert words in out
    told = echoed.ok("report", "coverage", "--post", "1", "--grade", "claimed", "--by", "district")
    assert [(row["key"], row["observed"], row["claimed"], row["covered"]) for row in told["rows"]] == [
        ("18.01.01", 1, 0, 1),
        ("18.02.01", 0, 1, 1),
    ]
    assert told["total"]["coverage"] == 1.0


def test_days_and_bodies_are_read_as_people_write_them(echoed: Any) -> None:
    told = echoed.ok("report", "coverage", *JANUARY, "--body", "pps")
    assert (told["posts"], told["from"], told["to"], told["total"]["members"]) == (1, "2026-01-01", "2026-01-31", 2)
    assert echoed.ok("report", "coverage", "--from", "6/1/2026", "--to", "7/1/2026")["posts"] == 0


def test_coverage_is_written_by_the_name_of_the_file_or_as_asked(echoed: Any, tmp_path: Path) -> None:
    table, document, page = (tmp_path / name for name in ("cakupan.csv", "cakupan.json", "cakupan.html"))
    for path in (table, document, page):
        assert "Written to" in echoed("report", "coverage", *JANUARY, "--out", str(path)).err
        assert path.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    assert [(row["key"], row["observed"]) for row in rows][-1] == ("total", "1")
    assert json.loads(document.read_text())["total"]["observed"] == 1
    assert "50,0%" in page.read_text()
    assert echoed("report", "coverage", *JANUARY, "--format", "csv").out.lstrip("\ufeff").startswith("key,name")
    assert json.loads(echoed("report", "coverage", *JANUARY, "--format", "json").out)["total"]["observed"] == 1
    assert echoed("report", "coverage", *JANUARY, "--format", "table", "--out", str(table)).code == 2


def test_the_page_of_a_report_follows_what_was_asked_or_says_that_it_cannot(echoed: Any) -> None:
    claimed = echoed("report", "coverage", *JANUARY, "--grade", "claimed", "--format", "html").out
    assert claimed.startswith("<!DOCTYPE html>")
    assert "100,0%" in claimed
    assert "<h2>Pengikut</h2>" not in claimed
    assert echoed("report", "accounts", "--to", "31/1/2026", "--format", "html").out.startswith("<!DOCTYPE html>")
    for command, options in {
        "coverage": (("--post", "1"), ("--by", "body"), ("--area", "18.01")),
        "accounts": (("--by", "village"), ("--from", "1/1/2026")),
        "followers": (("--office", "18.01"),),
        "posts": (("--by", "origin"),),
    }.items():
        for option in options:
            answer = echoed("report", command, *option, "--format", "html")
            assert (answer.code, answer.out) == (2, "")
            assert f"does not follow {option[0]}" in answer.err


def test_a_page_of_the_evaluation_ranks_nobody_where_that_was_asked(echoed: Any) -> None:
    assert "tengah semua satker" in echoed("report", "evaluation", *JANUARY, "--format", "html").out
    assert "tengah semua satker" not in echoed("report", "evaluation", *JANUARY, "--no-ranking", "--format", "html").out


def test_a_page_of_the_evaluation_alone_does_not_say_that_there_is_no_data(echoed: Any) -> None:
    echoed.ok("evaluate", "step", "add", "Lengkapi akun", "--office", "18.01", "--owner", "Sekretaris", "--due", "2026-12-31")
    out = echoed("report", "evaluation", *JANUARY, "--format", "html").out
    assert "Lengkapi akun" in out
    assert "Belum ada data" not in out


def test_rebuild_proves_the_rollup_and_puts_it_right(echoed: Any) -> None:
    assert "is what a full recount finds" in echoed("report", "rebuild", "--check").out
    broken(echoed)
    answer = echoed("report", "rebuild", "--check")
    assert answer.code == 1
    assert "differ from a full recount" in answer.out
    assert "7 matched" in answer.out
    assert echoed("report", "rebuild", "--check", "--json").json["differing"] == 2
    assert echoed.ok("report", "rebuild", "--post", "1")["changed"]
    assert echoed("report", "rebuild", "--check").code == 0
    assert echoed("report", "rebuild", "--post", "99").code == 1


def test_what_cannot_be_asked_is_one_line(echoed: Any) -> None:
    assert "Swap them" in echoed("report", "coverage", "--from", "5/1/2026", "--to", "4/1/2026").line
    assert echoed("report", "coverage", "--post", "99").code == 1
    assert "PPX" in echoed("report", "coverage", "--body", "ppx").line
    assert echoed("report", "coverage", "--by", "kelurahan").code == 2
