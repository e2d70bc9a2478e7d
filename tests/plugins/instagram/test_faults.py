"""Lost answers, refusals, limits and dead tokens: the right error, and never a second call."""

import dataclasses
import socket
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, AuthRevoked, LeaseLost, PlatformError, RateLimited, Rejected, Transient
from gaung.core.records import Published

CHANGING = {"media": Transient, "upload": Transient, "media_publish": Ambiguous}


def _content(ig: Any, operation: str) -> Any:
    return ig.reel(upload="resumable") if operation == "upload" else ig.photo()


@pytest.mark.parametrize("do", ["hangup_after", "hangup_before", "error_after", "error_before"])
@pytest.mark.parametrize("operation", CHANGING)
def test_a_lost_answer_is_never_answered_by_a_second_call(ig: Any, operation: str, do: str) -> None:
    ig.sandbox.fault(f"instagram.{operation}", do)
    with pytest.raises(CHANGING[operation]):
        ig.publish(_content(ig, operation))
    assert ig.count(operation) == 1
    assert len(ig.posts()) == (1 if operation == "media_publish" and do.endswith("after") else 0)


def test_an_upload_that_breaks_off_starts_anew_in_a_new_container(ig: Any) -> None:
    attempt, post = ig.attempt(), ig.reel(upload="resumable")
    ig.sandbox.fault("instagram.upload", "cut_upload", bytes=1000)
    with pytest.raises(Transient):
        ig.publish(post, attempt)
    assert isinstance(ig.publish(post, attempt.reborn(number=2)), Published)
    assert ig.posts()[0].files[0].data == post.media[0].path.read_bytes()


@pytest.mark.parametrize("operation", ["content_publishing_limit", "media", "container", "media_publish"])
@pytest.mark.parametrize(("retry_after", "least", "most"), [("17", 17, 17), ("date", 28, 31), (None, None, None)])
def test_a_rate_limit_pauses_the_account_for_as_long_as_it_says(
    ig: Any, operation: str, retry_after: str | None, least: float | None, most: float | None
) -> None:
    ig.sandbox.fault(f"instagram.{operation}", "rate_limited", retry_after=retry_after)
    with pytest.raises(RateLimited) as caught:
        ig.publish(ig.photo())
    assert (caught.value.scope, caught.value.code) == ("account", "80002")
    if least is None or most is None:
        assert caught.value.retry_after is None
    else:
        assert caught.value.retry_after is not None
        assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize("how", ["expire", "revoke"])
def test_a_dead_token_needs_a_person_and_is_not_told(ig: Any, how: Any) -> None:
    ig.side.break_token(ig.account.external_id, how)
    with pytest.raises(AuthRevoked) as caught:
        ig.publish(ig.photo())
    assert caught.value.code in ("190/463", "190/460")
    assert ig.account.credentials["access_token"] not in f"{caught.value!r}{caught.value}{caught.value.__cause__!r}"


@pytest.mark.parametrize("operation", ["content_publishing_limit", "media", "container", "media_publish", "media_node"])
@pytest.mark.parametrize("do", ["hangup_after", "error_after", "refused", "rate_limited", "token_expired", "token_revoked"])
def test_no_token_is_in_any_error(ig: Any, operation: str, do: str) -> None:
    ig.sandbox.fault(f"instagram.{operation}", do)
    try:
        told = repr(ig.publish(ig.photo()))
    except PlatformError as error:
        told = f"{error!r}{error}{error.code}{error.__cause__!r}{error.__context__!r}"
    assert ig.account.credentials["access_token"] not in told + repr(ig.account)


def test_a_refused_publishing_call_is_rejected_with_the_platforms_code(ig: Any) -> None:
    ig.sandbox.fault("instagram.media_publish", "refused")
    with pytest.raises(Rejected) as caught:
        ig.publish(ig.photo())
    assert caught.value.code == "100"


def test_a_worker_that_lost_its_lease_does_not_publish(ig: Any) -> None:
    ig.world.processing_seconds = 5.0
    attempt, post = ig.attempt(), ig.reel()
    ig.publish(post, attempt)
    ig.pass_time(6)
    attempt.lose_lease()
    with pytest.raises(LeaseLost):
        ig.finish(post, attempt)
    assert ig.count("media_publish") == 0


def test_bytes_are_never_sent_to_a_host_we_do_not_know(ig: Any) -> None:
    ig.side.name = "instagram.example:1/x"  # the sandbox now names an upload address elsewhere
    ig.world.base_url, real = "http://evil.example:80", ig.world.base_url
    try:
        with pytest.raises(Rejected) as caught:
            ig.publish(ig.reel(upload="resumable"))
    finally:
        ig.side.name, ig.world.base_url = "instagram", real
    assert caught.value.code == "untrusted_url"
    assert ig.count("upload") == 0


def test_metas_own_upload_address_is_taken_to_the_configured_host(ig: Any) -> None:
    ig.side.name, ig.world.base_url, real = "x", "https://rupload.facebook.com", ig.world.base_url
    try:
        ig.publish(ig.reel(upload="resumable"))
    finally:
        ig.side.name, ig.world.base_url = "instagram", real
    assert ig.count("upload") == 1


def test_a_media_address_that_answers_nothing_is_rejected_with_instagrams_code(ig: Any) -> None:
    picture = ig.media.jpeg()
    picture.path.rename(hidden := picture.path.with_suffix(".away"))
    try:
        with pytest.raises(Rejected) as caught:
            ig.publish(ig.content("photo", picture))
    finally:
        hidden.rename(picture.path)
    assert caught.value.code == "media"


@pytest.mark.parametrize("format", ["photo", "reel", "carousel"])
def test_a_media_server_that_is_away_fails_no_post(ig: Any, format: str) -> None:
    files = {"photo": [ig.media.jpeg()], "reel": [ig.media.mp4()], "carousel": [ig.media.jpeg(), ig.media.jpeg(seed=1)]}[format]
    with socket.create_server(("127.0.0.1", 0)) as closed:
        away = f"http://127.0.0.1:{closed.getsockname()[1]}/media"
    attempt = ig.attempt()
    with pytest.raises(Transient):
        ig.publish(ig.content(format, *(dataclasses.replace(file, public_base=away) for file in files)), attempt)
    assert (attempt.mutations, ig.posts()) == (0, [])
    assert isinstance(ig.publish(ig.content(format, *files), attempt), Published)


def test_a_video_address_that_answers_nothing_is_rejected_with_instagrams_code(ig: Any) -> None:
    video = ig.media.mp4(seed=9)
    video.path.rename(hidden := video.path.with_suffix(".away"))
    try:
        with pytest.raises(Rejected) as caught:
            ig.publish(ig.content("reel", video))
    finally:
        hidden.rename(video.path)
    assert caught.value.code == "9004/2207052"
