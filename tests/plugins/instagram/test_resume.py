"""Containers across processes: reused while they are good, replaced when they are not, never published twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, Rejected, Transient
from gaung.core.records import NotThere, Pending, Published, Ready


def test_processing_that_failed_for_good_is_rejected_with_instagrams_code(ig: Any) -> None:
    ig.world.processing_seconds, ig.world.processing_fails["instagram"] = 5.0, 1
    attempt, post = ig.attempt(), ig.reel()
    ig.publish(post, attempt)
    ig.pass_time(6)
    with pytest.raises(Rejected) as caught:
        ig.check(post, attempt)
    assert caught.value.code == "352/2207026"
    assert "error code 2207026" in caught.value.message


def test_processing_that_may_do_in_a_new_container_is_tried_again_in_one(ig: Any) -> None:
    ig.world.processing_seconds = 5.0
    attempt, post = ig.attempt(), ig.reel()
    ig.publish(post, attempt)
    next(iter(ig.side.containers.all.values())).subcode = 2207053
    ig.pass_time(6)
    with pytest.raises(Transient):
        ig.check(post, attempt)
    again = attempt.reborn(number=2)
    assert isinstance(ig.publish(post, again), Pending)
    assert len(ig.side.containers.all) == 2
    ig.pass_time(6)
    assert isinstance(ig.finish(post, again), Published)


def test_a_finished_container_of_an_earlier_process_is_published_not_made_again(ig: Any) -> None:
    ig.world.processing_seconds = 5.0
    first, post = ig.attempt(), ig.reel()
    ig.publish(post, first)
    ig.pass_time(6)
    assert isinstance(ig.publish(post, first.reborn(number=2)), Published)
    assert ig.count("media") == 1


def test_items_of_a_carousel_that_broke_off_are_reused(ig: Any) -> None:
    post, first = ig.content("carousel", ig.media.jpeg(seed=1), ig.media.jpeg(seed=2)), ig.attempt()
    ig.sandbox.fault("instagram.media", "hangup_before", skip=1)
    with pytest.raises(Transient):
        ig.publish(post, first)
    assert isinstance(ig.publish(post, first.reborn(number=2)), Published)
    assert len(ig.side.containers.all) == 3


def test_an_expired_container_is_replaced(ig: Any) -> None:
    ig.world.processing_seconds = 5.0
    first, post = ig.attempt(), ig.reel()
    ig.publish(post, first)
    ig.pass_time(90000)
    with pytest.raises(Transient):
        ig.check(post, first)
    ig.world.processing_seconds = 0.0
    assert isinstance(ig.publish(post, first.reborn(number=2)), Published)
    assert len(ig.side.containers.all) == 2


def test_a_container_that_instagram_no_longer_knows_is_replaced(ig: Any) -> None:
    attempt = ig.attempt(checkpoints={"container": {"id": "17880000000000000", "at": "2026-11-24T10:00:00+00:00"}})
    assert isinstance(ig.publish(ig.photo(), attempt), Published)


def test_a_container_that_is_published_already_is_never_published_again(ig: Any) -> None:
    first, post = ig.attempt(), ig.photo()
    ig.publish(post, first)
    kept = {"container": first.checkpoints["container"]}
    for attempt in (ig.attempt(checkpoints=kept), ig.attempt(checkpoints=kept, mutation_started_at=first.mutation_started_at)):
        for hook in (ig.publish, ig.finish, ig.check):
            with pytest.raises(Ambiguous):
                hook(post, attempt)
    assert ig.count("media_publish") == 1
    assert len(ig.posts()) == 1


def test_no_second_container_is_made_once_a_mutation_started(ig: Any) -> None:
    ig.world.processing_seconds = 5.0
    attempt, post = ig.attempt(), ig.reel()
    ig.publish(post, attempt)
    attempt.mutation_started_at = ig.world.today()
    ig.pass_time(90000)
    for hook in (ig.check, ig.finish):
        with pytest.raises(Ambiguous):
            hook(post, attempt)
    assert len(ig.side.containers.all) == 1
    assert isinstance(ig.find(post, attempt), NotThere)


def test_too_early_for_media_publish_is_waited_for(ig: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt, post = ig.attempt(), ig.reel()
    real = attempt.mutating

    @contextmanager
    def mutating() -> Iterator[None]:
        for box in ig.side.containers.all.values():  # Instagram thinks again, between our look and our call
            box.ready_at = ig.world.now() + 5
        with real():
            yield

    monkeypatch.setattr(attempt, "mutating", mutating)
    assert isinstance(ig.publish(post, attempt), Pending)
    monkeypatch.undo()
    assert isinstance(ig.check(post, attempt), Pending)
    ig.pass_time(6)
    assert isinstance(ig.check(post, attempt), Ready)
    assert isinstance(ig.finish(post, attempt), Published)
    assert len(ig.posts()) == 1
