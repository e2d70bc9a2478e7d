"""docs/measuring.md: its table is of today, and what Gaung asks fits into what the platforms allow."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gaung.core.testkit.platforms import installed
from gaung.core.testkit.scripts import script

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.checkout


def quotas() -> ModuleType:
    return script(ROOT / "scripts" / "quotas.py")


@pytest.fixture(scope="module")
def shares() -> list[Any]:
    return list(quotas().shares())


def test_the_table_is_of_today(shares: list[Any]) -> None:
    shown = quotas().BLOCK.search(quotas().PAGE.read_text("utf-8"))
    assert shown[2] == quotas().table(shares), "run: python scripts/quotas.py"


def test_measuring_fits_into_what_publishing_and_looks_leave(shares: list[Any]) -> None:
    for share in shares:
        assert share.measuring > 0
        assert share.used <= share.quota.most, share


def test_a_days_measuring_fits_into_the_setting_that_bounds_it(shares: list[Any]) -> None:
    bounded = [share for share in shares if share.cost.measure_requests]
    assert bounded
    for share in bounded:
        assert share.a_day <= share.cost.measure_requests, share


def test_every_platform_that_measures_has_a_quota() -> None:
    built_in = {name for name, record in installed()[0].items() if record.metrics}
    assert built_in == {quota.platform for quota in quotas().QUOTAS}


def test_the_busiest_stretch_is_found() -> None:
    begin, hour = quotas().BEGIN, quotas().DAY / 24
    calls = [(begin, 5), (begin + 23 * hour, 3), (begin + 24 * hour, 4), (begin + 60 * hour, 6)]
    assert quotas().busiest(calls, quotas().DAY) == 8
    assert quotas().busiest(calls, quotas().MINUTE) == 6
