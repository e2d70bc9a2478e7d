"""People of the imitated platforms: one handle, one holder; deeds are looked up without a search."""

import time

import pytest

from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.sandbox.world import World
from gaung.plugins.meta.sandbox_people import People


@pytest.fixture
def people() -> People:
    return People(World(), lambda handle: handle.casefold().replace(".", ""))


def deed(profile: SandboxProfile) -> Deed:
    return Deed(platform="x", signal="share", profile=profile, account="1", post="p", url="u", at=0.0, names=True, proves=True)


def test_a_handle_has_one_holder_until_it_is_given_up(people: People) -> None:
    siti = people.add("Contoh.Siti", "1", (), ("page",))
    with pytest.raises(KeyError):
        people.add("contohsiti", "2", (), ("page",))
    budi = people.add("contohbudi", "2", (), ("page",))
    with pytest.raises(KeyError):
        people.rename(budi, "contoh.siti", lambda deed: deed.url)
    people.rename(siti, "contohbaru", lambda deed: deed.url)
    people.rename(budi, "contoh.siti", lambda deed: deed.url)
    assert people.profile("CONTOHSITI") is budi
    assert people.profile("contohbudi") is None
    assert (people.profile("1"), siti.former) == (siti, ["Contoh.Siti"])
    people.rename(budi, "Contoh.Siti", lambda deed: deed.url)
    assert people.profile("contohsiti") is budi


def test_a_trait_that_nobody_has_is_refused(people: People) -> None:
    with pytest.raises(KeyError, match="no such trait here: famous"):
        people.add("contohsiti", "1", ("page", "famous"), ("page",))
    assert people.profile("contohsiti") is None


def test_an_undone_deed_is_on_no_shelf_and_a_gone_profile_leaves_nothing(people: People) -> None:
    siti = people.add("contohsiti", "1", (), ())
    first, second = (people.keep(deed(siti), number, [("shares", "p")]) for number in ("a", "b"))
    assert people.on("shares", "p") == [second, first]
    people.undo(first)
    people.undo(first)
    assert (people.on("shares", "p"), people.count("shares", "p"), people.thing("a")) == ([second], 1, None)
    people.vanish(siti)
    assert (siti.gone, second.undone, people.on("shares", "p"), people.profile("1")) == (True, True, [], None)
    assert people.add("contohsiti", "3", (), ()) is not siti


def test_a_shelf_is_read_at_once_however_many_deeds_there_are_elsewhere(people: People) -> None:
    crowd = [people.add(f"contoh{number}", f"n{number}", (), ()) for number in range(1000)]
    for number in range(50_000):
        people.keep(deed(crowd[number % 1000]), f"d{number}", [("shares", f"p{number % 500}")])
    started = time.perf_counter()
    for number in range(100):
        assert len(people.on("shares", f"p{number}")) == 100
    several = time.perf_counter() - started
    started = time.perf_counter()
    assert sum(one.post == "p" for one in people.world.deeds) == 50_000
    assert several / 100 < (time.perf_counter() - started) / 5, "one shelf takes a fraction of a search through all"
