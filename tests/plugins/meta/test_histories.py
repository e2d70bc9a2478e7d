"""People share, take back, rename and leave in any order: what is found is what the sandbox knows to be true, at every moment."""

import random
from contextlib import suppress
from typing import Any

import pytest

from gaung.core.errors import Unsupported
from gaung.core.records import Publication
from gaung.core.sandbox.people import SandboxProfile

TEXTS = ("Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!", "Selamat pagi!", "")
Office = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_is_what_is_true(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    posts = [office.post(f"{chance.choice(TEXTS)} Nomor {number} #KPULampung") for number in range(3)]
    crowd = [office.person(f"n{number}", chance.choice(office.there.traits)) for number in range(30)]
    for step in range(4):
        for _ in range(40):
            act(office, chance, crowd, posts)
        for deed in chance.sample(office.world.deeds, 12):
            office.there.undo(deed)
        office.there.rename(chance.choice(still_there(crowd)), f"contohagtbaru{step}")
        office.there.vanish(chance.choice(still_there(crowd)))
        found = [one for post in posts for one in office.find(post).sightings]
        assert {(one.signal, one.publication, one.author) for one in found} == office.true(office.side.found)
        assert len({(one.publication, one.evidence) for one in found}) == len(found)
        ids = {who.handle: who.external_id for who in crowd}
        assert all(one.author_id in (None, ids[one.author]) for one in found)
    assert sum(proven(office, deed, posts) for deed in office.world.deeds) > 3


def act(office: Office, chance: random.Random, crowd: list[SandboxProfile], posts: list[Publication]) -> None:
    """Somebody does something; collaborators are rare, and a fourth does not fit."""
    who, signal = chance.choice(still_there(crowd)), chance.choice(office.there.deeds)
    if signal != "collaborator":
        office.do(who, signal, chance.choice(posts))
    elif chance.random() < 0.2:
        with suppress(KeyError):
            office.do(who, signal, chance.choice(posts))


def still_there(crowd: list[SandboxProfile]) -> list[SandboxProfile]:
    return [who for who in crowd if not who.gone]


def proven(office: Office, deed: Any, posts: list[Publication]) -> bool:
    """Whether the address of a deed proves it, which must be the truth; it may prove it of no other post."""
    true = deed.proves and not deed.undone and not deed.profile.gone
    for post in posts:
        try:
            one = office.verify(post, deed.url)
        except Unsupported:
            one = None
        assert (one is not None) is (true and post.external_id == deed.post)
        assert one is None or one.author_id == deed.profile.external_id
    return bool(true)
