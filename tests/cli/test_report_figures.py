"""`gaung report followers|posts|offices` as people type them."""

import json
from pathlib import Path
from typing import Any


def test_followers_are_shown_and_written(cli: Any, tmp_path: Path) -> None:
    cli.ok("measure", "baseline")
    told = cli.ok("report", "followers", "--by", "platform", "--from", "1/12/2023", "--to", "5 Desember 2023")
    assert told["total"]["followers"] == 52000
    assert not told["total"]["exact"]
    assert "22000" in cli("report", "followers", "--by", "platform", "--from", "2023-12-01", "--to", "2023-12-05").out
    out = tmp_path / "pengikut.json"
    answer = cli("report", "followers", "--from", "2023-12-01", "--to", "2023-12-05", "--out", str(out))
    assert "Written to" in answer.err
    assert json.loads(out.read_text())["total"]["followers"] == 52000
    assert out.stat().st_mode & 0o777 == 0o600
    assert cli("report", "followers", "--format", "csv").out.startswith("key,name")


def test_without_data_the_reports_say_so(cli: Any) -> None:
    assert "No post of these days." in cli("report", "posts").out
    assert "unknown is not zero" not in cli("report", "followers").out
    assert "No account is on record here" in cli("report", "followers").out
    assert len(cli.ok("report", "offices")["rows"]) == 16
    for report in ("offices", "evaluation"):
        assert "nothing is known" in cli("report", report).out


def test_bad_periods_are_one_line(cli: Any) -> None:
    assert "before it begins" in cli("report", "posts", "--from", "5/12/2023", "--to", "4/12/2023").line
    assert "No report reaches to 0001-01-01" in cli("report", "evaluation", "--from", "1/1/0001").line
    assert "in the future" in cli("report", "coverage", "--from", "1/1/2099").line
    assert "unknown platform 'twitter'" in cli("report", "followers", "--platform", "twitter").line
    assert cli("report", "posts", "--from", "kemarin").code == 2
    assert cli("report", "followers", "--office", "18.99").code == 1
    assert cli("report", "offices", "--format", "table", "--out", "x.csv").code == 2


def test_each_report_is_a_page_too(cli: Any, tmp_path: Path) -> None:
    cli.ok("measure", "baseline")
    days = ("--from", "2023-12-01", "--to", "2023-12-05")
    out = tmp_path / "pengikut.html"
    assert "Written to" in cli("report", "followers", *days, "--out", str(out)).err
    assert "<h2>Pengikut</h2>" in out.read_text()
    assert "<h2>Satker</h2>" not in out.read_text()
    assert cli("report", "evaluation", *days, "--format", "html").out.startswith("<!DOCTYPE html>")
    whole = cli.ok("report", "page", *days, "--out", str(tmp_path / "laporan.html"))
    assert whole["bytes"] == (tmp_path / "laporan.html").stat().st_size < 1_000_000
