"""People share, take back, rename and leave in any order: what is found is what the sandbox knows to be true, at every moment."""

import random
from typing import Any

import pytest

from gaung.core import http
from gaung.core.errors import Unsupported
from gaung.core.http import Effect

Stage = Any
TEXTS = ("Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!", "Selamat pagi!", "")


def alive(fb: Stage, post: str) -> set[tuple[str, str, str]]:
    return {
        (deed.signal, deed.profile.handle, deed.profile.external_id)
        for deed in fb.sandbox.world.deeds
        if deed.post == post and deed.names and not deed.undone and not deed.profile.gone
    }


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_is_what_is_true(fb: Stage, seed: int) -> None:
    chance = random.Random(seed)
    posts = [fb.publish(f"{chance.choice(TEXTS)} Nomor {number} #KPULampung") for number in range(3)]
    people = [fb.person(f"n{number}", *chance.choice(fb.side.traits)) for number in range(30)]
    for step in range(4):
        for _ in range(40):
            here = [who for who in people if not who.gone]
            fb.do(chance.choice(here), chance.choice(fb.side.deeds), chance.choice(posts))
        for deed in chance.sample(fb.sandbox.world.deeds, 12):
            fb.side.undo(deed)
        fb.side.rename(chance.choice([who for who in people if not who.gone]), f"contohagt.baru{step}")
        fb.side.vanish(chance.choice([who for who in people if not who.gone]))
        for post in posts:
            found = fb.find(post)
            assert {(one.signal, one.author, one.author_id) for one in found.sightings} == alive(fb, post.external_id)
            assert len({one.evidence for one in found.sightings}) == len(found.sightings)
    proven = 0
    for deed in fb.sandbox.world.deeds:
        right, wrong = (next(post for post in posts if (post.external_id == deed.post) is same) for same in (True, False))
        for post, expected in ((right, deed.proves and not deed.undone and not deed.profile.gone), (wrong, False)):
            try:
                one = fb.verify(post, deed.url)
            except Unsupported:
                one = None
            assert (one is not None) is expected
            assert one is None or one.author_id == deed.profile.external_id
            proven += one is not None
    assert proven > 3


def test_looking_sends_reads_and_nothing_else(fb: Stage) -> None:
    post, who = fb.publish(), fb.person("siti", "page")
    deeds = [fb.do(who, signal, post) for signal in ("shared_post", "tagged_post")]
    seen: list[tuple[str, Effect]] = []
    with http.watched(lambda method, url, effect, reply: seen.append((method, effect))):
        fb.find(post)
        for deed in deeds:
            fb.verify(post, deed.url)
    assert len(seen) > 8
    assert set(seen) == {("GET", Effect.READ)}
