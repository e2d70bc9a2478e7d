"""People of the imitated platforms: one handle, one holder; what was taken back is on no shelf."""

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
