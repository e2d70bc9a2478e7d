"""Measuring on Mastodon: every number as the sandbox has it, a request for each status, and what fails for one loses no other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

import gaung_mastodon
from gaung.core import http
from gaung.core.errors import AuthRevoked, RateLimited, Transient
from gaung.core.http import Effect
from gaung.core.records import Account, Measure, Measured, Publication
from gaung_mastodon import sandbox_statuses
from gaung_mastodon.metrics import METRICS

OF_ACCOUNT = {metric.name for metric in METRICS if metric.of == "account"}
OF_STATUS = {metric.name for metric in METRICS if metric.of == "publication"}
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SHOW, ME = "mastodon.statuses.show", "mastodon.accounts.verify_credentials"
Key = tuple[str | None, str]


@pytest.fixture
def account(account_for: Callable[..., Account]) -> Account:
    return account_for("mastodon")


@pytest.fixture
def side(sandbox: Any) -> Any:
    return sandbox.platform("mastodon")


def statuses(side: Any, account: Account, number: int) -> list[Any]:
    now = side.world.now()
    return [side.post_by_hand(account.external_id, f"Cek namamu {place}", now - 86_400 * (1 + place)) for place in range(number)]


def reading(hook: Callable[..., Measured], *given: Any) -> dict[Key, Measure]:
    """What a look told; it may send nothing that is more than a look."""

    def watch(_method: str, _url: str, effect: Effect, _reply: Any) -> None:
        assert effect is Effect.READ

    with http.watched(watch):
        measures = hook(*given).measures
    found = {(one.publication, one.name): one for one in measures}
    assert len(found) == len(measures)
    assert all((one.value is None) is bool(one.why) for one in measures)
    return found


def of_account(account: Account) -> dict[Key, Measure]:
    return reading(gaung_mastodon.gaung_measure_account, account)


def of_statuses(account: Account, posts: Sequence[Any]) -> dict[Key, Measure]:
    asked = [Publication(id=1, external_id=post.id, url=post.url, published_at=NOW, account=account.external_id) for post in posts]
    return reading(gaung_mastodon.gaung_measure_publications, account, [*asked, *(replace(one, external_id=None) for one in asked[:1])])


def unknown(told: dict[Key, Measure]) -> set[Key]:
    return {key for key, one in told.items() if one.value is None}


def test_every_number_of_an_account_is_the_worlds_in_one_request(sandbox: Any, side: Any, account: Account) -> None:
    statuses(side, account, 3)
    told = of_account(account)
    assert set(told) == {(None, name) for name in OF_ACCOUNT}
    for (_, name), one in told.items():
        at = one.as_of.timestamp()
        owner = side.accounts[account.external_id]
        assert one.value in {sandbox.world.numbers.of_account("mastodon", owner, name, at + late) for late in (0, 0.5, 1)}, name
    assert told[None, "posts"].value == 3
    assert [entry.operation for entry in sandbox.journal()] == [ME]


def test_every_number_of_statuses_is_the_worlds_at_a_request_each(sandbox: Any, side: Any, account: Account) -> None:
    posts = statuses(side, account, gaung_mastodon.gaung_platform().capabilities.measures_together)
    side.do(side.add_profile("contoh_agt_0001"), "boost", account.external_id, posts[0].id)
    told = of_statuses(account, posts)
    assert set(told) == {(post.id, name) for post in posts for name in OF_STATUS}
    for post in posts:
        for name in OF_STATUS:
            one, boosts = told[post.id, name], len(post.extra["boosters"]) if name == "shares" else 0
            at = one.as_of.timestamp()
            world = {sandbox.world.numbers.of_post("mastodon", post, name, at + late) for late in (0, 0.5, 1)}
            assert one.value in {known + boosts for known in world if known is not None}
    assert [entry.operation for entry in sandbox.journal()] == [SHOW] * 10


def test_one_withheld_number_loses_none_of_the_others_and_a_zero_is_zero(side: Any, account: Account) -> None:
    posts = statuses(side, account, 2)
    for name in sorted(OF_STATUS):
        side.world.numbers.put("mastodon", posts[0].id, name, None, 0.0)
        told = of_statuses(account, posts)
        assert unknown(told) == {(posts[0].id, name)}
        assert told[posts[0].id, name].why == "the instance leaves it out"
        side.world.numbers.put("mastodon", posts[0].id, name, 0, 0.0)
    assert {one.value for key, one in of_statuses(account, posts).items() if key[0] == posts[0].id} == {0}
    for name in sorted(OF_ACCOUNT):
        side.world.numbers.put("mastodon", account.external_id, name, None, 0.0)
        assert unknown(of_account(account)) == {(None, name)}
        side.world.numbers.put("mastodon", account.external_id, name, 0, 0.0)
    assert {one.value for one in of_account(account).values()} == {0}


def test_a_deleted_status_loses_no_other(side: Any, account: Account) -> None:
    posts = statuses(side, account, 3)
    side.accounts[account.external_id].posts.remove(posts[1])
    told = of_statuses(account, posts)
    assert unknown(told) == {(posts[1].id, name) for name in OF_STATUS}
    assert {told[key].why for key in unknown(told)} == {"the status is not there any more, or not shown to this account"}
    assert of_statuses(account, []) == {}


def test_a_status_without_a_usable_answer_loses_no_other_but_two_are_asked_later(sandbox: Any, side: Any, account: Account) -> None:
    posts = statuses(side, account, 3)
    for do in ("hangup_before", "hangup_after", "error_before"):
        sandbox.fault(SHOW, do, skip=1)
        told = of_statuses(account, posts)
        assert unknown(told) == {(posts[1].id, name) for name in OF_STATUS}
        assert {told[key].why.startswith("no usable answer this time (") for key in unknown(told)} == {True}
    sandbox.fault(SHOW, "error_before", times=2)
    with pytest.raises(Transient):
        of_statuses(account, posts)
    sandbox.fault(SHOW, "error_before")
    with pytest.raises(Transient):
        of_statuses(account, posts[:1])
    sandbox.fault(ME, "error_before")
    with pytest.raises(Transient):
        of_account(account)


def test_a_limit_and_a_dead_token_are_raised_as_everywhere(sandbox: Any, side: Any, account: Account) -> None:
    posts = statuses(side, account, 3)
    sandbox.world.quotas["mastodon.api"] = 2
    with pytest.raises(RateLimited) as caught:
        of_statuses(account, posts)
    assert caught.value.scope == "account"
    assert 0 <= (caught.value.retry_after or 0) <= 300
    sandbox.world.quotas["mastodon.api"] = 300
    side.break_token(account.external_id, "revoke")
    for look in (lambda: of_account(account), lambda: of_statuses(account, posts)):
        with pytest.raises(AuthRevoked):
            look()


@pytest.mark.parametrize("answer", [PlainTextResponse("<html>"), JSONResponse([])])
def test_garbage_is_no_answer(side: Any, account: Account, monkeypatch: pytest.MonkeyPatch, answer: Response) -> None:
    [post] = statuses(side, account, 1)
    monkeypatch.setattr(sandbox_statuses.Statuses, "_answer", lambda *_: answer)
    with pytest.raises(Transient):
        of_statuses(account, [post])


@pytest.mark.parametrize("odd", ["7", -1, True, 1.5, {}, []])
def test_a_count_that_is_none_loses_no_other(side: Any, account: Account, monkeypatch: pytest.MonkeyPatch, odd: Any) -> None:
    posts = statuses(side, account, 2)
    real = sandbox_statuses.counted
    spoilt = {posts[0].id: {"reblogs_count": odd}}
    monkeypatch.setattr(sandbox_statuses, "counted", lambda side, thing, entity: real(side, thing, entity) | spoilt.get(thing.id, {}))
    told = of_statuses(account, posts)
    assert unknown(told) == {(posts[0].id, "shares")}
    assert told[posts[0].id, "shares"].why == "reblogs_count is no count"
