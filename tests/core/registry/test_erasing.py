"""Erasing takes away what names a person and no count; retention does it by itself, in batches, and may be cut short."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from gaung.core.config import Settings, load
from gaung.core.engine import retention
from gaung.core.ledger.cells import recount
from gaung.core.ledger.raising import Evidence, raise_grade
from gaung.core.registry import captures, declaring, erasing, keeping
from gaung.core.services import offices
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import chores, claims, coverage, reshares, sightings
from gaung.core.store.registry_tables import consents, declared_accounts, member_follows, members
from gaung.core.store.types import day_of, db_now
from gaung.core.testkit.ledger import add_post, publish
from gaung.core.testkit.registry import add_member, handle, platform, seed_areas

PICTURE, OTHER = "a" * 64, "b" * 64


class Corps:
    """Members with reshares, claims, captures and sightings of one post."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.forget = lambda names: captures.forget(settings, names)

    def member(self, number: str, *, end: date | None = None, capture: str = PICTURE) -> int:
        """One of whom everything is held."""
        with self.store.write() as conn:
            member = add_member(conn, number, end=end, toy=f"contoh_agt_{number.lower().replace('-', '')}")
            self._everything(conn, member, capture)
        folder = captures.folder(self.settings)
        folder.mkdir(exist_ok=True)
        (folder / capture).write_bytes(b"picture")
        return member

    def _everything(self, conn: Any, member: int, capture: str) -> None:
        conn.execute(update(members).where(members.c.id == member).values(contact="0812", name="Siti Contoh"))
        conn.execute(insert(member_follows).values(member_id=member, platform="toy", follows=True, at=db_now(), actor="x"))
        link = f"https://toy/contoh_agt_{member}/1"
        row: dict[str, Any] = {"post_id": 1, "member_id": member, "platform": "toy", "signal": "shared", "link": link}
        raise_grade(conn, [Evidence(**row, grade="observed", source="sweep")])
        handed = {"post_id": 1, "member_id": member, "platform": "toy", "claimed_at": db_now(), "handed_at": db_now(), "source": "claim"}
        several = [("waiting", link, None), ("accepted", None, capture)]
        for number, (state, url, held) in enumerate(several):
            until = db_now(86400) if held else None
            row = {**handed, "evidence": f"{member}-{number}", "state": state, "url": url, "capture": held, "capture_until": until}
            made = conn.execute(insert(claims).values(**row, actor="x").returning(claims.c.id)).scalar_one()
            conn.execute(
                insert(chores).values(
                    kind="verify", platform="toy", subject=made, account_id=1, state={}, due_at=db_now(), updated_at=db_now()
                )
            )
        declared = conn.execute(select(declared_accounts.c.id).where(declared_accounts.c.member_id == member)).scalar_one()
        seen = {"publication_id": 1, "post_id": 1, "platform": "toy", "signal": "shared", "evidence": f"e{member}", "source": "sweep"}
        named = {"author": f"digest-{member}", "author_id": "d", "link": "sealed", "declared_id": declared}
        conn.execute(insert(sightings).values(**seen, **named, first_seen_at=db_now()))

    def all(self, table: Any, member: int | None = None) -> list[Any]:
        """Rows, of one member if given."""
        query = (select(table) if member is None else select(table).where(table.c.member_id == member)).order_by(*table.primary_key)
        with self.store.read() as conn:
            return list(conn.execute(query))

    def dump(self) -> str:
        """Everything in the database but the log of events, as text."""
        from gaung.core.store.tables import metadata

        with self.store.read() as conn:
            return "\n".join(repr([tuple(row) for row in conn.execute(select(table))]) for table in metadata.sorted_tables)

    def coverage(self) -> list[Any]:
        """The rollup, after a full recount said the same."""
        with self.store.read() as conn:
            kept = sorted(map(tuple, conn.execute(select(coverage))))
        with self.store.write() as conn:
            recount(conn)
            assert sorted(map(tuple, conn.execute(select(coverage)))) == kept
        return kept

    def told(self) -> list[tuple[str, str | None]]:
        """Events of erasure, with the member's number."""
        with self.store.read() as conn:
            found = events.read_from(conn, (-1, 0), 10_000)
        return [(event.event, event.member) for _, event in found if event.event == "member.erased"]


@pytest.fixture
def corps(store: Store, tmp_path: Path) -> Corps:
    """A post on one account, published."""
    with store.write() as conn:
        offices.seed(conn)
        seed_areas(conn)
        publish(conn, add_post(conn))
    return Corps(store, load(tmp_path))


def erase(corps: Corps, *ids: int, why: str = "request") -> list[str]:
    with corps.store.write() as conn:
        return erasing.erase(conn, ids, why=why, forget=corps.forget)


def test_nothing_that_names_the_person_is_left_and_every_count_stays(corps: Corps) -> None:
    member = corps.member("A-0001")
    before = corps.coverage()
    assert before
    assert erase(corps, member) == ["A-0001"]
    left = corps.dump().casefold()
    for trace in ("contoh_agt", "siti contoh", "0812", "https://toy/", f"digest-{member}", "sealed"):
        assert trace not in left
    assert not (captures.folder(corps.settings) / PICTURE).exists()
    assert corps.coverage() == before
    assert [(row.grade, row.link) for row in corps.all(reshares, member)] == [(5, None)]
    (row,) = corps.all(members)
    assert (row.number, row.erased_why, row.erased_at is None) == ("A-0001", "request", False)
    assert corps.told() == [("member.erased", "A-0001")]


def test_the_rows_stay_so_that_history_still_counts(corps: Corps) -> None:
    member = corps.member("A-0001")
    erase(corps, member)
    (account,) = corps.all(declared_accounts, member)
    assert (account.handle, account.handle_key, account.external_id, account.ended_why) == (None, None, None, "erased")
    (agreed,) = corps.all(consents, member)
    assert (agreed.withdrawn_at is None, agreed.stop_by) == (False, None)
    assert [row.state for row in corps.all(claims, member)] == ["withdrawn", "accepted"]
    assert [row.subject for row in corps.all(chores)] == [2]


def test_erasing_twice_changes_nothing_but_takes_what_came_in_between(corps: Corps) -> None:
    member = corps.member("A-0001")
    erase(corps, member)
    first = corps.dump()
    assert erase(corps, member) == []
    assert [line for line in corps.dump().splitlines() if "A-0001" not in line] == [
        line for line in first.splitlines() if "A-0001" not in line
    ]
    with corps.store.write() as conn:
        conn.execute(update(reshares).values(link="https://toy/contoh_agt_late"))
    erase(corps, member)
    assert corps.all(reshares)[0].link is None
    assert len(corps.told()) == 1


def test_an_erasure_that_was_cut_short_is_done_again(corps: Corps) -> None:
    """The bytes go first, and everything else in one transaction: half a database is never seen."""
    member = corps.member("A-0001")

    def cut_short() -> None:
        with corps.store.write() as conn:
            erasing.erase(conn, [member], why="request", forget=corps.forget)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert corps.all(members)[0].name == "Siti Contoh"
    assert not (captures.folder(corps.settings) / PICTURE).exists()
    assert erase(corps, member) == ["A-0001"]


def test_a_picture_that_another_handed_in_too_stays_for_the_other(corps: Corps) -> None:
    first, _ = corps.member("A-0001"), corps.member("A-0002")
    erase(corps, first)
    assert (captures.folder(corps.settings) / PICTURE).exists()


def test_the_handle_is_free_for_another(corps: Corps) -> None:
    member = corps.member("A-0001")
    erase(corps, member)
    other = corps.member("A-0002", capture=OTHER)
    with corps.store.write() as conn:
        declaring.declare(conn, platform=platform(), handle=handle("contoh_agt_a0001"), member_id=other, how="cli", actor="x")


def test_a_withdrawal_stops_but_keeps_name_and_counts(corps: Corps) -> None:
    member = corps.member("A-0001")
    before = corps.coverage()
    with corps.store.write() as conn:
        stopped = erasing.stop(conn, [member], why="withdrawn", forget=corps.forget)
    assert stopped == erasing.Stopped(accounts=1, links=2, claims=1, captures=1)
    (row,) = corps.all(members)
    assert (row.name, row.erased_at) == ("Siti Contoh", None)
    (account,) = corps.all(declared_accounts)
    assert (account.ended_why, account.handle) == ("withdrawn", "contoh_agt_a0001")
    assert corps.all(member_follows) == []
    assert corps.all(sightings)[0].link is None
    assert corps.coverage() == before


def ago(days: int) -> date:
    return day_of(None) - timedelta(days=days)


def test_retention_erases_whose_last_term_ended_long_enough_ago(corps: Corps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCH", 2)
    numbers = {"A-0001": ago(91), "A-0002": ago(120), "A-0003": ago(300), "A-0004": ago(90), "A-0005": None, "A-0006": ago(-10)}
    for number, end in numbers.items():
        with corps.store.write() as conn:
            add_member(conn, number, end=end, toy=f"contoh_agt_{number.lower().replace('-', '')}")
    with corps.store.read() as conn:
        assert keeping.due(conn, corps.settings.registry) == {"members": 3, "captures": 0, "sightings": 0}
        assert keeping.anything(conn, corps.settings.registry)
    assert keeping.retire(corps.store, corps.settings) == {"members": 3, "captures": 0, "sightings": 0}
    assert {row.number: row.erased_why for row in corps.all(members) if row.erased_at} == dict.fromkeys(
        ("A-0001", "A-0002", "A-0003"), "retention"
    )
    assert keeping.retire(corps.store, corps.settings) == {"members": 0, "captures": 0, "sightings": 0}


def test_who_serves_again_is_kept(corps: Corps) -> None:
    from gaung.core.testkit.registry import add_term

    with corps.store.write() as conn:
        member = add_member(conn, "A-0001", end=ago(200))
        add_term(conn, member, body="KPPS", area="18.01.01.2001", office="18.01", start=ago(10))
    assert keeping.retire(corps.store, corps.settings)["members"] == 0


def test_captures_and_sightings_go_after_their_time(corps: Corps) -> None:
    corps.member("A-0001")
    corps.member("A-0002", capture=OTHER)
    old, new = db_now(-91 * 86400), db_now(-89 * 86400)
    with corps.store.write() as conn:
        conn.execute(update(claims).where(claims.c.capture == PICTURE).values(capture_until=db_now(-1)))
        conn.execute(update(sightings).values(first_seen_at=old))  # of registered accounts: they stay
        seen = {"publication_id": 1, "post_id": 1, "platform": "toy", "signal": "s", "source": "sweep"}
        conn.execute(insert(sightings).values(**seen, evidence="old", first_seen_at=old))
        conn.execute(insert(sightings).values(**seen, evidence="new", first_seen_at=new))
    assert keeping.retire(corps.store, corps.settings) == {"members": 0, "captures": 1, "sightings": 1}
    assert sorted(path.name for path in captures.folder(corps.settings).iterdir()) == [OTHER]
    assert sorted(row.evidence for row in corps.all(sightings)) == ["e1", "e2", "new"]
    held = [row.capture_until is not None for row in corps.all(claims) if row.capture]
    assert held == [False, True]
    with corps.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(claims).where(claims.c.capture == PICTURE)).scalar_one() == 1


def test_the_dispatchers_thread_looks_at_once_and_takes_leftovers_of_the_freshly_erased(corps: Corps) -> None:
    import threading
    from types import SimpleNamespace

    member = corps.member("A-0001", end=ago(100))
    engine: Any = SimpleNamespace(settings=corps.settings, store=corps.store)
    stop = threading.Event()
    assert retention.look(engine, stop)["members"] == 1
    with corps.store.write() as conn:
        conn.execute(update(reshares).where(reshares.c.member_id == member).values(link="https://toy/contoh_agt_late"))
    retention.look(engine, stop)
    assert corps.all(reshares)[0].link is None
    with corps.store.read() as conn:
        assert not keeping.anything(conn, corps.settings.registry)
        assert conn.execute(text("SELECT 1")).scalar() == 1
