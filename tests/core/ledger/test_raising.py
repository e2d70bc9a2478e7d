"""Reshares: put down once, raised and never silently lowered, withdrawn and brought back, told of and counted."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.ledger import cells
from gaung.core.ledger.raising import Evidence, Raised, Standing, clicked, put, raise_grade, withdraw
from gaung.core.services import offices
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import coverage, reshare_changes, reshares
from gaung.core.testkit.ledger import add_post, all_of
from gaung.core.testkit.registry import add_member, seed_areas

LATER = timedelta(hours=1)


@pytest.fixture
def who(store: Store) -> dict[str, int]:
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
        return {"post": add_post(conn), "a": add_member(conn, "A-0001"), "b": add_member(conn, "A-0002")}


def evidence(who: dict[str, int], member: str = "a", **values: Any) -> Evidence:
    given = {"platform": "toy", "signal": "link", "grade": "claimed", "source": "claim", **values}
    return Evidence(post_id=who["post"], member_id=who[member], **given)


def raise_(store: Store, *rows: Evidence) -> Raised:
    with store.write() as conn:
        return raise_grade(conn, rows)


def rows(store: Store) -> Sequence[Any]:
    with store.read() as conn:
        return all_of(conn, reshares)


def told(store: Store) -> list[tuple[str, str | None, Any]]:
    with store.read() as conn:
        return [(event.event, event.member, event.data.get("grade")) for _, event in events.read_from(conn, (-1, 0)) if event.member]


def history(store: Store) -> list[tuple[int | None, int | None]]:
    with store.read() as conn:
        return [(row.was, row.grade) for row in all_of(conn, reshare_changes)]


@pytest.fixture(autouse=True)
def counted_rightly(store: Store) -> Any:
    """Whatever a test does, the rollup equals a recount at its end."""
    yield
    with store.read() as conn:
        assert cells.differences(conn) == []


def test_the_same_evidence_twice_is_one_reshare_and_one_event(store: Store, who: dict[str, int]) -> None:
    assert raise_(store, evidence(who), evidence(who)).recorded == 1
    again = raise_(store, evidence(who))
    assert (again.recorded, again.upgraded, len(again.ids)) == (0, 0, 1)
    assert [(row.grade, row.withdrawn_at) for row in rows(store)] == [(1, None)]
    assert told(store) == [("reshare.recorded", "A-0001", "claimed")]
    with store.read() as conn:
        assert conn.execute(select(coverage.c.claimed).where(coverage.c.area == "18", coverage.c.body == "*")).scalars().all() == [1, 1]


def test_better_evidence_raises_worse_changes_nothing(store: Store, who: dict[str, int]) -> None:
    raise_(store, evidence(who, link="https://toy.example/x"))
    assert raise_(store, evidence(who, grade="matched", verifier="toy")).upgraded == 1
    assert raise_(store, evidence(who, grade="clicked")).upgraded == 0
    (row,) = rows(store)
    assert (row.grade, row.verifier, row.link) == (3, "toy", "https://toy.example/x")
    assert told(store) == [("reshare.recorded", "A-0001", "claimed"), ("reshare.upgraded", "A-0001", "matched")]
    assert history(store) == [(None, 1), (1, 3)]


def test_the_best_of_a_batch_is_put_down_and_signals_stay_apart(store: Store, who: dict[str, int]) -> None:
    raised = raise_(store, evidence(who), evidence(who, grade="reviewed"), evidence(who, signal="mention", grade="observed"))
    assert raised.recorded == 2
    assert sorted((row.signal, row.grade) for row in rows(store)) == [("link", 4), ("mention", 5)]


def test_what_is_withdrawn_is_kept_and_not_revived_by_what_is_older(store: Store, who: dict[str, int]) -> None:
    old = datetime.now(UTC) - LATER
    seen = evidence(who, signal="mention", grade="observed", happened=old)
    (number,) = raise_(store, seen).ids.values()
    with store.write() as conn:
        assert withdraw(conn, [number], why="bukan akun anggota") == 1
        assert withdraw(conn, [number], why="lagi") == 0
    assert raise_(store, seen, evidence(who, signal="mention", grade="observed")).recorded == 0
    (row,) = rows(store)
    assert (row.grade, row.withdrawn_why) == (5, "bukan akun anggota")
    assert told(store)[-1] == ("reshare.withdrawn", "A-0001", "observed")
    with store.read() as conn:
        assert conn.execute(select(coverage)).all() == []


def test_what_happened_after_the_withdrawal_brings_it_back(store: Store, who: dict[str, int]) -> None:
    (number,) = raise_(store, evidence(who, grade="reviewed")).ids.values()
    with store.write() as conn:
        withdraw(conn, [number], why="salah")
    assert raise_(store, evidence(who, happened=datetime.now(UTC) + LATER)).recorded == 1
    (row,) = rows(store)
    assert (row.grade, row.withdrawn_at, row.withdrawn_why) == (1, None, None)
    assert history(store) == [(None, 4), (4, None), (None, 1)]
    assert told(store)[-1] == ("reshare.recorded", "A-0001", "claimed")


def test_only_an_undoing_lowers_and_it_is_told(store: Store, who: dict[str, int]) -> None:
    (number,) = raise_(store, evidence(who, grade="reviewed", source="review", verifier="rina")).ids.values()
    with store.write() as conn:
        assert put(conn, [Standing(id=number, grade="claimed", source="claim")], why="dibatalkan") == 1
        assert put(conn, [Standing(id=number, grade="claimed", source="claim")], why="dibatalkan") == 0
    (row,) = rows(store)
    assert (row.grade, row.source, row.verifier) == (1, "claim", None)
    assert told(store)[-1] == ("reshare.lowered", "A-0001", "claimed")


def test_clicks_have_their_door(store: Store, who: dict[str, int]) -> None:
    with store.write() as conn:
        clicked(conn, [(who["post"], who["a"], "toy")])
    assert [(row.signal, row.grade) for row in rows(store)] == [("clicked", 2)]


def test_events_name_the_number_and_never_the_link(store: Store, who: dict[str, int]) -> None:
    raise_(store, evidence(who, link="https://toy.example/contoh_agt_siti/posts/1"))
    with store.read() as conn:
        said = [str(event) for _, event in events.read_from(conn, (-1, 0))]
    assert not any("contoh_agt" in line for line in said)
    assert "contoh_agt" not in repr(evidence(who, link="https://toy.example/contoh_agt_siti/posts/1"))


def test_two_at_once_record_one(store: Store, who: dict[str, int]) -> None:
    start, errors, counts = threading.Barrier(4), list[Exception](), list[int]()

    def work(turn: int) -> None:
        order = ["a", "b"] if turn % 2 else ["b", "a"]
        start.wait()
        try:
            counts.append(raise_(store, *[evidence(who, member, grade="observed", signal="mention") for member in order]).recorded)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(counts) == [0, 0, 0, 2]
    assert len(told(store)) == 2


def test_thousands_take_a_few_statements(store: Store, who: dict[str, int]) -> None:
    from sqlalchemy import event

    with store.write() as conn:
        several = [add_member(conn, f"B-{number:04}") for number in range(300)]
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    seen: dict[str, Any] = {"post_id": who["post"], "platform": "toy", "signal": "mention", "grade": "observed", "source": "sweep"}
    given = [Evidence(member_id=one, **seen) for one in several]
    assert raise_(store, *given).recorded == 300
    assert len(statements) < 30
