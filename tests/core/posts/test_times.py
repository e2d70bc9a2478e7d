from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gaung.core.posts.times import NotATime, day, moment

WIB = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-04 19:30", "2026-12-04T19:30:00", "2026-12-04T19:30:00+07:00", "2026-12-04T12:30Z", "4/12/2026 19.30", "04-12-2026 19:30",
        "4.12.2026 19:30:00",
        "4 Desember 2026 19.30", "Jumat, 4 Des 2026 pukul 19.30 WIB", "4 December 2026, 19:30", "4/12/2026 20.30 WITA",
        "4/12/2026 21.30 wit",
    ],
)  # fmt: skip
def test_times_are_read_as_they_are_written_in_indonesia(text: str) -> None:
    assert moment(text, WIB) == datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["", "besok", "4/13/2026 19.30", "31/2/2026 19.30", "4/12/2026", "2026-12-04", "4 Brumaire 2026 19.30", "4/12/2026 25.30", 5, None,
     date(2026, 12, 4), time(19, 30)],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(NotATime, match=r"^is .*(write|is no time)"):
        moment(value, WIB)


def test_an_offset_that_is_given_wins() -> None:
    assert moment(datetime(2026, 12, 4, 12, 30, tzinfo=UTC), WIB) == datetime(2026, 12, 4, 19, 30, tzinfo=WIB)


@pytest.mark.parametrize(
    "text",
    [
        "4/12/2023", "4-12-2023", "04.12.2023", "4 Desember 2023", "Senin, 4 Desember 2023", "senin 4 des 2023", "2023-12-04", "45264",
        "2023-12-04 00:00:00", "4/12/2023 08.00", " 4 December 2023 ",
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_written_in_indonesia_and_as_excel_keeps_them(text: str) -> None:
    assert day(text) == date(2023, 12, 4)


@pytest.mark.parametrize("text", ["", "12/2023", "31/2/2024", "4/13/2023", "4/12/23", "2024", "99999", "4 Brumaire 2023"])
def test_what_is_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotATime, match=r"which is no date; write 4/12/2023"):
        day(text)


@pytest.mark.parametrize("text", ["2026-11-25 19.30", "2026-11-25T19.30", "2026-11-25 19:30", "2026-11-25T19.30+07:00"])
def test_a_dot_between_hours_and_minutes_is_no_fraction(text: str) -> None:
    assert moment(text, WIB) == datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
