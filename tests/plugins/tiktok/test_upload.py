"""A half upload is gone on with, an unknown one is looked into, and nothing is sent twice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gaung.core.errors import Ambiguous, LeaseLost, Rejected, Transient
from gaung.core.records import Account, Content, Media, NotThere, Pending, Published, Unfinished
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox

Attempts = Callable[..., LiveAttempt]


def statuses(sandbox: TestSandbox) -> list[int | None]:
    return [entry.status for entry in sandbox.journal("tiktok.upload")]


def test_nothing_irreversible_has_started_before_the_last_chunk(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before", skip=3)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    assert attempt.mutation_started_at is None
    assert tiktok.posts() == []


@pytest.mark.parametrize("do", ["error_before", "error_after", "hangup_before", "hangup_after"])
@pytest.mark.parametrize("lost", [0, 2, 3])
def test_another_process_goes_on_from_the_chunk_that_was_lost(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, spot: Media, live_attempt: Attempts, do: str, lost: int
) -> None:
    sandbox.fault("tiktok.upload", do, skip=lost)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    again = attempt.reborn(number=2)
    again.run(plugin.gaung_publish, account, video)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert len(sandbox.journal("tiktok.video.init")) == 1
    assert len(statuses(sandbox)) == (5 if do.endswith("after") else 6)
    assert [post.files[0].data for post in tiktok.posts()] == [spot.path.read_bytes()]


def test_a_chunk_cut_off_in_the_middle_is_sent_again_in_full(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, spot: Media, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "cut_upload", bytes=700, skip=1)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.reborn(number=2).run(plugin.gaung_publish, account, video)
    assert [post.files[0].data for post in tiktok.posts()] == [spot.path.read_bytes()]


@pytest.mark.parametrize("do", ["hangup_after", "error_after"])
def test_a_lost_answer_to_the_last_chunk_is_found_by_its_publish_id(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, do: str
) -> None:
    sandbox.fault("tiktok.upload", do, skip=4)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.outcome_unknown()
    assert attempt.reborn().run(plugin.gaung_find_published, account, video) == Published(tiktok.posts()[0].id, tiktok.posts()[0].url)
    assert len(sandbox.journal("tiktok.upload")) == 5


@pytest.mark.parametrize("do", ["hangup_before", "error_before"])
def test_a_last_chunk_that_never_arrived_is_finished_on_the_same_upload(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, do: str
) -> None:
    sandbox.fault("tiktok.upload", do, skip=4)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.outcome_unknown()
    again = attempt.reborn()
    found = again.run(plugin.gaung_find_published, account, video)
    assert isinstance(found, Unfinished)
    assert found.resume == "finish"
    assert isinstance(again.run(plugin.gaung_finish, account, video), Pending)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert len(tiktok.posts()) == 1
    assert len(sandbox.journal("tiktok.video.init")) == 1


def test_finishing_twice_sends_nothing_twice(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    before = len(sandbox.journal("tiktok.upload"))
    assert isinstance(attempt.run(plugin.gaung_finish, account, video), Pending)
    assert len(sandbox.journal("tiktok.upload")) == before
    assert len(tiktok.posts()) == 1


def test_publishing_again_with_the_checkpoints_of_a_finished_upload_does_not_post_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    assert isinstance(attempt.reborn(number=2).run(plugin.gaung_publish, account, video), Pending)
    assert len(tiktok.posts()) == 1
    assert len(sandbox.journal("tiktok.video.init")) == 1


def test_finish_without_an_upload_never_begins_one(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    with pytest.raises(Ambiguous):
        live_attempt().run(plugin.gaung_finish, account, video)
    assert sandbox.journal() == []


def test_an_upload_older_than_its_url_begins_anew(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before", skip=2)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    sandbox.world.clock_offset += 3590
    again = attempt.reborn(number=2)
    again.run(plugin.gaung_publish, account, video)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert len(sandbox.journal("tiktok.video.init")) == 2
    assert len(tiktok.posts()) == 1


def test_a_half_upload_whose_url_ended_is_not_there(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    sandbox.fault("tiktok.upload", "hangup_before", skip=4)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    sandbox.world.clock_offset += 3700
    assert isinstance(attempt.run(plugin.gaung_find_published, account, video), NotThere)
    with pytest.raises(Transient, match="upload_over"):
        attempt.run(plugin.gaung_finish, account, video)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_check, account, video)


@pytest.mark.parametrize("last", [False, True])
def test_an_upload_link_that_tiktok_gave_up_is_not_used_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, last: bool
) -> None:
    sandbox.fault("tiktok.upload", "token_expired", skip=4 if last else 1)
    attempt = live_attempt()
    with pytest.raises(Transient, match="upload_403"):
        attempt.run(plugin.gaung_publish, account, video)
    if last:
        assert isinstance(attempt.run(plugin.gaung_find_published, account, video), NotThere)
    attempt.reborn(number=2).run(plugin.gaung_publish, account, video)
    assert len(sandbox.journal("tiktok.video.init")) == 2
    assert len(tiktok.posts()) == 1


def test_progress_that_disagrees_begins_anew_while_nothing_irreversible_started(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before", skip=2)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    [task] = tiktok.state.tasks.values()
    task.sent -= 100  # what TikTok says and what it takes no longer agree with whole chunks
    with pytest.raises(Transient, match="upload_416"):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.run(plugin.gaung_publish, account, video)
    assert len(tiktok.posts()) == 1


def test_a_last_chunk_out_of_step_is_looked_into_and_not_repeated(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    sandbox.fault("tiktok.upload", "hangup_before", skip=4)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    [task] = tiktok.state.tasks.values()
    task.sent += 50
    with pytest.raises(Ambiguous, match="upload_416"):
        attempt.run(plugin.gaung_finish, account, video)


def test_a_refused_chunk_is_refused_for_good(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    sandbox.fault("tiktok.upload", "refused", skip=4)
    with pytest.raises(Rejected, match="upload_400"):
        live_attempt().run(plugin.gaung_publish, account, video)


def test_an_upload_goes_to_known_hosts_only(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.state.base_url = lambda: "https://upload.example.org"
    attempt = live_attempt()
    with pytest.raises(Rejected) as caught:
        attempt.run(plugin.gaung_publish, account, video)
    assert caught.value.code == "untrusted_url"
    assert "upload_token" not in str(caught.value)
    assert sandbox.journal("tiktok.upload") == []
    assert attempt.mutation_started_at is None


def test_a_tampered_checkpoint_sends_the_video_nowhere_else(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before")
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.checkpoints["upload"]["url"] = "http://127.0.0.1:9/video/"
    with pytest.raises(Rejected, match="untrusted_url"):
        attempt.run(plugin.gaung_publish, account, video)


class Evicted(LiveAttempt):
    """Loses its lease while the second chunk is on its way: at the fifth question since the first one arrived."""

    arrived: Callable[[], bool]
    checks = 0

    def check(self) -> None:
        self.checks += self.arrived()
        if self.checks >= 5:
            self.lose_lease()
        super().check()


def test_a_worker_that_lost_its_lease_stops_in_the_middle_of_a_chunk(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, spot: Media, tmp_path: Path
) -> None:
    large = replace(spot, size=2_000_000, store=tmp_path)
    large.path.parent.mkdir()
    large.path.write_bytes(bytes(large.size))
    chunky = replace(account, settings={**account.settings, "chunk_bytes": 700_000})
    attempt = Evicted(now=sandbox.world.today)
    attempt.arrived = lambda: any(task.sent for task in tiktok.state.tasks.values())
    with pytest.raises(LeaseLost):
        attempt.run(plugin.gaung_publish, chunky, replace(video, media=(large,)))
    [task] = tiktok.state.tasks.values()
    assert task.sent == 700_000
    assert tiktok.posts() == []


@pytest.mark.parametrize("do", ["hangup_after", "hangup_before", "error_after", "error_before"])
@pytest.mark.parametrize("operation", ["tiktok.creator_info", "tiktok.video.init"])
def test_a_lost_answer_before_the_upload_is_harmless(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, operation: str, do: str
) -> None:
    sandbox.fault(operation, do)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    assert len(sandbox.journal(operation)) == 1
    assert attempt.mutation_started_at is None
    attempt.run(plugin.gaung_publish, account, video)
    assert len(tiktok.posts()) == 1
