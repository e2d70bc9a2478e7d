"""How single values look in tables."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gaung.cli.output import cell
from gaung.core.clock import WIB, now


def test_a_time_of_another_year_says_its_year() -> None:
    assert cell(datetime(2023, 12, 4, 12, tzinfo=WIB)).plain == "04 Dec 2023 12:00"


def test_a_time_of_this_year_says_its_second() -> None:
    moment = now().astimezone(WIB).replace(month=6, day=1, hour=0, minute=0, second=7) + timedelta(hours=3)
    assert cell(moment).plain == "01 Jun 03:00:07"


@pytest.mark.parametrize(("value", "shown"), [(9000.0, "9000"), (79.5, "79.5"), (0.0, "0"), (None, "-"), (True, "yes")])
def test_a_whole_number_has_no_point(value: Any, shown: str) -> None:
    assert cell(value).plain == shown
