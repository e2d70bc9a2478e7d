"""Warnings of a platform reach whoever runs the hook."""

import pytest

from gaung.core.pacing import Report, collect, report


def test_reports_are_gathered_in_order() -> None:
    with collect() as reports:
        report("app", 300.0, "95% of the app's calls used")
        report("account", 60.0, "again")
    assert reports == [Report("app", 300.0, "95% of the app's calls used"), Report("account", 60.0, "again")]


def test_a_report_that_nobody_collects_is_dropped() -> None:
    report("app", 1.0, "before")
    with collect() as reports:
        pass
    assert reports == []


def test_reports_survive_an_error_of_the_hook() -> None:
    def hook() -> None:
        report("account", 1.0, "before the error")
        raise KeyError

    with collect() as reports, pytest.raises(KeyError):
        hook()
    assert [item.reason for item in reports] == ["before the error"]


def test_an_inner_block_keeps_its_own() -> None:
    with collect() as outer:
        with collect() as inner:
            report("app", 1.0, "inner")
        report("app", 1.0, "outer")
    assert ([item.reason for item in inner], [item.reason for item in outer]) == (["inner"], ["outer"])
