"""The crowd uses every signal, takes back, renames, leaves and lies; and each of that can be done one by one by the control API."""

import itertools
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

import pytest

from gaung.core.sandbox.crowd import Crowd, HandIn, Rates, Somebody, Target, alive
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.sandbox.world import World


def with_people(toy_type: type) -> type:
    """The toy platform, with people who echo a post in public, echo it where only a link tells, or in private."""

    class PeopleToy(toy_type):  # type: ignore[misc]
        deeds = ("echo", "linked", "whisper")
        traits: tuple[frozenset[str], ...] = (frozenset(), frozenset({"page"}))

        def __init__(self, world: World) -> None:
            super().__init__(world)
            self.profiles: dict[str, SandboxProfile] = {}
            self._people = itertools.count(9001)

        def add_profile(self, handle: str, traits: Collection[str] = ()) -> SandboxProfile:
            if handle in self.profiles:
                raise KeyError(handle)
            made = SandboxProfile(handle=handle, external_id=str(next(self._people)), traits=frozenset(traits))
            self.profiles[handle] = made
            return made

        def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
            next(one for one in self.accounts[account].posts if one.id == post)
            number = len(self.world.deeds)
            deed = Deed(
                platform=self.name, signal=signal, profile=profile, account=account, post=post,
                url="" if signal == "whisper" else f"https://toy.example/@{profile.handle}/{number}",
                at=self.world.now(), names=signal == "echo", proves=signal != "whisper",
            )  # fmt: skip
            self.world.deeds.append(deed)
            return deed

        def undo(self, deed: Deed) -> None:
            deed.undone = True

        def rename(self, profile: SandboxProfile, handle: str) -> None:
            self.profiles[handle] = self.profiles.pop(profile.handle)
            profile.former.append(profile.handle)
            profile.handle = handle

        def vanish(self, profile: SandboxProfile) -> None:
            profile.gone = True

    return PeopleToy


@pytest.fixture
def peopled(served: Any) -> Any:
    """The served toy, its people added."""
    toy = with_people(type(served.toy))(served.sandbox.world)
    for number in ("1", "2"):
        toy.add_account(number, f"contoh_{number}")
    served.toy = toy
    served.sandbox.platforms["toy"] = toy
    return served


@pytest.fixture
def targets(peopled: Any) -> list[Target]:
    """Two things said on two accounts each."""
    made = []
    for group, account in itertools.product((1, 2), ("1", "2")):
        post = peopled.toy.post_by_hand(account, f"isi {group}")
        made.append(Target(platform="toy", account=account, post=post.id, url=post.url, group=group))
    return made


@pytest.fixture
def gather(peopled: Any, targets: list[Target]) -> Callable[..., Crowd]:
    """Make a crowd of 300 people with a label and 60 without."""

    def make(seed: int = 4, **rates: float) -> Crowd:
        people = [Somebody(platform="toy", handle=f"contoh_agt_{number:04}", label=f"A-{number:04}") for number in range(300)]
        people += [Somebody(platform="toy", handle=f"contoh_warga_{number}") for number in range(60)]
        return Crowd({"toy": peopled.toy}, people, targets, seed=seed, rates=Rates(**rates))

    return make


def test_a_share_of_all_profiles_acts_and_every_signal_is_used_alike(peopled: Any, gather: Any) -> None:
    crowd = gather(acts=0.5, again=0.3)
    done = crowd.act()
    assert peopled.sandbox.world.deeds == done == crowd.deeds
    assert 130 < len({id(deed.profile) for deed in done}) < 230
    used = Counter(deed.signal for deed in done)
    assert set(used) == {"echo", "linked", "whisper"}
    assert max(used.values()) - min(used.values()) <= 1
    assert {deed.post for deed in done} == {target.post for targets in crowd._targets.values() for target in targets}
    assert {bool(crowd.label(deed.profile)) for deed in done} == {True, False}
    assert {frozenset(profile.traits) for _, profile in crowd.profiles} == {frozenset(), frozenset({"page"})}


def test_the_same_seed_makes_the_same_crowd(peopled: Any, gather: Any) -> None:
    def story(seed: int) -> list[tuple[str, str, str]]:
        peopled.toy.profiles.clear()
        return [(deed.profile.handle, deed.signal, deed.post) for deed in gather(seed).act()]

    assert story(4) == story(4) != story(5)


def test_some_take_back_some_rename_some_leave_and_a_rename_is_no_other_person(gather: Any) -> None:
    crowd = gather(acts=0.8, undoes=0.2, renames=0.2, vanishes=0.2)
    crowd.act()
    labels = {profile.external_id: crowd.label(profile) for _, profile in crowd.profiles}
    undone, renamed, gone = crowd.change()
    assert min(undone, renamed, gone) > 10
    assert sum(deed.undone for deed in crowd.deeds) == undone
    assert sum(bool(profile.former) for _, profile in crowd.profiles) == renamed
    assert sum(profile.gone for _, profile in crowd.profiles) == gone
    assert {profile.external_id: crowd.label(profile) for _, profile in crowd.profiles} == labels
    later = crowd.act()
    assert later
    assert not any(deed.profile.gone for deed in later)


def test_honest_people_show_their_own_link_and_lies_are_of_every_kind_and_never_true(gather: Any, targets: list[Target]) -> None:
    crowd = gather(acts=0.6, hands_in=0.8, lies=0.9)
    crowd.act()
    crowd.change()
    shown = crowd.hand_in()
    told = Counter(one.tale for one in shown)
    assert set(told) == {"own", "stolen", "official", "elsewhere", "invented"}
    true = {(crowd.label(deed.profile), crowd.group(deed)) for deed in crowd.deeds}
    links = {deed.url: deed for deed in crowd.deeds}
    for one in shown:
        plain = one.url.split("?")[0]
        assert one.label
        if one.deed is not None:
            assert alive(one.deed)
            assert (one.label, one.group) in true
            assert links[plain] is one.deed
            continue
        assert (one.label, one.group) not in true
        assert lie_is_what_it_says(one, links, crowd, {target.url: target.group for target in targets})


def lie_is_what_it_says(one: HandIn, links: dict[str, Deed], crowd: Crowd, official: dict[str, int]) -> bool:
    if one.tale == "official":
        return official[one.url] == one.group
    if one.tale == "invented":
        return one.url not in links and one.url not in official
    deed = links[one.url]
    whose, which = crowd.label(deed.profile) == one.label, crowd.group(deed) == one.group
    return (whose, which) == ((False, True) if one.tale == "stolen" else (True, False))


def test_a_platform_that_imitates_no_people_is_left_out(peopled: Any, targets: list[Target]) -> None:
    peopled.toy.__class__.deeds = ()
    crowd = Crowd({"toy": peopled.toy}, [Somebody(platform="toy", handle="contoh_agt_1")], targets, seed=1, rates=Rates(acts=1))
    assert (crowd.profiles, crowd.act(), crowd.hand_in()) == ([], [], [])


def test_where_no_people_are_imitated_nobody_comes_and_nobody_acts(served: Any) -> None:
    toy, profile = served.toy, SandboxProfile(handle="contoh_agt_1", external_id="1")
    deed = Deed(platform="toy", signal="echo", profile=profile, account="1", post="1", url="", at=0.0, names=True, proves=True)
    acts: list[Callable[[], object]] = [
        lambda: toy.add_profile("contoh_agt_1"), lambda: toy.do(profile, "echo", "1", "1"), lambda: toy.undo(deed),
        lambda: toy.rename(profile, "contoh_agt_2"), lambda: toy.vanish(profile),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(KeyError, match="the sandbox of toy imitates no people"):
            act()


def test_deeds_without_people_are_refused_by_the_control_api_and_break_nothing(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(served.toy), "deeds", ("echo",))
    answer = served.control("POST", "people", {"people": [{"platform": "toy", "handle": "contoh_agt_1"}]})
    assert answer.status_code == 400
    assert "the sandbox of toy imitates no people" in answer.json()["error"]


def test_people_act_by_the_control_api_and_the_truth_is_read_there(peopled: Any, targets: list[Target]) -> None:
    post = {"account": targets[0].account, "post": targets[0].post}
    handles = ["contoh_agt_1", "contoh_agt_2"]
    made = peopled.control("POST", "people", {"people": [{"platform": "toy", "handle": one, "traits": ["page"]} for one in handles]})
    assert made.status_code == 201
    who = [{"platform": "toy", "handle": one} for one in handles]
    acts = [
        {"do": "deed", **who[0], "signal": "echo", **post}, {"do": "deed", **who[1], "signal": "linked", **post}, {"do": "undo", "deed": 0},
        {"do": "rename", **who[0], "to": "contoh_agt_baru"}, {"do": "vanish", **who[1]},
    ]  # fmt: skip
    answer = peopled.control("POST", "acts", {"acts": acts})
    assert answer.status_code == 201
    assert [one.get("deed") for one in answer.json()["acts"]] == [0, 1, 0, None, None]
    first, second = peopled.control("GET", "deeds?platform=toy").json()
    assert (first["handle"], first["undone"], first["gone"], first["names"]) == ("contoh_agt_baru", True, False, True)
    assert (second["handle"], second["undone"], second["gone"], second["proves"]) == ("contoh_agt_2", False, True, True)
    assert first["profile"] == made.json()["people"][0]["external_id"]
    assert peopled.control("GET", "deeds?platform=other").json() == []


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("people", {}, "people: a list of objects is needed"),
        ("people", {"people": [{"platform": "toy"}]}, "handle: a text is needed"),
        ("people", {"people": [{"platform": "toy", "handle": "a", "traits": "page"}]}, "traits: a list of texts"),
        ("people", {"people": [{"platform": "toy", "handle": "contoh_ada"}]}, "has a profile 'contoh_ada' already"),
        ("acts", {"acts": [{"do": "dance"}]}, "acts[0]: do: one of deed, undo, rename, vanish"),
        ("acts", {"acts": [{"do": "vanish", "platform": "toy", "handle": "x"}]}, "toy has no profile 'x'"),
        ("acts", {"acts": [{"do": "undo", "deed": 7}]}, "there is no deed 7"),
        ("webhooks", {"url": "gaung"}, "url: an address"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(peopled: Any, path: str, body: Any, says: str) -> None:
    peopled.control("POST", "people", {"people": [{"platform": "toy", "handle": "contoh_ada"}]})
    answer = peopled.control("POST", path, body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert peopled.control("GET", "deeds").json() == []


def test_where_notices_go_is_set_and_shown(peopled: Any) -> None:
    assert peopled.control("POST", "webhooks", {"url": "http://127.0.0.1:9/webhooks/"}).json() == {"url": "http://127.0.0.1:9/webhooks"}
    assert peopled.control("GET", "world").json()["webhook_url"] == peopled.sandbox.world.webhook_url == "http://127.0.0.1:9/webhooks"
