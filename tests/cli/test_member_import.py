"""`gaung member import` as an office runs it, with the real platforms."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

TREE = (
    "code,name,level,parent\n"
    "18.01,Kabupaten Lampung Selatan,regency,18\n"
    "18.01.04,Natar,district,18.01\n"
    "18.01.04.2001,Hajimena,village,18.01.04\n"
)
HEAD = "No Anggota;Nama;Badan;Wilayah;Mulai;Facebook;Instagram;YouTube;TikTok;Alasan;Persetujuan;Naskah Persetujuan;Catatan\n"
GOOD = (
    "A-0001;Siti Contoh Wulandari;PPS;18.01.04.2001;4/12/2023;https://www.facebook.com/contoh.agt.siti?ref=share;@Contoh_Agt_Siti;"
    "https://youtube.com/@contohagtsiti?si=abc;https://www.tiktok.com/@contoh_agt_siti?lang=id;;5/12/2023;2026-1;x\n"
)
BAD = "A-0002;Budi Contoh;PPS;Natar;4/12/2023;;;;;;;;\n"


def ready(cli: Any, text: str) -> str:
    tree: Path = cli.home.parent / "wilayah.csv"
    tree.write_text(TREE, "utf-8")
    assert cli("area", "import", str(tree)).code == 0
    path: Path = cli.home.parent / "anggota.csv"
    path.write_text(text, "utf-8")
    return str(path)


def test_an_office_brings_its_list_and_is_told_what_to_put_right(cli: Any) -> None:
    path = ready(cli, HEAD + GOOD + BAD)
    answer = cli("member", "import", path)
    assert answer.code == 0
    for words in (
        "2 rows, 1 imported, 0 updated, 0 unchanged, 1 rejected",
        "Rejected rows with their reasons: ",
        "Column Catatan is not known and was ignored.",
        "Row 3: area: PPS serves in a village, and Natar is a district; write the village",
        "4 accounts were declared with consent.",
    ):
        assert words in answer.out
    shown = {one["platform"]: one["handle"] for one in cli.ok("member", "show", "A-0001")["accounts"]}
    assert shown["facebook"] == "contoh.agt.siti"
    assert {name: handle.lower() for name, handle in shown.items() if name != "facebook"} == {
        "instagram": "contoh_agt_siti", "youtube": "contohagtsiti", "tiktok": "contoh_agt_siti",
    }  # fmt: skip
    again = cli.ok("member", "import", path)
    assert (again["imported"], again["unchanged"], again["rejected"], again["accounts"]) == (0, 1, 1, 0)


def test_the_same_person_in_other_spellings_is_unchanged(cli: Any) -> None:
    cli("member", "import", ready(cli, HEAD + GOOD))
    handles = "Contoh.Agt.Siti;contoh_agt_siti;@ContohAgtSiti;contoh_agt_siti"
    plain = f"A-0001;Siti Contoh Wulandari;PPS;18.01.04.2001;2023-12-04;{handles};;5/12/2023;2026-1;\n"
    done = cli.ok("member", "import", ready(cli, HEAD + plain))
    assert (done["unchanged"], done["accounts"]) == (1, 0)


def test_a_dry_run_says_so_and_a_list_of_bad_rows_fails(cli: Any) -> None:
    answer = cli("member", "import", ready(cli, HEAD + GOOD), "--dry-run")
    assert "Nothing was stored: this was a dry run." in answer.out
    assert cli.ok("member", "list") == []
    assert cli("member", "import", ready(cli, HEAD + BAD)).code == 1


def test_a_list_with_identity_numbers_is_one_line(cli: Any) -> None:
    answer = cli("member", "import", ready(cli, HEAD + GOOD + BAD.replace(";;;;;;;;", ";;;;;;;;1801012345670001")))
    assert answer.code == 1
    assert "the column 'Catatan' holds NIK, KTP or KK numbers (row 3): nothing was imported." in answer.line
    assert "1801012345670001" not in answer.err + answer.out
    assert cli.ok("member", "list") == []


def test_logs_and_events_hold_no_name_and_no_handle(cli: Any) -> None:
    path = ready(cli, HEAD + GOOD + BAD)
    assert cli.program("member", "import", path, "--verbose").returncode == 0
    told = cli("events", "tail").out + "".join(file.read_text("utf-8") for file in (cli.home / "logs").rglob("*") if file.is_file())
    assert "member.imported" in told
    for secret in ("Siti", "Wulandari", "agt", "Budi"):
        assert secret not in told


def test_on_a_terminal_a_bar_shows_how_far_it_is_and_elsewhere_nothing(cli: Any) -> None:
    path = ready(cli, HEAD + GOOD)
    command = [sys.executable, "-P", "-m", "gaung.cli", "--home", str(cli.home), "member", "import", path]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stderr == ""
    for more, expected in (([], True), (["--quiet"], False), (["--json"], False)):
        ours, theirs = pty.openpty()
        subprocess.run(
            [*command, *more], stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=90, env={**os.environ, "TERM": "xterm"}
        )
        os.close(theirs)
        assert _all(ours) is expected


def _all(ours: int) -> bool:
    """Whether the bar was shown."""
    said = b""
    try:
        while piece := os.read(ours, 1 << 16):
            said += piece
    except OSError:  # the other side is closed
        pass
    os.close(ours)
    return b"Storing" in said or b"Reading" in said
