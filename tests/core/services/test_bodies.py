"""Institutional accounts of PPK and PPS: declared, ended, imported, expected of every district and village."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.ledger.cells import recount
from gaung.core.registry import areas as registry_areas
from gaung.core.services import area_import, bodies, body_import
from gaung.core.testkit.registry import seed_areas


@pytest.fixture
def areas(world: Any) -> Any:
    with world.ctx.store.write() as conn:
        seed_areas(conn)
    return world


def declare(world: Any, body: str = "PPK", area: str = "18.01.01", handle: str | None = "contoh_ppk_a", platform: str = "toy") -> Any:
    return bodies.declare(world.ctx, body=body, area=area, platform=platform, handle=handle)


def held(world: Any, **filters: Any) -> dict[str, dict[str, str]]:
    return {f"{one['body']} {one['area']}": one["accounts"] for one in bodies.list_bodies(world.ctx, **filters)}


def told(world: Any) -> list[tuple[Any, ...]]:
    from gaung.core.store import events

    with world.ctx.store.read() as conn:
        found = [event for _, event in events.read_from(conn, (-1, 0), 1000)]
    return [(one.office, one.platform, one.data["what"], one.data["area"]) for one in found if one.event == "body.declared"]


def test_a_list_of_areas_and_a_declaration_at_once_do_not_wait_for_each_other(areas: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, errors, chains = threading.Event(), list[Exception](), registry_areas._chains

    def slow(conn: Any, there: Any, good: Any) -> None:
        begun.set()
        time.sleep(0.5)
        chains(conn, there, good)
        recount(conn)  # as where an area was moved in which members shared

    def renamed() -> None:
        path = areas.folder / "wilayah.csv"
        path.write_text("code,name,level,parent\n18.01.01,Natar Baru,district,18.01\n")
        try:
            area_import.import_areas(areas.ctx, path)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    monkeypatch.setattr(registry_areas, "_chains", slow)
    thread = threading.Thread(target=renamed)
    thread.start()
    assert begun.wait(10)
    declare(areas)
    thread.join()
    assert errors == []


def test_an_account_is_put_down_replaced_and_ended(areas: Any) -> None:
    assert declare(areas, "ppk") == {"body": "PPK", "area": "18.01.01", "platform": "toy", "changed": True, "matched": 0}
    assert not declare(areas)["changed"]
    assert declare(areas, handle="contoh_ppk_baru")["changed"]
    assert held(areas)["PPK 18.01.01"] == {"toy": "contoh_ppk_baru"}
    assert declare(areas, handle=None)["changed"]
    assert not declare(areas, handle=None)["changed"]
    assert told(areas) == [("18.01", "toy", what, "18.01.01") for what in ("account", "account", "account_ended")]


def test_every_district_and_village_is_listed(areas: Any) -> None:
    declare(areas)
    declare(areas, "PPS", "18.01.01.2001", "contoh_pps_a1", "other")
    assert held(areas) == {
        "PPK 18.01.01": {"toy": "contoh_ppk_a"}, "PPK 18.02.01": {}, "PPS 18.01.01.2001": {"other": "contoh_pps_a1"},
        "PPS 18.01.01.2002": {}, "PPS 18.02.01.2001": {},
    }  # fmt: skip
    assert list(held(areas, without=True)) == ["PPK 18.02.01", "PPS 18.01.01.2002", "PPS 18.02.01.2001"]
    assert list(held(areas, platform="other")) == ["PPS 18.01.01.2001"]
    assert list(held(areas, platform="other", without=True, body="PPK")) == ["PPK 18.01.01", "PPK 18.02.01"]
    assert list(held(areas, area="18.01", body="pps")) == ["PPS 18.01.01.2001", "PPS 18.01.01.2002"]
    assert list(held(areas, office="18.02")) == ["PPK 18.02.01", "PPS 18.02.01.2001"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"body": "KPPS"}, "KPPS has no institutional account. Only PPK and PPS"),
        ({"area": "18.01.01.2001"}, "is a village, and a PPK is of a district"),
        ({"area": "18.09.09"}, "Unknown area 18.09.09"),
        ({"platform": "toyy"}, "Did you mean toy"),
        ({"handle": "dua kata"}, "is no Toy handle"),
    ],
)
def test_what_does_not_fit_is_told(areas: Any, values: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        declare(areas, **values)
    assert not any(held(areas).values())


def test_one_account_belongs_to_one_body(areas: Any) -> None:
    declare(areas)
    with pytest.raises(UserError, match=r"on record for PPK 18\.01\.01"):
        declare(areas, area="18.02.01")


def test_an_office_sees_and_changes_its_own_area(areas: Any, scoped: Callable[[str], Any]) -> None:
    declare(areas)
    there = scoped("18.02")
    assert list(held(there)) == ["PPK 18.02.01", "PPS 18.02.01.2001"]
    with pytest.raises(UserError, match="out of sight"):
        declare(there)
    with pytest.raises(UserError, match="on record for another holder"):
        declare(there, area="18.02.01")
    declare(there, area="18.02.01", handle="contoh_ppk_b")


def test_a_table_is_imported_and_again_changes_nothing(areas: Any, tmp_path: Path) -> None:
    path = tmp_path / "badan.csv"
    path.write_text(
        "Badan;Kode Wilayah;Medsos;Akun;Catatan\n"
        "PPK;18.01.01;Toy;@contoh_ppk_a;x\n"
        "PPS;18.01.01.2001;toy;contoh_pps_a1;\n"
        "PPS;18.01.01.2002;toy;contoh_pps_a1;\n"
        "PPS;18.99;toy;contoh_pps_x;\n"
        "KPPS;18.01.01.2001;toy;contoh_kpps;\n"
        "PPS;18.01.01.2002;toy;;\n",
        "utf-8",
    )
    done = body_import.import_bodies(areas.ctx, path)
    assert (done["rows"], done["imported"], done["unchanged"], done["rejected"]) == (6, 2, 0, 4)
    assert done["ignored_columns"] == ["Catatan"]
    assert [(one["row"], one["reason"].split(".")[0]) for one in done["rejects"]] == [
        (4, "This Toy account is on record for PPS 18"), (5, "Unknown area 18"), (6, "KPPS has no institutional account"),
        (7, "The handle is empty"),
    ]  # fmt: skip
    again = body_import.import_bodies(areas.ctx, path)
    assert (again["imported"], again["unchanged"], again["rejected"]) == (0, 2, 4)
    assert len(told(areas)) == 2


def test_a_refused_row_keeps_the_account_that_was_there(areas: Any, tmp_path: Path) -> None:
    declare(areas)
    declare(areas, area="18.02.01", handle="contoh_ppk_b")
    path = tmp_path / "badan.csv"
    path.write_text("body,area,platform,handle\nPPK,18.02.01,toy,contoh_ppk_a\n", "utf-8")
    assert body_import.import_bodies(areas.ctx, path)["rejected"] == 1
    assert held(areas)["PPK 18.02.01"] == {"toy": "contoh_ppk_b"}
