"""Turnout: numbers as they were printed, in Indonesian figures, with numerator, denominator, contest and source."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.services import turnout
from gaung.core.services.scope import Scope

HEAD = "pemilihan;wilayah;jenis;pengguna hak pilih;pemilih;dasar;sumber;tanggal sumber"


@pytest.fixture
def pilkada(world: Any) -> str:
    turnout.add_election(world.ctx, "Pilkada 2024", on=date(2024, 11, 27), target=77.5)
    return "Pilkada 2024"


def file(world: Any, *rows: str) -> Path:
    path = Path(world.folder) / "partisipasi.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


def test_a_percentage_is_calculated_from_what_was_printed(world: Any, pilkada: str) -> None:
    rows = (f"{pilkada};18;bupati;4.267.976;6.527.414;DPT+DPTb;kumparan;6/12/2024", f"{pilkada};18;gubernur;4271345;6.515.869;;tribun;")
    done = turnout.import_turnout(world.ctx, file(world, *rows))
    assert (done["imported"], done["rejected"]) == (2, 0)
    first, second = turnout.show_turnout(world.ctx)
    assert (first["percent"], first["short_of_target"], first["denominator"]) == (65.39, 12.11, "DPT+DPTb")
    assert (second["voted"], second["percent"], second["denominator"], second["source_day"]) == (4271345, 65.55, "DPT", None)


def test_the_same_again_changes_nothing_and_another_figure_replaces_it(world: Any, pilkada: str) -> None:
    row = f"{pilkada};18.01;bupati;400.000;790.716;DPT;KPU;"
    turnout.import_turnout(world.ctx, file(world, row))
    assert turnout.import_turnout(world.ctx, file(world, row))["unchanged"] == 1
    assert turnout.import_turnout(world.ctx, file(world, row.replace("400.000", "400.001")))["updated"] == 1
    turnout.import_turnout(world.ctx, file(world, row.replace(";KPU;", ";koran;")))
    assert [one["source"] for one in turnout.show_turnout(world.ctx)] == ["KPU", "koran"]


def test_a_row_that_comes_twice_counts_twice_and_the_last_one_stays(world: Any, pilkada: str) -> None:
    row = f"{pilkada};18;bupati;1;2;;KPU;"
    done = turnout.import_turnout(world.ctx, file(world, row, row, row.replace(";1;2;", ";2;2;")))
    assert [done[key] for key in ("imported", "unchanged", "updated", "rejected")] == [1, 1, 1, 0]
    assert [one["voted"] for one in turnout.show_turnout(world.ctx)] == [2]


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("Pilkada 2023;18;bupati;1;2;;KPU;", "election", "Unknown election Pilkada 2023"),
        ("Pilkada 2024;19;bupati;1;2;;KPU;", "area", "Unknown area 19"),
        ("Pilkada 2024;18;;1;2;;KPU;", "contest", "is empty"),
        ("Pilkada 2024;18;bupati;banyak;2;;KPU;", "voted", "no number"),
        ("Pilkada 2024;18;bupati;1,5;2;;KPU;", "voted", "no count of people"),
        ("Pilkada 2024;18;bupati;1;0;;KPU;", "voters", "no count of people"),
        ("Pilkada 2024;18;bupati;1;65278676527867;;KPU;", "voters", "no count of people"),
        ("Pilkada 2024;18;bupati;3;2;;KPU;", "voted", "exchanged"),
        ("Pilkada 2024;18;bupati;1;2;;;", "source", "is empty"),
        ("Pilkada 2024;18;bupati;1;2;;KPU;besok", "source_day", "no date"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_taken(world: Any, pilkada: str, row: str, field: str, words: str) -> None:
    done = turnout.import_turnout(world.ctx, file(world, row, f"{pilkada};18.02;bupati;1;2;DPT;KPU;"))
    assert (done["imported"], done["rejected"]) == (1, 1)
    (reject,) = done["rejects"]
    assert (reject["row"], reject["field"]) == (2, field)
    assert words in reject["reason"]


def test_a_bare_percentage_is_no_turnout(world: Any, pilkada: str) -> None:
    path = Path(world.folder) / "persen.csv"
    path.write_text(f"pemilihan;wilayah;jenis;persen;sumber\n{pilkada};18;bupati;80,6%;KPU\n", "utf-8")
    with pytest.raises(UserError, match="no column voted, voters"):
        turnout.import_turnout(world.ctx, path)


def test_an_election_is_named_has_a_sane_target_and_may_be_put_right(world: Any, pilkada: str) -> None:
    with pytest.raises(UserError, match="no percentage"):
        turnout.add_election(world.ctx, pilkada, on=date(2024, 11, 27), target=795)
    turnout.add_election(world.ctx, pilkada, on=date(2024, 11, 28), target=80)
    assert [(one["name"], one["day"], one["target"]) for one in turnout.list_elections(world.ctx)] == [(pilkada, "2024-11-28", 80)]
    with pytest.raises(UserError, match=r"Did you mean .Pilkada 2024"):
        turnout.show_turnout(world.ctx, "Pilkada 2042")


def test_a_regency_sees_and_changes_its_own(world: Any, pilkada: str) -> None:
    turnout.import_turnout(world.ctx, file(world, f"{pilkada};18.01;bupati;1;2;;KPU;", f"{pilkada};18.02;bupati;1;2;;KPU;"))
    world.ctx.scope = Scope("18.01")
    assert [one["area"] for one in turnout.show_turnout(world.ctx)] == ["18.01"]
    done = turnout.import_turnout(world.ctx, file(world, f"{pilkada};18.02;bupati;2;2;;KPU;"))
    assert "out of sight" in done["rejects"][0]["reason"]
