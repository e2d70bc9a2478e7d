"""Measuring on TikTok: every number as the sandbox has it; what is not public, not permitted or refused is unknown and loses no other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gaung.core import fence, http
from gaung.core.errors import AuthExpired, AuthRevoked, RateLimited, Transient
from gaung.core.http import Effect
from gaung.core.records import Account, Content, Credentials, Measure, Measured, Publication, Published
from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.metrics import METRICS
from gaung.plugins.tiktok.sandbox import TikTokSandbox
from gaung.plugins.tiktok.sandbox_display import Display
from gaung.plugins.tiktok.sandbox_state import SCOPES

OF_ACCOUNT = {metric.name for metric in METRICS if metric.of == "account"}
OF_VIDEO = {metric.name for metric in METRICS if metric.of == "publication"}
GONE = "TikTok lists no such public video of the account: deleted, not public, in review, or another account's"
NO_ID = "TikTok tells numbers of public videos only, and this is no id of one"
Key = tuple[str | None, str]


@pytest.fixture(autouse=True)
def no_crash(sandbox: TestSandbox) -> Iterator[None]:
    yield
    assert sandbox.sandbox.crashes == []


@pytest.fixture
def there(tiktok: TikTokSandbox, account: Account) -> SandboxAccount:
    return tiktok.accounts[account.external_id]


def videos(tiktok: TikTokSandbox, account: Account, number: int) -> list[SandboxPost]:
    now = tiktok.world.now()
    return [tiktok.post_by_hand(account.external_id, f"Cek namamu {place}", now - 86_400 * (1 + place)) for place in range(number)]


def asked(*ids: str | None) -> list[Publication]:
    return [Publication(id=1, external_id=one, url=None, published_at=datetime(2026, 11, 1, tzinfo=UTC)) for one in ids]


def reading(hook: Callable[..., Measured], **given: Any) -> dict[Key, Measure]:
    """What a look told; it may send nothing that is more than a look."""

    def watch(_method: str, _url: str, effect: Effect, _reply: Any) -> None:
        assert effect is Effect.READ

    with http.watched(watch), fence.reading():
        measures = hook(**given).measures
    found = {(one.publication, one.name): one for one in measures}
    assert len(found) == len(measures)
    for one in measures:
        assert (one.value is None) is bool(one.why), one
    return found


def of_account(account: Account) -> dict[str, Measure]:
    told = reading(plugin.gaung_measure_account, account=account)
    assert {key[0] for key in told} == {None}
    return {name: one for (_, name), one in told.items()}


def of_videos(account: Account, posts: Sequence[SandboxPost], *more: str | None) -> dict[Key, Measure]:
    return reading(plugin.gaung_measure_publications, account=account, publications=asked(*(post.id for post in posts), *more))


def unknown(told: dict[Any, Measure]) -> set[Any]:
    return {key for key, one in told.items() if one.value is None}


def test_every_number_of_an_account_is_the_worlds_in_one_call(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, there: SandboxAccount
) -> None:
    videos(tiktok, account, 3)[1].visible = False
    told = of_account(account)
    assert set(told) == OF_ACCOUNT
    for name, one in told.items():
        at = one.as_of.timestamp()
        assert one.value in {sandbox.world.numbers.of_account("tiktok", there, name, at + late) for late in (0, 0.5, 1)}, name
        assert abs(at - sandbox.world.now()) < 60
    assert told["posts"].value == 2
    assert [entry.operation for entry in sandbox.journal()] == ["tiktok.user_info"]


def test_twenty_videos_are_one_call_and_twenty_one_are_two(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account) -> None:
    posts = videos(tiktok, account, 21)
    together = plugin.gaung_platform().capabilities.measures_together
    told = of_videos(account, posts[:together])
    assert len(sandbox.journal("tiktok.*")) == len(sandbox.journal("tiktok.video.query")) == 1
    assert set(told) == {(post.id, name) for post in posts[:together] for name in OF_VIDEO}
    for post in posts[:together]:
        for name in OF_VIDEO:
            one = told[post.id, name]
            at = one.as_of.timestamp()
            assert one.value in {sandbox.world.numbers.of_post("tiktok", post, name, at + late) for late in (0, 0.5, 1)}
    assert unknown(of_videos(account, posts)) == set()
    assert len(sandbox.journal("tiktok.video.query")) == 3


def test_shares_by_people_of_the_sandbox_are_among_those_that_are_told(tiktok: TikTokSandbox, account: Account) -> None:
    [post] = videos(tiktok, account, 1)
    tiktok.world.numbers.put("tiktok", post.id, "shares", 40, 0.0)
    for number, signal in enumerate(("share_button", "dm", "duet")):
        tiktok.do(tiktok.add_profile(f"contoh_agt_{number}"), signal, account.external_id, post.id)
    assert of_videos(account, [post])[post.id, "shares"].value == 42


def test_one_withheld_number_loses_none_of_the_others(tiktok: TikTokSandbox, account: Account) -> None:
    posts = videos(tiktok, account, 2)
    for name in sorted(OF_VIDEO):
        tiktok.world.numbers.put("tiktok", posts[0].id, name, None, 0.0)
        assert unknown(of_videos(account, posts)) == {(posts[0].id, name)}
        tiktok.world.numbers.put("tiktok", posts[0].id, name, 7, 0.0)
    for name in sorted(OF_ACCOUNT):
        tiktok.world.numbers.put("tiktok", account.external_id, name, None, 0.0)
        told = of_account(account)
        assert unknown(told) == {name}
        assert told[name].why == "TikTok leaves it out of its answer"
        tiktok.world.numbers.put("tiktok", account.external_id, name, 7, 0.0)


def test_a_zero_is_zero(tiktok: TikTokSandbox, account: Account) -> None:
    [post] = videos(tiktok, account, 1)
    for name in OF_VIDEO:
        tiktok.world.numbers.put("tiktok", post.id, name, 0, 0.0)
    for name in OF_ACCOUNT:
        tiktok.world.numbers.put("tiktok", account.external_id, name, 0, 0.0)
    assert {one.value for one in [*of_videos(account, [post]).values(), *of_account(account).values()]} == {0}


def test_a_deleted_a_hidden_and_a_foreign_video_spoil_none_of_their_batch(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, there: SandboxAccount, account_for: Callable[..., Account]
) -> None:
    other = account_for("tiktok", handle="contoh_lain", external_id="open-id-2")
    posts = videos(tiktok, account, 4)
    [foreign] = videos(tiktok, other, 1)
    there.posts.remove(posts[0])
    posts[2].visible = False
    told = of_videos(account, [*posts, foreign])
    lost = {posts[0].id, posts[2].id, foreign.id}
    assert unknown(told) == {(video, name) for video in lost for name in OF_VIDEO}
    assert {one.why for one in told.values() if one.value is None} == {GONE}
    assert len(sandbox.journal("tiktok.video.query")) == 1


def test_what_is_published_is_measured_by_the_public_id_and_never_by_the_publish_id(
    sandbox: TestSandbox, account: Account, there: SandboxAccount, video: Content, live_attempt: Callable[..., LiveAttempt]
) -> None:  # fmt: skip
    sandbox.world.processing_seconds = 0
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    receipt = attempt.run(plugin.gaung_check, account, video)
    assert isinstance(receipt, Published)
    [post] = there.posts
    assert receipt.external_id == post.id != post.extra["publish_id"]
    told = of_videos(account, [post], post.extra["publish_id"], None, "")
    assert unknown(told) == {(post.extra["publish_id"], name) for name in OF_VIDEO}
    assert {one.why for one in told.values() if one.value is None} == {NO_ID}
    assert "v_pub" not in str(sandbox.journal("tiktok.video.query"))


def test_photos_that_tiktok_does_not_list_have_no_number(tiktok: TikTokSandbox, account: Account, there: SandboxAccount) -> None:
    posts = videos(tiktok, account, 2)
    posts[0].kind = "photo"
    assert unknown(of_videos(account, posts)) == set()
    there.extra["lists_photos"] = False
    assert unknown(of_videos(account, posts)) == {(posts[0].id, name) for name in OF_VIDEO}


def test_nothing_is_asked_about_nothing(sandbox: TestSandbox, account: Account) -> None:
    assert of_videos(account, [], None) == {}
    assert sandbox.journal() == []


@pytest.mark.parametrize("said", [True, False])
def test_a_scope_that_was_not_granted_leaves_numbers_unknown_and_the_account_in_service(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, *, said: bool
) -> None:
    posts = videos(tiktok, account, 2)
    narrow = ("user.info.basic", "video.publish")
    for token in tiktok.state.tokens.values():
        token.scopes = narrow
    given = dict(account.credentials) | ({"scope": ",".join(narrow)} if said else {})
    account = replace(account, credentials=Credentials(given))
    code = "" if said else " (scope_not_authorized)"
    for told, needed in ((of_account(account), "user.info.stats"), (of_videos(account, posts), "video.list")):
        assert unknown(told) == set(told) != set()
        assert {one.why for one in told.values()} == {f"permission missing{code}; needed: {needed}"}
    assert len(sandbox.journal()) == (0 if said else 2)


def test_scopes_that_were_granted_are_used(account: Account) -> None:
    account = replace(account, credentials=Credentials(dict(account.credentials) | {"scope": ",".join(SCOPES)}))
    assert unknown(of_account(account)) == set()


def test_a_limit_is_raised_as_everywhere(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account) -> None:
    posts = videos(tiktok, account, 1)
    sandbox.world.quotas |= {"tiktok.user_info.per_minute": 1, "tiktok.video.query.per_minute": 1}
    for look in (lambda: of_account(account), lambda: of_videos(account, posts)):
        look()
        with pytest.raises(RateLimited) as caught:
            look()
        assert (caught.value.scope, caught.value.retry_after) == ("account", 60.0)


def test_an_expired_token_is_expired_and_a_revoked_one_can_not_be_refreshed(tiktok: TikTokSandbox, account: Account) -> None:
    posts = videos(tiktok, account, 1)
    for how in ("expire", "revoke"):
        tiktok.break_token(account.external_id, how)
        for look in (lambda: of_account(account), lambda: of_videos(account, posts)):
            with pytest.raises(AuthExpired):
                look()
    with pytest.raises(AuthRevoked):
        plugin.gaung_refresh_credentials(account=account)


@pytest.mark.parametrize("do", ["hangup_before", "hangup_after", "error_before"])
def test_no_answer_is_asked_for_another_time(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, do: str) -> None:
    posts = videos(tiktok, account, 1)
    for operation in ("tiktok.user_info", "tiktok.video.query"):
        sandbox.fault(operation, do)
    for look in (lambda: of_account(account), lambda: of_videos(account, posts)):
        with pytest.raises(Transient):
            look()
        assert unknown(look()) == set()


@pytest.mark.parametrize("answer", [PlainTextResponse("<html>502</html>"), JSONResponse([]), JSONResponse({"data": {}})])
def test_garbage_is_no_answer(tiktok: TikTokSandbox, account: Account, monkeypatch: pytest.MonkeyPatch, answer: Response) -> None:
    posts = videos(tiktok, account, 1)
    monkeypatch.setattr("gaung.plugins.tiktok.sandbox_display.envelope", lambda *_: answer)
    for look in (lambda: of_account(account), lambda: of_videos(account, posts)):
        with pytest.raises(Transient):
            look()


@pytest.mark.parametrize("odd", ["12", -3, True, 1.5, {"value": 3}, [7]])
def test_a_count_that_is_none_loses_no_other(tiktok: TikTokSandbox, account: Account, monkeypatch: pytest.MonkeyPatch, odd: Any) -> None:
    posts = videos(tiktok, account, 2)
    real = Display._video

    def spoilt(self: Display, post: SandboxPost, wanted: list[str]) -> dict[str, Any]:
        return real(self, post, wanted) | ({"like_count": odd} if post is posts[0] else {})

    monkeypatch.setattr(Display, "_video", spoilt)
    told = of_videos(account, posts)
    assert unknown(told) == {(posts[0].id, "likes")}
    assert told[posts[0].id, "likes"].why == "TikTok's like_count is no number"


def test_rows_that_are_none_lose_no_other(tiktok: TikTokSandbox, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = videos(tiktok, account, 3)
    real = Display._video

    def spoilt(self: Display, post: SandboxPost, wanted: list[str]) -> Any:
        return {posts[0].id: None, posts[1].id: {"view_count": 3}}.get(post.id, real(self, post, wanted))

    monkeypatch.setattr(Display, "_video", spoilt)
    assert unknown(of_videos(account, posts)) == {(post.id, name) for post in posts[:2] for name in OF_VIDEO}


def test_a_field_that_died_loses_no_other(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = videos(tiktok, account, 3)
    monkeypatch.setattr(
        "gaung.plugins.tiktok.sandbox_display.OF_VIDEO", {"view_count": "views", "share_count": "shares", "like_count": "likes"}
    )
    monkeypatch.setattr("gaung.plugins.tiktok.sandbox_display.OF_USER", {"follower_count": "followers"})
    told = of_videos(account, posts)
    assert unknown(told) == {(post.id, "comments") for post in posts}
    assert told[posts[0].id, "comments"].why.startswith("TikTok refuses it (invalid_params): comment_count is not a field")
    assert len(sandbox.journal("tiktok.video.query")) == 1 + len(OF_VIDEO)
    assert unknown(of_account(account)) == OF_ACCOUNT - {"followers"}


def test_a_video_that_makes_tiktok_refuse_the_whole_batch_loses_no_other(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, there: SandboxAccount
) -> None:
    posts = videos(tiktok, account, 3)
    there.posts.remove(posts[1])
    sandbox.world.quotas["tiktok.video.query.strict"] = 1
    told = of_videos(account, posts)
    assert unknown(told) == {(posts[1].id, name) for name in OF_VIDEO}
    assert told[posts[1].id, "views"].why.startswith("TikTok refuses it (invalid_params)")
    together, singly = 1 + len(OF_VIDEO), 2 + (1 + len(OF_VIDEO))
    assert len(sandbox.journal("tiktok.video.query")) == together + singly
