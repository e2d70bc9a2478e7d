"""`area import` on both databases: idempotent, chains exact, names kept."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from gaung.core.errors import UserError
from gaung.core.ledger import cells
from gaung.core.ledger.raising import Evidence, raise_grade
from gaung.core.services import area_import, areas
from gaung.core.store.registry_tables import area_ancestors, registry_state
from gaung.core.store.registry_tables import areas as table
from gaung.core.testkit.registry import add_member

HEAD = "code,name,level,parent\n"
TREE = """18,Provinsi Contoh,province,
18.01,Kabupaten Lampung Selatan,regency,18
18.02,Kabupaten Contoh Dua,regency,18
18.01.01,Natar,district,18.01
18.02.01,Natar,district,18.02
18.01.01.2001,Natar,village,18.01.01
18.01.01.2002,Kampung Baru,village,18.01.01
"""
BAD = """18.01.02,,district,18.01
18.01.03,Contoh,benua,18.01
18.01.04,Contoh,,18.01
,Contoh,district,18.01
18.01.05,Contoh,village,18.99
18.01.01,Contoh,district,18.01
18.1,Contoh,regency,18
"18,10",Contoh,regency,18
18.01.06,Contoh,district,18.01.06
18.01.07,Contoh,district,18.1
18.01.08,Contoh,district,18.01,Contoh,lagi
"""


def listed(folder: Path, text: str, name: str = "wilayah.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def brought(world: Any, rows: str = TREE, **options: Any) -> dict[str, Any]:
    return area_import.import_areas(world.ctx, listed(world.folder, HEAD + rows), **options)


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[key] for key in ("rows", "imported", "updated", "unchanged", "rejected"))


def chains(world: Any) -> set[tuple[str, str, str]]:
    with world.ctx.store.read() as conn:
        return {(row.area, row.ancestor, row.level) for row in conn.execute(select(area_ancestors))}


def expected(world: Any) -> set[tuple[str, str, str]]:
    """By walking up from every area."""
    with world.ctx.store.read() as conn:
        rows = {row.code: row for row in conn.execute(select(table))}
    found = set()
    for code in rows:
        at = code
        while at is not None:
            found.add((code, at, rows[at].level))
            at = rows[at].parent
    return found


def version(world: Any) -> int:
    with world.ctx.store.read() as conn:
        return conn.execute(select(registry_state.c.version)).scalar() or 0


def test_a_tree_is_imported_once_and_told_of_each_time(world: Any) -> None:
    assert counts(brought(world)) == (7, 7, 0, 0, 0)
    before = version(world)
    assert counts(brought(world)) == (7, 0, 0, 7, 0)
    assert version(world) == before
    assert chains(world) == expected(world)
    assert len(chains(world)) == 1 + 2 * 2 + 2 * 3 + 2 * 4
    assert world.told() == ["area.imported", "area.imported"]


def test_headers_and_levels_may_be_indonesian_rows_upside_down_and_the_root_missing(world: Any) -> None:
    rows = [["DAFTAR WILAYAH"], ["Kode", "Nama", "Tingkat", "Induk", "Nama Lain", "Catatan"]]
    rows += [["18.01.01.2001", "Contoh", "Pekon", "18.01.01", "", "x"], ["18.01.01", "Natar", "Kec.", "18.01", "", ""]]
    rows += [["18.01", "Kabupaten Lampung Selatan", "Kabupaten/Kota", "18", "Lamsel Raya; LS", ""]]
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(world.folder / "wilayah.xlsx")
    done = area_import.import_areas(world.ctx, world.folder / "wilayah.xlsx")
    assert (counts(done), done["made"], done["ignored_columns"]) == ((3, 3, 0, 0, 0), ["18"], ["Catatan"])
    assert areas.show_area(world.ctx, "18")["name"] == "Provinsi Lampung"
    for name in ("lamsel raya", "LS", "Lamsel", "Kab. Lampung Selatan", "18.01"):
        assert areas.show_area(world.ctx, name)["code"] == "18.01"
    assert chains(world) == expected(world)


def test_every_bad_row_is_rejected_with_its_number_and_the_others_are_taken(world: Any) -> None:
    done = brought(world, TREE + BAD)
    assert counts(done) == (18, 7, 0, 0, 11)
    told = {one["row"]: (one["field"], one["reason"]) for one in done["rejects"]}
    assert told == {
        9: ("name", "the name is missing"),
        10: ("level", "'benua' is no level"),
        11: ("level", "the level is missing"),
        12: ("code", "the code is missing"),
        13: ("parent", "there is no area 18.99"),
        14: ("code", "18.01.01 stands in row 5 already"),
        15: ("code", "18.1 has lost a zero, as in spreadsheets that take a code for a number"),
        16: ("code", "'18,10' is no code of an area"),
        17: ("parent", "18.01.06 would lie in itself"),
        18: ("parent", "18.1 has lost a zero, as in spreadsheets that take a code for a number"),
        19: ("", "the row has 6 cells, the header 4"),
    }
    assert all(one["remedy"] for one in done["rejects"])
    assert Path(done["rejects_file"]).stat().st_mode & 0o777 == 0o600
    assert chains(world) == expected(world)


def test_a_new_parent_moves_the_chains_of_all_below_and_what_was_counted_for_them(world: Any) -> None:
    brought(world)
    post = world.post() if world.account() else 0
    with world.ctx.store.write() as conn:
        member = add_member(conn, "A-0001", area="18.01.01.2001", office="18.01", start=date(2020, 1, 1))
        told = Evidence(post_id=post, member_id=member, platform="toy", signal="link", grade="matched", source="claim")
        raise_grade(conn, [told])
        assert cells.differences(conn) == []
    assert counts(brought(world, "18.01.01,Natar,district,18.02\n")) == (1, 0, 1, 0, 0)
    assert chains(world) == expected(world)
    assert ("18.01.01.2001", "18.02", "regency") in chains(world)
    with world.ctx.store.read() as conn:
        assert cells.differences(conn) == []


def test_a_renamed_area_is_still_found_by_its_former_name(world: Any) -> None:
    brought(world)
    assert counts(brought(world, "18.01.01.2002,Kampung Lama,village,18.01.01\n")) == (1, 0, 1, 0, 0)
    assert areas.show_area(world.ctx, "kampung baru")["name"] == "Kampung Lama"
    assert counts(brought(world, "18.01.01.2002,Kampung Lama,village,18.01.01\n")) == (1, 0, 0, 1, 0)


def test_a_dry_run_stores_nothing(world: Any) -> None:
    done = brought(world, dry_run=True)
    assert (counts(done), done["dry_run"]) == ((7, 7, 0, 0, 0), True)
    with world.ctx.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0
    assert world.told() == []


def test_an_office_brings_its_own_areas_alone(world: Any, scoped: Callable[[str], Any]) -> None:
    done = brought(scoped("18.01"))
    assert counts(done) == (7, 4, 0, 0, 3)
    assert {one["reason"] for one in done["rejects"]} == {
        f"{code} is out of sight: GAUNG_OFFICE is 18.01" for code in ("18", "18.02", "18.02.01")
    }
    assert done["made"] == ["18"]
    assert [row["code"] for row in areas.list_areas(scoped("18.01").ctx, level="regency")] == ["18.01"]


def test_areas_are_listed_and_shown_by_code_or_name(world: Any) -> None:
    brought(world)
    assert [row["code"] for row in areas.list_areas(world.ctx, level="regency")] == ["18.01", "18.02"]
    assert areas.list_areas(world.ctx, parent="Lamsel") == [
        {"code": "18.01.01", "name": "Natar", "level": "district", "parent": "18.01", "children": 2}
    ]
    shown = areas.show_area(world.ctx, "Lamsel")
    assert shown["within"] == [{"code": "18", "name": "Provinsi Contoh", "level": "province"}]
    assert (shown["aliases"], shown["below"]) == (["lampungselatan", "lamsel"], {"district": 1, "village": 2})
    assert shown["children"] == [{"code": "18.01.01", "name": "Natar", "level": "district"}]
    with pytest.raises(UserError, match=r"3 areas are called natar: 18\.01\.01 \(district\), 18\.01\.01\.2001 \(village\), 18\.02\.01"):
        areas.show_area(world.ctx, "natar")
    with pytest.raises(UserError, match=r"Unknown area 18\.03\. Did you mean"):
        areas.show_area(world.ctx, "18.03")


def test_without_areas_the_command_that_brings_them_is_named(world: Any) -> None:
    with pytest.raises(UserError, match=r"There are no areas yet\. Run: gaung area import"):
        areas.show_area(world.ctx, "Natar")


def test_a_level_with_members_stays(world: Any) -> None:
    brought(world)
    with world.ctx.store.write() as conn:
        add_member(conn, "A-0001", area="18.01.01.2001", office="18.01")
    done = brought(world, "18.01.01.2001,Natar,district,18.01\n")
    assert [one["reason"] for one in done["rejects"]] == ["members serve here at the level village"]


def test_many_areas_are_written_in_several_steps(world: Any) -> None:
    rows = "".join(f"18.01.01.{number},Contoh {number},village,18.01.01\n" for number in range(3000, 5500))
    assert counts(brought(world, TREE + rows)) == (2507, 2507, 0, 0, 0)
    assert (
        counts(brought(world, "18.01,Kabupaten Lampung Selatan,regency,\n18.03,Contoh,regency,18\n18.01.01,Natar,district,18.03\n"))[2] == 1
    )
    assert chains(world) == expected(world)
