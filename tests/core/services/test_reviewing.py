"""`reshare review`: what waits, what a reviewer sees, accepting, refusing, and an undo that restores what was before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core.errors import UserError
from gaung.core.ledger import claims as handed
from gaung.core.registry import consent
from gaung.core.services import claims, reshares, reviewing
from gaung.core.services.context import Context
from gaung.core.services.reviewing import Queue
from gaung.core.store.ledger_tables import chores
from gaung.core.store.ledger_tables import claims as table
from gaung.core.store.ledger_tables import reshares as reshare_table
from gaung.core.testkit.ledger import sighting


def claim(echo: Any, number: int = 1, member: str = "A-0001", **said: Any) -> int:
    done = claims.hand_in_link(echo.ctx, post=echo.post, member=member, url=echo.link(number, **said))
    return int(done["id"])


def stands(echo: Any, place: int = 0) -> tuple[str, str, str | None, bool]:
    one = reshares.list_reshares(echo.ctx, post=echo.post)[place]
    return one["grade"], one["source"], one["verifier"], one["withdrawn"] is None


def prove(echo: Any, number: int) -> None:
    with echo.ctx.store.write() as conn:
        toy = echo.ctx.manager.platform("toy")
        assert handed.proved(conn, number, toy, sighting(echo.ours["18"], "contoh_agt_siti"), verifier="toy")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "layar.png"
    Image.new("RGB", (60, 90), "maroon").save(path)
    return path


def test_a_reviewer_sees_what_is_needed_and_no_name(echo: Any) -> None:
    one = claim(echo, author="contoh_agt_budi")
    shown = reviewing.show(echo.ctx, one)
    assert {key: shown[key] for key in ("member", "body", "area", "post", "title", "platform", "link", "why")} == {
        "member": "A-0001", "body": "PPS", "area": "Desa Contoh A1", "post": echo.post, "title": "Cek DPT Online", "platform": "toy",
        "link": "https://toy.example/contoh_agt_budi/posts/1", "why": handed.NOT_THEIRS,
    }  # fmt: skip
    assert "Siti" not in str(shown)


def test_what_no_call_can_prove_comes_first(echo: Any) -> None:
    first, second = claim(echo, 1), claim(echo, 2, author="contoh_agt_budi")
    assert reviewing.waiting(echo.ctx, Queue()) == [second, first]
    prove(echo, first)
    assert reviewing.waiting(echo.ctx, Queue()) == [second]


def test_the_queue_is_filtered_and_scoped(echo: Any, seen_by: Callable[[str], Context]) -> None:
    mine, theirs = claim(echo), claim(echo, 2, "A-0002", author="contoh_agt_budi")
    mute = claim(echo, platform="mute")
    assert reviewing.waiting(echo.ctx, Queue(platform="mute")) == [mute]
    assert reviewing.waiting(echo.ctx, Queue(office="18.02")) == [theirs]
    assert reviewing.waiting(echo.ctx, Queue(post=echo.post)) == [mute, mine, theirs]
    assert reviewing.waiting(seen_by("18.01"), Queue()) == [mute, mine]
    with pytest.raises(UserError, match="no claim 2 of members in sight"):
        reviewing.accept(seen_by("18.01"), theirs)
    with pytest.raises(UserError, match="no post 99"):
        reviewing.waiting(echo.ctx, Queue(post=99))


def test_accepted_is_reviewed_with_who_and_when(echo: Any) -> None:
    one = claim(echo)
    done = reviewing.accept(echo.ctx, one)
    assert (done["state"], done["reviewed_by"]) == ("accepted", "rina")
    assert done["reviewed_at"] is not None
    assert stands(echo) == ("reviewed", "review", "rina", True)
    told = [(event.event, event.member, dict(event.data)) for event in echo.events()][-2:]
    assert told[0][0] == "reshare.upgraded"
    assert told[1] == ("claim.reviewed", "A-0001", {"claim": one, "decision": "accepted"})


def test_refused_counts_no_longer(echo: Any) -> None:
    one = claim(echo)
    with pytest.raises(UserError, match="needs a reason"):
        reviewing.refuse(echo.ctx, one, why=" ")
    done = reviewing.refuse(echo.ctx, one, why="unggahan lain")
    assert (done["state"], done["why"]) == ("refused", "unggahan lain")
    assert stands(echo) == ("claimed", "claim", None, False)


def test_refused_while_another_claim_speaks_for_it_still_counts(echo: Any) -> None:
    one, two = claim(echo, 1), claim(echo, 2)
    reviewing.refuse(echo.ctx, one, why="salah")
    assert stands(echo)[3]
    reviewing.refuse(echo.ctx, two, why="salah")
    assert not stands(echo)[3]


@pytest.mark.parametrize("accepted", [True, False])
def test_undo_restores_exactly_what_was_before(echo: Any, accepted: bool) -> None:
    one = claim(echo, author="contoh_agt_budi")
    before = echo.rows(table), [tuple(row[:8]) + tuple(row[10:]) for row in echo.rows(reshare_table)]
    if accepted:
        reviewing.accept(echo.ctx, one)
    else:
        reviewing.refuse(echo.ctx, one, why="salah")
    reviewing.undo(echo.ctx, one)
    after = echo.rows(table), [tuple(row[:8]) + tuple(row[10:]) for row in echo.rows(reshare_table)]
    assert after[0] == before[0]
    assert [(row.grade, row.source, row.verifier, row.link, row.withdrawn_at) for row in echo.rows(reshare_table)] == [
        (1, "claim", None, "https://toy.example/contoh_agt_budi/posts/1", None)
    ]
    assert [event.event for event in echo.events()][-2:] == [
        "reshare.lowered" if accepted else "reshare.recorded", "claim.reviewed",
    ]  # fmt: skip


def test_undone_it_may_be_proved_once_more(echo: Any) -> None:
    one = claim(echo)
    reviewing.refuse(echo.ctx, one, why="salah")
    with echo.ctx.store.write() as conn:
        conn.execute(update(chores).values(due_at=None))
    reviewing.undo(echo.ctx, one)
    assert echo.rows(chores)[0].due_at is not None
    prove(echo, one)
    assert stands(echo) == ("matched", "claim", "toy", True)


def test_undo_keeps_what_another_claim_has_proved_since(echo: Any) -> None:
    one, two = claim(echo, 1), claim(echo, 2)
    reviewing.accept(echo.ctx, one)
    prove(echo, two)
    assert stands(echo)[0] == "reviewed"
    reviewing.undo(echo.ctx, one)
    assert stands(echo) == ("matched", "claim", "toy", True)


def test_undo_in_any_order_leaves_no_grade_that_nothing_supports(echo: Any) -> None:
    one, two = claim(echo, 1), claim(echo, 2)
    reviewing.accept(echo.ctx, one)
    reviewing.accept(echo.ctx, two)
    reviewing.undo(echo.ctx, one)
    assert stands(echo)[0] == "reviewed"
    reviewing.undo(echo.ctx, two)
    assert stands(echo) == ("claimed", "claim", None, True)


def test_a_decision_is_made_once_and_undone_once(echo: Any) -> None:
    one = claim(echo)
    reviewing.accept(echo.ctx, one)
    with pytest.raises(UserError, match="it is accepted") as caught:
        reviewing.refuse(echo.ctx, one, why="x")
    assert "--undo 1" in caught.value.hint
    reviewing.undo(echo.ctx, one)
    with pytest.raises(UserError, match="no decision that could be undone") as caught:
        reviewing.undo(echo.ctx, one)
    assert "--accept 1" in caught.value.hint


def test_no_undo_brings_a_withdrawn_reshare_back(echo: Any) -> None:
    one = claim(echo)
    reviewing.accept(echo.ctx, one)
    reshares.withdraw(echo.ctx, 1, why="akun orang lain")
    with pytest.raises(UserError, match="no decision that could be undone"):
        reviewing.undo(echo.ctx, one)
    assert not stands(echo)[3]


def test_of_who_took_the_consent_back_nothing_waits_again(echo: Any) -> None:
    one = claim(echo)
    reviewing.accept(echo.ctx, one)
    with echo.ctx.store.write() as conn:
        consent.withdraw(conn, member_id=echo.members["A-0001"], actor="rina")
    assert reviewing.undo(echo.ctx, one)["state"] == "withdrawn"
    assert stands(echo)[0] == "claimed"
    assert reviewing.waiting(echo.ctx, Queue()) == []


def test_the_same_thing_handed_in_by_two_is_pointed_out(echo: Any, picture: Path, seen_by: Callable[[str], Context]) -> None:
    for member in ("A-0001", "A-0002"):
        claims.hand_in_capture(echo.ctx, post=echo.post, member=member, platform="toy", picture=picture)
        claims.hand_in_link(echo.ctx, post=echo.post, member=member, url=echo.link())
    for one in reviewing.waiting(echo.ctx, Queue()):
        shown = reviewing.show(echo.ctx, one)
        other = "A-0002" if shown["member"] == "A-0001" else "A-0001"
        assert (shown["also_handed_in_by"], shown["others"]) == ([other], 0)
    mine = reviewing.show(seen_by("18.01"), 1)
    assert (mine["also_handed_in_by"], mine["others"]) == ([], 1)
    assert Path(str(mine["capture"])).read_bytes() == picture.read_bytes()


def test_a_capture_whose_time_is_over_has_no_path(echo: Any, picture: Path) -> None:
    claims.hand_in_capture(echo.ctx, post=echo.post, member="A-0001", platform="toy", picture=picture)
    with echo.ctx.store.write() as conn:
        conn.execute(update(table).values(capture_until=None))
    assert reviewing.show(echo.ctx, 1)["capture"] is None
