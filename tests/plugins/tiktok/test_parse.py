"""TikTok's JSON is read with tolerance for what is added and without losing a digit."""

import json
from typing import Any

import pytest

from gaung.core.errors import Transient
from gaung.core.http import Effect
from gaung.plugins.tiktok import parse

LONG = 7_400_000_000_000_000_001


@pytest.mark.parametrize("value", [LONG, str(LONG)])
@pytest.mark.parametrize("key", ["publicaly_available_post_id", "publicly_available_post_id"])
def test_an_id_keeps_all_its_digits(key: str, value: Any) -> None:
    data = json.loads(json.dumps({"status": "PUBLISH_COMPLETE", key: [value], "added_later": 1}))
    assert parse.status(data).post_id == str(LONG)


@pytest.mark.parametrize("value", [[], None, [7.4e18], [True], [""], "7400", {}])
def test_what_is_no_id_is_none(value: Any) -> None:
    assert parse.status({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": value}).post_id is None


def test_a_missing_status_is_named() -> None:
    with pytest.raises(Transient, match=r"data\.status"):
        parse.status({"uploaded_bytes": 1})


def test_a_missing_text_is_named() -> None:
    with pytest.raises(Transient, match=r"data\.publish_id"):
        parse.text({"publish_id": ""}, "publish_id", Effect.PREPARE)


def test_bytes_that_are_not_told_are_not_zero() -> None:
    assert parse.status({"status": "PROCESSING_UPLOAD"}).uploaded is None
    assert parse.status({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}).uploaded == 0


def test_listed_posts_have_aware_times_and_text_ids() -> None:
    row = {"id": LONG, "create_time": 1_764_000_000, "video_description": "teks", "new": {}}
    [post] = parse.listed({"videos": [row, {"id": "1"}, {"create_time": 1}, "x"], "has_more": False})
    assert (post.id, post.description, post.title, post.url) == (str(LONG), "teks", "", None)
    assert post.created_at.isoformat() == "2025-11-24T16:00:00+00:00"
    assert parse.listed({}) == []
