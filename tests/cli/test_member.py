"""`gaung member ...` and `gaung report accounts`: what an operator sees and types, from an empty registry on."""

import csv
import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gaung.core.config import load
from gaung.core.store.db import Store
from gaung.core.testkit.registry import add_member, seed_areas


@pytest.fixture
def corps(cli: Any) -> Any:
    """A-0001 with an account, A-0002 not asked, B-0001 of another office; A-0003's term ended long ago."""
    store = Store(load(cli.home).database_url, actor="test")
    with store.write() as conn:
        seed_areas(conn)
        add_member(conn, "A-0001", instagram="contoh_agt_siti", start=date(2026, 1, 1))
        add_member(conn, "A-0002", name="Budi Contoh", agreed=False)
        add_member(conn, "A-0003", end=date(2026, 2, 1), instagram="contoh_agt_tiga")
        add_member(conn, "B-0001", area="18.02.01.2001", office="18.02", agreed=False)
    store.close()
    return cli


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["number"] for one in found]


def test_an_empty_registry_says_where_members_come_from(cli: Any) -> None:
    assert "gaung member import FILE" in cli("member", "list").out
    assert cli.ok("member", "list") == []
    assert cli.ok("member", "gaps") == []
    assert "No clock runs" in cli("member", "list", "--withdrawn").out
    assert cli.ok("report", "accounts")["total"]["members"] == 0
    assert "gaung member import" in cli("report", "accounts").out


def test_members_are_listed_and_narrowed(corps: Any) -> None:
    found = corps.ok("member", "list", "--on", "24/11/2026")
    assert numbers(found) == ["A-0001", "A-0002", "B-0001"]
    assert {"number", "name", "body", "area", "office", "term_start", "term_end", "accounts", "reason", "consent"} <= set(found[0])
    assert found[0]["accounts"] == {"instagram": "contoh_agt_siti"}
    assert numbers(corps.ok("member", "list", "--area", "18.01", "--without-account")) == ["A-0002"]
    assert numbers(corps.ok("member", "list", "--limit", "1")) == ["A-0001"]
    assert "instagram: contoh_agt_siti" in corps("member", "list", "--body", "PPS").out


def test_gaps_are_told_by_name_or_counted_and_written_to_a_file(corps: Any) -> None:
    corps.ok("member", "declare", "A-0002", "--reason", "belum_paham")
    assert [(one["number"], one["why"]) for one in corps.ok("member", "gaps")] == [("A-0002", "belum_paham"), ("B-0001", None)]
    shown = corps("member", "gaps").out
    assert "Perlu pendampingan" in shown
    assert "not asked yet: 1" in shown
    counts = corps.ok("member", "gaps", "--by", "regency")
    assert [(row["key"], row["without"], row["reasons"]["belum_paham"]) for row in counts["rows"]] == [("18.01", 1, 1), ("18.02", 1, 0)]
    path = corps.home.parent / "gaps.csv"
    assert corps("member", "gaps", "--by", "regency", "--out", str(path)).code == 0
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert (rows[0]["key"], rows[0]["belum_paham"], rows[-1]["key"]) == ("18.01", "<5", "total")
    assert corps("member", "gaps", "--out", str(path)).code == 0
    assert numbers(list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))) == ["A-0002", "B-0001"]


def test_an_account_is_declared_once_the_purposes_were_shown(corps: Any) -> None:
    bare = ["member", "declare", "A-0002", "--platform", "instagram", "--handle", "@contoh_agt_budi"]
    refused = corps(*bare)
    assert refused.code == 1
    assert "A-0002 has given no consent" in refused.line
    answer = corps(*bare, "--consent", "2026-1")
    assert answer.code == 0, answer.err
    assert "Tujuan pemrosesan" in answer.err
    assert "the account is put down" in answer.out
    assert "it was so already" in corps(*bare).out
    assert "Tujuan pemrosesan" in corps("member", "consent", "--show-text").out
    assert "paper" in corps("member", "consent", "A-0002", "--text", "formulir 7").err


def test_everything_held_is_shown_and_exported_for_its_owner_only(corps: Any) -> None:
    shown = corps("member", "show", "A-0001").out
    assert "Siti Contoh Wulandari" in shown
    assert "90 days after the last term ends" in shown
    path: Path = corps.home.parent / "salinan.json"
    assert corps("member", "show", "A-0001", "--export", str(path)).code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = json.loads(path.read_text("utf-8"))
    assert held["consents"][0]["text"].startswith("PERSETUJUAN")
    assert json.loads(corps("member", "show", "A-0001", "--export", "-").out)["number"] == "A-0001"
    assert "cannot be written" in corps("member", "show", "A-0001", "--export", "/no/such/folder/x").line


def test_a_withdrawal_shows_the_clock_and_what_is_left_and_erasing_ends_it(corps: Any) -> None:
    shown = corps("member", "withdraw", "A-0001").out
    assert "3 x 24 hours" in shown
    assert "gaung member erase A-0001 --yes" in shown
    assert "A-0001" in corps("member", "list", "--withdrawn").out
    assert [one["number"] for one in corps.ok("member", "list", "--withdrawn")] == ["A-0001"]
    unsure = corps("member", "erase", "A-0001")
    assert unsure.code == 1
    assert "cannot be undone" in unsure.line
    assert "the counts stay" in corps("member", "erase", "A-0001", "--yes").out
    assert "already" in corps("member", "erase", "A-0001", "--yes").out
    assert corps.ok("member", "list", "--withdrawn") == []
    assert corps.ok("member", "list")[0]["name"] is None


def test_retention_tells_what_it_would_do(corps: Any) -> None:
    assert "1 members, 0 captures" in corps("member", "retire", "--dry-run").out
    assert corps.ok("member", "retire")["members"] == 1
    assert corps.ok("member", "retire")["members"] == 0


def test_an_office_sees_its_own_members(corps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_OFFICE", "18.02")
    assert numbers(corps.ok("member", "list")) == ["B-0001"]
    for command in (
        ["show", "A-0001"],
        ["erase", "A-0001", "--yes"],
        ["withdraw", "A-0001"],
        ["declare", "A-0001", "--reason", "belum_paham"],
    ):
        answer = corps("member", *command)
        assert answer.code == 1
        assert "no member of that number among those that office 18.02 appointed" in answer.line
    assert [row["key"] for row in corps.ok("report", "accounts")["rows"]] == ["18.02"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "Siti Contoh Wulandari"], 1, "There is no member of that number. See: gaung member list"),
        (["list", "--on", "31/02/2026"], 1, "is no day"),
        (["list", "--area", "18.1"], 1, 'Did you mean "18.01"'),
        (["declare", "A-0001", "--platform", "instagram", "--handle", "dua kata"], 1, "is no Instagram handle"),
        (["declare", "A-0001", "--platform", "instgram", "--ended"], 1, "Did you mean instagram"),
        (["declare", "A-0001", "--reason", "malas"], 1, "Reasons are: belum_berminat"),
        (["declare", "A-0001", "--platform", "instagram"], 2, "--handle H or --ended"),
        (["declare", "A-0001"], 2, "Say what"),
        (["consent"], 2, "NUMBER, or --show-text"),
        (["consent", "A-0002", "--at", "2099-01-01 10:00"], 1, "is yet to come"),
        (["withdraw", "A-0002"], 1, "no consent that could be taken back"),
    ],
)
def test_bad_input_is_one_clear_line(corps: Any, arguments: list[str], code: int, words: str) -> None:
    answer = corps("member", *arguments, "--quiet")
    assert answer.code == code
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert "Contoh" not in answer.err
    assert numbers(corps.ok("member", "list")) == ["A-0001", "A-0002", "A-0003", "B-0001"]


def test_accounts_are_reported_as_table_json_and_csv(corps: Any) -> None:
    shown = corps("report", "accounts", "--from", "2026-01-01").out
    for words in ("18.01", "Kabupaten Contoh Satu", "PPK without", "Growth", "as of", "Belum didata 2"):
        assert words in shown
    found = corps.ok("report", "accounts", "--by", "village")
    assert {row["key"]: row["with_account"] for row in found["rows"]}["18.01.01.2001"] == 1
    printed = corps("report", "accounts", "--format", "csv").out
    assert printed.startswith("as_of,key,name,members")
    assert "<5" in printed
    path = corps.home.parent / "akun.json"
    assert corps("report", "accounts", "--out", str(path)).code == 0
    assert json.loads(path.read_text("utf-8"))["total"]["reasons"]["belum_ditanya"] == "<5"
    assert corps("report", "accounts", "--from", "2026-11-01", "--to", "2026-10-01").code == 1
    assert "instagram" in corps("report", "accounts", "--by", "platform").out
