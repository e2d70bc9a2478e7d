"""What a village reads of a drive: one plain Indonesian text to be pasted into WhatsApp. It names no member.

Which window and which caption a village gets follows from its code, so that an export made again says the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_BODIES = {
    "PPK": "PPK", "SEKRETARIAT_PPK": "Sekretariat PPK", "PPS": "PPS", "SEKRETARIAT_PPS": "Sekretariat PPS", "PANTARLIH": "Pantarlih",
    "KPPS": "KPPS", "KETERTIBAN": "Petugas Ketertiban TPS",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A drive's windows, all of one length, and its captions."""

    drive: int
    opens: datetime
    deadline: datetime
    windows: int
    captions: Sequence[str]

    def window(self, area: str) -> int:
        """Number of the area's window, from 1."""
        return 1 + self._draw(area, "window") % self.windows

    def caption(self, area: str) -> int:
        """Number of the area's caption, from 1."""
        return 1 + self._draw(area, "caption") % len(self.captions)

    def times(self, window: int) -> tuple[datetime, datetime]:
        """When a window begins and ends."""
        length = (self.deadline - self.opens) / self.windows
        return self.opens + length * (window - 1), self.opens + length * window

    def _draw(self, area: str, what: str) -> int:
        """A number that is always the same for an area, and as good as random between areas."""
        return int.from_bytes(hashlib.blake2b(f"{self.drive}/{what}/{area}".encode(), digest_size=8).digest())


def day(when: datetime, zone: tzinfo) -> str:
    """`Senin, 4 Desember 2023`."""
    local = when.astimezone(zone)
    return f"{_WEEKDAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def clock(when: datetime, zone: tzinfo) -> str:
    """`19.30 WIB`; minutes are cut, not rounded."""
    local = when.astimezone(zone)
    return f"{local:%H.%M} {local.tzname()}"


def moment(when: datetime, zone: tzinfo) -> str:
    """`Senin, 4 Desember 2023 pukul 19.30 WIB`."""
    return f"{day(when, zone)} pukul {clock(when, zone)}"


def span(first: datetime, last: datetime, zone: tzinfo) -> str:
    """A window, as short as it is clear. The last minute is still inside."""
    if day(first, zone) == day(last - timedelta(microseconds=1), zone) == day(last, zone):
        return f"{day(first, zone)} pukul {first.astimezone(zone):%H.%M} s.d. {clock(last, zone)}"
    return f"{moment(first, zone)} s.d. {moment(last, zone)}"


def letter(
    *, place: str, title: str, bodies: Sequence[str], links: Mapping[str, str], caption: str, spread: Spread, window: int, zone: Any
) -> str:
    """The text for one place. `links`: address, or handle of the account where the platform gave no address, by the platform's title."""
    who = ", ".join(_BODIES[body] for body in bodies) or "badan adhoc"
    first, last = spread.times(window)
    lines = [
        "#TemanPemilih",
        "",
        f"Yth. Bapak/Ibu anggota {who}",
        place,
        "",
        f"Mari bagikan ulang unggahan resmi KPU: *{title}*",
        "",
        "Tautan unggahan resmi:",
        *[f"- {name}: {link}" for name, link in links.items()],
        "",
        "Waktu membagikan yang dianjurkan:",
        span(first, last, zone),
        f"(paling lambat {moment(spread.deadline, zone)})",
        "",
        "Contoh takarir, silakan diubah dengan kata-kata Bapak/Ibu sendiri:",
        caption,
        "",
        "Cara melaporkan:",
        "1. Bagikan ulang dari akun Bapak/Ibu sendiri, cukup satu kali di tiap media sosial.",
        "2. Salin tautan unggahan Bapak/Ibu, atau ambil tangkapan layar bila tidak ada tautan.",
        "3. Kirim tautan itu bersama nomor anggota Bapak/Ibu ke sekretariat PPS atau PPK.",
        "",
        "Kegiatan ini dianjurkan, bukan wajib; tidak ada sanksi bagi yang tidak ikut. Mohon jangan membagikan unggahan peserta pemilu.",
        "Terima kasih atas dukungan Bapak/Ibu.",
    ]
    return "\n".join(lines) + "\n"
