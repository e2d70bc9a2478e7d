"""Made-up areas and members in the numbers of Lampung at the peak, for measuring imports. Nothing here names anybody."""

import csv
from collections.abc import Iterator
from pathlib import Path

REGENCIES = tuple(f"18.{number:02}" for number in (*range(1, 14), 71, 72))
DISTRICTS, VILLAGES = 229, 2_651
MEMBERS = 276_000
HANDLES = 100_000
HEADER = (
    "member_no", "name", "body", "area", "office", "term_start", "term_end", "facebook", "instagram", "no_account_reason",
    "consent_at", "consent_text",
)  # fmt: skip
_BODIES = ("KPPS",) * 7 + ("KETERTIBAN",) * 2 + ("PANTARLIH",)
_FIRST = ("Siti", "Budi", "Rina", "Agus", "Dewi", "Joko", "Ayu", "Hendra", "Wulan", "Slamet")
_LAST = ("Wulandari", "Santoso", "Lestari", "Pratama", "Handayani", "Saputra", "Rahayu", "Hidayat")


def write_areas(path: Path) -> list[str]:
    """A tree of the size of Lampung; answers the codes of its villages."""
    villages = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "level", "parent"))
        writer.writerow(("18", "Provinsi Contoh", "province", ""))
        writer.writerows((code, f"Kabupaten Contoh {number}", "regency", "18") for number, code in enumerate(REGENCIES, 1))
        districts = [f"{REGENCIES[number % len(REGENCIES)]}.{number // len(REGENCIES) + 1:02}" for number in range(DISTRICTS)]
        for number, code in enumerate(districts):
            writer.writerow((code, f"Contoh {number + 1}", "district", code[:5]))
        for number in range(VILLAGES):
            district = districts[number % DISTRICTS]
            villages.append(f"{district}.{2001 + number // DISTRICTS}")
            writer.writerow((villages[-1], f"Desa Contoh {number + 1}", "village", district))
    return villages


def members(villages: list[str], count: int = MEMBERS, handles: int = HANDLES) -> Iterator[tuple[str, ...]]:
    """Rows with the columns of `HEADER`; `handles` accounts on two platforms, every other member without one gives a reason."""
    for number in range(count):
        village = villages[number % len(villages)]
        name = f"{_FIRST[number % 10]} Contoh {_LAST[number // 10 % 8]} {number}"
        has = number * handles // count != (number + 1) * handles // count
        handle = f"contoh_agt_{number}" if has else ""
        on = (handle.replace("_", "."), "") if number % 2 else ("", handle)
        agreed = (f"{number % 28 + 1}/11/2023", "2026-1") if has else ("", "")
        reason = "" if has or number % 2 else "belum_berminat"
        yield (f"A-{number:07}", name, _BODIES[number % 10], village, "", "25/1/2024", "25 Februari 2024", *on, reason, *agreed)


def write_members(path: Path, villages: list[str], count: int = MEMBERS, handles: int = HANDLES) -> None:
    """The list as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(members(villages, count, handles))
