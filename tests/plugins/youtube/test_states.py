"""What each state of a video means, as YouTube documents them."""

import pytest

from gaung.core.errors import PlatformError, Rejected, Transient
from gaung.core.http import Effect
from gaung.core.records import Account, Credentials, Pending, Published
from gaung.plugins.youtube import parse
from gaung.plugins.youtube.publish import judge


@pytest.fixture
def somewhere() -> Account:
    return Account(
        id=1, office="18", platform="youtube", external_id="UC1", handle="contoh", credentials=Credentials({}), settings={"poll_seconds": 7}
    )


def video(**details: dict[str, str]) -> parse.Video:
    return parse.video({"id": "VID1", **details, "unknown": {"more": 1}})


def test_processed_is_published_with_its_address(somewhere: Account) -> None:
    assert judge(somewhere, video(status={"uploadStatus": "processed"})) == Published("VID1", "https://www.youtube.com/watch?v=VID1")


@pytest.mark.parametrize(
    "details",
    [
        {"status": {"uploadStatus": "uploaded"}},
        {"status": {"uploadStatus": "uploaded"}, "processingDetails": {"processingStatus": "processing"}},
        {"status": {"uploadStatus": "uploaded"}, "processingDetails": {"processingStatus": "succeeded"}},
        {"status": {"uploadStatus": "somethingNew"}},
        {},
    ],
)
def test_what_is_not_settled_is_looked_at_again_after_the_accounts_interval(somewhere: Account, details: dict[str, dict[str, str]]) -> None:
    answer = judge(somewhere, video(**details))
    assert isinstance(answer, Pending)
    assert answer.check_after == 7


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"status": {"uploadStatus": "failed", "failureReason": "codec"}}, "codec"),
        ({"status": {"uploadStatus": "failed"}, "processingDetails": {"processingFailureReason": "streamingFailed"}}, "streamingFailed"),
        ({"status": {"uploadStatus": "failed"}}, "failed"),
        ({"status": {"uploadStatus": "rejected", "rejectionReason": "copyright"}}, "copyright"),
        ({"status": {"uploadStatus": "rejected"}}, "rejected"),
        ({"status": {"uploadStatus": "deleted"}}, "deleted"),
        (
            {
                "status": {"uploadStatus": "uploaded"},
                "processingDetails": {"processingStatus": "failed", "processingFailureReason": "other"},
            },
            "other",
        ),
        ({"status": {"uploadStatus": "uploaded"}, "processingDetails": {"processingStatus": "terminated"}}, "terminated"),
    ],
)
def test_what_failed_for_good_is_rejected_with_youtubes_code(somewhere: Account, details: dict[str, dict[str, str]], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        judge(somewhere, video(**details))
    assert caught.value.code == code


@pytest.mark.parametrize(("header", "stored"), [("", 0), ("bytes=0-0", 1), ("bytes=0-262143", 262_144), ("bytes=0-999999", 1_000_000)])
def test_the_range_header_says_where_to_go_on(header: str, stored: int) -> None:
    assert parse.stored(header, 1_000_000, Effect.READ) == stored


@pytest.mark.parametrize("header", ["0-5", "bytes=5-9", "bytes=0-", "bytes=0-1000000", "bytes=0-x"])
def test_a_range_header_that_makes_no_sense_is_not_followed(header: str) -> None:
    with pytest.raises(Transient):
        parse.stored(header, 1_000_000, Effect.PREPARE)


@pytest.mark.parametrize(
    ("read", "value", "missing"),
    [
        (parse.video, {"status": {}}, "id"),
        (parse.upload, {"snippet": {"publishedAt": "2026-11-24T10:00:00Z"}}, "snippet.resourceId"),
        (parse.upload, {"snippet": {"resourceId": {"videoId": "V"}}}, "snippet.publishedAt"),
        (parse.channel, {"id": "UC1", "contentDetails": {}}, "contentDetails.relatedPlaylists"),
        (parse.channel, [], "id"),
    ],
)
def test_what_is_missing_is_named(read: object, value: object, missing: str) -> None:
    assert callable(read)
    with pytest.raises(PlatformError, match=f"no {missing}$"):
        read(value)


def test_times_are_aware_and_nonsense_is_told() -> None:
    assert parse.moment("2026-11-24T10:00:00Z").isoformat() == "2026-11-24T10:00:00+00:00"
    assert parse.moment("2026-11-24T10:00:00.5+07:00").utcoffset() is not None
    assert parse.moment("2026-11-24T10:00:00").utcoffset() is not None
    with pytest.raises(Transient):
        parse.moment("kemarin")
