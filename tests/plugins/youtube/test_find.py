"""Looking when even the session is gone: by the channel's own uploads, never adopting what is not ours."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import Ambiguous, Transient
from gaung.core.records import Account, CannotTell, Content, NotThere, Published, Unfinished
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.sandbox import YouTubeSandbox

Make = Callable[..., Content]
Attempts = Callable[..., LiveAttempt]


@pytest.fixture
def lose(sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, live_attempt: Attempts) -> Callable[..., LiveAttempt]:
    """An attempt whose last reply was lost, and whose session YouTube then forgot."""

    def lost(content: Content, fault: str = "hangup_after", *, forget: bool = True) -> LiveAttempt:
        attempt = live_attempt()
        sandbox.fault("youtube.upload.last", fault)
        with pytest.raises(Ambiguous):
            attempt.run(plugin.gaung_publish, channel, content)
        attempt.outcome_unknown()
        if forget:
            youtube.uploads.sessions.clear()
        return attempt

    return lost


def test_without_its_session_a_video_is_found_among_the_uploads(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content(text="Cek namamu.  \nSekarang."))
    found = attempt.run(plugin.gaung_find_published, channel, make_content(text="Cek namamu.  \nSekarang."))
    assert found == Published(youtube.posts()[0].id, youtube.posts()[0].url)
    assert not sandbox.journal("youtube.search.list")


def test_without_its_session_and_without_a_video_it_is_not_there(
    channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content(), "hangup_before")
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), NotThere)


def test_a_private_video_is_found_too(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content(privacy="private"))
    found = attempt.run(plugin.gaung_find_published, channel, make_content(privacy="private"))
    assert found == Published(youtube.posts()[0].id, youtube.posts()[0].url)


def test_two_of_the_same_text_ten_minutes_apart_are_told_apart(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    first = lose(make_content(), forget=False)
    sandbox.world.clock_offset += 600
    second = lose(make_content())
    newer, older = youtube.posts()
    found = second.run(plugin.gaung_find_published, channel, make_content())
    assert isinstance(found, Published)
    assert found.external_id == newer.id
    found = first.run(plugin.gaung_find_published, channel, make_content())
    assert isinstance(found, Published)
    assert found.external_id == older.id


def test_two_of_the_same_text_at_once_are_told_apart_by_what_others_own(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    lose(make_content())
    second = lose(make_content())
    assert isinstance(second.run(plugin.gaung_find_published, channel, make_content()), CannotTell)
    newer, older = youtube.posts()
    second.owned_ids = frozenset({older.id})
    found = second.run(plugin.gaung_find_published, channel, make_content())
    assert isinstance(found, Published)
    assert found.external_id == newer.id


def test_an_older_video_of_the_same_text_is_not_adopted(
    sandbox: TestSandbox,
    youtube: YouTubeSandbox,
    channel: Account,
    make_content: Make,
    live_attempt: Attempts,
    lose: Callable[..., LiveAttempt],
) -> None:
    live_attempt().run(plugin.gaung_publish, channel, make_content())
    sandbox.world.clock_offset += 600
    attempt = lose(make_content(), "hangup_before")
    assert len(youtube.posts()) == 1
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), NotThere)


@pytest.mark.parametrize("title", ["Cek DPT Online", None, "Lain"])
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_hand_made_video_of_another_time_is_not_adopted(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt],
    title: str | None, minutes: int,
) -> None:  # fmt: skip
    attempt = lose(make_content(), "hangup_before")
    youtube.post_by_hand(channel.external_id, make_content().text, sandbox.world.now() + 60 * minutes, title)
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), NotThere)


@pytest.mark.parametrize(
    ("title", "text"),
    [("Cek DPT", "Cek namamu di DPT."), ("Cek DPT Online", "Cek namamu di DPT!"), ("cek dpt online", "Cek namamu di DPT.")],
)
def test_a_hand_made_video_with_other_words_is_not_adopted(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt], title: str, text: str
) -> None:
    attempt = lose(make_content(), "hangup_before")
    youtube.post_by_hand(channel.external_id, text, title=title)
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), NotThere)


def test_a_hand_made_twin_beside_ours_leaves_it_open(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content())
    youtube.post_by_hand(channel.external_id, make_content().text)
    found = attempt.run(plugin.gaung_find_published, channel, make_content())
    assert isinstance(found, CannotTell)
    assert youtube.posts()[0].id in found.note


def test_a_twin_from_the_time_of_a_long_upload_leaves_it_open(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    """YouTube does not say whether publishedAt is the begin or the end of an upload."""
    attempt = lose(make_content(), "hangup_before")
    began = sandbox.world.now()
    sandbox.world.clock_offset += 1200
    attempt.mutation_started_at = attempt.unknown_since = attempt.now()
    youtube.post_by_hand(channel.external_id, make_content().text, began + 2, make_content().title)
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), CannotTell)
    youtube.accounts[channel.external_id].posts[0].created_at = began - 60
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), NotThere)


def test_a_worker_whose_clock_lags_finds_it_all_the_same(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt(clock_behind=300)
    sandbox.fault("youtube.upload.last", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, make_content())
    attempt.outcome_unknown()
    youtube.uploads.sessions.clear()
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), Published)


def test_many_newer_uploads_do_not_hide_it_and_old_ones_are_not_paged_through(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    for number in range(300):
        youtube.post_by_hand(channel.external_id, f"lama {number}", sandbox.world.now() - 3 * 86400 - number)
    attempt = lose(make_content())
    for number in range(120):
        youtube.post_by_hand(channel.external_id, f"baru {number}")
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, make_content()), Published)
    assert 3 <= len(sandbox.journal("youtube.playlistItems.list")) <= 4


def test_a_known_video_needs_no_session_and_no_list(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, channel, make_content())
    attempt.outcome_unknown()
    assert isinstance(attempt.reborn().run(plugin.gaung_find_published, channel, make_content()), Published)
    assert not sandbox.journal("youtube.upload.status")


def test_a_session_that_is_alive_and_empty_proves_that_nothing_is_there(
    sandbox: TestSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content(), "hangup_before", forget=False)
    assert attempt.run(plugin.gaung_find_published, channel, make_content()) == Unfinished(
        "finish", f"0 of {make_content().media[0].size} bytes are stored"
    )
    assert not sandbox.journal("youtube.playlistItems.list")


def test_a_look_that_fails_is_transient_and_changes_nothing(
    sandbox: TestSandbox, channel: Account, make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content())
    sandbox.fault("youtube.playlistItems.list", "hangup_after")
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_find_published, channel, make_content())
    assert len(sandbox.journal("youtube.upload.last")) == 1


def test_a_token_of_another_channel_cannot_tell(
    channel: Account, account_for: Callable[..., Account], make_content: Make, lose: Callable[..., LiveAttempt]
) -> None:
    attempt = lose(make_content())
    other = account_for("youtube", external_id="UCcontoh99")
    assert isinstance(attempt.run(plugin.gaung_find_published, replace(channel, credentials=other.credentials), make_content()), CannotTell)
