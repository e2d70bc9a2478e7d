"""Answers that YouTube should not give, and may: nothing goes round in circles, nothing is sent twice."""

from collections.abc import Callable

import pytest
from starlette.responses import JSONResponse, Response

from gaung.core.errors import Ambiguous, AuthRevoked, Rejected, Transient
from gaung.core.records import Account, CannotTell, Content, Media
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube import sandbox_lists
from gaung.plugins.youtube.sandbox import YouTubeSandbox
from gaung.plugins.youtube.sandbox_upload import Session

Make = Callable[..., Content]
Attempts = Callable[..., LiveAttempt]


def test_a_session_that_keeps_nothing_is_left_for_later(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(youtube.uploads, "_take", lambda *_: None)
    with pytest.raises(Transient) as early:
        live_attempt().run(plugin.gaung_publish, channel, make_content(media=film))
    with pytest.raises(Ambiguous) as late:
        live_attempt().run(plugin.gaung_publish, channel, make_content())
    assert (early.value.code, late.value.code) == ("no_progress", "no_progress")
    assert len(sandbox.journal("youtube.upload.*")) == 2


def test_a_session_that_holds_every_byte_and_gives_no_video_is_asked_and_never_filled_again(
    sandbox: TestSandbox,
    youtube: YouTubeSandbox,
    channel: Account,
    make_content: Make,
    live_attempt: Attempts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def undecided(session: Session) -> Response:
        return Response(status_code=308, headers={"Range": f"bytes=0-{len(session.data) - 1}"})

    monkeypatch.setattr(youtube.uploads, "_complete", undecided)
    attempt = live_attempt()
    with pytest.raises(Ambiguous) as caught:
        attempt.run(plugin.gaung_publish, channel, make_content())
    assert caught.value.code == "no_answer"
    again = live_attempt(checkpoints=attempt.checkpoints)
    with pytest.raises(Transient) as caught_again:
        again.run(plugin.gaung_publish, channel, make_content())
    assert caught_again.value.code == "no_answer"
    assert len(sandbox.journal("youtube.upload.last")) == 1


def test_a_half_upload_whose_session_ended_before_finish_may_start_anew(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.chunk", "hangup_after")
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    youtube.uploads.sessions.clear()
    with pytest.raises(Transient) as caught:
        attempt.run(plugin.gaung_finish, channel, make_content(media=film))
    assert caught.value.code == "session_gone"


def test_a_start_without_an_address_is_transient(
    channel: Account, make_content: Make, live_attempt: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bare(*_: object, **__: object) -> Response:
        return Response()

    monkeypatch.setattr("gaung.plugins.youtube.sandbox_upload.Response", bare)
    with pytest.raises(Transient, match="no Location"):
        live_attempt().run(plugin.gaung_publish, channel, make_content())


def test_a_token_without_a_channel_needs_a_person_and_cannot_tell(
    sandbox: TestSandbox,
    youtube: YouTubeSandbox,
    channel: Account,
    make_content: Make,
    live_attempt: Attempts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, make_content())
    youtube.uploads.sessions.clear()
    # Google leaves `items` out of an empty list.
    monkeypatch.setattr(sandbox_lists, "page", lambda _values, _items, kind: JSONResponse({"kind": kind}))
    with pytest.raises(AuthRevoked) as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.code == "youtubeSignupRequired"
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), CannotTell)


def test_a_post_without_a_video_is_rejected_before_any_request(sandbox: TestSandbox, channel: Account, live_attempt: Attempts) -> None:
    with pytest.raises(Rejected) as caught:
        live_attempt().run(plugin.gaung_publish, channel, Content(format="video", title="Judul", text="Teks"))
    assert caught.value.code == "video_missing"
    assert not sandbox.journal("youtube.*")
