"""Measuring on both of Meta's platforms: every number as the sandbox has it, and what fails for one number or post loses no other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from gaung.core import fence, http
from gaung.core.errors import AuthRevoked, RateLimited, Transient
from gaung.core.http import Effect
from gaung.core.records import Account, Measure, Publication
from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook, instagram

DAILY = ("views", "reach")
Key = tuple[str | None, str]


@dataclass
class Office:
    """An account on one of the two, its posts, and what was sent while it was measured (a batch as often as it counts)."""

    plugin: ModuleType
    sandbox: TestSandbox
    account: Account
    posts: list[SandboxPost] = field(default_factory=list)
    counted: int = 0

    @property
    def name(self) -> str:
        return self.account.platform

    @property
    def there(self) -> Any:
        return self.sandbox.platform(self.name)

    def post(self, number: int = 1, hours: float = 30) -> None:
        """So many posts, which have been out for some hours each. All were shared: Facebook leaves no shares out."""
        for place in range(number):
            made = self.there.post_by_hand(self.account.external_id, f"Cek namamu di DPT {place}", self.now - 3600 * hours * (place + 1))
            self.posts.append(made)
            self.put(made, "shares", 3 + place)

    @property
    def now(self) -> float:
        return self.sandbox.world.now()

    def put(self, thing: SandboxPost | SandboxAccount, name: str, value: float | None) -> None:
        key = thing.id if isinstance(thing, SandboxPost) else thing.external_id
        self.sandbox.world.numbers.put(self.name, key, name, value, 0.0)

    def of_account(self, account: Account | None = None) -> dict[str, Measure]:
        with http.watched(self._watch), fence.reading():
            told = self.plugin.gaung_measure_account(account=account or self.account)
        assert len({one.name for one in told.measures}) == len(told.measures)
        return {one.name: one for one in told.measures}

    def of_posts(self, *more: Publication, account: Account | None = None) -> dict[Key, Measure]:
        asked = [*more, *map(self.publication, self.posts)]
        with http.watched(self._watch), fence.reading():
            told = self.plugin.gaung_measure_publications(account=account or self.account, publications=asked)
        assert len({(one.publication, one.name) for one in told.measures}) == len(told.measures)
        return {(one.publication, one.name): one for one in told.measures}

    def publication(self, post: SandboxPost) -> Publication:
        at = datetime.fromtimestamp(post.created_at, UTC)
        return Publication(id=1, external_id=post.id, url=post.url, published_at=at, account=post.account, text=post.text)

    def truth(self, measure: Measure) -> set[float | None]:
        """What the sandbox has to tell at that second; a platform's clock has whole seconds."""
        at, numbers = measure.as_of.timestamp(), self.sandbox.world.numbers
        if measure.publication is None:
            account = self.there.accounts[self.account.external_id]
            return {numbers.of_account(self.name, account, measure.name, at + late) for late in (0, 1)}
        [post] = [post for post in self.posts if post.id == measure.publication]
        return {numbers.of_post(self.name, post, measure.name, at + late) for late in (0, 1)}

    def requests(self, operation: str) -> int:
        return len(self.sandbox.journal(f"{self.name}.{operation}"))

    def _watch(self, _method: str, _url: str, effect: Effect, reply: Any) -> None:
        assert effect is Effect.READ
        self.counted += reply is None


SIDES = {"facebook": facebook, "instagram": instagram}


@pytest.fixture(params=sorted(SIDES))
def office(request: pytest.FixtureRequest, sandbox: TestSandbox, account_for: Callable[..., Account]) -> Iterator[Office]:
    yield Office(SIDES[request.param], sandbox, account_for(request.param, handle="contoh_kpu"))
    assert sandbox.sandbox.crashes == []


def declared(office: Office, of: str) -> set[str]:
    return {metric.name for metric in office.plugin.gaung_platform().metrics if metric.of == of}


def told(measures: dict[Any, Measure]) -> dict[Any, float]:
    return {key: one.value for key, one in measures.items() if one.value is not None}


def test_every_number_of_an_account_is_the_platforms_own(office: Office) -> None:
    office.post(3)
    measures = office.of_account()
    assert set(measures) == declared(office, "account")
    for one in measures.values():
        assert one.value in office.truth(one), one.name
        age = office.now - one.as_of.timestamp()
        assert (0 < age < 86_400 * 4 and one.as_of.minute == one.as_of.second == 0) if one.name in DAILY else age < 60
    assert len(told(measures)) == len(measures)
    assert office.counted == 3


def test_every_number_of_publications_is_the_platforms_own(office: Office) -> None:
    together = office.plugin.gaung_platform().capabilities.measures_together
    office.post(together)
    measures = office.of_posts()
    names = declared(office, "publication")
    assert set(measures) == {(post.id, name) for post in office.posts for name in names}
    known = {key: one for key, one in measures.items() if one.value is not None}
    for one in known.values():
        assert one.value in office.truth(one), one.name
    assert {name for _, name in set(measures) - set(known)} <= {"watch_seconds"}
    assert office.counted == together * (3 if office.name == "facebook" else 5) <= 50
    assert office.requests("batch") == 1


def test_more_than_a_batch_holds_goes_in_several(office: Office) -> None:
    office.post(26, hours=2)
    measures = office.of_posts()
    assert {key[0] for key in told(measures)} == {post.id for post in office.posts}
    assert office.requests("batch") == -(-office.counted // 50)
    assert office.requests("batch") > 1


def test_a_number_that_the_platform_withholds_is_unknown_and_loses_none_of_the_others(office: Office) -> None:
    office.post(2)
    before = told(office.of_posts())
    for name in sorted(declared(office, "publication") - {"watch_seconds"}):
        office.put(office.posts[0], name, None)
        after = office.of_posts()
        gone = after.pop((office.posts[0].id, name))
        assert (gone.value, bool(gone.why)) == (None, True)
        assert set(told(after)) == set(before) - {(office.posts[0].id, name)}, name
        office.put(office.posts[0], name, 7)
        assert office.of_posts()[office.posts[0].id, name].value == 7


def test_a_number_of_an_account_that_is_withheld_loses_none_of_the_others(office: Office) -> None:
    there = office.there.accounts[office.account.external_id]
    for name in sorted(declared(office, "account")):
        office.put(there, name, None)
        after = office.of_account()
        assert (after[name].value, bool(after[name].why)) == (None, True)
        assert set(told(after)) == set(after) - {name}
        office.put(there, name, 7)


def test_a_zero_is_zero(office: Office) -> None:
    office.post()
    for name in declared(office, "publication"):
        office.put(office.posts[0], name, 0)
    values = {name: one.value for (_, name), one in office.of_posts().items()}
    assert values.pop("shares") == (None if office.name == "facebook" else 0), "Facebook leaves the count out"
    values.pop("watch_seconds", None)
    assert set(values.values()) == {0}


@pytest.mark.parametrize("place", [0, 3])
def test_a_deleted_post_has_no_number_and_spoils_none_of_its_batch(office: Office, place: int) -> None:
    office.post(4)
    before = told(office.of_posts())
    lost = office.posts[place]
    office.there.accounts[office.account.external_id].posts.remove(lost)
    getattr(office.there, "media", {}).pop(lost.id, None)
    after = office.of_posts()
    assert set(told(after)) == {key for key in before if key[0] != lost.id}
    why = {one.why for key, one in after.items() if key[0] == lost.id and key[1] != "watch_seconds"}
    assert why == {"not there any more, or not shown to this app (100/33)"}
    assert {name for key, name in after if key == lost.id} == declared(office, "publication")


def test_a_missing_right_is_said_of_the_numbers_that_need_it_and_never_revokes_the_account(office: Office) -> None:
    office.post(2)
    right = {"facebook": "facebook.insights", "instagram": "instagram.insights_right"}[office.name]
    before = told(office.of_posts())
    office.sandbox.world.quotas[right] = 0
    after = office.of_posts()
    lost = set(before) - set(told(after))
    assert {name for _, name in lost} == {"facebook": {"views", "reach"}, "instagram": {"views", "reach", "shares", "saves"}}[office.name]
    for key in lost:
        assert after[key].why.startswith("permission missing (10); needed: ")
    account = office.of_account()
    assert set(account) - set(told(account)) == {"views", "reach"}


def test_a_limit_stops_the_look_in_the_batch_and_in_a_part_of_it(office: Office) -> None:
    office.post(3)
    for operation in ("batch", "insights"):
        office.sandbox.fault(f"{office.name}.{operation}", "rate_limited", retry_after="120")
        with pytest.raises(RateLimited) as caught:
            office.of_posts()
        assert (caught.value.scope, caught.value.retry_after) == ("account", 120.0)
    office.sandbox.fault("facebook.insights" if office.name == "facebook" else "instagram.account_insights", "rate_limited")
    with pytest.raises(RateLimited):
        office.of_account()


def test_a_dead_token_is_told_wherever_it_shows(office: Office) -> None:
    office.post(2)
    office.sandbox.fault(f"{office.name}.insights", "token_revoked")
    with pytest.raises(AuthRevoked, match="password"):
        office.of_posts()
    office.there.break_token(office.account.external_id, "expire")
    for look in (office.of_posts, office.of_account):
        with pytest.raises(AuthRevoked, match="expired"):
            look()


def test_a_part_that_was_not_answered_is_asked_once_more(office: Office) -> None:
    office.post(2)
    before = told(office.of_posts())
    for do in ("hangup_before", "error_before"):
        office.sandbox.fault(f"{office.name}.insights", do, skip=1)
        assert set(told(office.of_posts())) == set(before)
    office.counted = 0
    office.sandbox.fault(f"{office.name}.insights", "error_before", times=-1)
    after = office.of_posts()
    assert {name for _, name in told(after)} == {"facebook": {"shares", "likes", "comments"}, "instagram": {"likes", "comments"}}[
        office.name
    ]
    assert {one.why for one in after.values() if one.value is None and one.name != "watch_seconds"} == {"no usable answer this time (2)"}
    assert office.counted == (6 + 4 if office.name == "facebook" else 10 + 8), "no more than once"


def test_a_batch_without_an_answer_is_asked_another_time(office: Office) -> None:
    office.post(2)
    for do in ("hangup_before", "hangup_after", "error_before"):
        office.sandbox.fault(f"{office.name}.batch", do)
        with pytest.raises(Transient):
            office.of_posts()
    office.sandbox.fault(f"{office.name}.batch", "hangup_after", skip=1)
    office.sandbox.fault(f"{office.name}.insights", "error_before")
    after = office.of_posts()
    assert len([one for one in after.values() if one.why.startswith("no usable answer")]) == 1, "what was told already is kept"


def test_an_account_that_does_not_answer_is_asked_another_time_but_an_insight_is_not_waited_for(office: Office) -> None:
    node, insights = {"facebook": ("node", "insights"), "instagram": ("user", "account_insights")}[office.name]
    office.sandbox.fault(f"{office.name}.{node}", "hangup_before")
    with pytest.raises(Transient):
        office.of_account()
    office.sandbox.fault(f"{office.name}.{insights}", "error_before")
    after = office.of_account()
    assert set(after) - set(told(after)) == {"views"}


def test_nothing_is_asked_about_nothing(office: Office) -> None:
    assert office.of_posts() == {}
    office.post()
    nameless = replace(office.publication(office.posts[0]), external_id=None)
    measures = office.of_posts(nameless)
    assert {key[0] for key in measures} == {office.posts[0].id}
    assert office.requests("batch") == 1


def test_no_token_or_secret_is_in_a_reason(office: Office) -> None:
    office.post()
    office.put(office.posts[0], "views", None)
    said = " ".join(one.why for one in office.of_posts().values())
    assert office.account.credentials["access_token"] not in said


def test_a_total_that_is_refused_takes_the_place_of_none_that_is_known_and_a_later_one_takes_its_place(office: Office) -> None:
    known = office.of_account()
    right = {"facebook": "facebook.insights", "instagram": "instagram.insights_right"}[office.name]
    office.sandbox.world.quotas[right] = 0
    refused = office.of_account()
    for name in DAILY:
        assert refused[name].value is None
        assert timedelta(0) < known[name].as_of - refused[name].as_of <= timedelta(hours=25)
    del office.sandbox.world.quotas[right]
    office.sandbox.world.clock_offset += 86_400
    for name in DAILY:
        assert office.of_account()[name].as_of - known[name].as_of == timedelta(days=1)
