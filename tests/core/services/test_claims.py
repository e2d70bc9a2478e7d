"""`reshare claim`, `list`, `withdraw`: what is taken, what is refused with which words, and who sees it."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.errors import UserError
from gaung.core.registry import captures, erasing
from gaung.core.services import claims, reshares
from gaung.core.services.context import Context
from gaung.core.store.ledger_tables import chores
from gaung.core.store.ledger_tables import claims as table
from gaung.core.store.registry_tables import declared_accounts
from gaung.core.store.tables import publications
from gaung.core.testkit.ledger import sighting


def claim(echo: Any, url: str = "", member: str = "A-0001", **said: Any) -> dict[str, Any]:
    return claims.hand_in_link(echo.ctx, post=echo.post, member=member, url=url or echo.link(), **said)


def refused(echo: Any, url: str = "", **said: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        claim(echo, url, **said)
    assert echo.rows(table) == []
    assert "contoh_agt" not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "layar.jpg"
    Image.new("RGB", (60, 90), "teal").save(path)
    return path


def test_a_link_is_stored_plain_and_counts_at_once(echo: Any) -> None:
    done = claim(echo, " m.toy.example/Contoh_Agt_Siti/posts/1?fbclid=x#y ")
    assert done == {
        "id": 1, "post": echo.post, "member": "A-0001", "platform": "toy", "signal": "link", "state": "waiting", "why": None, "new": True,
        "reshare": 1,
    }  # fmt: skip
    (row,) = echo.rows(table)
    assert (row.url, row.actor, row.source) == ("https://toy.example/Contoh_Agt_Siti/posts/1", "rina", "claim")
    (listed,) = reshares.list_reshares(echo.ctx, post=echo.post)
    assert (listed["grade"], listed["link"], listed["source"], listed["withdrawn"]) == ("claimed", row.url, "claim", None)
    (chore,) = echo.rows(chores)
    assert chore.account_id == echo.ours["18.01"].account_id  # the member's own office's


def test_the_same_link_again_changes_nothing(echo: Any) -> None:
    claim(echo)
    again = claim(echo, "http://www.toy.example/contoh_agt_siti/posts/1/")
    assert (again["new"], again["id"]) == (False, 1)
    assert len(echo.rows(table)) == 1


def test_a_platform_that_cannot_prove_makes_no_chore(echo: Any) -> None:
    done = claim(echo, echo.link(platform="mute"))
    assert (done["platform"], done["state"]) == ("mute", "unproved")
    assert done["why"] == "Mute has no call that proves what a link refers to."
    assert echo.rows(chores) == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://toy.example/contoh_agt_siti", "profile, not of a post"),
        ("https://elsewhere.example/contoh_agt_siti/posts/1", "no link to a post on a platform that Gaung knows"),
        ("https://mute.example/contoh_agt_siti/posts/1", "link of Mute, not of Toy"),
        ("contoh_agt_siti", "no link, where one is needed"),
        ("", "no link, where one is needed"),
        ("javascript:alert(1)", "no link, where one is needed"),
        ("https://toy.example@elsewhere.example/contoh_agt_siti/posts/1", "no plain web address"),
        ("https://toy.example:8443/contoh_agt_siti/posts/1", "no plain web address"),
        ("https://toy.example/p/1 https://toy.example/p/2", "2 links, where one is needed"),
        (f"https://toy.example/p/{'x' * 2100}", "no plain web address"),
    ],
)
def test_what_is_no_link_to_a_post_is_refused_in_a_line(echo: Any, url: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        claims.hand_in_link(echo.ctx, post=echo.post, member="A-0001", url=url, platform="toy")
    assert words in caught.value.message
    assert caught.value.hint
    assert "contoh_agt" not in str(caught.value)
    assert echo.rows(table) == []


def test_our_own_publications_are_no_evidence(echo: Any) -> None:
    ours = echo.ours["18"].external_id
    for url in (
        f"https://toy.example/p/{ours}",
        f"https://toy.example/siapa_saja/posts/{ours}",
        "https://toy.example/kpu_contoh_18/posts/9",
    ):
        assert "official publication" in refused(echo, url).message


def test_a_publication_is_known_by_its_address_and_below_its_owner_too(echo: Any) -> None:
    with echo.ctx.store.write() as conn:
        own = "toy-18_5551234"
        conn.execute(update(publications).where(publications.c.id == 1).values(external_id=own, url="https://toy.example/p/other-name"))
    assert "official publication" in refused(echo, "https://toy.example/p/5551234").message
    assert "official publication" in refused(echo, "https://toy.example/p/other-name").message


def test_members_posts_and_platforms_must_be_there(echo: Any) -> None:
    assert "no member of that number" in refused(echo, member="A-9999").message
    assert refused(echo, member="A-0003").message == "Member A-0003 has given no consent."
    assert "not published on None" in refused(echo, echo.link(platform="none")).message
    assert "still to come" in refused(echo, at=datetime.now(UTC) + timedelta(days=1)).message
    with pytest.raises(UserError, match="no post 99"):
        claims.hand_in_link(echo.ctx, post=99, member="A-0001", url=echo.link())
    with pytest.raises(UserError, match="unknown platform"):
        claim(echo, platform="toi")


def test_a_link_of_somebody_else_is_kept_as_a_claim_and_never_looked_up(echo: Any) -> None:
    done = claim(echo, echo.link(author="contoh_agt_budi"))
    assert (done["state"], done["why"]) == ("unproved", "The author of the link is not the account that the member has on record.")
    assert echo.rows(chores) == []
    assert reshares.list_reshares(echo.ctx, post=echo.post)[0]["grade"] == "claimed"


def test_without_an_account_on_record_nothing_can_be_proved(echo: Any) -> None:
    with echo.ctx.store.write() as conn:
        conn.execute(update(declared_accounts).values(ended_at=datetime.now(UTC)))
    assert claim(echo)["why"] == "The member has no Toy account on record."


def test_where_the_id_is_known_another_handle_may_be_a_rename(echo: Any) -> None:
    with echo.ctx.store.write() as conn:
        conn.execute(update(declared_accounts).values(external_id="700001"))
    assert claim(echo, echo.link(author="nama_baru"))["state"] == "waiting"
    assert len(echo.rows(chores)) == 1


def test_a_capture_is_kept_for_its_owner_alone_and_for_its_time(echo: Any, picture: Path) -> None:
    done = claims.hand_in_capture(echo.ctx, post=echo.post, member="A-0001", platform="toy", picture=picture)
    assert (done["signal"], done["state"]) == ("capture", "waiting")
    (row,) = echo.rows(table)
    folder = captures.folder(echo.ctx.settings)
    assert [path.name for path in folder.iterdir()] == [row.capture]
    assert (folder / row.capture).read_bytes() == picture.read_bytes()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / row.capture).stat().st_mode) == 0o600
    assert timedelta(days=29) < row.capture_until - datetime.now(UTC) <= timedelta(days=30)
    assert echo.rows(chores) == []


def test_the_same_capture_is_kept_once_for_two_and_goes_with_the_last(echo: Any, picture: Path) -> None:
    for member in ("A-0001", "A-0001", "A-0002"):
        claims.hand_in_capture(echo.ctx, post=echo.post, member=member, platform="toy", picture=picture)
    folder = captures.folder(echo.ctx.settings)
    for member, left in (("A-0001", 1), ("A-0002", 0)):
        with echo.ctx.store.write() as conn:
            erasing.erase(conn, [echo.members[member]], why="request", forget=lambda names: captures.forget(echo.ctx.settings, names))
        assert len(list(folder.iterdir())) == left
    assert len(echo.rows(table)) == 2


@pytest.mark.parametrize("what", ["text", "empty", "missing", "cut", "pdf"])
def test_a_capture_must_be_a_picture(echo: Any, picture: Path, what: str) -> None:
    contents = {"text": b"bukan gambar", "empty": b"", "cut": picture.read_bytes()[:300], "pdf": b"%PDF-1.7 ..."}
    path = picture.with_name("bukti.jpg")
    if what in contents:
        path.write_bytes(contents[what])
    with pytest.raises(UserError) as caught:
        claims.hand_in_capture(echo.ctx, post=echo.post, member="A-0001", platform="toy", picture=path)
    assert caught.value.message.startswith("bukti.jpg: ")
    assert "publish" not in f"{caught.value.message} {caught.value.hint}"
    assert "screenshot" in caught.value.hint
    assert echo.rows(table) == []


def test_a_refused_capture_leaves_no_bytes(echo: Any, picture: Path) -> None:
    with pytest.raises(UserError):
        claims.hand_in_capture(echo.ctx, post=echo.post, member="A-0003", platform="toy", picture=picture)
    folder = captures.folder(echo.ctx.settings)
    assert not folder.exists() or not list(folder.iterdir())


def test_list_filters_and_scope(echo: Any, seen_by: Callable[[str], Context]) -> None:
    claim(echo)
    claim(echo, echo.link(2, "contoh_agt_budi"), "A-0002")
    claim(echo, echo.link(platform="mute"))
    listed = reshares.list_reshares

    def who(ctx: Context = echo.ctx, **said: Any) -> list[tuple[str, str]]:
        return [(one["member"], one["platform"]) for one in listed(ctx, post=echo.post, **said)]

    assert who() == [("A-0001", "toy"), ("A-0002", "toy"), ("A-0001", "mute")]
    assert who(platform="mute") == [("A-0001", "mute")]
    assert who(member="A-0002") == [("A-0002", "toy")]
    assert who(grade="matched") == []
    assert who(office="18.02") == [("A-0002", "toy")]
    assert who(seen_by("18.01")) == [("A-0001", "toy"), ("A-0001", "mute")]
    with pytest.raises(UserError, match=r"no member of that number among those that office 18\.01"):
        listed(seen_by("18.01"), post=echo.post, member="A-0002")
    with pytest.raises(UserError, match="Unknown grade"):
        listed(echo.ctx, post=echo.post, grade="proved")


def test_who_is_not_registered_is_only_counted(echo: Any) -> None:
    from gaung.core.ledger.recording import record_sightings
    from gaung.core.testkit.ledger import targets

    ours = echo.ours["18"]
    with echo.ctx.store.write() as conn:
        seen = [sighting(ours, f"orang_{number}") for number in range(3)]
        record_sightings(conn, echo.ctx.box, echo.ctx.manager.platform("toy"), targets(ours), seen, source="sweep", verifier="toy")
    assert reshares.unmatched(echo.ctx, post=echo.post) == [{"post": echo.post, "platform": "toy", "signal": "mention", "sightings": 3}]
    assert reshares.unmatched(echo.ctx, post=echo.post, platform="mute") == []
    assert reshares.list_reshares(echo.ctx, post=echo.post) == []


def test_withdrawn_is_kept_told_and_final_for_its_claims(echo: Any, seen_by: Callable[[str], Context]) -> None:
    claim(echo)
    with pytest.raises(UserError, match="no reshare 1 of members in sight"):
        reshares.withdraw(seen_by("18.02"), 1, why="x")
    with pytest.raises(UserError, match="needs a reason"):
        reshares.withdraw(echo.ctx, 1, why="  ")
    done = reshares.withdraw(echo.ctx, 1, why="akun  milik orang lain")
    assert (done["grade"], done["withdrawn_why"]) == ("claimed", "akun milik orang lain")
    assert done["withdrawn"] is not None
    assert echo.rows(table)[0].state == "withdrawn"
    assert [event.event for event in echo.events()][-1] == "reshare.withdrawn"
    with pytest.raises(UserError, match="withdrawn already"):
        reshares.withdraw(echo.ctx, 1, why="lagi")
    assert not claim(echo)["new"]
    assert reshares.list_reshares(echo.ctx, post=echo.post)[0]["withdrawn"] is not None
