"""What each way of going wrong becomes, and that no changing call is ever sent twice."""

import logging
import traceback
from collections.abc import Callable

import pytest

from gaung.core.errors import Ambiguous, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.pacing import collect
from gaung.core.records import Account, Content, Publication, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]
Make = Callable[[str], Content]

# format, operation, how many such calls come before the one that goes wrong, whether that one may publish
PUBLISHING = [("text", "facebook.feed", 0), ("photo", "facebook.photos", 0), ("carousel", "facebook.feed", 0),
              ("reel", "facebook.video_reels", 1), ("video", "facebook.videos", 2)]  # fmt: skip
PREPARING = [("carousel", "facebook.photos", 1), ("reel", "facebook.video_reels", 0), ("reel", "facebook.upload", 0),
             ("video", "facebook.videos", 0), ("video", "facebook.videos", 1)]  # fmt: skip


@pytest.fixture
def make(content: MakeContent, make_media: MediaMaker) -> Make:
    """A content of each format."""
    media = {
        "text": (), "photo": (make_media.jpeg(400, 300),), "carousel": (make_media.jpeg(400, 300), make_media.jpeg(400, 300, seed=1)),
        "reel": (make_media.mp4(),), "video": (make_media.mp4(640, 360),),
    }  # fmt: skip
    return lambda kind: content(kind, *media[kind])


@pytest.mark.parametrize("do", ["hangup_after", "hangup_before", "error_after", "error_before"])
@pytest.mark.parametrize(("format", "operation", "skip"), PUBLISHING)
def test_a_publishing_call_without_an_answer_is_ambiguous_and_sent_once(
    do: str, format: str, operation: str, skip: int, sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    sandbox.fault(operation, do, times=-1, skip=skip)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(facebook.gaung_publish, page, make(format))
    assert attempt.mutation_started_at is not None
    assert len([entry for entry in sandbox.journal(operation) if entry.fault]) == 1


@pytest.mark.parametrize("do", ["hangup_after", "hangup_before", "error_after", "error_before"])
@pytest.mark.parametrize(("format", "operation", "skip"), PREPARING)
def test_a_preparing_call_without_an_answer_is_transient_and_sent_once(
    do: str, format: str, operation: str, skip: int, sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    sandbox.fault(operation, do, times=-1, skip=skip)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(facebook.gaung_publish, page, make(format))
    assert attempt.mutation_started_at is None
    assert len([entry for entry in sandbox.journal(operation) if entry.fault]) == 1


@pytest.mark.parametrize("format", ["text", "photo", "carousel"])
def test_a_refusal_while_publishing_is_final(
    format: str, sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    sandbox.fault("facebook.feed" if format != "photo" else "facebook.photos", "refused")
    with pytest.raises(Rejected, match="not accepted") as caught:
        live_attempt().run(facebook.gaung_publish, page, make(format))
    assert caught.value.code == "100"


@pytest.mark.parametrize("do", ["token_expired", "token_revoked"])
@pytest.mark.parametrize("format", ["text", "photo", "carousel", "reel", "video"])
def test_a_dead_token_needs_a_person(
    do: str, format: str, sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    sandbox.fault("facebook.*", do, times=-1)
    with pytest.raises(AuthRevoked) as caught:
        live_attempt().run(facebook.gaung_publish, page, make(format))
    assert caught.value.code.startswith("190/")


@pytest.mark.parametrize("how", ["expire", "revoke"])
def test_a_token_broken_at_the_platform_is_known_everywhere(
    how: str, side: FacebookSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    side.break_token(page.external_id, how)  # type: ignore[arg-type]
    attempt = live_attempt(checkpoints={"video_id": "7"}, mutation_started_at=None)
    with pytest.raises(AuthRevoked):
        attempt.run(facebook.gaung_publish, page, make("text"))
    with pytest.raises(AuthRevoked):
        attempt.run(facebook.gaung_check, page, make("reel"))
    with pytest.raises(AuthRevoked):
        attempt.run(facebook.gaung_find_published, page, make("text"))
    with pytest.raises(AuthRevoked):
        facebook.gaung_check_account(page)
    with pytest.raises(AuthRevoked):
        facebook.gaung_refresh_credentials(page)


@pytest.mark.parametrize(("retry_after", "low", "high"), [("17", 17, 17), ("date", 28, 31), (None, None, None)])
def test_both_forms_of_retry_after_are_read(
    retry_after: str | None, low: float | None, high: float | None, sandbox: TestSandbox, page: Account, make: Make,
    live_attempt: MakeAttempt,
) -> None:  # fmt: skip
    sandbox.fault("facebook.feed", "rate_limited", retry_after=retry_after)
    with collect() as reports, pytest.raises(RateLimited) as caught:
        live_attempt().run(facebook.gaung_publish, page, make("text"))
    assert (caught.value.scope, caught.value.code) == ("account", "80001")
    wait = caught.value.retry_after
    assert wait is None if low is None or high is None else wait is not None and low <= wait <= high
    assert reports == []  # the error says it already


def test_the_time_to_regain_access_is_in_minutes(sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt) -> None:
    sandbox.world.quotas["facebook.regain_minutes"] = 5
    sandbox.fault("facebook.feed", "rate_limited", retry_after="17")
    with pytest.raises(RateLimited) as caught:
        live_attempt().run(facebook.gaung_publish, page, make("text"))
    assert caught.value.retry_after == 300


@pytest.mark.parametrize(
    ("quotas", "expected"),
    [
        ({"facebook.app_usage": 90}, ("app", 300.0)),
        ({"facebook.usage": 95}, ("account", 300.0)),
        ({"facebook.usage": 100, "facebook.regain_minutes": 7}, ("account", 420.0)),
    ],
)
def test_the_usage_headers_pause_before_the_limit_hits(
    quotas: dict[str, int], expected: tuple[str, float], sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    sandbox.world.quotas.update(quotas)
    with collect() as reports:
        answer = live_attempt().run(facebook.gaung_publish, page, make("text"))
    assert isinstance(answer, Published)
    assert {(report.scope, report.retry_after) for report in reports} == {expected}
    assert all("%" in report.reason for report in reports)


def test_below_ninety_percent_nothing_pauses(sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt) -> None:
    sandbox.world.quotas.update({"facebook.app_usage": 89, "facebook.usage": 89})
    with collect() as reports:
        live_attempt().run(facebook.gaung_publish, page, make("text"))
    assert reports == []


def test_deleting_twice_does_no_harm(
    side: FacebookSandbox, sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    answer = live_attempt().run(facebook.gaung_publish, page, make("text"))
    assert isinstance(answer, Published)
    publication = Publication(id=1, external_id=answer.external_id, url=answer.url, published_at=sandbox.world.today())
    sandbox.fault("facebook.delete", "hangup_after")
    with pytest.raises(Transient):
        facebook.gaung_delete(page, publication)
    assert side.posts() == []
    assert "any more" in facebook.gaung_delete(page, publication).note
    assert len(sandbox.journal("facebook.delete")) == 2


@pytest.mark.parametrize("format", ["photo", "carousel", "reel", "video"])
def test_every_publication_can_be_deleted(
    format: str, side: FacebookSandbox, sandbox: TestSandbox, page: Account, make: Make, live_attempt: MakeAttempt
) -> None:
    attempt = live_attempt()
    answer = attempt.run(facebook.gaung_publish, page, make(format))
    if not isinstance(answer, Published):
        answer = attempt.run(facebook.gaung_check, page, make(format))  # type: ignore[assignment]
    assert isinstance(answer, Published)
    gone = facebook.gaung_delete(page, Publication(id=1, external_id=answer.external_id, url=None, published_at=sandbox.world.today()))
    assert gone.note == ""
    assert side.posts() == []


def test_no_token_is_in_any_error_log_or_journal(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, make: Make, live_attempt: MakeAttempt, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = [page.credentials["access_token"], str(page.settings["app_secret"])]
    caplog.set_level(logging.INFO)
    said = []
    for do in ("hangup_after", "error_after", "refused", "rate_limited", "token_expired", "token_revoked"):
        for kind in ("text", "photo", "reel", "video"):
            sandbox.fault("facebook.*", do, times=-1)
            with pytest.raises(PlatformError) as caught:
                live_attempt().run(facebook.gaung_publish, page, make(kind))
            sandbox.sandbox.faults.clear()
            said += [str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value))]
    facebook.gaung_check_account(page)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    said += [repr(page), *ours, *(repr(entry) for entry in sandbox.journal())]
    for secret in secrets:
        assert not [text for text in said if secret in text]
