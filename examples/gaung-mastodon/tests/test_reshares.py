"""Who boosted a status, and what a handed-in status proves, compared with what people of the sandbox did."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

import gaung_mastodon
from gaung.core.records import Account, LinkInfo, Publication

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def account(account_for: Callable[..., Account]) -> Account:
    return account_for("mastodon")


@pytest.fixture
def post(sandbox: Any, account: Account) -> Publication:
    made = sandbox.platform("mastodon").post_by_hand(account.external_id, "Cek namamu.")
    return Publication(id=1, external_id=made.id, url=made.url, published_at=NOW, account=account.external_id)


def test_everybody_whom_the_instance_shows_is_found_over_all_pages(sandbox: Any, account: Account, post: Publication) -> None:
    side = sandbox.platform("mastodon")
    for number in range(170):
        traits = ("hidden",) if number % 10 == 0 else ()
        host = "@lain.contoh" if number % 2 else ""
        side.do(side.add_profile(f"contoh_agt_{number:04}{host}", traits), "boost", account.external_id, post.external_id)
    side.undo(sandbox.world.deeds[1])
    side.vanish(sandbox.world.deeds[2].profile)
    found = gaung_mastodon.gaung_find_reshares(account, post)
    shown = [deed.profile.handle for deed in sandbox.world.deeds if deed.names and not deed.undone]
    assert sorted(one.author or "" for one in found.sightings) == sorted(one if "@" in one else f"{one}@mastodon.contoh" for one in shown)
    assert found.total == 168 > len(shown)
    assert [entry.operation for entry in sandbox.journal()].count("mastodon.statuses.reblogged_by") == 2
    assert gaung_mastodon.gaung_find_reshares(account, post) == found
    assert "contoh_agt" not in repr(found)


def test_a_status_that_is_gone_has_no_count(sandbox: Any, account: Account, post: Publication) -> None:
    sandbox.platform("mastodon").accounts[account.external_id].posts.clear()
    assert gaung_mastodon.gaung_find_reshares(account, post).total is None


@pytest.mark.parametrize("hidden", [None, -1])
def test_a_count_that_is_hidden_is_unknown_and_hides_nobody(sandbox: Any, account: Account, post: Publication, hidden: int | None) -> None:
    side = sandbox.platform("mastodon")
    sandbox.world.numbers.put("mastodon", post.external_id, "shares", hidden, 0.0)
    found = gaung_mastodon.gaung_find_reshares(account, post)
    assert (found.sightings, found.total, found.note) == ((), None, "")
    side.do(side.add_profile("contoh_agt_0001"), "boost", account.external_id, post.external_id)
    assert len(gaung_mastodon.gaung_find_reshares(account, post).sightings) == 1


def test_a_link_proves_what_the_sandbox_says_it_proves(sandbox: Any, account: Account, post: Publication) -> None:
    side = sandbox.platform("mastodon")
    other = side.post_by_hand(account.external_id, "Lain.")
    elsewhere = Publication(id=2, external_id=other.id, url=other.url, published_at=NOW)
    for number, signal in enumerate(side.deeds * 2):
        side.do(side.add_profile(f"contoh_agt_{number:04}@lain.contoh"), signal, account.external_id, post.external_id)
    for deed in sandbox.world.deeds:
        sighting = gaung_mastodon.gaung_verify_reshare(account, post, deed.url)
        assert (sighting is not None) is deed.proves
        assert sighting is None or sighting.author == deed.profile.handle
        assert gaung_mastodon.gaung_verify_reshare(account, elsewhere, deed.url) is None
    assert gaung_mastodon.gaung_verify_reshare(account, post, post.url or "") is None


@pytest.mark.parametrize(
    ("url", "author", "status"),
    [
        ("https://mastodon.contoh/@contoh_agt_1", "contoh_agt_1@mastodon.contoh", None),
        ("https://Mastodon.Contoh/@contoh_agt_1/112233445566778899?x=1", "contoh_agt_1@mastodon.contoh", "112233445566778899"),
        ("https://satu.contoh/@contoh_agt_1@lain.contoh/112233445566778899", "contoh_agt_1@lain.contoh", "112233445566778899"),
        ("https://satu.contoh/users/contoh_agt_1/statuses/112233445566778899", "contoh_agt_1@satu.contoh", "112233445566778899"),
    ],
)
def test_an_address_names_person_and_host(url: str, author: str, status: str | None) -> None:
    info = gaung_mastodon.gaung_identify_link(url)
    assert isinstance(info, LinkInfo)
    assert (info.author, info.external_id, info.kind) == (author, status, "post" if status else "profile")
    assert gaung_mastodon.gaung_identify_link(info.url) == info
    assert "contoh_agt" not in repr(info)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com/@contoh",
        "https://youtube.com/@contoh",
        "https://medium.com/@contoh",
        "https://[::1",
        "contoh",
        "https://a.b/x",
    ],
)
def test_addresses_of_other_networks_are_left_to_them(url: str) -> None:
    assert gaung_mastodon.gaung_identify_link(url) is None
