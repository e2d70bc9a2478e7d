"""What became of an attempt whose answer was lost: all four verdicts, and nothing adopted that is not ours."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gaung.core.errors import Ambiguous, PlatformError, RateLimited
from gaung.core.records import CannotTell, NotThere, Published, Ready, Unfinished


def _lose(ig: Any, post: Any, do: str = "hangup_after") -> Any:
    """An attempt whose publishing call got no answer."""
    attempt = ig.attempt()
    ig.sandbox.fault("instagram.media_publish", do)
    with pytest.raises(Ambiguous):
        ig.publish(post, attempt)
    attempt.outcome_unknown()
    return attempt


@pytest.mark.parametrize("form", ["photo", "carousel", "reel"])
@pytest.mark.parametrize("do", ["hangup_after", "error_after"])
def test_what_was_published_is_found_with_id_and_address(ig: Any, do: str, form: str) -> None:
    media = {"photo": [ig.media.jpeg()], "carousel": [ig.media.jpeg(seed=1), ig.media.jpeg(seed=2)], "reel": [ig.media.mp4()]}[form]
    post = ig.content(form, *media)
    attempt = _lose(ig, post, do)
    ig.pass_time(30)
    [made] = ig.posts()
    assert ig.find(post, attempt.reborn()) == Published(made.id, made.url)


@pytest.mark.parametrize("do", ["hangup_before", "error_before"])
def test_what_was_not_published_goes_on_from_its_container(ig: Any, do: str) -> None:
    post = ig.photo()
    attempt = _lose(ig, post, do)
    ig.pass_time(30)
    found = ig.find(post, attempt.reborn())
    assert isinstance(found, Unfinished)
    assert found.resume == "check"
    assert isinstance(ig.check(post, attempt), Ready)
    assert isinstance(ig.finish(post, attempt), Published)
    assert (ig.count("media_publish"), len(ig.posts())) == (2, 1)


def test_a_container_that_expired_unpublished_is_not_there(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post, "hangup_before")
    ig.pass_time(86401)
    assert isinstance(ig.find(post, attempt), NotThere)


def test_a_receipt_saved_before_the_process_died_is_enough(ig: Any) -> None:
    attempt, post = ig.attempt(), ig.photo()
    done = ig.publish(post, attempt)
    attempt.checkpoints = {"media": attempt.checkpoints["media"]}
    assert ig.find(post, attempt.reborn()) == done
    assert ig.check(post, attempt.reborn()) == done


def test_a_call_that_arrives_long_after_it_was_given_up_is_found_not_repeated(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post, "hangup_before")
    assert isinstance(ig.find(post, attempt), Unfinished)
    box = attempt.checkpoints["container"]["id"]
    key = {"access_token": ig.account.credentials["access_token"]}
    httpx2.post(f"{ig.side.base_url}/v26.0/{ig.account.external_id}/media_publish", data={**key, "creation_id": box})
    attempt.mutation_started_at = None  # core was told that nothing had happened
    for hook in (ig.check, ig.finish, ig.publish):
        with pytest.raises(Ambiguous):
            hook(post, attempt)
    later = attempt.reborn()
    later.mutation_started_at = later.unknown_since = ig.world.today() + timedelta(seconds=5)
    [made] = ig.posts()
    assert ig.find(post, later) == Published(made.id, made.url)


def test_looking_changes_nothing(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post)
    before = len(ig.calls())
    ig.find(post, attempt)
    assert {entry.method for entry in ig.sandbox.journal("instagram.*")[before:]} == {"GET"}
    assert attempt.saved[-1][0] == "container"


def test_two_posts_of_the_same_text_ten_minutes_apart_are_told_apart(ig: Any) -> None:
    post = ig.photo()
    first = _lose(ig, post)
    ig.pass_time(600)
    second = _lose(ig, post)
    ig.pass_time(30)
    later, earlier = ig.posts()
    assert ig.find(post, second) == Published(later.id, later.url)
    assert ig.find(post, first) == Published(earlier.id, earlier.url)


def test_what_another_delivery_owns_is_left_out(ig: Any) -> None:
    post = ig.photo()
    ig.publish(post)
    attempt = _lose(ig, post)
    later, earlier = ig.posts()
    assert isinstance(ig.find(post, attempt), CannotTell)
    attempt.owned_ids = frozenset({earlier.id})
    assert ig.find(post, attempt) == Published(later.id, later.url)


def test_a_hand_made_post_beside_ours_is_not_adopted(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post)
    ig.side.post_by_hand(ig.account.external_id, post.text)
    assert isinstance(ig.find(post, attempt), CannotTell)


def test_a_hand_made_post_in_place_of_ours_is_not_adopted(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post, "hangup_before")
    ig.side.post_by_hand(ig.account.external_id, post.text)
    assert isinstance(ig.find(post, attempt), Unfinished)


def test_an_older_post_of_the_same_text_is_not_adopted(ig: Any) -> None:
    post = ig.photo()
    ig.side.post_by_hand(ig.account.external_id, post.text, ig.world.now() - 300)
    attempt = _lose(ig, post)
    [ours] = [made for made in ig.posts() if made.made_by == "api"]
    assert ig.find(post, attempt) == Published(ours.id, ours.url)


def test_a_post_of_another_kind_is_not_adopted(ig: Any) -> None:
    post = ig.reel()
    attempt = _lose(ig, post)
    ig.side.post_by_hand(ig.account.external_id, post.text)  # a picture
    [ours] = [made for made in ig.posts() if made.made_by == "api"]
    assert ig.find(post, attempt) == Published(ours.id, ours.url)


def test_a_published_container_whose_media_is_not_listed_cannot_be_told(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post)
    ig.side.accounts[ig.account.external_id].posts.clear()
    assert isinstance(ig.find(post, attempt), CannotTell)


def test_without_any_checkpoint_the_recent_media_decide(ig: Any) -> None:
    post = ig.photo()
    attempt = _lose(ig, post)
    attempt.checkpoints = {}
    [made] = ig.posts()
    assert ig.find(post, attempt) == Published(made.id, made.url)
    ig.side.accounts[ig.account.external_id].posts.clear()
    assert isinstance(ig.find(post, attempt), NotThere)


def test_pages_are_followed_until_they_are_older_than_the_attempt(ig: Any) -> None:
    ig.side.post_by_hand(ig.account.external_id, "lama", ig.world.now() - 86400)
    post = ig.photo()
    attempt = _lose(ig, post)
    for number in range(120):
        ig.side.post_by_hand(ig.account.external_id, f"ramai {number}", ig.world.now() + 1)
    for number in range(200):
        ig.side.post_by_hand(ig.account.external_id, f"dulu {number}", ig.world.now() - 90000 - number)
    ig.pass_time(30)
    [ours] = [made for made in ig.posts() if made.made_by == "api"]
    assert ig.find(post, attempt) == Published(ours.id, ours.url)
    assert ig.count("media_list") == 3


def test_an_empty_caption_is_compared_too(ig: Any) -> None:
    post = ig.photo("")
    attempt = _lose(ig, post)
    [made] = ig.posts()
    assert ig.find(post, attempt) == Published(made.id, made.url)


def test_the_clock_of_a_slow_worker_does_not_matter(ig: Any) -> None:
    attempt, post = ig.attempt(clock_behind=900), ig.photo()
    ig.sandbox.fault("instagram.media_publish", "hangup_after")
    with pytest.raises(Ambiguous):
        ig.publish(post, attempt)
    attempt.outcome_unknown()
    [made] = ig.posts()
    assert ig.find(post, attempt) == Published(made.id, made.url)


@pytest.mark.parametrize("operation", ["container", "media_list"])
def test_a_look_that_fails_is_no_verdict(ig: Any, operation: str) -> None:
    post = ig.photo()
    attempt = _lose(ig, post)
    ig.sandbox.fault(f"instagram.{operation}", "error_before")
    with pytest.raises(PlatformError):
        ig.find(post, attempt)


def test_a_day_that_is_spent_at_the_last_moment_leaves_the_container_for_later(ig: Any) -> None:
    attempt, post = ig.attempt(), ig.photo()
    ig.publish(ig.photo("lain"))
    ig.world.quotas["instagram.publish"] = 2
    real = attempt.mutating

    def mutating() -> Any:
        ig.world.quotas["instagram.publish"] = 1  # another tool took the last place, after we looked
        return real()

    attempt.mutating = mutating
    with pytest.raises(RateLimited):
        ig.publish(post, attempt)
    attempt.outcome_unknown()
    attempt.mutating = real
    assert isinstance(ig.find(post, attempt), Unfinished)
    ig.world.quotas.clear()
    assert isinstance(ig.finish(post, attempt), Published)
