"""`gaung area ...`."""

from typing import Any

import pytest

TREE = (
    "kode,nama,tingkat,induk\n"
    "18.01,Kabupaten Lampung Selatan,kabupaten,18\n"
    "18.01.04,Natar,kecamatan,18.01\n"
    "18.01.04.2001,Hajimena,desa,18.01.04\n"
)


def listed(cli: Any, text: str = TREE) -> str:
    path = cli.home.parent / "wilayah.csv"
    path.write_text(text, "utf-8")
    return str(path)


def test_areas_are_imported_listed_and_shown(cli: Any) -> None:
    done = cli.ok("area", "import", listed(cli))
    assert list(done)[:7] == ["rows", "imported", "updated", "unchanged", "rejected", "rejects_file", "seconds"]
    assert (done["imported"], done["made"], done["dry_run"]) == (3, ["18"], False)
    assert [one["code"] for one in cli.ok("area", "list")] == ["18", "18.01", "18.01.04", "18.01.04.2001"]
    assert [one["code"] for one in cli.ok("area", "list", "--level", "district", "--parent", "Lamsel")] == ["18.01.04"]
    assert "No area fits" in cli("area", "list", "--parent", "Hajimena").out
    shown = cli("area", "show", "lamsel").out
    for words in ("Kabupaten Lampung Selatan", "Provinsi Lampung (18)", "1 district, 1 village", "Natar"):
        assert words in shown


def test_a_dry_run_says_so_and_stores_nothing(cli: Any) -> None:
    said = cli("area", "import", listed(cli), "--dry-run").out
    assert "3 rows, 3 imported" in said
    assert "Made, for no row describes it: 18" in said
    assert "Nothing was stored: this was a dry run." in said
    assert cli.ok("area", "list") == []


def test_rejects_are_shown_and_fail_only_where_nothing_was_taken(cli: Any) -> None:
    answer = cli("area", "import", listed(cli, f"{TREE}18.01.05,Contoh,benua,18.01\n"))
    assert answer.code == 0
    assert "Row 5: level: 'benua' is no level; write provinsi, kabupaten/kota, kecamatan or desa/kelurahan" in answer.out
    assert cli("area", "import", listed(cli, "code,name,level,parent\n18.01.05,Contoh,benua,18.01\n")).code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "tidak_ada.csv"), "tidak_ada.csv: cannot be read (No such file or directory)"),
        (("show", "Natar"), "There are no areas yet. Run: gaung area import"),
    ],
)
def test_errors_are_one_line(cli: Any, arguments: tuple[str, ...], said: str) -> None:
    answer = cli("area", *arguments)
    assert answer.code == 1
    assert said in answer.line
