"""Members listed, shown whole, declared; each office sees those it appointed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from gaung.core.errors import UserError
from gaung.core.registry import consent
from gaung.core.services import bodies, declarations, member_file, members
from gaung.core.services.declarations import Said
from gaung.core.services.members import Which
from gaung.core.store.ledger_tables import claims
from gaung.core.store.registry_tables import declared_accounts
from gaung.core.store.types import db_now
from gaung.core.testkit.registry import add_member, add_term, seed_areas

TODAY = date(2026, 11, 24)


@pytest.fixture
def people(world: Any) -> Any:
    """Three members of 18.01 and one of 18.02."""
    with world.ctx.store.write() as conn:
        seed_areas(conn)
        first = add_member(conn, "A-0001", toy="contoh_agt_siti", other="contoh_agt_siti2")
        add_member(conn, "A-0002", name="Budi Contoh", agreed=False)
        add_member(conn, "A-0003", body="PPK", area="18.01.01", end=date(2026, 6, 30), toy="contoh_agt_tiga")
        add_member(conn, "B-0001", area="18.02.01.2001", office="18.02", agreed=False)
        add_term(conn, first, body="KPPS", area="18.01.01.2002", office="18.01", start=date(2025, 1, 1), end=date(2025, 2, 1))
    return world


def said(world: Any, number: str, **values: Any) -> dict[str, Any]:
    return declarations.declare(world.ctx, number, Said(**values))


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["number"] for one in found]


def test_a_list_tells_the_latest_term_and_the_open_accounts(people: Any) -> None:
    first = members.list_members(people.ctx, Which())[0]
    assert first == {
        "number": "A-0001", "name": "Siti Contoh Wulandari", "body": "PPS", "area": "18.01.01.2001", "area_name": "Desa Contoh A1",
        "office": "18.01", "term_start": date(2026, 1, 1), "term_end": None,
        "accounts": {"other": "contoh_agt_siti2", "toy": "contoh_agt_siti"}, "reason": None, "consent": consent.LATEST, "erased_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("which", "without", "expected"),
    [
        (Which(), False, ["A-0001", "A-0002", "A-0003", "B-0001"]),
        (Which(on=TODAY), False, ["A-0001", "A-0002", "B-0001"]),
        (Which(on=date(2026, 6, 30)), False, ["A-0001", "A-0002", "A-0003", "B-0001"]),
        (Which(on=date(2026, 7, 1), area="18.01"), False, ["A-0001", "A-0002"]),
        (Which(office="18.02"), False, ["B-0001"]),
        (Which(area="18.01.01"), False, ["A-0001", "A-0002", "A-0003"]),
        (Which(body="ppk"), False, ["A-0003"]),
        (Which(body="KPPS"), False, ["A-0001"]),
        (Which(platform="toy"), False, ["A-0001", "A-0003"]),
        (Which(platform="other"), True, ["A-0002", "A-0003", "B-0001"]),
        (Which(), True, ["A-0002", "B-0001"]),
    ],
)
def test_a_list_is_narrowed(people: Any, which: Which, without: bool, expected: list[str]) -> None:
    assert numbers(members.list_members(people.ctx, which, without_account=without)) == expected


def test_a_limit_leaves_the_rest_out(people: Any) -> None:
    assert numbers(members.list_members(people.ctx, Which(), limit=2)) == ["A-0001", "A-0002"]


@pytest.mark.parametrize(
    ("which", "words"),
    [
        (Which(area="18.99"), "Unknown area 18.99"),
        (Which(area="18.1"), 'Unknown area 18.1. Did you mean "18.01"'),
        (Which(body="PPX"), "Unknown body PPX. Bodies are: PPK"),
        (Which(office="18.99"), "Unknown office 18.99"),
        (Which(platform="tooy"), "Did you mean toy"),
    ],
)
def test_what_nobody_knows_is_told(people: Any, which: Which, words: str) -> None:
    with pytest.raises(UserError, match=words.replace(".", r"\.").replace("?", r"\?")):
        members.list_members(people.ctx, which)


@pytest.mark.parametrize("text", ["2026-11-24", "24/11/2026", "24 November 2026", "Selasa, 24 November 2026"])
def test_days_are_read_as_people_write_them(world: Any, text: str) -> None:
    assert members.the_day(world.ctx, text) == TODAY


def test_what_is_no_day_is_told(world: Any) -> None:
    with pytest.raises(UserError, match="is no day"):
        members.the_day(world.ctx, "besok")


def test_gaps_keep_those_not_asked_apart(people: Any) -> None:
    said(people, "A-0002", reason="tidak_ada_sinyal")
    found = members.gaps(people.ctx, Which(on=TODAY))
    assert [(one["number"], one["why"]) for one in found] == [("A-0002", "tidak_ada_sinyal"), ("B-0001", None)]
    assert numbers(members.gaps(people.ctx, Which(on=TODAY, platform="other", area="18.01"))) == ["A-0002"]


def test_an_office_sees_only_whom_it_appointed(people: Any, scoped: Callable[[str], Any]) -> None:
    there = scoped("18.02")
    assert numbers(members.list_members(there.ctx, Which())) == ["B-0001"]
    assert numbers(members.gaps(there.ctx, Which())) == ["B-0001"]
    for act in (
        lambda: member_file.show(there.ctx, "A-0001"),
        lambda: said(there, "A-0001", reason="belum_paham"),
    ):
        with pytest.raises(UserError, match=r"no member of that number among those that office 18\.02 appointed"):
            act()  # type: ignore[no-untyped-call]
    said(there, "B-0001", reason="belum_paham")


def test_an_unknown_number_is_not_repeated(people: Any) -> None:
    with pytest.raises(UserError) as caught:
        member_file.show(people.ctx, "Siti Contoh")
    assert "Contoh" not in str(caught.value)


def test_an_account_is_declared_with_consent_in_one_step(people: Any) -> None:
    first = {"platform": "toy", "handle": "@contoh_agt_budi", "agreed": consent.LATEST, "follows": ("toy",)}
    done = said(people, "A-0002", **first, follows_not=("other",))
    assert done == {"number": "A-0002", "told": ["consent", "account", "follows"], "matched": 0}
    assert said(people, "A-0002", **first)["told"] == []
    shown = member_file.show(people.ctx, "A-0002")
    assert {one["platform"]: one["follows"] for one in shown["follows"]} == {"toy": True, "other": False}
    assert people.told(member="A-0002") == ["member.consented", "member.declared", "member.declared"]


def test_an_account_ends_and_a_reason_may_follow(people: Any) -> None:
    with pytest.raises(UserError, match="has an account on record"):
        said(people, "A-0001", reason="belum_berminat")
    for platform in ("toy", "other"):
        assert said(people, "A-0001", platform=platform, ended=True)["told"] == ["account_ended"]
    assert said(people, "A-0001", platform="toy", ended=True)["told"] == []
    assert said(people, "A-0001", reason="belum_berminat")["told"] == ["reason"]
    assert said(people, "A-0001", reason="belum_ditanya")["told"] == ["reason"]
    assert members.list_members(people.ctx, Which())[0]["reason"] is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"platform": "toy", "handle": "contoh_agt_x"}, "A-0002 has given no consent"),
        ({"follows": ("toy",)}, "A-0002 has given no consent"),
        ({"reason": "malas"}, "Unknown reason malas"),
        ({"platform": "toy", "handle": "dua kata", "agreed": "x"}, "is no Toy handle"),
        ({"follows": ("toy",), "follows_not": ("toy",)}, "cannot both follow and not follow"),
        ({"platform": "nowhere", "ended": True}, "unknown platform"),
    ],
)
def test_a_wrong_declaration_changes_nothing(people: Any, values: dict[str, Any], words: str) -> None:
    before = member_file.show(people.ctx, "A-0002")
    with pytest.raises(UserError, match=words):
        said(people, "A-0002", **values)
    after = member_file.show(people.ctx, "A-0002")
    assert {**after, "as_of": None} == {**before, "as_of": None}
    assert people.told(member="A-0002") == []


def test_a_handle_on_record_is_told_by_number_to_those_who_see_the_holder(people: Any, scoped: Callable[[str], Any]) -> None:
    with pytest.raises(UserError, match=r"on record for member A-0001\. .*gaung member declare A-0001 --platform toy --ended") as here:
        said(people, "A-0002", platform="toy", handle="contoh_agt_siti", agreed="kertas")
    with pytest.raises(UserError, match="on record for another holder") as elsewhere:
        said(scoped("18.02"), "B-0001", platform="toy", handle="contoh_agt_siti", agreed="kertas")
    assert "A-0001" not in str(elsewhere.value)
    assert "contoh_agt" not in f"{here.value} {elsewhere.value}"
    assert member_file.show(people.ctx, "A-0002")["consents"] == []


def test_a_handle_of_a_body_is_told(people: Any) -> None:
    bodies.declare(people.ctx, body="PPK", area="18.01.01", platform="toy", handle="contoh_ppk_a")
    with pytest.raises(UserError, match=r"on record for PPK 18\.01\.01\. .*gaung body declare"):
        said(people, "A-0001", platform="toy", handle="contoh_ppk_a")


def test_show_holds_everything_and_the_export_also_the_text_agreed_to(people: Any) -> None:
    people.account()
    post = people.post()
    with people.ctx.store.write() as conn:
        member = conn.execute(select(declared_accounts.c.member_id).where(declared_accounts.c.handle == "contoh_agt_siti")).scalar_one()
        row = {"post_id": post, "member_id": member, "platform": "toy", "evidence": "e", "url": "https://toy/contoh_agt_siti/1"}
        conn.execute(insert(claims).values(**row, claimed_at=db_now(), handed_at=db_now(), source="claim", actor="x", state="waiting"))
    said(people, "A-0001", platform="toy", handle="contoh_agt_baru")
    shown = member_file.show(people.ctx, "A-0001", whole=True)
    assert [(one["handle"], one["ended_why"]) for one in shown["accounts"] if one["platform"] == "toy"] == [
        ("contoh_agt_siti", "replaced"),
        ("contoh_agt_baru", None),
    ]
    assert [one["body"] for one in shown["assignments"]] == ["KPPS", "PPS"]
    assert shown["consents"][0]["text"] == consent.text(consent.LATEST)
    assert shown["claims"][0]["url"] == "https://toy/contoh_agt_siti/1"
    assert [one["event"] for one in shown["events"]] == ["member.declared"]
    assert shown["retention"] == {"days": 90, "until": None}
    assert member_file.show(people.ctx, "A-0003")["retention"] == {"days": 90, "until": date(2026, 9, 28)}


def test_all_that_a_table_holds_of_a_member_is_in_the_export() -> None:
    """A column that is added to a table must be shown, or be told here as naming nobody."""
    from gaung.core.store import ledger_tables, registry_tables

    inner = {"id", "member_id", "post_id", "reshare_id", "declared_id", "publication_id"}
    digests = {"handle_key", "evidence", "before", "body", "area", "author", "author_id"}
    withdrawn = {"withdrawn_at", "withdrawn_why"}
    shown = {
        "members": set(member_file._OWN),
        "assignments": {"body", "area", "office", "term_start", "term_end"},
        "consents": {"version", "given_at", "how", "actor", "withdrawn_at", "withdrawn_by", "stop_by"},
        "declared_accounts": {"platform", "handle", "external_id", "how", "actor", "declared_at", "ended_at", "ended_why"},
        "member_follows": {"platform", "follows", "at", "actor"},
        "reshares": {"platform", "signal", "grade", "link", "source", "verifier", "first_seen_at", "updated_at"} | withdrawn,
        "claims": {"platform", *member_file._CLAIM, "capture", "capture_until"},
    }
    for name, columns in shown.items():
        table = getattr(registry_tables, name, None)
        table = table if table is not None else getattr(ledger_tables, name)
        assert set(table.c.keys()) - inner - digests - columns == set(), name
