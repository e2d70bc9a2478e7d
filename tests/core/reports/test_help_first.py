"""Which office needs help first: each rule by itself, and their order."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gaung.core.reports.help_first import needs

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def office(code: str = "18.01", **values: Any) -> dict[str, Any]:
    well = {"key": code, "name": f"Kabupaten {code}", "level": "regency", "platforms": 4, "expected": 4, "needs_reauth": 0, "from_above": 2}
    return {**well, "passed_on": 2, "response": 1.0, "last_post_at": NOW, "silent_days": 0, "growth": 5, **values}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"silent_days": 7}, "tidak ada unggahan selama 7 hari"),
        ({"last_post_at": None, "silent_days": None}, "belum pernah ada unggahan"),
        ({"needs_reauth": 2}, "2 akun harus disambungkan kembali"),
        ({"platforms": 3}, "baru 3 dari 4 media sosial"),
        ({"response": 0.25, "passed_on": 1, "from_above": 4}, "meneruskan 1 dari 4 unggahan"),
        ({"growth": -1200}, "pengikut berkurang 1.200"),
    ],
)
def test_each_reason_has_its_figure(values: dict[str, Any], words: str) -> None:
    assert needs([office()], []) == []
    (need,) = needs([office(**values)], [])
    assert words in need.reasons[0]


def test_coverage_far_below_the_middle_of_all_is_a_reason_and_unknown_is_none() -> None:
    shares = [{"key": f"18.0{n}", "coverage": share} for n, share in enumerate([0.05, 0.3, 0.32, None], 1)]
    (need,) = needs([office(f"18.0{n}") for n in range(1, 5)], shares)
    assert need.code == "18.01"
    assert "cakupan anggota 5,0%, sedangkan tengahnya semua 30,0%" in need.reasons[0]


def test_the_neediest_is_first_and_the_province_is_not_in_the_list() -> None:
    offices = [
        office("18.02", platforms=3),
        office("18.01", silent_days=30, platforms=2),
        {**office("18", silent_days=99), "level": "province"},
    ]
    assert [need.code for need in needs(offices, [])] == ["18.01", "18.02"]
    assert needs(offices, [])[0].reasons[0].startswith("tidak ada unggahan selama 30 hari")
