"""Headers and words of the registry's lists, in English and Indonesian, and the numbers that no list may hold."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gaung.core.errors import UserError
from gaung.core.registry.names import plain
from gaung.core.tables import Reject, Row, Table

AREA_COLUMNS = {
    "code": ("kode", "kode wilayah", "kode kemendagri"),
    "name": ("nama", "nama wilayah", "wilayah"),
    "level": ("tingkat", "tingkatan", "jenis"),
    "parent": ("induk", "kode induk", "parent code"),
    "alias": ("aliases", "nama lain", "sebutan"),
}
MEMBER_COLUMNS = {
    "member_no": ("no anggota", "nomor anggota", "id anggota", "nomor", "member", "member number"),
    "name": ("nama", "nama lengkap", "nama anggota"),
    "body": ("badan", "badan adhoc", "badan ad hoc", "jabatan badan", "lembaga"),
    "area": ("wilayah", "wilayah kerja", "kode wilayah", "area code", "tempat tugas"),
    "office": ("satker", "kantor", "kode satker", "kpu"),
    "term_start": ("mulai", "masa kerja mulai", "awal masa kerja", "mulai masa kerja", "tmt", "start"),
    "term_end": ("selesai", "berakhir", "masa kerja selesai", "akhir masa kerja", "selesai masa kerja", "sampai", "end"),
    "no_account_reason": ("alasan", "alasan belum punya akun", "alasan tidak punya akun"),
    "consent_at": ("persetujuan", "tanggal persetujuan", "waktu persetujuan", "consent"),
    "consent_text": ("naskah persetujuan", "versi persetujuan", "teks persetujuan", "consent version"),
    "contact": ("kontak", "nomor hp", "no hp", "hp", "telepon", "no telepon", "whatsapp", "nomor wa", "no wa", "email", "surel"),
}
"""Of the members' list without its platforms, which are those that are installed; see `member_columns`."""
MEMBER_REQUIRED = ("member_no", "name", "body", "area", "term_start")


def member_columns(platforms: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Columns of the members' list with one for each platform (name, title)."""
    own = {}
    for name, title in platforms:
        words = [f"{before}{word}" for before in ("", "akun ", "handle ") for word in (name, title.casefold())]
        own[name] = tuple(dict.fromkeys(word for word in words if word != name))
    return {**MEMBER_COLUMNS, **own}


_LEVELS = {
    "national": ("nasional", "negara", "pusat"),
    "province": ("provinsi", "propinsi", "prov"),
    "regency": ("kabupaten", "kab", "kota", "kabupaten/kota", "kab/kota", "kabkota", "city", "municipality"),
    "district": ("kecamatan", "kec", "distrik"),
    "village": ("desa", "kelurahan", "kel", "desa/kelurahan", "kelurahan/desa", "pekon", "tiyuh", "kampung"),
}
_BODIES = {
    "PPK": ("panitia pemilihan kecamatan", "anggota ppk", "ketua ppk"),
    "SEKRETARIAT_PPK": ("sekretariat panitia pemilihan kecamatan", "set ppk", "sekretaris ppk"),
    "PPS": ("panitia pemungutan suara", "anggota pps", "ketua pps"),
    "SEKRETARIAT_PPS": ("sekretariat panitia pemungutan suara", "set pps", "sekretaris pps"),
    "PANTARLIH": ("ppdp", "petugas pemutakhiran data pemilih", "petugas pemutakhiran data pemilih (pantarlih)"),
    "KPPS": ("kelompok penyelenggara pemungutan suara", "anggota kpps", "ketua kpps"),
    "KETERTIBAN": ("petugas ketertiban", "petugas ketertiban tps", "ketertiban tps", "linmas", "satlinmas", "gastib"),
}
"""Names of facts/domain.md 3a; PPDP is what the Pilkada calls Pantarlih."""
_REASONS = {
    "belum_berminat": ("not interested",),
    "tidak_bersedia_dilaporkan": ("tidak bersedia dilaporkan ke kpu", "tidak bersedia", "unwilling to be reported"),
    "tidak_ada_perangkat": ("no device",),
    "tidak_ada_sinyal": ("no signal",),
    "belum_paham": ("perlu pendampingan", "needs help"),
    "alasan_lain": ("lainnya", "lain-lain", "other"),
}
"""Labels of facts/domain.md section 6."""


def _by_word(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {plain(word): name for name, others in words.items() for word in (name, *others)}


LEVEL_WORDS, BODY_WORDS, REASON_WORDS = _by_word(_LEVELS), _by_word(_BODIES), _by_word(_REASONS)
"""What people write, as `names.plain` makes it -> the word of the database."""

_IDENTITY = re.compile(r"(?:no|nomor|nmr|e)?(?:nik|ktp|kk|nikktp)")
_IDENTITY_WORDS = ("induk kependudukan", "kartu keluarga", "kartu tanda penduduk")
_RUN = re.compile(r"[\d .'\-]{16}")
_ALONE = re.compile(r"(?<![\w@/=&.\-])\d{16}(?![\w\-])")
_POWER = re.compile(r"\d(?:[.,]\d+)?E\+?15", re.IGNORECASE)


def refuse_identity_columns(path: Path, headers: Iterable[str]) -> None:
    """Raise `UserError` where a header says that its column holds NIK, KTP or KK numbers; see `tables.open_table`."""
    for header in headers:
        words = re.split(r"[^a-z]+", header.casefold())
        if any(_IDENTITY.fullmatch(word) for word in words) or any(name in " ".join(words) for name in _IDENTITY_WORDS):
            raise _identity(path, header, "")


def without_identity(table: Table, rows: Iterable[Row | Reject]) -> Iterator[Row | Reject]:
    """The same rows. Raises `UserError` at the first cell of any column that holds a number of 16 digits, as NIK and KK have.

    Also as spreadsheets spoil it: `1,80E+15`. What the cell holds is never repeated.
    """
    for row in rows:
        cells = row.cells
        text = "\x1f".join(cells.values())
        if _RUN.search(text) or ("15" in text and _POWER.search(text)):  # quick looks, so that most rows are let through at once
            for header, cell in cells.items():
                if is_identity(cell):
                    raise _identity(table.path, header, f" (row {row.row if isinstance(row, Reject) else row.number})")
        yield row


def is_identity(cell: str) -> bool:
    """Whether a cell holds a number of 16 digits.

    >>> [is_identity(one) for one in ("1801 0123 4567 0001", "1,80101E+15", "NIK 1801012345670001")]
    [True, True, True]
    >>> [is_identity(one) for one in ("0812-3456-7890", "contoh_1801012345670001", "18.01.01.2001")]
    [False, False, False]
    """
    text = cell.strip().strip("'")
    digits = re.sub(r"[ .'\-]", "", text)
    if len(digits) == 16 and digits.isdigit():
        return True
    return _POWER.fullmatch(text) is not None or ("/" not in text and _ALONE.search(text) is not None)


def _identity(path: Path, header: str, where: str) -> UserError:
    return UserError(
        f"{path}: the column {header!r} holds NIK, KTP or KK numbers{where}: nothing was imported.",
        "Delete that column from the file. Gaung keeps no such number; a member is known by a number of your own, such as A-0001.",
    )
