"""A new process goes on where the old one stopped; a session that no longer serves is replaced, but never after the last bytes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, LeaseLost, Rejected, Transient
from gaung.core.records import Account, Content, Media, Pending, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.sandbox import YouTubeSandbox

Make = Callable[..., Content]
Attempts = Callable[..., LiveAttempt]
UPLOADER = Path(__file__).with_name("uploader.py")


def test_a_killed_uploader_is_followed_by_one_that_sends_only_the_rest(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, film: Media, tmp_path: Path, live_attempt: Attempts
) -> None:
    sandbox.fault("youtube.upload.chunk", "slow", skip=3, seconds=10)
    job, saved = tmp_path / "job.json", tmp_path / "checkpoints.json"
    job.write_text(json.dumps(_job(channel, film, saved)))
    process = subprocess.Popen([sys.executable, str(UPLOADER), str(job)])
    try:
        _wait_for(lambda: len(sandbox.journal("youtube.upload.chunk")) == 4)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert process.returncode == -signal.SIGKILL
    sandbox.sandbox.faults.clear()

    attempt = live_attempt(checkpoints=json.loads(saved.read_text()))
    assert isinstance(attempt.run(plugin.gaung_publish, channel, make_content(media=film)), Pending)
    assert isinstance(attempt.run(plugin.gaung_check, channel, make_content(media=film)), Published)
    assert [(post.files[0].sha256, post.made_by) for post in youtube.posts()] == [(film.sha256, "api")]
    assert len(sandbox.journal("youtube.videos.insert")) == 1
    assert len(sandbox.journal("youtube.upload.status")) == 1
    assert len(sandbox.journal("youtube.upload.chunk")) == 4 + 2


def test_an_upload_uses_no_library_that_sends_by_itself_and_asks_for_each_thing_once(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, film: Media, tmp_path: Path
) -> None:
    job = tmp_path / "job.json"
    job.write_text(json.dumps(_job(channel, film, tmp_path / "checkpoints.json")))
    run = subprocess.run([sys.executable, str(UPLOADER), str(job)], capture_output=True, text=True, check=True, timeout=60)
    imported = set(json.loads(run.stdout))
    assert "google.oauth2.credentials" in imported
    assert not imported & {"googleapiclient", "google.api_core", "google_auth_httplib2", "httplib2", "requests", "urllib3"}
    assert [entry.operation for entry in sandbox.journal("youtube.*")] == [
        "youtube.token",
        "youtube.videos.insert",
        *["youtube.upload.chunk"] * 5,
        "youtube.upload.last",
    ]
    assert [post.files[0].sha256 for post in youtube.posts()] == [film.sha256]


def _job(channel: Account, film: Media, saved: Path) -> dict[str, object]:
    media = {name: getattr(film, name) for name in ("sha256", "name", "kind", "mime", "size", "width", "height")}
    return {
        "settings": dict(channel.settings),
        "credentials": dict(channel.credentials),
        "external_id": channel.external_id,
        "media": {**media, "store": str(film.store)},
        "saved": str(saved),
    }


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_a_half_upload_goes_on_after_the_bytes_that_youtube_kept(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.chunk", "cut_upload", skip=2, bytes=100_000)
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    attempt.reborn(number=2).run(plugin.gaung_publish, channel, make_content(media=film))
    assert [post.files[0].sha256 for post in youtube.posts()] == [film.sha256]
    assert len(sandbox.journal("youtube.videos.insert")) == 1
    assert len(sandbox.journal("youtube.upload.chunk")) == 3 + 3


def test_a_session_that_ended_is_replaced_while_nothing_irreversible_was_tried(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.chunk", "hangup_after", skip=2)
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    youtube.uploads.sessions.clear()
    attempt.reborn().run(plugin.gaung_publish, channel, make_content(media=film))
    assert [post.files[0].sha256 for post in youtube.posts()] == [film.sha256]
    assert len(sandbox.journal("youtube.videos.insert")) == 2


def test_a_session_that_ends_under_way_is_transient_and_replaced_next_time(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media
) -> None:
    class Forgetful(LiveAttempt):
        def checkpoint(self, key: str, value: object) -> None:
            super().checkpoint(key, value)
            youtube.uploads.sessions.clear()

    attempt = Forgetful()
    with pytest.raises(Transient) as caught:
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    assert caught.value.code == "session_gone"
    live_attempt(checkpoints=attempt.checkpoints).run(plugin.gaung_publish, channel, make_content(media=film))
    assert len(youtube.posts()) == 1


def test_a_session_that_is_gone_after_the_last_bytes_is_never_replaced(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, make_content())
    youtube.uploads.sessions.clear()
    for hook in (plugin.gaung_publish, plugin.gaung_finish, plugin.gaung_check):
        with pytest.raises(Ambiguous) as caught:
            attempt.reborn().run(hook, channel, make_content())
        assert caught.value.code == "session_gone"
    assert len(youtube.posts()) == 1


def test_a_finished_session_is_never_filled_again(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, make_content())
    for hook in (plugin.gaung_publish, plugin.gaung_finish, plugin.gaung_check):
        again = attempt.reborn()
        again.run(hook, channel, make_content())
        assert again.checkpoints["video"] == youtube.posts()[0].id
        assert again.mutations == 0
    assert len(sandbox.journal("youtube.upload.last")) == 1


def test_a_half_upload_is_ready_for_finish(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.chunk", "hangup_after", skip=1)
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    ready = attempt.run(plugin.gaung_check, channel, make_content(media=film))
    assert type(ready).__name__ == "Ready"
    assert isinstance(attempt.run(plugin.gaung_finish, channel, make_content(media=film)), Pending)


@pytest.mark.parametrize("change", ["title", "text", "privacy", "file"])
def test_a_changed_post_gets_a_session_of_its_own(
    sandbox: TestSandbox,
    youtube: YouTubeSandbox,
    channel: Account,
    make_content: Make,
    live_attempt: Attempts,
    film: Media,
    spot: Media,
    change: str,
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.chunk", "hangup_after")
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    changes: dict[str, dict[str, Any]] = {
        "title": {"title": "Baru"},
        "text": {"text": "Baru"},
        "privacy": {"privacy": "unlisted"},
        "file": {"media": spot},
    }
    attempt.reborn().run(plugin.gaung_publish, channel, make_content(**{"media": film, **changes[change]}))
    (post,) = youtube.posts()
    assert len(sandbox.journal("youtube.videos.insert")) == 2
    assert (post.title == "Baru", post.text == "Baru", post.extra["privacy"] == "unlisted", post.files[0].sha256 == spot.sha256) == tuple(
        change == name for name in ("title", "text", "privacy", "file")
    )


def test_a_lost_lease_stops_before_the_next_request(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, film: Media
) -> None:
    class Slipping(LiveAttempt):
        def checkpoint(self, key: str, value: object) -> None:
            super().checkpoint(key, value)
            self.lose_lease()

    with pytest.raises(LeaseLost):
        Slipping().run(plugin.gaung_publish, channel, make_content(media=film))
    assert not sandbox.journal("youtube.upload.*")
    assert youtube.posts() == []


def test_a_session_on_an_unknown_host_is_not_followed(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", "error_before")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, make_content())
    stolen = {**attempt.checkpoints["session"], "uri": "https://evil.example/upload?upload_id=SECRET"}
    with pytest.raises(Rejected) as caught:
        live_attempt(checkpoints={"session": stolen}).run(plugin.gaung_publish, channel, make_content())
    assert caught.value.code == "untrusted_url"
    assert "SECRET" not in str(caught.value)


def test_a_session_that_youtube_opens_elsewhere_is_neither_saved_nor_used(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = live_attempt()
    monkeypatch.setattr(sandbox.world, "base_url", "https://www.googleapis.com.evil.example")
    with pytest.raises(Rejected) as caught:
        attempt.run(plugin.gaung_publish, channel, make_content())
    assert caught.value.code == "untrusted_url"
    assert attempt.checkpoints == {}


def test_a_path_prefix_and_a_slash_at_the_end_of_the_address_are_kept(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    slashed = replace(channel, settings={**channel.settings, "api_url": f"{channel.settings['api_url']}/"})
    live_attempt().run(plugin.gaung_publish, slashed, make_content())
    assert len(youtube.posts()) == 1
