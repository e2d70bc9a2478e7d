"""Numbers, days and codes as they are written in Indonesia. None is a number that nobody knows, and is never written as zero."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

UNKNOWN = "tidak ada data"
_ZONE = ZoneInfo("Asia/Jakarta")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip

PURPOSES = {
    "sosialisasi": "Sosialisasi pemilu",
    "edukasi": "Edukasi pemilih",
    "konsultasi": "Konsultasi dan pengaduan",
    "interaksi": "Interaksi pemilih",
    "informasi": "Informasi publik",
    "materi": "Penyebaran materi",
    "klarifikasi_hoaks": "Klarifikasi hoaks",
}
ORIGINS = {"kpu_ri": "KPU RI", "provinsi": "KPU Provinsi", "kabkota": "KPU Kabupaten/Kota"}
GRADES = {
    "observed": "Terlihat oleh platform",
    "reviewed": "Diperiksa petugas",
    "matched": "Tautan terbukti",
    "clicked": "Tautan diklik",
    "claimed": "Pengakuan anggota",
}
STEPS = {"open": "Berjalan", "late": "Lewat tenggat", "done": "Selesai"}
REASONS = {
    "belum_ditanya": "Belum didata",
    "belum_berminat": "Belum berminat",
    "tidak_bersedia_dilaporkan": "Tidak bersedia dilaporkan ke KPU",
    "tidak_ada_perangkat": "Tidak ada perangkat",
    "tidak_ada_sinyal": "Tidak ada sinyal",
    "belum_paham": "Perlu pendampingan",
    "alasan_lain": "Alasan lain",
    "ditarik": "Menarik persetujuan",
    "dihapus": "Data dihapus",
}


def number(value: float | None) -> str:
    """A count.

    >>> number(44414), number(None)
    ('44.414', 'tidak ada data')
    """
    return UNKNOWN if value is None else f"{value:,.0f}".replace(",", ".")


def signed(value: float | None) -> str:
    """Growth.

    >>> signed(1250), signed(-3), signed(0)
    ('+1.250', '-3', '0')
    """
    if value is None:
        return UNKNOWN
    return ("+" if value > 0 else "") + number(value)


def percent(share: float | None, digits: int = 1) -> str:
    """A share between 0 and 1.

    >>> percent(0.8064), percent(None)
    ('80,6%', 'tidak ada data')
    """
    return UNKNOWN if share is None else f"{100 * share:.{digits}f}%".replace(".", ",")


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with a comma before its decimals."""
    return UNKNOWN if value is None else f"{value:,.{digits}f}".replace(",", "_").replace(".", ",").replace("_", ".")


def day(when: date | datetime | None) -> str:
    """`4 Desember 2023`."""
    if when is None:
        return UNKNOWN
    local = when.astimezone(_ZONE).date() if isinstance(when, datetime) else when
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def moment(when: datetime | None) -> str:
    """`4 Desember 2023 pukul 19.30 WIB`."""
    if when is None:
        return UNKNOWN
    local = when.astimezone(_ZONE)
    return f"{day(local)} pukul {local:%H.%M} WIB"
