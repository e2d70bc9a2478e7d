"""Figures kept by hand: Indonesian numbers, their source, approximate or not, of accounts and of profiles no API reads."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from gaung.core.services import measure_import
from gaung.core.services.scope import Scope
from gaung.core.store.measure_tables import measures

HEAD = "kantor;medsos;akun;ukuran;nilai;tanggal;sumber;perkiraan"


def file(world: Any, *rows: str) -> Path:
    path = Path(world.folder) / "pengikut.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


def rows(world: Any) -> list[Any]:
    with world.ctx.store.read() as conn:
        return list(conn.execute(select(measures).order_by(measures.c.id)))


def test_a_figure_goes_in_as_it_is_written_in_indonesia(world: Any) -> None:
    account = world.account("18")
    said = ("18;toy;@contoh_toy-18;Pengikut;44.414;4/12/2023;hitung manual;ya", "18.01;x;ppk_contoh;pengikut;1234;2023-12-04 08.30;PPK;")
    done = measure_import.import_measures(world.ctx, file(world, *said))
    assert (done["imported"], done["rejected"]) == (2, 0)
    ours, theirs = rows(world)
    assert (ours.value, ours.name, ours.exact, ours.account_id, ours.source) == (44414, "followers", False, account, "hitung manual")
    assert ours.as_of == datetime(2023, 12, 4, 5, tzinfo=UTC)
    assert (theirs.value, theirs.platform, theirs.account_id, theirs.exact) == (1234, "x", None, True)
    assert theirs.as_of == datetime(2023, 12, 4, 1, 30, tzinfo=UTC)


def test_again_changes_nothing_and_another_figure_replaces(world: Any) -> None:
    row = "18;toy;contoh;pengikut;9000;4/12/2023;koran;ya"
    measure_import.import_measures(world.ctx, file(world, row))
    assert measure_import.import_measures(world.ctx, file(world, row))["unchanged"] == 1
    assert measure_import.import_measures(world.ctx, file(world, row.replace("9000", "9.100")))["updated"] == 1
    assert [one.value for one in rows(world)] == [9100]


def test_a_long_list_is_looked_up_many_rows_at_once(world: Any) -> None:
    said = [f"18;toy;contoh_{number};pengikut;{number};4/12/2023;koran;" for number in range(1_200)]
    measure_import.import_measures(world.ctx, file(world, *said[:700]))
    asked: list[str] = []
    engine = world.ctx.store.engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    done = measure_import.import_measures(world.ctx, file(world, *said))
    assert [done[key] for key in ("imported", "unchanged", "updated")] == [500, 700, 0]
    assert len([one for one in asked if "FROM measures" in one]) == 3


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("19;toy;a;pengikut;1;4/12/2023;k;", "office", "Unknown office 19"),
        ("18;toi;a;pengikut;1;4/12/2023;k;", "platform", "Unknown platform toi"),
        ("18;toy;;pengikut;1;4/12/2023;k;", "handle", "is empty"),
        ("18;toy;a;semangat;1;4/12/2023;k;", "name", "Unknown figure semangat"),
        ("18;toy;a;pengikut;80,6%;4/12/2023;k;", "value", "a percentage Write the count itself."),
        ("18;toy;a;pengikut;22 ribu;4/12/2023;k;", "value", "no number"),
        ("18;toy;a;pengikut;44,5;4/12/2023;k;", "value", "no count"),
        ("18;toy;a;pengikut;1;kemarin;k;", "at", "no date"),
        ("18;toy;a;pengikut;1;4/12/2123;k;", "at", "still to come"),
        ("18;toy;a;pengikut;1;4/12/2023;;", "source", "is empty"),
        ("18;toy;a;pengikut;1;4/12/2023;k;mungkin", "approximate", "Write ya or tidak."),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_taken(world: Any, row: str, field: str, words: str) -> None:
    done = measure_import.import_measures(world.ctx, file(world, row, "18;toy;b;pengikut;1;4/12/2023;k;"))
    assert (done["imported"], done["rejected"]) == (1, 1)
    (reject,) = done["rejects"]
    assert (reject["row"], reject["field"]) == (2, field)
    assert words in f"{reject['reason']} {reject['remedy']}"


def test_a_figure_of_an_account_is_put_under_its_own_handle_however_it_is_written(world: Any) -> None:
    account = world.account("18")
    measure_import.import_measures(world.ctx, file(world, "18;toy;Contoh_Toy-18;pengikut;9000;4/12/2023;koran;"))
    assert [(row.handle, row.account_id) for row in rows(world)] == [("contoh_toy-18", account)]


def test_the_article_is_the_first_of_every_series(world: Any) -> None:
    done = measure_import.import_baseline(world.ctx)
    assert done["imported"] == 4
    assert {one.platform: (one.value, one.exact) for one in rows(world)} == {
        "facebook": (9000, False),
        "instagram": (22000, False),
        "youtube": (7000, False),
        "tiktok": (14000, False),
    }
    assert measure_import.import_baseline(world.ctx)["unchanged"] == 4


def test_a_regency_puts_down_its_own_figures_only(world: Any) -> None:
    world.ctx.scope = Scope("18.01")
    done = measure_import.import_measures(world.ctx, file(world, "18.02;toy;a;pengikut;1;4/12/2023;k;"))
    assert "out of sight" in done["rejects"][0]["reason"]
