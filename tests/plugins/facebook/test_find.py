"""Looking for a post of unknown outcome: all four verdicts, and nothing that is not ours."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gaung.core.errors import Transient
from gaung.core.records import Account, CannotTell, Content, FindAnswer, NotThere, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook import sandbox_posts
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]


@pytest.mark.parametrize("format", ["text", "photo", "carousel"])
def test_a_post_whose_answer_was_lost_is_found(
    format: str,
    side: FacebookSandbox,
    content: MakeContent,
    make_media: MediaMaker,
    lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:
    media = {"text": 0, "photo": 1, "carousel": 2}[format]
    what = content(
        format, *(make_media.jpeg(400, 300, seed=seed) for seed in range(media)), text="  Ayo cek DPT \n", link="https://kpu.go.id"
    )
    attempt = lose(what, "facebook.photos" if format == "photo" else "facebook.feed")
    (post,) = side.posts()
    assert look(attempt, what) == Published(post.id, post.url)


@pytest.mark.parametrize("format", ["text", "photo", "carousel"])
def test_a_post_that_never_arrived_is_not_there(
    format: str, content: MakeContent, make_media: MediaMaker, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    media = {"text": 0, "photo": 1, "carousel": 2}[format]
    what = content(format, *(make_media.jpeg(400, 300, seed=seed) for seed in range(media)))
    attempt = lose(what, "facebook.photos" if format == "photo" else "facebook.feed", "hangup_before")
    assert isinstance(look(attempt, what), NotThere)


def test_two_posts_of_the_same_text_ten_minutes_apart_are_told_apart(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    what = content()
    first = lose(what)
    sandbox.world.clock_offset += 300
    side.post_by_hand(page.external_id, "Sesuatu di antaranya")
    sandbox.world.clock_offset += 300
    second = lose(what)
    later, _, earlier = side.posts()
    assert look(first, what) == Published(earlier.id, earlier.url)
    assert look(second, what) == Published(later.id, later.url)


def test_the_earlier_post_is_not_taken_for_one_that_never_arrived(
    sandbox: TestSandbox, content: MakeContent, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    what = content()
    lose(what)
    sandbox.world.clock_offset += 600
    second = lose(what, do="hangup_before")
    assert isinstance(look(second, what), NotThere)


def test_what_another_delivery_owns_is_left_out(
    side: FacebookSandbox, content: MakeContent, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    what = content()
    attempt = lose(what)
    attempt.owned_ids = frozenset({side.posts()[0].id})
    assert isinstance(look(attempt, what), NotThere)


def test_two_candidates_at_the_same_time_are_left_to_a_person(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    what = content()
    sandbox.world.quotas["facebook.duplicates"] = 1
    attempt = lose(what)
    lose(what)
    answer = look(attempt, what)
    assert isinstance(answer, CannotTell)
    assert all(post.id in answer.note for post in side.posts())


def test_two_carousels_at_the_same_time_are_told_apart_by_their_photos(
    side: FacebookSandbox, content: MakeContent, make_media: MediaMaker, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    what = content("carousel", make_media.jpeg(400, 300), make_media.jpeg(400, 300, seed=1))
    first, second = lose(what), lose(what)
    newer, older = side.posts()
    assert {look(first, what), look(second, what)} == {Published(newer.id, newer.url), Published(older.id, older.url)}
    assert look(first, what) != look(second, what)


def test_a_post_made_by_hand_meanwhile_is_not_adopted(
    side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    live_attempt().run(facebook.gaung_publish, page, content(text="Kiriman sebelumnya"))
    what = content()
    attempt = lose(what, do="hangup_before")
    side.post_by_hand(page.external_id, what.text)
    assert isinstance(look(attempt, what), NotThere)


def test_a_post_of_another_app_is_not_adopted(
    page: Account, content: MakeContent, lose: Callable[..., LiveAttempt],
) -> None:  # fmt: skip
    what = content()
    attempt = lose(what)
    other = Account(
        id=page.id, office=page.office, platform="facebook", external_id=page.external_id, handle=page.handle,
        credentials=page.credentials, settings={**page.settings, "app_id": "1", "app_secret": ""},
    )  # fmt: skip
    assert isinstance(attempt.run(facebook.gaung_find_published, other, what), NotThere)


def test_an_older_post_is_not_adopted_also_with_clocks_apart(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    what = content()
    side.post_by_hand(page.external_id, what.text, created_at=sandbox.world.now() - 60)
    side.post_by_hand(page.external_id, "lain", created_at=sandbox.world.now() - 30)
    sandbox.world.quotas["facebook.duplicates"] = 1
    attempt = lose(what, do="hangup_before", clock_behind=90.0)
    assert isinstance(look(attempt, what), NotThere)
    attempt = lose(what, clock_behind=90.0)
    found = look(attempt, what)
    assert isinstance(found, Published)
    assert found.external_id == side.posts()[0].id


def test_paging_is_followed_as_far_back_as_the_mutation(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    for number in range(250):
        side.post_by_hand(page.external_id, f"lama {number}", created_at=sandbox.world.now() - 7200 - number)
    what = content()
    attempt = lose(what)
    ours = side.posts()[0]
    sandbox.world.clock_offset += 60
    for number in range(150):
        side.post_by_hand(page.external_id, f"baru {number}")
    assert look(attempt, what) == Published(ours.id, ours.url)
    assert len(sandbox.journal("facebook.published_posts")) == 2


def test_an_id_that_was_saved_is_enough(
    sandbox: TestSandbox,
    side: FacebookSandbox,
    page: Account,
    content: MakeContent,
    live_attempt: MakeAttempt,
    look: Callable[..., FindAnswer],
) -> None:
    attempt = live_attempt()
    attempt.run(facebook.gaung_publish, page, content())
    (post,) = side.posts()
    assert look(attempt.reborn(), content(text="anders")) == Published(post.id, post.url)
    assert sandbox.journal("facebook.published_posts") == []
    side.accounts[page.external_id].posts.clear()
    assert isinstance(look(attempt.reborn(), content()), CannotTell)


@pytest.mark.parametrize("do", ["error_before", "hangup_before"])
def test_a_look_that_fails_says_so(
    do: str, sandbox: TestSandbox, content: MakeContent, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    what = content()
    attempt = lose(what)
    sandbox.fault("facebook.published_posts", do)
    with pytest.raises(Transient):
        look(attempt, what)


def test_a_graph_that_does_not_name_the_app_still_shows_what_was_published(
    side: FacebookSandbox, content: MakeContent, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sandbox_posts, "POST_FIELDS", sandbox_posts.POST_FIELDS - {"application"})
    what = content()
    attempt = lose(what)
    (post,) = side.posts()
    assert look(attempt, what) == Published(post.id, post.url)
    assert isinstance(look(lose(content(text="Lain"), do="hangup_before"), content(text="Lain")), NotThere)


def test_a_look_that_is_refused_decides_nothing(
    sandbox: TestSandbox, content: MakeContent, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    what = content()
    attempt = lose(what)
    sandbox.fault("facebook.published_posts", "refused", times=-1)
    assert isinstance(look(attempt, what), CannotTell)


def test_a_look_never_changes_anything(
    sandbox: TestSandbox, content: MakeContent, make_media: MediaMaker, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    for what, operation, skip in (
        (content(), "facebook.feed", 0),
        (content("reel", make_media.mp4()), "facebook.video_reels", 1),
    ):
        attempt = lose(what, operation, skip=skip)
        before = len(sandbox.journal())
        look(attempt, what)
        assert {entry.method for entry in sandbox.journal()[before:]} == {"GET"}
    assert attempt.mutation_started_at is not None
    assert attempt.mutation_started_at <= sandbox.world.today() + timedelta(seconds=1)
