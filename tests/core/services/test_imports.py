"""Imports take the good rows, reject the bad ones with their reason, and change nothing when done again."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gaung.core.clock import WIB, now
from gaung.core.errors import UserError
from gaung.core.services import account_import, accounts, calendar_import, posts

SECRET = "token-sangat-rahasia"


def accounts_file(folder: Path, *rows: list[str], header: str = "office,platform,external_id,handle,credentials") -> Path:
    path = folder / "akun.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def good(number: int, office: str = "18") -> list[str]:
    return [office, "toy", f"x{number}", f"contoh_{number}", f'{{"token": "{SECRET}-{number}"}}']


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[key] for key in ("rows", "imported", "updated", "unchanged", "rejected"))


def test_accounts_are_imported_once(world: Any) -> None:
    path = accounts_file(world.folder, good(1), good(2, "18.01"))
    assert counts(account_import.import_accounts(world.ctx, path)) == (2, 2, 0, 0, 0)
    assert counts(account_import.import_accounts(world.ctx, path)) == (2, 0, 0, 2, 0)
    assert [one["office"] for one in accounts.list_accounts(world.ctx)] == ["18", "18.01"]
    assert world.told() == ["account.added", "account.added"]


def test_a_changed_row_updates_and_releases(world: Any) -> None:
    account_import.import_accounts(world.ctx, accounts_file(world.folder, good(1)))
    delivery = world.rows(world.post())[0].id
    world.set(delivery, state="held", reason="needs_reauth", due_at=None)
    changed = [*good(1)[:4], f'{{"token": "{SECRET}-baru"}}']
    assert counts(account_import.import_accounts(world.ctx, accounts_file(world.folder, changed))) == (1, 0, 1, 0, 0)
    assert world.rows(1)[0].state == "scheduled"


def test_credentials_may_stand_in_a_file_beside_the_table_and_headers_may_be_indonesian(world: Any) -> None:
    (world.folder / "kunci.json").write_text(f'{{"token": "{SECRET}"}}')
    path = accounts_file(
        world.folder, ["18", "Toy", "x1", "contoh_1", "kunci.json", "?"], header="Satker,Kanal,external_id,Akun,Kredensial,Catatan"
    )
    done = account_import.import_accounts(world.ctx, path)
    assert counts(done) == (1, 1, 0, 0, 0)
    assert done["ignored_columns"] == ["Catatan"]


def test_bad_rows_are_rejected_with_their_reason_and_without_their_token(world: Any) -> None:
    path = accounts_file(
        world.folder,
        good(1),
        ["18.99", *good(2)[1:]],
        [*good(3)[:4], f'{{"token": "{SECRET}"'],
        [*good(4)[:4], f'{{"tokn": "{SECRET}"}}'],
        [*good(5)[:4], "no-such.json"],
        good(1),
        ["18", "toi", *good(7)[2:]],
        [*good(8)[:4], ""],
    )
    done = account_import.import_accounts(world.ctx, path)
    assert counts(done) == (8, 1, 0, 0, 7)
    reasons = {one["row"]: f"{one['reason']} {one['remedy']}" for one in done["rejects"]}
    for row, words in {
        3: "Unknown office 18.99",
        4: "is not JSON",
        5: "tokn",
        6: "neither JSON",
        7: "row 2",
        8: "toy",
        9: "not JSON",
    }.items():
        assert words in reasons[row]
    written = Path(done["rejects_file"]).read_text("utf-8-sig")
    assert len(written.splitlines()) == 8
    assert SECRET not in written
    assert SECRET not in str(done)
    assert Path(done["rejects_file"]).stat().st_mode & 0o077 == 0


def test_an_account_of_another_office_is_rejected(world: Any) -> None:
    account_import.import_accounts(world.ctx, accounts_file(world.folder, good(1)))
    done = account_import.import_accounts(world.ctx, accounts_file(world.folder, good(1, "18.01")))
    assert counts(done) == (1, 0, 0, 0, 1)
    assert (done["rejects"][0]["row"], "belongs to office 18" in done["rejects"][0]["reason"]) == (2, True)


def test_an_office_imports_only_its_own(world: Any, scoped: Callable[[str], Any]) -> None:
    done = account_import.import_accounts(scoped("18.01").ctx, accounts_file(world.folder, good(1, "18.01"), good(2, "18.02")))
    assert counts(done) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("header", ["office,platform,external_id,handle", "a,b,c"])
def test_a_table_without_a_needed_column_is_refused(world: Any, header: str) -> None:
    with pytest.raises(UserError, match=r"akun\.csv: no column"):
        account_import.import_accounts(world.ctx, accounts_file(world.folder, header=header))


def calendar(world: Any, *rows: list[str]) -> Path:
    path: Path = world.folder / "kalender.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["at", "title", "text", "purpose", "origin", "media", "link", "offices", "platforms"])
        writer.writerows(rows)
    return path


def entry(title: str, *, days: int = 1, platforms: str = "toy", offices: str = "18") -> list[str]:
    at = (now() + timedelta(days=days)).astimezone(WIB).strftime("%Y-%m-%d 19:30")
    return [at, title, f"Isi {title}", "edukasi", "provinsi", "", "", offices, platforms]


def test_a_calendar_becomes_posts_and_importing_it_again_doubles_none(world: Any) -> None:
    world.account()
    path = calendar(world, entry("Satu"), entry("Dua", days=2))
    done = calendar_import.import_calendar(world.ctx, path)
    assert (counts(done), done["posts"]) == ((2, 2, 0, 0, 0), [1, 2])
    assert counts(calendar_import.import_calendar(world.ctx, path)) == (2, 0, 0, 2, 0)
    assert [one["title"] for one in posts.list_posts(world.ctx)] == ["Dua", "Satu"]


def test_a_cancelled_entry_can_be_imported_anew(world: Any) -> None:
    world.account()
    path = calendar(world, entry("Satu"))
    calendar_import.import_calendar(world.ctx, path)
    posts.cancel(world.ctx, 1)
    assert counts(calendar_import.import_calendar(world.ctx, path)) == (1, 1, 0, 0, 0)


def test_rows_that_cannot_go_out_are_rejected_and_the_others_are_scheduled(world: Any) -> None:
    world.account()
    path = calendar(world, entry("Satu"), entry("Dua", days=-2), entry("Tiga", platforms="tok"), entry("Empat", offices="18.05"))
    done = calendar_import.import_calendar(world.ctx, path)
    assert counts(done) == (4, 1, 0, 0, 3)
    assert {one["row"] for one in done["rejects"]} == {3, 4, 5}
    assert "no_account" in str(done) or "has an account" in str(done["rejects"])
