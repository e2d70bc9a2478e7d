"""People share, take back, rename and leave in any order: what is found is what the sandbox knows to be true, at every moment."""

import random
from typing import Any

import pytest

from gaung.core import http
from gaung.core.errors import Unsupported
from gaung.core.http import Effect

People = Any
TEXTS = ("Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!", "Selamat pagi!", "")
FOUND = ("tagged_media", "collaborator")


def alive(people: People, post: str) -> set[tuple[str, str]]:
    return {
        (deed.signal, deed.profile.handle)
        for deed in people.world.deeds
        if deed.post == post and deed.names and deed.signal in FOUND and not deed.undone and not deed.profile.gone
    }


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_is_what_is_true(people: People, seed: int) -> None:
    chance = random.Random(seed)
    posts = [people.post(f"{chance.choice(TEXTS)} Nomor {number} #KPULampung") for number in range(3)]
    crowd = [people.person(f"n{number}", *chance.choice(people.side.traits)) for number in range(30)]
    for step in range(4):
        for _ in range(40):
            who, signal = chance.choice([who for who in crowd if not who.gone]), chance.choice(people.side.deeds)
            if signal != "collaborator" or chance.random() < 0.2:
                _try(people, who, signal, chance.choice(posts))
        for deed in chance.sample(people.world.deeds, 12):
            people.side.undo(deed)
        people.side.rename(chance.choice([who for who in crowd if not who.gone]), f"contoh_agt_baru{step}")
        people.side.vanish(chance.choice([who for who in crowd if not who.gone]))
        for post in posts:
            found = people.find(post)
            assert {(one.signal, one.author) for one in found.sightings} == alive(people, post.external_id)
            assert len({one.evidence for one in found.sightings}) == len(found.sightings)
    proven = 0
    for deed in people.world.deeds:
        right, wrong = (next(post for post in posts if (post.external_id == deed.post) is same) for same in (True, False))
        for post, expected in ((right, deed.proves and not deed.undone and not deed.profile.gone), (wrong, False)):
            try:
                one = people.verify(post, deed.url)
            except Unsupported:
                one = None
            assert (one is not None) is expected
            assert one is None or one.author_id == deed.profile.external_id
            proven += one is not None
    assert proven > 3


def _try(people: People, who: Any, signal: str, post: Any) -> None:
    """A fourth collaborator does not fit."""
    try:
        people.do(who, signal, post)
    except KeyError:
        assert signal == "collaborator"


def test_looking_sends_reads_and_nothing_else(people: People) -> None:
    post, who = people.post(), people.person("siti", "professional")
    deed = people.do(who, "tagged_media", post)
    seen: list[tuple[str, Effect]] = []
    with http.watched(lambda method, url, effect, reply: seen.append((method, effect))):
        people.find(post)
        people.verify(post, deed.url)
    assert len(seen) > 4
    assert set(seen) == {("GET", Effect.READ)}
