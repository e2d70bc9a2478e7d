"""What stands out about an office, in plain Indonesian, each sentence with the figures behind it."""

from collections.abc import Iterator, Mapping
from typing import Any

from gaung.core.reports.words import decimal, number, percent, signed

Figures = Mapping[str, Mapping[str, Any]]
_FELL = 0.7
"""A number fell clearly when it is below this share of what it was; it rose clearly above the inverse."""
_POINTS = 0.05
"""Shares are compared in points: five of a hundred."""


def findings(indicators: Figures, facts: Mapping[str, Any]) -> list[str]:
    """Sentences about one office; none where nothing stands out. `facts` are its row of `report offices`."""
    return [
        *_completeness(facts),
        *_activity(indicators, facts),
        *_response(indicators, facts),
        *_followers(indicators),
        *_reach(indicators),
    ]


def _completeness(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["platforms"] < facts["expected"]:
        yield f"Media sosial belum lengkap: {facts['platforms']} dari {facts['expected']}."
    if facts["needs_reauth"]:
        yield f"{number(facts['needs_reauth'])} akun harus disambungkan kembali."


def _activity(indicators: Figures, facts: Mapping[str, Any]) -> Iterator[str]:
    value, before, middle = (indicators["posts"][key] for key in ("value", "before", "median"))
    if not value:
        yield "Tidak ada unggahan pada masa ini."
    elif before and value < _FELL * before:
        yield f"Unggahan berkurang dari {number(before)} menjadi {number(value)}."
    elif before and value * _FELL > before:
        yield f"Unggahan bertambah dari {number(before)} menjadi {number(value)}."
    if value and middle and value < _FELL * middle:
        yield f"Unggahan ({number(value)}) di bawah tengah semua satker ({decimal(middle, 0)})."
    if facts["silent_days"] is not None and facts["silent_days"] >= 7:
        yield f"Diam selama {number(facts['silent_days'])} hari sampai akhir masa."


def _response(indicators: Figures, facts: Mapping[str, Any]) -> Iterator[str]:
    share = indicators["response"]["value"]
    if share is not None and share < 0.5:
        yield f"Baru {facts['passed_on']} dari {facts['from_above']} unggahan KPU RI dan KPU Provinsi yang diteruskan."
    elif share == 1 and facts["from_above"] > 1:
        yield f"Semua {facts['from_above']} unggahan KPU RI dan KPU Provinsi diteruskan."


def _followers(indicators: Figures) -> Iterator[str]:
    growth, share = indicators["growth"]["value"], indicators["growth_percent"]["value"]
    if growth is None:
        return
    if growth < 0:
        yield f"Pengikut berkurang {number(-growth)}."
    elif growth > 0 and share is not None:
        yield f"Pengikut {signed(growth)} ({decimal(share)}%)."


def _reach(indicators: Figures) -> Iterator[str]:
    share, before, middle = (indicators["coverage"][key] for key in ("value", "before", "median"))
    if share is not None and before is not None and abs(share - before) >= _POINTS:
        yield f"Cakupan anggota {'naik' if share > before else 'turun'} dari {percent(before)} menjadi {percent(share)}."
    if share is not None and middle is not None and share < middle - _POINTS:
        yield f"Cakupan anggota {percent(share)}, di bawah tengah semua satker ({percent(middle)})."
    value, middle = indicators["engagement"]["value"], indicators["engagement"]["median"]
    if value is not None and middle and value < _FELL * middle:
        yield f"Interaksi tiap terbitan {decimal(value)}, di bawah tengah semua satker ({decimal(middle)})."
