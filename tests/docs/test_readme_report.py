"""The README's second section: from an empty registry and an Excel file to a coverage report with five commands, as they stand there."""

import csv
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gaung.core.demo import POST
from gaung.core.testkit.platforms import installed

ROOT = Path(__file__).parents[2]
GAUNG = [sys.executable, "-P", "-m", "gaung.cli"]
TITLE = "## From an Excel list to a coverage report"
AREAS = (
    ("18.01", "Kabupaten Lampung Selatan", "regency", "18"),
    ("18.01.01", "Kecamatan Contoh Melati", "district", "18.01"),
    ("18.01.01.2001", "Desa Contoh Satu", "village", "18.01.01"),
    ("18.01.01.2002", "Desa Contoh Dua", "village", "18.01.01"),
    ("18.01.02", "Kecamatan Contoh Mawar", "district", "18.01"),
    ("18.01.02.2001", "Desa Contoh Tiga", "village", "18.01.02"),
)
MEMBERS = (  # number, name, body, area, platforms with an account, reason
    ("A-0001", "Siti Contoh Wulandari", "PPK", "18.01.01", ("facebook", "youtube"), ""),
    ("A-0002", "Budi Contoh Santoso", "PPS", "18.01.01.2001", ("youtube",), ""),
    ("A-0003", "Dewi Contoh Lestari", "PPS", "18.01.01.2002", (), "tidak_ada_sinyal"),
    ("A-0004", "Agus Contoh Pratama", "PPK", "18.01.02", ("instagram", "tiktok"), ""),
    ("A-0005", "Rina Contoh Rahayu", "PPS", "18.01.02.2001", ("youtube",), ""),
    ("A-0006", "Joko Contoh Hidayat", "PPS", "18.01.02.2001", (), ""),
)

pytestmark = [pytest.mark.checkout, pytest.mark.slow, pytest.mark.timeout(240)]


def section() -> str:
    return (ROOT / "README.md").read_text("utf-8").partition(f"\n{TITLE}\n")[2].partition("\n## ")[0]


def commands() -> list[list[str]]:
    (block, *_) = re.findall(r"^```sh\n(.*?)^```$", section(), re.MULTILINE | re.DOTALL)
    return [shlex.split(line, comments=True)[1:] for line in block.splitlines() if line.startswith("gaung ")]


class Desk:
    """A regency's home with one post out, its files, and people in the sandbox who shared the post."""

    def __init__(self, folder: Path, sandbox: Any) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.env = {**os.environ, "GAUNG_HOME": str(folder / "home"), "COLUMNS": "120", "NO_COLOR": "1"}
        for name, side in sandbox.sandbox.platforms.items():
            for key, value in {**side.settings(), "poll_seconds": "0.2"}.items():
                self.env[f"GAUNG_PLUGINS__{name.upper()}__{key.upper()}"] = str(value)

    def gaung(self, *arguments: str, stdin: str = "") -> str:
        """Run a command; what it said."""
        done = subprocess.run(
            [*GAUNG, *arguments], cwd=self.folder, env=self.env, input=stdin, capture_output=True, text=True, check=False, timeout=90
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def publish(self) -> None:
        """One post on the four accounts of the regency."""
        import json

        self.gaung("init")
        for name, side in self.sandbox.sandbox.platforms.items():
            made = side.add_account(f"1{installed()[0][name].name.encode().hex()[:6]}", "contoh_kpu_lampung_selatan")
            where = ("--office", "18.01", "--platform", name, "--external-id", made.external_id, "--handle", made.handle)
            self.gaung("account", "add", *where, "--credentials", "-", stdin=json.dumps(made.credentials))
        self.gaung("post", "schedule", str(POST))
        self.gaung("run", "--until-idle", "--quiet")

    def handle(self, platform: str, number: str) -> str:
        return f"contohagt{number[2:]}" if platform == "facebook" else f"contoh_agt_{number[2:]}"

    def share(self) -> list[tuple[str, str]]:
        """What members hand in: true links, one of somebody else, one that no call can prove."""
        done = (("A-0001", "youtube", "video_link"), ("A-0002", "youtube", "video_link"), ("A-0004", "tiktok", "duet"))
        links = []
        for number, platform, deed in done:
            side = self.sandbox.platform(platform)
            (post,) = side.posts()
            links.append((number, side.do(side.add_profile(self.handle(platform, number)), deed, post.account, post.id).url))
        return [*links, ("A-0005", links[1][1])]

    def files(self, links: list[tuple[str, str]]) -> None:
        """wilayah.csv, anggota.xlsx on the ground of `member template`, tautan.xlsx."""
        with (self.folder / "wilayah.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("code", "name", "level", "parent"), *AREAS])
        self.gaung("member", "template", "--out", "anggota.xlsx")
        book = openpyxl.load_workbook(self.folder / "anggota.xlsx")
        sheet = book["Anggota"]
        column: dict[Any, Any] = {cell.value: cell.column for cell in sheet[1]}
        agreed = {column["Tanggal Persetujuan"]: date(2026, 1, 5), column["Teks Persetujuan"]: "2026-1"}
        for row, (number, name, body, area, platforms, reason) in enumerate(MEMBERS, 2):
            for cell in sheet[row]:
                cell.value = None
            cells: dict[int, Any] = dict(enumerate((number, name, body, area, "18.01", date(2026, 1, 5)), 1))
            cells |= {column[installed()[0][platform].title]: self.handle(platform, number) for platform in platforms}
            cells |= {**(agreed if platforms else {}), column["Alasan"]: reason or None}
            for place, value in cells.items():
                sheet.cell(row, place).value = value
        book.save(self.folder / "anggota.xlsx")
        book = openpyxl.Workbook()
        for line in (("No Anggota", "Tautan"), *links):
            book.active.append(line)  # type: ignore[union-attr]
        book.save(self.folder / "tautan.xlsx")


@pytest.fixture
def desk(tmp_path: Path, sandbox: Any) -> Iterator[Desk]:
    made = Desk(tmp_path, sandbox)
    made.publish()
    made.files(made.share())
    run = subprocess.Popen([*GAUNG, "run", "--quiet"], env=made.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield made
    run.send_signal(signal.SIGTERM)
    run.wait(60)


def shape(text: str) -> list[str]:
    """Lines without what differs from run to run: times, seconds, widths."""
    plain = re.sub(r"\d+ \w{3} \d{4} \d\d:\d\d:\d\d WIB|\d+\.\d+ s|─+", "#", text)
    return [" ".join(line.split()) for line in plain.splitlines() if line.strip()]


def test_five_commands_lead_from_an_empty_registry_to_a_coverage_report(desk: Desk) -> None:
    five = commands()
    assert [words[:2] for words in five] == [
        ["area", "import"], ["member", "import"], ["reshare", "import"], ["report", "accounts"], ["report", "coverage"],
    ]  # fmt: skip
    said = [desk.gaung(*words) for words in five]
    end = time.monotonic() + 60
    while "66.7 %" not in said[-1] and time.monotonic() < end:  # `gaung run` looks the links up meanwhile
        time.sleep(1)
        said[-1] = desk.gaung(*five[-1])
    shown = re.findall(r"^```\n(.*?)^```$", section(), re.MULTILINE | re.DOTALL)
    actual = shape("\n".join(said))
    assert [line for block in shown for line in shape(block) if line not in actual] == []
