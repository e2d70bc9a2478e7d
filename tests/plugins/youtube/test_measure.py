"""Measuring on YouTube: every number as the sandbox has it, rounded or hidden where YouTube does so, and what it costs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gaung.core import fence, http
from gaung.core.errors import AuthExpired, AuthRevoked, RateLimited, Rejected, Transient
from gaung.core.http import Effect
from gaung.core.records import Account, Measure, Measured, Publication
from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.metrics import METRICS
from gaung.plugins.youtube.sandbox import YouTubeSandbox
from gaung.plugins.youtube.sandbox_auth import Tokens
from gaung.plugins.youtube.sandbox_numbers import Numbers, rounded
from gaung.plugins.youtube.sandbox_reply import Refused

OF_CHANNEL = {metric.name for metric in METRICS if metric.of == "account"}
OF_VIDEO = {metric.name for metric in METRICS if metric.of == "publication"}
GONE = "YouTube's answer leaves the video out: deleted, or not shown to this channel"


@pytest.fixture(autouse=True)
def only_reads(sandbox: TestSandbox) -> Iterator[None]:
    """Measuring sends nothing that is more than a look, and no handler of the sandbox breaks."""

    def watch(_method: str, _url: str, effect: Effect, _reply: Any) -> None:
        assert effect is Effect.READ

    with http.watched(watch), fence.reading():
        yield
    assert sandbox.sandbox.crashes == []


@pytest.fixture
def there(youtube: YouTubeSandbox, channel: Account) -> SandboxAccount:
    return youtube.accounts[channel.external_id]


def videos(youtube: YouTubeSandbox, channel: Account, number: int) -> list[SandboxPost]:
    now = youtube.world.now()
    return [youtube.post_by_hand(channel.external_id, f"Cek namamu {place}", now - 86_400 * (1 + place)) for place in range(number)]


def asked(posts: Sequence[SandboxPost]) -> list[Publication]:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return [Publication(id=1, external_id=post.id, url=post.url, published_at=at, account=post.account) for post in posts]


def of_channel(channel: Account) -> dict[str, Measure]:
    told = by_key(plugin.gaung_measure_account(account=channel))
    assert set(told) == {(None, name) for name in OF_CHANNEL}
    return {name: one for (_, name), one in told.items()}


def by_key(measured: Measured) -> dict[tuple[str | None, str], Measure]:
    found = {(one.publication, one.name): one for one in measured.measures}
    assert len(found) == len(measured.measures)
    for one in measured.measures:
        assert (one.value is None) is bool(one.why), one
    return found


def of_videos(channel: Account, posts: Sequence[SandboxPost]) -> dict[tuple[str | None, str], Measure]:
    return by_key(plugin.gaung_measure_publications(account=channel, publications=asked(posts)))


def answer_with(response: Response) -> None:
    refused = Refused(200, "", "")
    refused.response = response
    raise refused


def truth(youtube: YouTubeSandbox, post: SandboxPost, one: Measure) -> set[float | None]:
    """The world's number in that second; YouTube's clock has whole seconds."""
    at = one.as_of.timestamp()
    return {youtube.world.numbers.of_post("youtube", post, one.name, at + late) for late in (0, 0.5, 1)}


def test_every_number_of_a_channel_is_the_worlds_and_costs_one_unit(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, there: SandboxAccount
) -> None:
    videos(youtube, channel, 3)[0].visible = False
    told = of_channel(channel)
    at, numbers = told["views"].as_of.timestamp(), sandbox.world.numbers
    assert abs(at - sandbox.world.now()) < 60
    assert told["posts"].value == 2
    assert told["views"].value in {numbers.of_account("youtube", there, "views", at + late) for late in (0, 0.5, 1)}
    assert told["followers"].value == rounded(int(numbers.of_account("youtube", there, "followers", at) or 0))
    assert [entry.operation for entry in sandbox.journal() if entry.operation != "youtube.token"] == ["youtube.channels.list"]
    assert sum(used for (bucket, _), used in youtube.tokens.used.items() if bucket == "units") == 1


@pytest.mark.parametrize(
    ("subscribers", "shown"),
    [(0, 0), (9, 9), (999, 999), (1_000, 1_000), (1_239, 1_230), (44_414, 44_400), (123_457, 123_000), (1_234_567, 1_230_000)],
)
def test_subscribers_come_rounded_down_to_three_significant_figures(
    youtube: YouTubeSandbox, channel: Account, subscribers: int, shown: int
) -> None:
    youtube.world.numbers.put("youtube", channel.external_id, "followers", subscribers, 0.0)
    assert of_channel(channel)["followers"].value == shown
    assert not next(metric for metric in METRICS if metric.name == "followers").exact


def test_hidden_subscribers_are_unknown_and_not_zero(youtube: YouTubeSandbox, channel: Account) -> None:
    youtube.world.numbers.put("youtube", channel.external_id, "followers", None, 0.0)
    told = of_channel(channel)
    assert (told["followers"].value, told["followers"].why) == (None, "the channel hides how many subscribers it has")
    assert None not in (told["posts"].value, told["views"].value)


def test_fifty_videos_are_one_call_and_fifty_one_are_two(sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account) -> None:
    posts = videos(youtube, channel, 51)
    together = plugin.gaung_platform().capabilities.measures_together
    told = of_videos(channel, posts[:together])
    assert len(sandbox.journal("youtube.videos.batchGetStats")) == 1
    assert set(told) == {(post.id, name) for post in posts[:together] for name in OF_VIDEO}
    for post in posts[:together]:
        for name in OF_VIDEO:
            assert told[post.id, name].value in truth(youtube, post, told[post.id, name])
    assert len(of_videos(channel, [*posts, posts[0]])) == 51 * len(OF_VIDEO)
    assert len(sandbox.journal("youtube.videos.batchGetStats")) == 3
    used = {bucket: count for (bucket, _), count in youtube.tokens.used.items()}
    assert used == {"videos.batchGetStats": 3}, "no unit of what publishing needs"


def test_one_withheld_number_loses_none_of_the_others(youtube: YouTubeSandbox, channel: Account) -> None:
    posts = videos(youtube, channel, 2)
    whole = of_videos(channel, posts)
    for name in sorted(OF_VIDEO):
        youtube.world.numbers.put("youtube", posts[0].id, name, None, 0.0)
        told = of_videos(channel, posts)
        assert {key for key, one in told.items() if one.value is None} == {(posts[0].id, name)}
        youtube.world.numbers.put("youtube", posts[0].id, name, whole[posts[0].id, name].value, 0.0)
    youtube.world.numbers.put("youtube", posts[0].id, "comments", None, 0.0)
    assert "comments are off" in of_videos(channel, posts)[posts[0].id, "comments"].why


def test_a_zero_is_zero(youtube: YouTubeSandbox, channel: Account) -> None:
    [post] = videos(youtube, channel, 1)
    for name in OF_VIDEO:
        youtube.world.numbers.put("youtube", post.id, name, 0, 0.0)
    for name in ("followers", "views"):
        youtube.world.numbers.put("youtube", channel.external_id, name, 0, 0.0)
    assert {one.value for one in of_videos(channel, [post]).values()} == {0}
    assert (of_channel(channel)["followers"].value, of_channel(channel)["views"].value) == (0, 0)


def test_a_deleted_a_private_and_a_foreign_video_spoil_none_of_their_batch(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, there: SandboxAccount, account_for: Callable[..., Account]
) -> None:
    other = account_for("youtube", handle="contoh_lain", external_id="UCcontohlain")
    mine = videos(youtube, channel, 4)
    [public, private] = videos(youtube, other, 2)
    private.extra["privacy"] = "private"
    there.posts.remove(mine[1])
    nameless = replace(asked([private])[0], account="")
    told = by_key(
        plugin.gaung_measure_publications(
            account=channel, publications=[*asked(mine), *asked([public]), nameless, replace(nameless, external_id=None)]
        )
    )
    values = {key[0] for key, one in told.items() if one.value is not None}
    assert values == {mine[0].id, mine[2].id, mine[3].id}
    assert {one.why for key, one in told.items() if key[0] in (mine[1].id, private.id)} == {GONE}
    assert {one.why for key, one in told.items() if key[0] == public.id} == {"the video is not on this channel"}
    assert set(told) == {(video, name) for video in [*(post.id for post in mine), public.id, private.id] for name in OF_VIDEO}
    [call] = sandbox.journal("youtube.videos.batchGetStats")
    assert public.id not in str(call)


def test_an_id_that_is_none_is_not_sent_and_nothing_is_asked_about_nothing(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account
) -> None:
    assert plugin.gaung_measure_publications(account=channel, publications=[]).measures == ()
    [post] = videos(youtube, channel, 1)
    odd = replace(asked([post])[0], external_id=f"{post.id},{post.id}")
    told = by_key(plugin.gaung_measure_publications(account=channel, publications=[odd]))
    assert {one.value for one in told.values()} == {None}
    assert sandbox.journal() == []


def test_a_quota_that_is_used_up_waits_until_midnight_and_that_of_videos_pauses_nothing_else(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account
) -> None:
    posts = videos(youtube, channel, 1)
    sandbox.world.quotas["youtube.units"] = 0
    with pytest.raises(RateLimited) as caught:
        of_channel(channel)
    assert (caught.value.scope, caught.value.code) == ("app", "quotaExceeded")
    assert 0 < (caught.value.retry_after or 0) <= 25 * 3600
    assert None not in {one.value for one in of_videos(channel, posts).values()}, "videos have a quota of their own"
    sandbox.world.quotas = {"youtube.videos.batchGetStats": 1}
    with pytest.raises(Transient, match=r"no more videos\.batchGetStats today"):
        of_videos(channel, posts)
    of_channel(channel)


def test_a_limit_of_speed_and_a_refusal_are_raised_as_everywhere(sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account) -> None:
    posts = videos(youtube, channel, 1)
    for operation in ("youtube.channels.list", "youtube.videos.batchGetStats"):
        sandbox.fault(operation, "rate_limited", retry_after="30")
    with pytest.raises(RateLimited):
        of_channel(channel)
    with pytest.raises(RateLimited) as caught:
        of_videos(channel, posts)
    assert caught.value.retry_after == 30
    sandbox.fault("youtube.videos.batchGetStats", "refused")
    with pytest.raises(Rejected):
        of_videos(channel, posts)


def test_an_expired_token_is_expired_and_a_revoked_one_revoked(youtube: YouTubeSandbox, channel: Account) -> None:
    posts = videos(youtube, channel, 1)
    of_channel(channel)
    youtube.break_token(channel.external_id, "expire")
    with pytest.raises(AuthExpired):
        of_videos(channel, posts)
    assert of_videos(channel, posts), "the next look gets a new access token"
    youtube.break_token(channel.external_id, "revoke")
    with pytest.raises(AuthExpired):
        of_videos(channel, posts)
    for look in (lambda: of_channel(channel), lambda: of_videos(channel, posts)):
        with pytest.raises(AuthRevoked):
            look()


def test_a_consent_without_reading_leaves_numbers_unknown_and_the_channel_in_service(youtube: YouTubeSandbox, channel: Account) -> None:
    posts = videos(youtube, channel, 2)
    for grant in youtube.tokens.grants.values():
        grant.scopes = ("youtube.upload",)
    told = {(one.value, one.why) for one in [*of_channel(channel).values(), *of_videos(channel, posts).values()]}
    assert told == {(None, "permission missing (insufficientPermissions); needed: youtube.readonly")}


def test_a_channel_that_is_closed_needs_a_person_and_another_ones_numbers_are_not_ours(
    youtube: YouTubeSandbox, channel: Account, there: SandboxAccount
) -> None:
    told = of_channel(replace(channel, external_id="UCanother"))
    assert {(one.value, one.why) for one in told.values()} == {(None, "YouTube shows no such channel to this token")}
    there.extra["closed"] = True
    with pytest.raises(AuthRevoked, match="reconnect"):
        of_channel(channel)


@pytest.mark.parametrize("do", ["hangup_before", "hangup_after", "error_before"])
def test_no_answer_is_asked_for_another_time(sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, do: str) -> None:
    posts = videos(youtube, channel, 1)
    sandbox.fault("youtube.channels.list", do)
    sandbox.fault("youtube.videos.batchGetStats", do)
    for look in (lambda: of_channel(channel), lambda: of_videos(channel, posts)):
        with pytest.raises(Transient):
            look()
        look()


@pytest.mark.parametrize("answer", [PlainTextResponse("<html>502</html>"), JSONResponse([]), JSONResponse({"items": "keine"})])
def test_garbage_is_no_answer(youtube: YouTubeSandbox, channel: Account, monkeypatch: pytest.MonkeyPatch, answer: Response) -> None:
    posts = videos(youtube, channel, 1)
    monkeypatch.setattr(Tokens, "enter", lambda *_: answer_with(answer))
    for look in (lambda: of_channel(channel), lambda: of_videos(channel, posts)):
        with pytest.raises(Transient):
            look()


@pytest.mark.parametrize("odd", ["1.5", "-3", "viele", "", "9" * 40, True, {"value": 3}, [7], 1.5])
def test_a_count_that_is_none_loses_no_other(youtube: YouTubeSandbox, channel: Account, monkeypatch: pytest.MonkeyPatch, odd: Any) -> None:
    posts = videos(youtube, channel, 2)
    real = Numbers.video

    def spoilt(self: Numbers, post: SandboxPost) -> dict[str, Any]:
        return real(self, post) | ({"likeCount": odd} if post is posts[0] else {})

    monkeypatch.setattr(Numbers, "video", spoilt)
    told = of_videos(channel, posts)
    assert {key for key, one in told.items() if one.value is None} == {(posts[0].id, "likes")}
    assert told[posts[0].id, "likes"].why == "YouTube's statistics.likeCount is no number"


def test_items_that_say_nothing_of_themselves_lose_no_other(
    youtube: YouTubeSandbox, channel: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = videos(youtube, channel, 3)
    real = Numbers._item

    def spoilt(self: Numbers, post: SandboxPost, parts: list[str]) -> Any:
        return {posts[0].id: None, posts[1].id: {"id": post.id}}.get(post.id, real(self, post, parts))

    monkeypatch.setattr(Numbers, "_item", spoilt)
    told = of_videos(channel, posts)
    assert {key[0] for key, one in told.items() if one.value is not None} == {posts[2].id}
    assert told[posts[0].id, "views"].why == GONE
    assert told[posts[1].id, "views"].why == "YouTube leaves it out of its answer"
