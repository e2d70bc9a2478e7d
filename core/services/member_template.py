"""An empty workbook for a list of members, with headers that `member import` knows, notes in Indonesian, and one made-up row."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaung.core.clock import now
from gaung.core.corps.people import handle
from gaung.core.errors import UserError
from gaung.core.registry.consent import LATEST
from gaung.core.services.context import Context
from gaung.core.store.registry_tables import BODIES, REASONS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_CHOICES_TO, _FORMATS_TO = 5_000, 500
_DATE = "dd/mm/yyyy"
_AUTHOR = "Gaung"


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    note: str
    example: str | date
    width: int = 18
    choices: tuple[str, ...] = ()


def write(ctx: Context, out: Path) -> dict[str, Any]:
    """Write the workbook; answers `{"file","headers"}`. Raises `UserError` where a file is there already or none can be written."""
    from openpyxl import Workbook

    if out.suffix.casefold() != ".xlsx":
        raise UserError(f"{out}: the name must end with .xlsx.", f"Such as --out {out.with_suffix('.xlsx')}")
    if out.exists():
        raise UserError(f"{out} is there already.", "Choose another name with --out; nothing was changed.")
    columns = _columns(ctx)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Anggota"
    for number, column in enumerate(columns, 1):
        _fill(sheet, number, column)
    sheet.freeze_panes = "C2"
    try:
        book.save(out)
    except OSError as error:
        raise UserError(f"{out} cannot be written ({error.strerror}).", "Choose a folder you may write, by --out.") from None
    return {"file": str(out), "headers": [column.header for column in columns]}


def _columns(ctx: Context) -> list[_Column]:
    today = now().astimezone(ctx.settings.zone).date()
    platforms = ctx.manager.platforms().values()
    titles = [one.title for one in platforms]
    return [
        _Column("No Anggota", "Nomor anggota di satker Anda, misalnya A-0001. Jangan pakai NIK, KTP, atau KK.", "A-0001", 14),
        _Column("Nama", "Nama lengkap. Baris 2 hanya contoh: hapus sebelum diimpor.", "Siti Contoh Wulandari", 28),
        _Column("Badan", "Pilih dari daftar.", "PPS", 18, BODIES),
        _Column("Wilayah", "Kode Kemendagri kecamatan (PPK) atau desa/kelurahan (lainnya).", "18.01.01.2001", 16),
        _Column("Satker", "Kode satker yang mengangkat, misalnya 18.01.", "18.01", 10),
        _Column("Mulai", "Hari pertama masa kerja, misalnya 26/05/2026.", today - timedelta(180), 13),
        _Column("Berakhir", "Hari terakhir masa kerja; kosongkan bila belum ditentukan.", today + timedelta(68), 13),
        *(
            _Column(
                one.title if titles.count(one.title) == 1 else one.name,
                f"Nama akun pribadi di {one.title}, atau alamatnya. Hanya dengan persetujuan.",
                handle(one, 1),
                22,
            )
            for one in platforms
        ),
        _Column("Alasan", "Hanya bila tidak punya akun: pilih dari daftar. Kosong berarti belum ditanya.", "", 26, REASONS),
        _Column("Tanggal Persetujuan", "Kapan anggota setuju akunnya dicatat.", today - timedelta(1), 20),
        _Column("Teks Persetujuan", f"Versi teks yang disetujui: {LATEST}. Lihat: gaung member consent --show-text", LATEST, 18),
    ]


def _fill(sheet: "Worksheet", number: int, column: _Column) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(number)
    head = sheet.cell(1, number, column.header)
    head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE7F3")
    head.comment = Comment(column.note, _AUTHOR, height=90, width=280)
    example = sheet.cell(2, number, column.example or None)
    example.font = Font(italic=True, color="808080")
    example.number_format = _DATE if isinstance(column.example, date) else "@"  # text: 18.10 must not become 18.1
    for row in range(3, _FORMATS_TO):
        sheet.cell(row, number).number_format = example.number_format
    sheet.column_dimensions[letter].width = column.width
    if column.choices:
        choice = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True, showErrorMessage=True)
        choice.error, choice.errorTitle = "Pilih dari daftar.", column.header
        choice.add(f"{letter}2:{letter}{_CHOICES_TO}")
        sheet.add_data_validation(choice)
