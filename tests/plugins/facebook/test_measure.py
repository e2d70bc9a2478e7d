"""What is Facebook's own about measuring: names that died, videos, counts that are left out, days that end in California."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gaung.core.records import Account, Content, Measure, Publication, Published
from gaung.core.sandbox.base import SandboxPost
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook import measure
from gaung.plugins.facebook.metrics import METRICS
from gaung.plugins.facebook.sandbox import FacebookSandbox

DEAD = ("page_fans", "page_impressions", "page_impressions_unique", "post_impressions", "post_impressions_unique", "page_posts_impressions")
"""Names that Facebook's page of deprecated metrics lists."""


def publication(post: SandboxPost, external_id: str | None = None) -> Publication:
    at = datetime.fromtimestamp(post.created_at, UTC)
    return Publication(id=1, external_id=external_id or post.id, url=post.url, published_at=at, account=post.account)


def look(page: Account, *asked: Publication) -> dict[str, Measure]:
    return {one.name: one for one in facebook.gaung_measure_publications(account=page, publications=asked).measures}


def test_shares_that_are_left_out_are_unknown_and_not_zero(side: FacebookSandbox, page: Account) -> None:
    post = side.post_by_hand(page.external_id, "Halo")
    side.world.numbers.put("facebook", post.id, "shares", 0, 0.0)
    one = look(page, publication(post))["shares"]
    assert (one.value, one.why) == (None, "Facebook leaves the count out, as it does where there are no shares")


def test_shares_by_people_of_the_sandbox_are_among_those_that_are_told(side: FacebookSandbox, page: Account) -> None:
    side.grant_all()
    post = side.post_by_hand(page.external_id, "Halo")
    side.world.numbers.put("facebook", post.id, "shares", 40, 0.0)
    for number, signal in enumerate(("shared_post", "private_share")):
        side.do(side.add_profile(f"contohagt.n{number}"), signal, page.external_id, post.id)
    assert look(page, publication(post))["shares"].value == side.number_of(post, "shares") == 42


def test_a_name_that_died_is_unknown_and_loses_none_of_the_others(
    side: FacebookSandbox, page: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = side.post_by_hand(page.external_id, "Halo", side.world.now() - 86_400)
    monkeypatch.setitem(measure._INSIGHTS, "views", "post_impressions")
    monkeypatch.setitem(measure._DAILY, "reach", "page_impressions_unique")
    told = look(page, publication(post))
    assert told["views"].value is None
    assert "valid insights metric" in told["views"].why
    assert told["reach"].value == side.number_of(post, "reach")
    account = {one.name: one for one in facebook.gaung_measure_account(account=page).measures}
    assert {name for name, one in account.items() if one.value is None} == {"reach"}


def test_no_dead_name_is_asked_for() -> None:
    asked = {*measure._INSIGHTS.values(), *measure._DAILY.values()}
    assert asked.isdisjoint(DEAD)
    assert not [name for name in asked if "impressions" in name or "fans" in name]
    declared = {metric.version for metric in METRICS}
    assert asked <= declared


def test_without_the_right_to_users_content_shares_are_told_all_the_same(side: FacebookSandbox, page: Account) -> None:
    post = side.post_by_hand(page.external_id, "Halo")
    side.world.numbers.put("facebook", post.id, "shares", 4, 0.0)
    side.world.quotas["facebook.user_content"] = 0
    told = look(page, publication(post))
    assert told["shares"].value == 4
    for name in ("likes", "comments"):
        assert told[name].value is None
        assert "pages_read_user_content" in told[name].why


def test_a_reel_is_measured_by_the_post_that_shows_it(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, make_media: MediaMaker, live_attempt: Any
) -> None:
    what, attempt = Content(format="reel", title="", text="Reel", media=(make_media.mp4(),)), live_attempt()
    attempt.run(facebook.gaung_publish, page, what)
    made = attempt.run(facebook.gaung_check, page, what)
    assert isinstance(made, Published)
    [post] = side.posts()
    names = {metric.name for metric in METRICS if metric.of == "publication"}
    for place, name in enumerate(sorted(names), 11):
        side.world.numbers.put("facebook", post.id, name, place, 0.0)
    other = side.post_by_hand(page.external_id, "Halo")
    asked = [publication(post, made.external_id), publication(other)]
    told = facebook.gaung_measure_publications(account=page, publications=asked).measures
    assert {(one.name, one.value) for one in told if one.publication == made.external_id} == {
        (name, place) for place, name in enumerate(sorted(names), 11)
    }
    assert {one.publication for one in told} == {made.external_id, other.id}
    assert "_" not in str(made.external_id)
    page_side = side.accounts[page.external_id]
    page_side.posts.remove(post)
    side.videos.clear()
    gone = facebook.gaung_measure_publications(account=page, publications=asked).measures
    assert {one.value for one in gone if one.publication == made.external_id} == {None}
    assert any(one.value is not None for one in gone if one.publication == other.id)


def test_the_totals_of_a_page_are_of_the_last_day_that_ended(sandbox: TestSandbox, side: FacebookSandbox, page: Account) -> None:
    for _ in range(3):
        sandbox.world.clock_offset += 86_400
        for one in facebook.gaung_measure_account(account=page).measures:
            if one.name in ("views", "reach"):
                assert one.as_of.time().hour == 8
                assert timedelta(0) <= sandbox.world.today() - one.as_of < timedelta(days=1)
                account = side.accounts[page.external_id]
                assert one.value == sandbox.world.numbers.of_account("facebook", account, one.name, one.as_of.timestamp())


def test_a_total_that_is_refused_is_of_that_day_too_so_that_a_later_one_takes_its_place(side: FacebookSandbox, page: Account) -> None:
    side.world.quotas["facebook.insights"] = 0
    refused = [one for one in facebook.gaung_measure_account(account=page).measures if one.name in ("views", "reach")]
    side.world.quotas["facebook.insights"] = 1
    told = {one.name: one for one in facebook.gaung_measure_account(account=page).measures}
    for one in refused:
        assert one.value is None
        assert one.as_of <= side.world.today()
        assert told[one.name].value is not None
        assert timedelta(0) < told[one.name].as_of - one.as_of <= timedelta(hours=25)


def test_an_account_whose_page_is_not_shown_is_unknown_throughout(page: Account) -> None:
    told = facebook.gaung_measure_account(account=replace(page, external_id="999")).measures
    assert {one.value for one in told} == {None}
    assert {one.why for one in told} == {"not there any more, or not shown to this app (100/33)"}


@pytest.mark.parametrize(
    ("now", "end"),
    [("07:30", "2026-11-23T07:00"), ("08:00", "2026-11-24T07:00"), ("23:59", "2026-11-24T07:00"), ("00:30", "2026-11-23T07:00")],
)
def test_an_unknown_total_is_never_of_a_later_day_than_the_last_that_ended(now: str, end: str) -> None:
    assert measure._day_ended(datetime.fromisoformat(f"2026-11-24T{now}+00:00")) == datetime.fromisoformat(f"{end}+00:00")
