"""Which rows of a list of areas fit, whatever their order; and whose chains to the root are others afterwards."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gaung.core.registry.tree import Node, affected, chain, settle

ROWS = [
    Node("18", "Provinsi Contoh", "province", None, 2),
    Node("18.01", "Kabupaten Contoh Satu", "regency", "18", 3),
    Node("18.01.01", "Contoh A", "district", "18.01", 4),
    Node("18.01.01.2001", "Contoh A1", "village", "18.01.01", 5),
]


def told(found: object) -> list[tuple[int, str, str]]:
    return [(one.node.row, one.field, one.reason) for one in found.refused]  # type: ignore[attr-defined]


@given(st.permutations(ROWS))
def test_the_order_of_rows_does_not_matter(rows: list[Node]) -> None:
    found = settle({}, rows, offices={})
    assert (found.good, found.refused) == ({node.code: node for node in ROWS}, [])


def test_a_root_that_nobody_describes_is_made_with_its_offices_name() -> None:
    found = settle({}, ROWS[1:], offices={"18": "KPU Provinsi Lampung"})
    assert found.made == {"18": Node("18", "Provinsi Lampung", "province", None)}
    assert settle({}, ROWS[1:], offices={}).made["18"].name == "18"


def test_a_regencys_own_list_makes_the_regency_and_the_provinces_list_takes_it_in() -> None:
    own = settle({}, ROWS[2:], offices={"18.01": "KPU Kabupaten Contoh Satu"})
    assert own.made["18.01"] == Node("18.01", "Kabupaten Contoh Satu", "regency", None)
    later = settle(own.good, ROWS[:2], offices={})
    assert later.refused == []
    assert [node.code for node in chain({**own.good, **later.good}, "18.01.01.2001")] == ["18.01.01.2001", "18.01.01", "18.01", "18"]


def test_a_gap_is_no_root() -> None:
    lost = Node("18.01.09.2001", "Contoh", "village", "18.01.09", 9)
    stray = Node("18.02.01", "Contoh", "district", "18.02", 10)
    typo = Node("18.03", "Contoh", "regency", "81", 11)
    found = settle({}, [*ROWS, lost, stray, typo], offices={})
    assert told(found) == [
        (9, "parent", "there is no area 18.01.09"), (10, "parent", "there is no area 18.02"), (11, "parent", "there is no area 81"),
    ]  # fmt: skip
    assert found.made == {}


def test_what_lies_below_a_rejected_row_is_rejected_with_it() -> None:
    bad = Node("18.01", "Kabupaten Contoh Satu", "regency", "19", 3)
    found = settle({}, [ROWS[0], bad, *ROWS[2:]], offices={})
    assert told(found) == [
        (3, "parent", "there is no area 19"),
        (4, "parent", "its parent 18.01 was rejected (row 3)"),
        (5, "parent", "its parent 18.01.01 was rejected (row 4)"),
    ]
    there = {"18.01": Node("18.01", "Lama", "regency", "18"), "18": ROWS[0]}
    assert [row for row, _, _ in told(settle(there, [ROWS[0], bad, *ROWS[2:]], offices={}))] == [3]


def test_circles_twins_and_wrong_levels_are_rejected() -> None:
    rows = [
        *ROWS,
        Node("18.01", "Lagi", "regency", "18", 6),
        Node("18.02", "Contoh", "regency", "18.02", 7),
        Node("18.03", "Contoh", "regency", "18.03.01", 8),
        Node("18.03.01", "Contoh", "district", "18.03", 9),
        Node("18.01.02", "Contoh", "regency", "18.01", 10),
        Node("18.01.03", "Contoh", "district", None, 11),
    ]
    assert told(settle({}, rows, offices={})) == [
        (6, "code", "18.01 stands in row 3 already"),
        (7, "parent", "18.02 would lie in itself"),
        (8, "parent", "18.03 would lie in itself"),
        (9, "parent", "18.03.01 would lie in itself"),
        (10, "level", "a regency cannot lie in a regency (18.01)"),
        (11, "parent", "a district must lie in something"),
    ]


def test_a_level_changes_only_where_it_fits_what_is_below_and_who_serves_there() -> None:
    there = {node.code: node for node in ROWS}
    lower = Node("18.01", "Contoh", "village", "18", 2)
    assert told(settle(there, [lower], offices={})) == [(2, "level", "18.01.01 (district) lies in it")]
    leaf = Node("18.01.01.2001", "Contoh", "district", "18.01", 2)
    assert told(settle(there, [leaf], offices={}, in_use={leaf.code})) == [(2, "level", "members serve here at the level village")]
    assert settle(there, [leaf], offices={}).refused == []


def test_an_empty_parent_leaves_an_area_where_it_is() -> None:
    found = settle({node.code: node for node in ROWS}, [Node("18.01", "Baru", "regency", None, 2)], offices={})
    assert found.good["18.01"].parent == "18"


def test_who_moves_takes_all_below_along() -> None:
    there = {node.code: node for node in [*ROWS, Node("18.02", "Contoh Dua", "regency", "18")]}
    moved = {"18.01.01": Node("18.01.01", "Contoh A", "district", "18.02", 2)}
    assert affected(there, moved) == {"18.01.01", "18.01.01.2001"}
    assert affected(there, {"18.01": Node("18.01", "Nama Baru", "regency", "18", 2)}) == set()


@given(st.integers(0, 2**32))
def test_whatever_is_taken_is_a_tree_whose_levels_fall(seed: int) -> None:
    dice = random.Random(seed)
    codes, levels = "abcdef", ("national", "province", "regency", "district", "village")

    def some(row: int) -> Node:
        return Node(dice.choice(codes), "Contoh", dice.choice(levels), dice.choice([*codes, None]), row)

    there = settle({}, [some(row) for row in range(1, 6)], offices={}).good
    found = settle(there, [some(row) for row in range(1, 9)], offices={})
    final = {**there, **found.good}
    for node in final.values():
        places = [levels.index(upper.level) for upper in chain(final, node.code)]
        assert places == sorted(set(places), reverse=True)
    assert {one.node.row for one in found.refused} | {node.row for node in found.good.values() if node.row} == set(range(1, 9))
