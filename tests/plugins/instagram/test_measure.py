"""What is Instagram's own about measuring: reels, totals of whole days that are sure, no data for what is not known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gaung.core.records import Measure, Publication
from gaung.core.sandbox.base import SandboxPost
from gaung.plugins import instagram
from gaung.plugins.instagram import measure
from gaung.plugins.instagram.metrics import METRICS

DEAD = {"impressions", "plays", "clips_replays_count", "ig_reels_aggregated_all_plays_count", "video_views", "engagement", "profile_views"}


def publication(post: SandboxPost) -> Publication:
    at = datetime.fromtimestamp(post.created_at, UTC)
    return Publication(id=1, external_id=post.id, url=post.url, published_at=at, account=post.account)


def look(ig: Any, post: SandboxPost) -> dict[str, Measure]:
    answer = instagram.gaung_measure_publications(account=ig.account, publications=[publication(post)])
    return {one.name: one for one in answer.measures}


def test_a_reel_tells_for_how_long_it_was_watched_and_a_picture_does_not(ig: Any) -> None:
    ig.publish(ig.reel())
    [reel] = ig.posts()
    ig.world.numbers.put("instagram", reel.id, "watch_seconds", 4321, 0.0)
    told = look(ig, reel)
    assert told["watch_seconds"].value == 4321
    assert all(one.value is not None for one in told.values())
    picture = ig.side.post_by_hand(ig.account.external_id, "Halo")
    one = look(ig, picture)["watch_seconds"]
    assert (one.value, one.why) == (None, "Instagram tells it of reels only")


def test_a_reel_whose_address_nobody_knows_is_asked_about_too(ig: Any) -> None:
    ig.publish(ig.reel())
    [reel] = ig.posts()
    ig.world.numbers.put("instagram", reel.id, "watch_seconds", 4321, 0.0)
    nameless = replace(publication(reel), url=None)
    told = instagram.gaung_measure_publications(account=ig.account, publications=[nameless]).measures
    assert {one.name: one.value for one in told}["watch_seconds"] == 4321
    assert len(told) == len({one.name for one in told})
    picture = ig.side.post_by_hand(ig.account.external_id, "Halo")
    told = instagram.gaung_measure_publications(account=ig.account, publications=[replace(publication(picture), url=None)]).measures
    assert [one.name for one in told if one.value is None] == ["watch_seconds"]


def test_a_name_that_died_is_unknown_and_loses_none_of_the_others(ig: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post = ig.side.post_by_hand(ig.account.external_id, "Halo", ig.world.now() - 86_400)
    monkeypatch.setitem(measure._INSIGHTS, "views", "impressions")
    monkeypatch.setitem(measure._DAILY, "views", "impressions")
    told = look(ig, post)
    assert {name for name, one in told.items() if one.value is None} == {"views", "watch_seconds"}
    assert "must be one of" in told["views"].why
    account = {one.name: one for one in instagram.gaung_measure_account(account=ig.account).measures}
    assert {name for name, one in account.items() if one.value is None} == {"views"}


def test_no_dead_name_is_asked_for() -> None:
    asked = {*measure._INSIGHTS.values(), *measure._DAILY.values(), *measure._FIELDS.values(), *measure._ACCOUNT.values()}
    assert asked.isdisjoint(DEAD)
    assert asked <= {metric.version for metric in METRICS}


def test_an_empty_answer_is_unknown_and_not_zero(ig: Any) -> None:
    post = ig.side.post_by_hand(ig.account.external_id, "Halo", ig.world.now() - 86_400)
    ig.world.quotas["instagram.insights"] = 0
    told = look(ig, post)
    assert {name for name, one in told.items() if one.value is not None} == {"likes", "comments"}
    assert told["reach"].why == "Instagram leaves it out of its answer"


def test_the_totals_of_an_account_are_of_a_whole_day_that_is_sure(ig: Any) -> None:
    for _ in range(3):
        ig.pass_time(86_400)
        told = {one.name: one for one in instagram.gaung_measure_account(account=ig.account).measures}
        account = ig.side.accounts[ig.account.external_id]
        for name in ("views", "reach"):
            one = told[name]
            assert (one.as_of.hour, one.as_of.minute) == (0, 0)
            assert timedelta(days=2) <= ig.world.today() - one.as_of < timedelta(days=3)
            assert one.value == ig.world.numbers.of_account("instagram", account, name, one.as_of.timestamp())
        assert told["followers"].as_of > ig.world.today() - timedelta(minutes=1)


def test_shares_by_people_of_the_sandbox_are_among_those_that_are_told(ig: Any) -> None:
    post = ig.side.post_by_hand(ig.account.external_id, "Halo")
    ig.world.numbers.put("instagram", post.id, "shares", 40, 0.0)
    for number, signal in enumerate(("story", "private_share", "repost")):
        ig.side.do(ig.side.add_profile(f"contoh_agt_n{number}"), signal, ig.account.external_id, post.id)
    assert look(ig, post)["shares"].value == ig.side.number_of(post, "shares") == 42
