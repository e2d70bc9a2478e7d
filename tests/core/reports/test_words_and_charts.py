"""Indonesian numbers and days, and the geometry of drawings."""

from datetime import UTC, date, datetime

import pytest

from gaung.core.reports import charts, words


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (words.number(44414), "44.414"),
        (words.number(0), "0"),
        (words.number(None), "tidak ada data"),
        (words.percent(0.8064), "80,6%"),
        (words.percent(0), "0,0%"),
        (words.percent(None), "tidak ada data"),
        (words.signed(1250), "+1.250"),
        (words.signed(-3), "-3"),
        (words.day(date(2023, 12, 4)), "4 Desember 2023"),
        (words.moment(datetime(2023, 12, 4, 12, 30, tzinfo=UTC)), "4 Desember 2023 pukul 19.30 WIB"),
        (words.decimal(1234.56), "1.234,6"),
    ],
)
def test_as_it_is_written_in_indonesia(said: str, wanted: str) -> None:
    assert said == wanted


def test_a_line_goes_from_corner_to_corner_and_names_do_not_lie_on_each_other() -> None:
    series = {"a": [(date(2026, 1, 1), 0.0), (date(2026, 1, 11), 100.0)], "b": [(date(2026, 1, 1), 99.0), (date(2026, 1, 11), 99.0)]}
    drawn = charts.lines(series, {"a": "Satu"}, width=100, height=50)
    assert drawn is not None
    assert (drawn.lines[0].path, drawn.lines[0].name) == ("M0 50 L100 0", "Satu")
    assert abs(drawn.lines[0].last[1] - drawn.lines[1].last[1]) >= 15
    assert len({line.color for line in drawn.lines}) == len({line.dash for line in drawn.lines}) == 2


def test_nothing_is_drawn_of_nothing() -> None:
    assert charts.lines({}, {}) is None
    assert charts.lines({"a": []}, {}) is None
    assert charts.shares([{"n": 0}], "n") == []


def test_bars_keep_unknown_apart_from_zero() -> None:
    assert [row["part"] for row in charts.bars([{"n": 10}, {"n": -5}, {"n": 0}, {"n": None}], "n")] == [1, -0.5, 0, None]


def test_shades_tell_small_shares_apart_and_unknown_has_none() -> None:
    scale = charts.Scale.of([0.09, 0.33, None])
    assert scale.shade(0.09) != scale.shade(0.33)
    assert scale.shade(None) == "none"
    assert charts.Scale.of([]).shade(0.0) == charts.SHADES[0]
    assert charts.Scale.of([1.0]).shade(1.0) == charts.SHADES[-1]
    assert (scale.ink(0.33), scale.ink(0.0)) == ("#ffffff", "#0f172a")
