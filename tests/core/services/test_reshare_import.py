"""`reshare import`: tables and chats as people hand them in, thousands of rows, rejects that say what to do, nothing of the chat kept."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from gaung.core.clock import WIB
from gaung.core.errors import UserError
from gaung.core.ledger.chat import Chat, is_chat
from gaung.core.ledger.links import find_links
from gaung.core.services.context import Context
from gaung.core.services.reshare_import import import_reshares
from gaung.core.store.ledger_tables import claims, reshares
from gaung.core.store.registry_tables import members
from gaung.core.testkit.registry import add_member

LINK = "https://toy.example/contoh_agt_siti/posts/1"
CHAT = """\
[24/11/24 19.29.00] \u200eSiti Contoh menambahkan Anda
[24/11/24 19.30.12] +62 812-0000-0001: sudah ya kak https://toy.example/contoh_agt_siti/posts/1
[24/11/24 19.31.00] Budi Contoh: A-0002
https://toy.example/contoh_agt_budi/posts/5.
[24/11/24 19.32.00] +62 812-9999-9999: ini <https://toy.example/contoh_agt_lain/posts/7>
[24/11/24 19.33.00] Rina Contoh: mantap
[24/11/24 19.34.00] Rina Contoh: a-0001: toy.example/contoh_agt_siti/posts/2
A-0002: m.toy.example/contoh_agt_budi/posts/6 (sudah)
"""


def table(folder: Path, *rows: list[str], header: str = "member_no,platform,url,at", delimiter: str = ",", name: str = "bukti.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[key] for key in ("rows", "imported", "unchanged", "rejected", "claims"))


def urls(echo: Any) -> list[str]:
    return [row.url for row in echo.rows(claims)]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("a https://a.example/p/1, http://b.example/x?y=1;https://a.example/p/2", 3),
        ("(https://a.example/p/1) [https://a.example/p/2] <https://a.example/p/3>", 3),
        ("https://a.example/p/1https://a.example/p/2", 2),
        ("*https://a.example/p/1* _https://a.example/p/2_", 2),
        ("lihat a.example/p/1.", 1),
        ("https://a.example/p/1 dan https://a.example/p/1", 1),
        ("siti@a.example/x dan/atau s.d. 3/4 https:// http", 0),
    ],
)
def test_links_are_found_in_any_text(text: str, links: int) -> None:
    found = find_links(text)
    assert len(found) == links
    assert not any(link.endswith((".", ")", "]", ">", "*", "_", ",")) for link in found)


def test_a_table_is_taken_once(echo: Any) -> None:
    path = table(echo.folder, ["A-0001", "toy", LINK, "24/11/2024 07.30"], ["A-0002", "", "toy.example/contoh_agt_budi/posts/3", ""])
    assert counts(import_reshares(echo.ctx, path, post=echo.post)) == (2, 2, 0, 0, 2)
    assert counts(import_reshares(echo.ctx, path, post=echo.post)) == (2, 0, 2, 0, 0)
    first, second = echo.rows(claims)
    assert (first.source, first.url) == ("import", LINK)
    assert first.claimed_at.astimezone(WIB).strftime("%d %H:%M") == "24 07:30"
    assert second.url == "https://toy.example/contoh_agt_budi/posts/3"
    assert [row.source for row in echo.rows(reshares)] == ["import", "import"]
    told = [event for event in echo.events() if event.event == "reshare.imported"]
    assert [dict(event.data) for event in told] == [
        {"imported": 2, "unchanged": 0, "rejected": 0}, {"imported": 0, "unchanged": 2, "rejected": 0},
    ]  # fmt: skip


def test_headers_may_be_indonesian_in_any_order_with_a_column_for_the_post(echo: Any) -> None:
    rows = [[LINK, "24 November 2024", "Toy", str(echo.post), "A-0001", "?"]]
    path = table(echo.folder, *rows, header="Tautan,Tanggal,Medsos,Unggahan,No Anggota,Catatan", delimiter=";")
    done = import_reshares(echo.ctx, path)
    assert counts(done) == (1, 1, 0, 0, 1)
    assert done["ignored_columns"] == ["Catatan"]


def test_a_workbook_will_do(echo: Any) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Rekap bukti berbagi"])
    sheet.append(["No Anggota", "Link"])
    sheet.append(["A-0001", LINK])
    book.save(echo.folder / "bukti.xlsx")
    assert counts(import_reshares(echo.ctx, echo.folder / "bukti.xlsx", post=echo.post)) == (1, 1, 0, 0, 1)


def test_a_cell_may_hold_several_links_and_words(echo: Any) -> None:
    cell = f"ini kak: {LINK}, toy.example/contoh_agt_siti/posts/2?igsh=x dan <https://mute.example/contoh_agt_siti/posts/9>."
    done = import_reshares(echo.ctx, table(echo.folder, ["A-0001", "", cell, ""]), post=echo.post)
    assert counts(done) == (1, 1, 0, 0, 3)
    assert len(echo.rows(reshares)) == 2  # one for each platform


def test_bad_rows_are_rejected_with_their_reason_and_good_links_of_a_row_are_taken(echo: Any) -> None:
    path = table(
        echo.folder,
        ["A-0001", "", LINK, ""],
        ["A-9999", "", LINK, ""],
        ["A-0003", "", LINK, ""],
        ["", "", LINK, ""],
        ["A-0001", "", "sudah dibagikan", ""],
        ["A-0001", "", "https://toy.example/contoh_agt_siti", ""],
        ["A-0001", "mute", "https://toy.example/contoh_agt_siti/posts/3", ""],
        ["A-0001", "", "https://toy.example/contoh_agt_siti/posts/4", "11/24/2024 19:30"],
        ["A-0001", "", "https://toy.example/contoh_agt_siti/posts/4", "24/11/2099 19.30"],
        ["A-0001", "", "https://none.example/contoh_agt_siti/posts/4", ""],
        ["A-0001", "twitter", "https://toy.example/contoh_agt_siti/posts/4", ""],
        ["A-0001", "", f"https://toy.example/p/{echo.ours['18'].external_id}", ""],
        ["A-0001", "", "https://toy.example/contoh_agt_siti/posts/8 https://news.example/x/y", ""],
    )
    done = import_reshares(echo.ctx, path, post=echo.post)
    assert counts(done) == (13, 2, 0, 12, 2)
    told = {one["row"]: (one["field"], one["reason"]) for one in done["rejects"]}
    for row, (field, words) in {
        3: ("member_no", "no member of that number"),
        4: ("member_no", "Member A-0003 has given no consent."),
        5: ("member_no", "number is missing"),
        6: ("url", "There is no link."),
        7: ("url", "address of a Toy profile"),
        8: ("url", "a link of Toy, not of Mute"),
        9: ("at", "This is no time."),
        10: ("at", "still to come"),
        11: ("post", "not published on None"),
        12: ("platform", "not known"),
        13: ("url", "official publication"),
        14: ("url", "Link 2 of 2: This is no link to a post"),
    }.items():
        assert told[row][0] == field
        assert words in told[row][1]
    assert all(one["remedy"] for one in done["rejects"])
    with Path(done["rejects_file"]).open(encoding="utf-8-sig", newline="") as file:
        assert next(row for row in csv.DictReader(file) if row["row"] == "3")["member_no"] == "A-9999"


@pytest.mark.parametrize("cell", ["Toy", "TOY ", "ty", "to"])
def test_people_shorten_what_platforms_are_called(echo: Any, cell: str) -> None:
    assert import_reshares(echo.ctx, table(echo.folder, ["A-0001", cell, LINK, ""]), post=echo.post)["imported"] == 1


def test_a_dry_run_tells_the_same_and_stores_nothing(echo: Any) -> None:
    path = table(echo.folder, ["A-0001", "", LINK, ""], ["A-0001", "", LINK, ""], ["A-9999", "", LINK, ""])
    tried = import_reshares(echo.ctx, path, post=echo.post, dry_run=True)
    assert echo.rows(claims) == []
    assert not [event for event in echo.events() if event.event != "plugin.broken"]
    done = import_reshares(echo.ctx, path, post=echo.post)
    assert counts(tried) == counts(done) == (3, 1, 1, 1, 1)
    assert tried["dry_run"] is True


def test_the_whole_file_is_refused_where_it_cannot_be_read(echo: Any) -> None:
    for name, data, words in (
        ("kosong.csv", b"", "is empty"),
        ("lain.csv", b"nama;kota\nx;y\n", "no column member_no"),
        ("tanpa.csv", f"member_no,url\nA-0001,{LINK}\n".encode(), "no column post"),
        ("gambar.csv", b"\x89PNG\r\n\x1a\n\0\0", ""),
        ("nik.csv", f"member_no,url,NIK\nA-0001,{LINK},1\n".encode(), "NIK"),
    ):
        path = echo.folder / name
        path.write_bytes(data)
        with pytest.raises(UserError) as caught:
            import_reshares(echo.ctx, path, post=None if name == "tanpa.csv" else echo.post)
        assert words in caught.value.message
        assert caught.value.hint
    with pytest.raises(UserError, match="cannot be read"):
        import_reshares(echo.ctx, echo.folder / "tiada.csv", post=echo.post)
    with pytest.raises(UserError, match="no post 99"):
        import_reshares(echo.ctx, table(echo.folder, ["A-0001", "", LINK, ""]), post=99)
    assert echo.rows(claims) == []


def test_an_office_hands_in_for_its_own_members_only(echo: Any, seen_by: Callable[[str], Context]) -> None:
    path = table(echo.folder, ["A-0001", "", LINK, ""], ["A-0002", "", "https://toy.example/contoh_agt_budi/posts/2", ""])
    done = import_reshares(seen_by("18.01"), path, post=echo.post)
    assert counts(done)[:4] == (2, 1, 0, 1)


def test_a_chat_is_known_by_numbers_and_contacts_and_nothing_of_it_is_kept(echo: Any) -> None:
    with echo.ctx.store.write() as conn:
        conn.execute(update(members).where(members.c.number == "A-0001").values(contact="0812 0000 0001"))
    path = echo.folder / "Chat WhatsApp dengan PPS Desa.txt"
    path.write_text(CHAT, "utf-8")
    assert is_chat(path)
    done = import_reshares(echo.ctx, path, post=echo.post)
    assert counts(done) == (4, 3, 0, 1, 4)
    (reject,) = done["rejects"]
    assert (reject["row"], reject["reason"]) == (5, "Nobody can tell which member this is.")
    assert "A-0001 https://" in reject["remedy"]
    whose = [(row.member_id, row.url[-7:]) for row in echo.rows(claims)]
    siti, budi = echo.members["A-0001"], echo.members["A-0002"]
    assert whose == [(siti, "posts/1"), (budi, "posts/5"), (siti, "posts/2"), (budi, "posts/6")]
    assert echo.rows(claims)[0].claimed_at.astimezone(WIB).strftime("%d/%m/%y %H.%M.%S") == "24/11/24 19.30.12"
    kept = Path(done["rejects_file"]).read_text("utf-8-sig") + str(done) + str(echo.rows(claims)) + str(echo.events())
    for secret in ("Contoh menambahkan", "Budi Contoh", "Rina", "9999-9999", "0000-0001", "mantap", "contoh_agt_lain"):
        assert secret not in kept.replace("rina", "")
    assert counts(import_reshares(echo.ctx, path, post=echo.post)) == (4, 0, 3, 1, 0)


def test_a_chat_needs_its_post_and_a_contact_of_two_members_is_nobodys(echo: Any) -> None:
    path = echo.folder / "chat.txt"
    path.write_text(f"24/11/24 19.30 - +62 812-0000-0001: {LINK}\n", "utf-8")
    with pytest.raises(UserError, match="does not say which post"):
        import_reshares(echo.ctx, path)
    with echo.ctx.store.write() as conn:
        conn.execute(update(members).values(contact="+62812 0000 0001"))
    assert counts(import_reshares(echo.ctx, path, post=echo.post))[:4] == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("[24/11/24 19.30.12] Siti Contoh: x", "2024-11-24T19:30:12+07:00"),
        ("\u200e[24/11/2024, 19:30:12] Siti Contoh: x", "2024-11-24T19:30:12+07:00"),
        ("24/11/24 19.30 - Siti Contoh: x", "2024-11-24T19:30:00+07:00"),
        ("24/11/24, 7:30\u202fPM - Siti Contoh: x", "2024-11-24T19:30:00+07:00"),
        ("11/24/24, 12:05 AM - Siti Contoh: x", "2024-11-24T00:05:00+07:00"),
        ("24/11/24 pukul 19.30 - Siti Contoh: x", "2024-11-24T19:30:00+07:00"),
    ],
)
def test_heads_of_messages_are_read_as_phones_write_them(tmp_path: Path, line: str, at: str) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(f"{line}\nlanjutan\n", "utf-8")
    (said,) = Chat(path, WIB).messages()
    assert said.at is not None
    assert said.at.isoformat() == at
    assert (said.sender, said.lines) == ("Siti Contoh", ("x", "lanjutan"))
    assert "Siti" not in repr(said)


def test_thousands_of_rows_go_in_at_once(echo: Any) -> None:
    with echo.ctx.store.write() as conn:
        for number in range(40):
            add_member(conn, f"B-{number:04}")
    rows = [[f"B-{number % 40:04}", "toy", f"https://toy.example/contoh_agt_{number}/posts/{number}", ""] for number in range(4000)]
    done = import_reshares(echo.ctx, table(echo.folder, *rows), post=echo.post)
    assert counts(done) == (4000, 4000, 0, 0, 4000)
    with echo.ctx.store.read() as conn:
        assert len(conn.execute(select(reshares.c.id)).all()) == 40
