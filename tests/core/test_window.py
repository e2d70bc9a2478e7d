"""The window never misses a post of ours, whatever the clocks say, and leaves out what is plainly older or later."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gaung.core.window import appeared

START = datetime(2026, 11, 25, 12, 30, 0, 400_000, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=2))
skews = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2))
delays = st.timedeltas(min_value=timedelta(0), max_value=timedelta(seconds=60))


def cut(when: datetime) -> datetime:
    """As platforms and the `Date` header write it: whole seconds."""
    return when.replace(microsecond=0)


@given(lasted=spans, fraction=st.floats(0, 1), skew=skews, delay=delays, later=spans)
def test_a_post_made_in_the_window_is_never_missed(
    lasted: timedelta, fraction: float, skew: timedelta, delay: timedelta, later: timedelta
) -> None:
    """`skew` sets the platform's clock off, `delay` lies between its answer and our look at our clock."""
    unknown_since = START + lasted
    made = START + lasted * fraction
    answered = unknown_since + later
    assert appeared(cut(made + skew), START, unknown_since, cut(answered + skew), answered + delay)


@given(lasted=spans, fraction=st.floats(0, 1))
def test_without_a_platform_clock_the_clocks_are_taken_to_agree(lasted: timedelta, fraction: float) -> None:
    assert appeared(cut(START + lasted * fraction), START, START + lasted, None, START + lasted)


@given(older=st.timedeltas(min_value=timedelta(seconds=1, microseconds=1), max_value=timedelta(days=400)), lasted=spans, skew=skews)
def test_an_older_post_is_left_out(older: timedelta, lasted: timedelta, skew: timedelta) -> None:
    now = START + lasted
    assert not appeared(START - older + skew, START, now, now + skew, now)


@given(later=st.timedeltas(min_value=timedelta(seconds=120, microseconds=1), max_value=timedelta(days=400)), lasted=spans, skew=skews)
def test_a_post_long_after_the_outcome_became_unknown_is_left_out(later: timedelta, lasted: timedelta, skew: timedelta) -> None:
    unknown_since = START + lasted
    now = unknown_since + later
    assert not appeared(now + skew, START, unknown_since, now + skew, now)


@given(created=st.datetimes(timezones=st.just(UTC)))
def test_nothing_stems_from_an_attempt_that_started_no_mutation(created: datetime) -> None:
    assert not appeared(created, None, None, None, START)
    assert not appeared(created, None, START, START, START)


def test_the_edges_are_one_second_before_and_two_minutes_after() -> None:
    end = START + MINUTE
    second, tick = timedelta(seconds=1), timedelta(microseconds=1)
    assert appeared(START - second, START, end, None, end)
    assert not appeared(START - second - tick, START, end, None, end)
    assert appeared(end + 2 * MINUTE, START, end, None, end + 9 * MINUTE)
    assert not appeared(end + 2 * MINUTE + tick, START, end, None, end + 9 * MINUTE)


def test_while_the_outcome_is_not_yet_unknown_the_window_ends_after_now() -> None:
    now = START + 10 * MINUTE
    assert appeared(now + 2 * MINUTE, START, None, None, now)
    assert not appeared(now + 3 * MINUTE, START, None, None, now)


def test_two_deliveries_ten_minutes_apart_claim_each_their_own_post() -> None:
    second_start = START + 10 * MINUTE
    first_post, second_post = cut(START + timedelta(seconds=2)), cut(second_start + timedelta(seconds=2))
    now = second_start + MINUTE
    first = [appeared(post, START, START + MINUTE, now, now) for post in (first_post, second_post)]
    second = [appeared(post, second_start, second_start + MINUTE, now, now) for post in (first_post, second_post)]
    assert (first, second) == ([True, False], [False, True])


def test_offsets_of_time_zones_make_no_difference() -> None:
    from zoneinfo import ZoneInfo

    wib = START.astimezone(ZoneInfo("Asia/Jakarta"))
    assert appeared(wib, START, wib, wib, START)
