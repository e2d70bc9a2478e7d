"""Evaluation: each indicator beside the former period and the middle of all, findings with their figures, steps and trainings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.period import Period
from gaung.core.reports.findings import findings
from gaung.core.services import evaluation, steps, trainings, turnout
from gaung.core.store import measures
from gaung.core.store.tables import publications
from gaung.core.store.types import day_of
from gaung.core.testkit.echoes import add_post

TODAY = day_of(None)
PERIOD = Period(TODAY - timedelta(days=9), TODAY)


def post(world: Any, days_ago: int, *offices: str, origin: str = "provinsi", likes: int | None = None, name: str = "likes") -> None:
    with world.ctx.store.write() as conn:
        number = add_post(conn, TODAY - timedelta(days=days_ago), origin=origin, out=[(office, "toy") for office in offices])
        out = conn.execute(select(publications.c.id, publications.c.external_id)).all()
        row: dict[str, Any] = {
            "platform": "toy",
            "handle": "h",
            "account_id": None,
            "post_id": number,
            "name": name,
            "definition": "1",
            "exact": True,
        }
        row |= {"source": "api", "why": "", "as_of": datetime.now(UTC), "value": likes}
        mine = [one for one in out if one.external_id.endswith(f"_{number}")]
        if likes is not None:
            measures.put(conn, [{**row, "office": one.external_id.partition("_")[0], "publication": one.id} for one in mine], actor="t")


def follow(world: Any, office: str, days_ago: float, value: float) -> None:
    row = {"office": office, "platform": "toy", "handle": "h", "account_id": None, "publication": 0, "post_id": None, "name": "followers"}
    said = {"definition": "1", "exact": True, "source": "api", "why": "", "as_of": datetime.now(UTC) - timedelta(days=days_ago)}
    with world.ctx.store.write() as conn:
        measures.put(conn, [{**row, **said, "value": value}], actor="test")


def rows(told: dict[str, Any]) -> dict[str, Any]:
    return {row["key"]: row for row in told["rows"]}


def test_each_indicator_stands_beside_the_former_period_and_the_middle(world: Any) -> None:
    post(world, 1, "18.01", "18.02", likes=6)
    post(world, 2, "18.01", likes=2)
    post(world, 12, "18.01")
    follow(world, "18.01", 15, 1000)
    follow(world, "18.01", 0.1, 1100)
    turnout.add_election(world.ctx, "Pilkada", on=date(2024, 11, 27), target=None)
    path = world.folder / "p.csv"
    path.write_text("election,area,contest,voted,voters,source\nPilkada,18.01,bupati,1,200000,KPU\n", "utf-8")
    turnout.import_turnout(world.ctx, path)
    one = rows(evaluation.report(world.ctx, PERIOD))["18.01"]["indicators"]
    assert one["posts"] == {"value": 2, "before": 1, "median": 0}
    assert (one["growth"]["value"], one["growth_percent"]["value"], one["growth_per_1000_voters"]["value"]) == (100, 10.0, 0.5)
    assert (one["engagement"]["value"], one["response"]["value"], one["completeness"]["value"]) == (4.0, 1.0, 0.5)
    assert one["coverage"] == {"value": None, "before": None, "median": None}
    other = rows(evaluation.report(world.ctx, PERIOD))["18.02"]["indicators"]
    assert (other["response"]["value"], other["engagement"]["value"], other["growth"]["value"]) == (0.5, 6.0, None)


def test_a_publication_of_which_only_views_are_known_takes_nothing_from_the_interactions_of_each(world: Any) -> None:
    post(world, 1, "18.01", likes=6)
    post(world, 2, "18.01", likes=900, name="views")
    assert rows(evaluation.report(world.ctx, PERIOD))["18.01"]["indicators"]["engagement"]["value"] == 6.0


def test_a_ranking_can_be_switched_off(world: Any) -> None:
    post(world, 1, "18.01")
    told = rows(evaluation.report(world.ctx, PERIOD, ranking=False))["18.01"]["indicators"]
    assert {figures["median"] for figures in told.values()} == {None}


def test_steps_stand_with_their_office_and_their_result(world: Any) -> None:
    made = steps.add_step(world.ctx, office="18.01", step="Dampingi PPS", owner="Divisi Sosdiklih", due=TODAY)
    steps.finish_step(world.ctx, made["id"], result="selesai")
    told = evaluation.report(world.ctx, PERIOD)
    assert [step["result"] for step in rows(told)["18.01"]["steps"]] == ["selesai"]
    assert len(told["steps"]) == 1


def test_a_training_shows_what_was_before_and_after(world: Any) -> None:
    trainings.add_training(world.ctx, "Bimtek medsos", on=TODAY - timedelta(days=5), offices=["18.01"])
    trainings.add_training(world.ctx, "Bimtek video", on=TODAY + timedelta(days=5))
    post(world, 7, "18.01", "18.02")
    post(world, 3, "18.01")
    post(world, 2, "18.01")
    ahead, past = evaluation.report(world.ctx, PERIOD)["trainings"]
    assert (past["before"]["posts"], past["after"]["posts"], past["days_after"]) == (1, 2, 6)
    assert (ahead["before"]["posts"], ahead["after"]["posts"], ahead["days_after"]) == (None, None, 0)


WELL = {"platforms": 4, "expected": 4, "needs_reauth": 0, "silent_days": 0, "passed_on": 1, "from_above": 1}


def told(**values: tuple[Any, Any, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys(evaluation.INDICATORS, (None, None, None)) | {"posts": (5, 5, 5)}
    return {name: dict(zip(("value", "before", "median"), figures, strict=True)) for name, figures in (nothing | values).items()}


@pytest.mark.parametrize(
    ("values", "facts", "words"),
    [
        ({}, {"platforms": 3}, "Media sosial belum lengkap: 3 dari 4."),
        ({}, {"needs_reauth": 1}, "1 akun harus disambungkan kembali."),
        ({"posts": (0, 4, 4)}, {}, "Tidak ada unggahan pada masa ini."),
        ({"posts": (2, 4, None)}, {}, "Unggahan berkurang dari 4 menjadi 2."),
        ({"posts": (8, 4, None)}, {}, "Unggahan bertambah dari 4 menjadi 8."),
        ({"posts": (2, None, 4)}, {}, "Unggahan (2) di bawah tengah semua satker (4)."),
        ({}, {"silent_days": 9}, "Diam selama 9 hari sampai akhir masa."),
        ({"response": (0.25, None, None)}, {"from_above": 4}, "Baru 1 dari 4 unggahan KPU RI dan KPU Provinsi yang diteruskan."),
        ({"response": (1.0, None, None)}, {"from_above": 3}, "Semua 3 unggahan KPU RI dan KPU Provinsi diteruskan."),
        ({"growth": (-12, None, None)}, {}, "Pengikut berkurang 12."),
        ({"growth": (1200, None, None), "growth_percent": (2.4, None, None)}, {}, "Pengikut +1.200 (2,4%)."),
        ({"coverage": (0.3, 0.2, None)}, {}, "Cakupan anggota naik dari 20,0% menjadi 30,0%."),
        ({"coverage": (0.1, None, 0.2)}, {}, "Cakupan anggota 10,0%, di bawah tengah semua satker (20,0%)."),
        ({"engagement": (1, None, 4)}, {}, "Interaksi tiap terbitan 1,0, di bawah tengah semua satker (4,0)."),
    ],
)
def test_a_finding_is_a_sentence_with_its_figures(values: dict[str, Any], facts: dict[str, Any], words: str) -> None:
    assert findings(told(**values), {**WELL, **facts}) == [words]


def test_what_does_not_stand_out_is_not_said() -> None:
    assert findings(told(coverage=(0.2, 0.22, 0.2), growth=(0, None, None), response=(0.7, None, None)), WELL) == []
