"""Which office needs help first, and why: plain rules over the figures, each reason with its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from gaung.core.reports.words import number, percent

SILENT_DAYS = 7
_BEHIND = 0.1
"""Coverage is behind when it is so far below the median of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One office and its reasons, the weightiest first; `weight` orders offices."""

    code: str
    name: str
    reasons: tuple[str, ...]
    weight: float


def needs(offices: Sequence[Mapping[str, Any]], coverage: Sequence[Mapping[str, Any]], *, most: int = 5) -> list[Need]:
    """Offices with at least one reason, the neediest first; offices that are equal stand in the order of their codes."""
    shares = {row["key"]: row["coverage"] for row in coverage if row["coverage"] is not None}
    middle = median(shares.values()) if shares else None
    found = []
    for office in offices:
        if office["level"] != "regency":
            continue
        reasons = _reasons(office, shares.get(office["key"]), middle)
        if reasons:
            words = tuple(text for _, text in sorted(reasons, key=lambda reason: -reason[0]))
            found.append(Need(code=office["key"], name=office["name"], reasons=words, weight=sum(weight for weight, _ in reasons)))
    return sorted(found, key=lambda need: (-need.weight, need.code))[:most]


def _reasons(office: Mapping[str, Any], share: float | None, middle: float | None) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    if share is not None and middle is not None and share < middle - _BEHIND:
        found.append((3 + middle - share, f"cakupan anggota {percent(share)}, sedangkan tengahnya semua {percent(middle)}"))
    if office["silent_days"] is not None and office["silent_days"] >= SILENT_DAYS:
        found.append((3, f"tidak ada unggahan selama {number(office['silent_days'])} hari"))
    if office["last_post_at"] is None and office["platforms"]:
        found.append((3, "belum pernah ada unggahan"))
    if office["needs_reauth"]:
        found.append((2, f"{number(office['needs_reauth'])} akun harus disambungkan kembali"))
    if office["platforms"] < office["expected"]:
        found.append((1.5, f"baru {number(office['platforms'])} dari {number(office['expected'])} media sosial"))
    if office["from_above"] and office["response"] is not None and office["response"] < 0.5:
        found.append((1, f"meneruskan {number(office['passed_on'])} dari {number(office['from_above'])} unggahan KPU RI dan provinsi"))
    if office["growth"] is not None and office["growth"] < 0:
        found.append((1, f"pengikut berkurang {number(-office['growth'])}"))
    return found
