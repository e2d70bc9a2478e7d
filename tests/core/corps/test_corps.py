"""The made-up corps: real numbers, invented people, the same again from the same seed, in the columns of the imports."""

import csv
import itertools
import re
import tracemalloc
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

from gaung.core.corps import bodies, files, people, regions
from gaung.core.errors import UserError
from gaung.core.records import Capabilities, HandleShape, Platform
from gaung.core.store.registry_tables import BODIES, REASONS

DAY = date(2026, 11, 24)
PLATFORMS = [
    Platform(name=name, title=name, formats=(), capabilities=Capabilities(), handles=HandleShape(pattern=pattern) if pattern else None)
    for name, pattern in (("dotted", r"[a-z0-9.]{5,50}"), ("lined", r"[a-z0-9_.]{1,30}"), ("any", ""))
]


def made(folder: Path, members: int, **more: object) -> list[dict[str, str]]:
    folder.mkdir(exist_ok=True)
    files.make(folder, members, PLATFORMS, day=DAY, consent_text="uji-1", **more)  # type: ignore[arg-type]
    with (folder / "members.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_invented_tree_has_as_many_areas_as_lampung_and_every_parent_comes_first() -> None:
    tree = list(regions.invented(Random(3)))
    assert Counter(area.level for area in tree) == {"province": 1, "regency": 15, "district": 229, "village": 2651}
    reached: set[str] = set()
    for area in tree:
        assert area.parent in reached or area.level == "province"
        assert area.code not in reached
        reached.add(area.code)
    assert all("Contoh" in area.name for area in tree if area.level in ("district", "village"))
    assert all(re.fullmatch(r"18\.\d\d\.\d\d\.[12]\d{3}", area.code) for area in tree if area.level == "village")
    assert sum(area.code.split(".")[3].startswith("1") for area in tree if area.level == "village") == 205


def test_polling_stations_are_those_of_the_election_in_sum_and_per_regency() -> None:
    found = regions.villages(regions.invented(Random(3)), Random(3))
    by_regency = Counter[str]()
    for village in found:
        by_regency[village.regency] += village.stations
    assert dict(by_regency) == {regency.code: regency.polling_stations for regency in regions.regencies()}
    assert sum(by_regency.values()) == 25_825
    assert min(village.stations for village in found) >= 1


@pytest.mark.parametrize("members", [1, 300, 44_414, 60_000, 275_988])
def test_a_corps_of_any_size_has_exactly_that_many_seats_in_the_mix_of_its_size(members: int) -> None:
    villages = regions.villages(regions.invented(Random(3)), Random(3))
    found = Counter(seat.body for seat in bodies.seats(members, villages, DAY))
    assert found == {body: count for body, count in bodies.mix(members).items() if count}
    assert found.total() == members


def test_the_peak_is_the_formation_of_every_village_and_district() -> None:
    villages = regions.villages(regions.invented(Random(3)), Random(3))
    assert bodies.most(villages) == sum(bodies.PEAK.values()) == 275_988
    each = Counter((seat.body, seat.area) for seat in bodies.seats(275_988, villages, DAY))
    per_area = {body: {count for (name, _), count in each.items() if name == body} for body in ("PPK", "SEKRETARIAT_PPK", "PPS")}
    assert per_area == {"PPK": {5}, "SEKRETARIAT_PPK": {3}, "PPS": {3}}
    assert all(each["KPPS", village.code] == 7 * village.stations for village in villages)


def test_more_members_than_the_villages_have_room_for_are_refused() -> None:
    with pytest.raises(UserError, match="does not fit"):
        next(bodies.seats(275_989, regions.villages(regions.invented(Random(3)), Random(3)), DAY))


def test_rows_have_the_columns_of_the_import_and_plainly_made_up_people(tmp_path: Path) -> None:
    rows = made(tmp_path, 2_000)
    assert list(rows[0]) == [*people.BEFORE, "dotted", "lined", "any", *people.AFTER]
    assert [row["member_no"] for row in rows] == [f"A-{number:06}" for number in range(1, 2_001)]
    assert all(" Contoh " in row["name"] for row in rows)
    assert {row["body"] for row in rows} <= set(BODIES)
    assert all(row["area"].startswith(row["office"] + ".") for row in rows)
    assert all(date.fromisoformat(row["term_start"]) < DAY < date.fromisoformat(row["term_end"]) for row in rows)
    handles = [row[platform.name] for row in rows for platform in PLATFORMS if row[platform.name]]
    assert {handle[:7] for handle in handles} == {"contoh_", "contoha"}
    assert all(re.fullmatch(r"contohagt\d{6}", row["dotted"]) for row in rows if row["dotted"])


def test_an_account_comes_with_consent_and_a_reason_or_nothing_without(tmp_path: Path) -> None:
    kinds = Counter[str]()
    for row in made(tmp_path, 3_000):
        has = any(row[platform.name] for platform in PLATFORMS)
        assert has == bool(row["consent_at"]) == (row["consent_text"] == "uji-1")
        assert row["no_account_reason"] in ("", *([] if has else REASONS))
        kinds["account" if has else "reason" if row["no_account_reason"] else "not asked"] += 1
    assert kinds["account"] / 3_000 == pytest.approx(0.62, abs=0.04)
    assert kinds["reason"] / 3_000 == pytest.approx(0.16, abs=0.03)


def test_the_same_seed_makes_the_same_corps_and_another_one_another(tmp_path: Path) -> None:
    first, again, other = (made(tmp_path / name, 200, seed=seed) for name, seed in (("a", 5), ("b", 5), ("c", 6)))
    assert first == again
    assert first != other


def test_a_real_tree_is_used_as_it_stands(tmp_path: Path) -> None:
    tree = tmp_path / "wilayah.csv"
    tree.write_text(
        "kode;nama;tingkat;induk\n33.01;Kabupaten Contoh;regency;33\n33.01.01;Kecamatan Contoh;district;33.01\n"
        "33.01.01.2001;Desa Contoh A;village;33.01.01\n33.01.01.2002;Desa Contoh B;village;33.01.01\n"
    )
    rows = made(tmp_path / "out", 40, areas=tree)
    assert {row["area"] for row in rows} == {"33.01.01", "33.01.01.2001", "33.01.01.2002"}
    assert {row["office"] for row in rows} == {"33.01"}
    with pytest.raises(UserError, match="does not fit"):
        made(tmp_path / "out", 500, areas=tree)


def test_rows_of_a_real_tree_come_in_any_order_and_in_the_words_of_area_import(tmp_path: Path) -> None:
    tree = tmp_path / "wilayah.csv"
    tree.write_text(
        "Kode;Nama Wilayah;Tingkat;Induk\n33.01.01.2001;Contoh A;Desa;33.01.01\n33.01.01;Contoh;Kecamatan;33.01\n33.01;Contoh;Kabupaten;-\n"
    )
    rows = made(tmp_path / "out", 40, areas=tree)
    assert {(row["area"], row["office"]) for row in rows} == {("33.01.01", "33.01"), ("33.01.01.2001", "33.01")}


def test_a_tree_without_villages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wilayah.csv").write_text("code,name,level,parent\n18.01,Kabupaten,regency,18\n")
    with pytest.raises(UserError, match="holds no village"):
        regions.read(tmp_path / "wilayah.csv")


def test_memory_does_not_grow_with_the_members() -> None:
    villages = regions.villages(regions.invented(Random(3)), Random(3))

    def peak(members: int) -> int:
        tracemalloc.start()
        for _ in itertools.islice(people.people(bodies.seats(members, villages, DAY), PLATFORMS, Random(1), DAY), 20_000):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(20_000) < 2 * peak(2_000) + 200_000
