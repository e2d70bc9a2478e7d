"""Facebook's answers in all the spellings that its pages and its SDK give."""

from typing import Any

import pytest

from gaung.core.errors import Ambiguous, PlatformError, Transient
from gaung.core.http import Effect
from gaung.plugins.facebook import parse


def status(video: str, uploading: Any = None, processing: Any = None, publishing: Any = None) -> parse.VideoState:
    phases = {"uploading_phase": uploading, "processing_phase": processing, "publishing_phase": publishing}
    return parse.video({"id": "1", "status": {"video_status": video, **{key: value for key, value in phases.items() if value is not None}}})


@pytest.mark.parametrize("done", ["complete", "completed"])
def test_both_spellings_of_done_count(done: str) -> None:
    state = status("ready", {"status": done}, {"status": done}, {"status": done, "publish_status": "published"})
    assert (state.uploaded, state.published, state.idle, state.problem) == (True, True, False, None)
    assert status("ready", {"status": done}, {"status": done}, {"status": done}).published


@pytest.mark.parametrize("key", ["bytes_transfered", "bytes_transferred"])
@pytest.mark.parametrize("value", [50002, "50002"])
def test_both_spellings_of_the_bytes_count(key: str, value: Any) -> None:
    state = status("uploading", {"status": "in_progress", key: value})
    assert (state.uploaded, state.uploaded_bytes, state.idle) == (False, 50002, False)


@pytest.mark.parametrize(
    ("publishing", "published", "idle"),
    [
        (None, True, False),
        ({"status": "not_started"}, False, True),
        ({"status": "in_progress"}, False, False),
        ({"status": "complete", "publish_status": "draft"}, False, True),
        ({"status": "complete", "publish_status": "scheduled"}, False, True),
    ],
)
def test_ready_is_published_only_where_the_publishing_phase_agrees(publishing: Any, published: bool, idle: bool) -> None:
    state = status("ready", {"status": "complete"}, {"status": "complete"}, publishing)
    assert (state.published, state.idle) == (published, idle)


@pytest.mark.parametrize(
    ("phase", "code", "words"),
    [
        ({"status": "error", "error": {"message": "rusak"}}, "processing_phase", "rusak"),
        ({"status": "error", "errors": [{"code": 1363026, "message": "rusak"}]}, "1363026", "rusak"),
        ({"status": "error", "errors": []}, "processing_phase", "processing failed"),
        ({"status": "error", "error": "rusak"}, "processing_phase", "rusak"),
        ({"status": "error"}, "processing_phase", "processing failed"),
    ],
)
def test_every_form_of_a_failure_is_read(phase: Any, code: str, words: str) -> None:
    state = status("error", {"status": "complete"}, phase)
    assert (state.code, state.problem, state.published, state.idle) == (code, words, False, False)


@pytest.mark.parametrize("overall", ["error", "expired", "upload_failed"])
def test_a_dead_video_is_a_problem_also_without_phases(overall: str) -> None:
    assert status(overall).code == f"video_status/{overall}"


def test_a_failed_publishing_is_a_problem() -> None:
    assert status("ready", {"status": "complete"}, {"status": "complete"}, {"publish_status": "error"}).problem == "publishing failed"


def test_a_video_without_a_status_counts_as_published() -> None:
    assert parse.video({"id": "1"}).published


@pytest.mark.parametrize(("start", "end"), [("0", "52428800"), (0, 52428800)])
def test_offsets_are_text_or_numbers(start: Any, end: Any) -> None:
    assert parse.offsets({"start_offset": start, "end_offset": end}, Effect.PREPARE) == parse.Offsets(0, 52428800)


@pytest.mark.parametrize(("effect", "error"), [(Effect.PREPARE, Transient), (Effect.READ, Transient), (Effect.PUBLISH, Ambiguous)])
@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": None}, {"id": True}, {"id": {}}])
def test_a_missing_key_is_named(body: Any, effect: Effect, error: type[PlatformError]) -> None:
    with pytest.raises(error, match="no id"):
        parse.text(body, "id", effect)


def test_an_id_that_comes_as_a_number_is_text() -> None:
    assert parse.text({"id": 55}, "id", Effect.READ) == "55"


@pytest.mark.parametrize("body", [{}, {"success": False}, {"success": "false"}])
def test_no_success_is_no_acknowledgement(body: Any) -> None:
    with pytest.raises(Ambiguous):
        parse.acknowledged(body, Effect.PUBLISH)


@pytest.mark.parametrize("body", [{"success": True}, {"success": "true"}])
def test_success_comes_as_truth_or_as_text(body: Any) -> None:
    parse.acknowledged(body, Effect.PUBLISH)


@pytest.mark.parametrize(
    "written", ["2026-11-24T17:00:00+0000", "2026-11-24T17:00:00+00:00", "2026-11-25T00:00:00+0700", "2026-11-24T17:00:00Z"]
)
def test_times_are_aware(written: str) -> None:
    post = parse.post({"id": "1_2", "created_time": written})
    assert post.created_at.timestamp() == 1795539600
    assert (post.message, post.url, post.application) == ("", None, None)


@pytest.mark.parametrize("written", ["2026-11-24T17:00:00", "kemarin"])
def test_a_time_without_an_offset_is_refused(written: str) -> None:
    with pytest.raises(Transient, match="created_time"):
        parse.post({"id": "1_2", "created_time": written})


@pytest.mark.parametrize(
    ("value", "url"), [("/reel/7/", "https://www.facebook.com/reel/7/"), ("https://fb/x", "https://fb/x"), ("", None), (5, None)]
)
def test_a_permalink_without_a_host_gets_one(value: Any, url: str | None) -> None:
    assert parse.link({"permalink_url": value}) == url


def test_unknown_keys_do_no_harm() -> None:
    post = parse.post({"id": "1_2", "created_time": "2026-11-24T17:00:00+0000", "new": {"a": 1}, "application": {"id": 9, "x": 1}})
    assert post.application == "9"
