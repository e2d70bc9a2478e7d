"""Headers and words of lists, and the numbers that none may hold."""

from pathlib import Path

import pytest

from gaung.core.errors import UserError
from gaung.core.registry import columns
from gaung.core.registry.names import plain
from gaung.core.tables import REJECT_COLUMNS, open_table


@pytest.mark.parametrize(
    "header",
    [
        "NIK",
        "nik",
        "No. KTP",
        "no_ktp",
        "e-KTP",
        "NoKK",
        "Nomor KK",
        "NIK/KTP",
        "Nomor Induk Kependudukan",
        "No Kartu Keluarga",
        "nik ketua",
    ],
)
def test_a_header_that_speaks_of_identity_cards_refuses_the_file(tmp_path: Path, header: str) -> None:
    path = tmp_path / "anggota.csv"
    path.write_text(f"member_no,{header}\nA-1,\n")
    with pytest.raises(UserError, match=r"holds NIK, KTP or KK numbers: nothing was imported") as caught:
        open_table(path, columns.MEMBER_COLUMNS, (), columns.refuse_identity_columns)
    assert header in caught.value.message
    assert "Delete that column" in caught.value.hint


def test_a_file_that_lacks_columns_too_is_refused_for_the_identity_numbers_first(tmp_path: Path) -> None:
    path = tmp_path / "anggota.csv"
    for header in ("NIK,nama", "nama,NIK,nama lengkap"):
        path.write_text(f"{header}\n1,Contoh\n")
        with pytest.raises(UserError, match="holds NIK, KTP or KK numbers"):
            open_table(path, columns.MEMBER_COLUMNS, columns.MEMBER_REQUIRED, columns.refuse_identity_columns)


@pytest.mark.parametrize("header", ["Teknik", "Unik", "KPPS", "No HP", "Kakek", "Kontak", "Unit Kerja", "Nikah"])
def test_other_headers_are_let_through(tmp_path: Path, header: str) -> None:
    path = tmp_path / "anggota.csv"
    path.write_text(f"member_no,{header}\nA-1,\n")
    open_table(path, columns.MEMBER_COLUMNS, (), columns.refuse_identity_columns)


@pytest.mark.parametrize(
    "cell",
    [
        "1801012345670001",
        "'1801012345670001",
        "1801 0123 4567 0001",
        "180101.234567.0001",
        "1801-0123-4567-0001",
        "1,80101E+15",
        "1.8E+15",
        "1,80E15",
        "NIK 1801012345670001",
        "KTP: 1801012345670001 (lama)",
        " 1801012345670001 ",
    ],
)
def test_a_number_of_16_digits_is_found_however_it_was_spoilt(tmp_path: Path, cell: str) -> None:
    assert columns.is_identity(cell)
    path = tmp_path / "anggota.csv"
    path.write_text(f"member_no;catatan\nA-1;\nA-2;{cell}\n")
    table = open_table(path, columns.MEMBER_COLUMNS)
    with pytest.raises(UserError, match=r"the column 'catatan' holds NIK, KTP or KK numbers \(row 3\)") as caught:
        list(columns.without_identity(table, table.rows()))
    assert "1801" not in caught.value.message + caught.value.hint


def test_a_number_beyond_the_last_header_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "anggota.csv"
    path.write_text("member_no,name\nA-1,Siti Contoh,1801012345670001\n")
    table = open_table(path, columns.MEMBER_COLUMNS)
    with pytest.raises(UserError, match=r"the column 'column 3' holds NIK"):
        list(columns.without_identity(table, table.rows()))


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "A-0001",
        "18.01.01.2001",
        "2023-12-04 10:20:30",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "contoh_agt_1801012345670001",
        "https://contoh.example/1801012345670001",
        "180101234567000",
        "18010123456700011",
        "1,80E+14",
        "Contoh 15",
    ],
)
def test_what_is_no_such_number_is_let_through(cell: str) -> None:
    assert not columns.is_identity(cell)


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("ppk", "PPK"),
        ("Panitia Pemilihan Kecamatan", "PPK"),
        ("Anggota PPS", "PPS"),
        ("Sekretariat PPS", "SEKRETARIAT_PPS"),
        ("PPDP", "PANTARLIH"),
        ("Kelompok Penyelenggara Pemungutan Suara", "KPPS"),
        ("Linmas", "KETERTIBAN"),
        ("petugas ketertiban TPS", "KETERTIBAN"),
    ],
)
def test_bodies_are_known_by_their_words(word: str, body: str) -> None:
    assert columns.BODY_WORDS[plain(word)] == body


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("Kabupaten/Kota", "regency"),
        ("kota", "regency"),
        ("Desa/Kelurahan", "village"),
        ("PEKON", "village"),
        ("Tiyuh", "village"),
        ("kampung", "village"),
        ("Kec.", "district"),
        ("Provinsi", "province"),
        ("village", "village"),
    ],
)
def test_levels_are_known_by_their_words(word: str, level: str) -> None:
    assert columns.LEVEL_WORDS[plain(word)] == level


def test_no_header_means_two_columns() -> None:
    every = columns.member_columns([("toy", "Toy"), ("other", "Other One")])
    words = [word for column, others in every.items() for word in (column, *others)]
    assert len(words) == len(set(words))
    assert "akun other one" in every["other"]
    assert not {*REJECT_COLUMNS} & {*words}, "a file of rejects, put right, is imported again"
