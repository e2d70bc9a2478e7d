"""Missing keys are named, odd values refused, optional ones left out."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gaung.plugins.instagram import parse

MISSING: list[tuple[Callable[[Any], Any], Any, str]] = [
    (parse.new_id, {}, "id"),
    (parse.new_id, {"id": ""}, "id"),
    (parse.new_id, {"id": True}, "id"),
    (parse.new_id, {"id": None}, "id"),
    (parse.new_id, [], "id"),
    (parse.upload_uri, {"id": "1"}, "uri"),
    (parse.container, {"id": "1"}, "status_code"),
    (parse.container, {"status_code": "FINISHED"}, "id"),
    (parse.recent_media, {"id": "1"}, "timestamp"),
    (parse.quota, {}, "data"),
    (parse.quota, {"data": []}, "data"),
    (parse.quota, {"data": [{}]}, "quota_usage"),
    (parse.quota, {"data": [{"quota_usage": "viele"}]}, "quota_usage"),
    (parse.user, {"id": "1"}, "username"),
]


@pytest.mark.parametrize(("parser", "body", "key"), MISSING)
def test_a_missing_key_is_named(parser: Callable[[Any], Any], body: Any, key: str) -> None:
    with pytest.raises(parse.Misread, match=f"'{key}'"):
        parser(body)


def test_an_id_given_as_a_number_is_text_to_us() -> None:
    assert parse.new_id({"id": 17889455560051444}) == "17889455560051444"


def test_a_timestamp_without_colon_is_aware() -> None:
    assert parse.timestamp("2026-11-01T10:00:00+0000") == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", ["yesterday", "2026-11-01T10:00:00"])
def test_a_timestamp_that_is_no_moment_is_refused(value: str) -> None:
    with pytest.raises(parse.Misread):
        parse.timestamp(value)


def test_media_without_a_caption_has_an_empty_one() -> None:
    assert parse.recent_media({"id": "1", "timestamp": "2026-11-01T10:00:00+0000"}).caption == ""


def test_where_the_total_is_not_given_fifty_counts() -> None:
    quota = parse.quota({"data": [{"quota_usage": 50}]})
    assert (quota.total, quota.seconds, quota.spent) == (50, 86400, True)


@pytest.mark.parametrize(
    ("status", "subcode"),
    [
        ("Error: Media upload has failed with error code 2207026", 2207026),
        ("Error: something else", None),
        ("Error: 12207026 frames", None),
        ("", None),
    ],
)
def test_the_subcode_of_a_failed_container_is_read_from_its_status(status: str, subcode: int | None) -> None:
    assert parse.Container("1", "ERROR", status).subcode == subcode
