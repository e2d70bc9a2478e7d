"""A drive that is behind at half time is an alert; it is over when the drive has caught up, or ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.alerts import book
from gaung.core.config.model import AlertSettings
from gaung.core.services import alerting, drives
from gaung.core.services.drives import Plan
from gaung.core.store import events
from gaung.core.store.ledger_tables import drives as table
from gaung.core.testkit.echoes import add_echo

LASTS = timedelta(hours=24)


class Running:
    """A real drive over three members, whose clock is moved by moving its window."""

    def __init__(self, echo: Any, **plan: Any) -> None:
        self.echo, self.store = echo, echo.ctx.store
        self.number = int(drives.open_drive(echo.ctx, Plan(post=echo.post, captions=["a", "b"], target=60, **plan))["id"])

    def after(self, hours: float) -> list[Any]:
        """What is open when so much of the drive's day has gone by."""
        opens = datetime.now(UTC) - timedelta(hours=hours)
        with self.store.write() as conn:
            conn.execute(update(table).where(table.c.id == self.number).values(opens_at=opens, deadline_at=opens + LASTS))
        return self.look()

    def look(self, **settings: Any) -> list[Any]:
        with self.store.write() as conn:
            book.write(conn, book.look(conn, AlertSettings(**settings)))
            return book.listed(conn, kinds=("coverage_behind",))

    def echoed(self, member: str, grade: str = "matched") -> None:
        with self.store.write() as conn:
            add_echo(conn, self.echo.post, self.echo.members[member], grade=grade)

    def told(self) -> list[str]:
        with self.store.read() as conn:
            found = [event for _, event in events.read_from(conn, (-1, 0)) if event.data.get("alert") == "coverage_behind"]
        return [event.event for event in found]


@pytest.fixture
def running(echo: Any) -> Running:
    return Running(echo)


def test_it_is_told_once_from_half_time_on_and_is_over_when_the_drive_caught_up(running: Running) -> None:
    assert running.after(11.9) == []
    (alert,) = running.after(12.1)
    assert (alert.key, alert.post_id, alert.office) == (f"drive:{running.number}", running.echo.post, "18")
    assert alert.data == {"drive": running.number, "percent": 0.0, "value": 60}
    assert len(running.after(18)) == 1
    running.echoed("A-0001")  # a third of all: more than half of 60 percent
    assert running.look() == []
    assert running.told() == ["alert.raised", "alert.resolved"]


def test_a_claim_alone_is_no_progress(running: Running) -> None:
    running.echoed("A-0001", grade="claimed")
    assert len(running.after(13)) == 1


@pytest.mark.parametrize("hours", [24.1, 240])
def test_it_is_over_when_the_window_is(running: Running, hours: float) -> None:
    assert len(running.after(13)) == 1
    assert running.after(hours) == []


def test_it_is_over_when_the_drive_is_closed(running: Running) -> None:
    assert len(running.after(13)) == 1
    drives.close(running.echo.ctx, running.number)
    assert running.look() == []
    assert running.told() == ["alert.raised", "alert.resolved"]


def test_how_far_it_should_be_is_a_setting(running: Running) -> None:
    running.after(13)
    running.echoed("A-0001")
    assert running.look() == []
    assert len(running.look(coverage_behind_percent=100)) == 1
    running.echoed("A-0002")
    assert running.look(coverage_behind_percent=100) == []


def test_the_office_is_the_nearest_whose_area_holds_all_of_it(echo: Any) -> None:
    (alert,) = Running(echo, areas=["18.02"]).after(13)
    assert alert.office == "18.02"


def test_a_drive_that_calls_nobody_is_not_behind(echo: Any) -> None:
    assert Running(echo, areas=["18.02"], bodies=["KPPS"]).after(13) == []


def test_it_reads_as_a_sentence(running: Running) -> None:
    running.after(13)
    words = [one["words"] for one in alerting.list_alerts(running.echo.ctx) if one["kind"] == "coverage_behind"]
    assert words == [f"Post {running.echo.post} is behind in drive {running.number}: 0.0 percent at half time, of a target of 60"]
