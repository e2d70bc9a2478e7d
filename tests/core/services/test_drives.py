"""Drives: who is called, how far it got, and the letters for the villages."""

from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.services import drive_export, drives
from gaung.core.services.drives import Plan
from gaung.core.testkit.echoes import add_echo


def opened(echo: Any, **plan: Any) -> int:
    return int(drives.open_drive(echo.ctx, Plan(post=echo.post, captions=["Ayo cek", "Sudah terdaftar?"], **plan))["id"])


def test_each_member_called_counts_once_against_the_target(echo: Any) -> None:
    number = opened(echo)
    with echo.ctx.store.write() as conn:
        add_echo(conn, echo.post, echo.members["A-0001"], grade="matched")
        add_echo(conn, echo.post, echo.members["A-0001"], platform="mute", grade="observed", signal="mention")
        add_echo(conn, echo.post, echo.members["A-0002"], grade="claimed")
    told = drives.status(echo.ctx, number, by="regency")
    assert {row["key"]: (row["members"], row["covered"]) for row in told["rows"]}["18.02"] == (1, 0)
    assert (told["total"]["members"], told["total"]["covered"]) == (3, 1)


def test_only_what_was_called_counts(echo: Any) -> None:
    number = opened(echo, areas=["18.02"])
    assert drives.status(echo.ctx, number, by="regency")["total"]["members"] == 1


def test_a_closed_drive_stays_closed_and_is_told_once(echo: Any) -> None:
    number = opened(echo)
    drives.close(echo.ctx, number)
    with pytest.raises(UserError, match="closed already"):
        drives.close(echo.ctx, number)
    assert [event.event for event in echo.events() if event.event.startswith("drive.")] == ["drive.opened", "drive.closed"]


@pytest.mark.parametrize(
    ("plan", "words"), [({"target": 0}, "cannot be"), ({"windows": 0}, "do not fit"), ({"bodies": ["PPX"]}, "Unknown body PPX")]
)
def test_a_plan_that_cannot_be_is_refused(echo: Any, plan: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        opened(echo, **plan)
    assert drives.list_drives(echo.ctx) == []


def test_every_village_gets_a_letter_that_names_no_member(echo: Any, tmp_path: Path) -> None:
    number = opened(echo)
    folder = tmp_path / "surat"
    done = drive_export.export(echo.ctx, number, folder)
    letters = [path.read_text("utf-8") for path in folder.rglob("*.txt")]
    assert len(letters) == done["files"] > 0
    assert all("dianjurkan, bukan wajib" in letter and "https://" in letter for letter in letters)
    assert not any(word in letter for letter in letters for word in ("contoh_agt", "A-0001"))
    assert {caption for letter in letters for caption in ("Ayo cek", "Sudah terdaftar?") if caption in letter}
    with pytest.raises(UserError):
        drive_export.export(echo.ctx, number, folder)
    drive_export.export(echo.ctx, number, folder, overwrite=True)
