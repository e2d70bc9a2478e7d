"""Strategic steps and trainings: put down, finished, listed, in sight of their office."""

from datetime import date, timedelta
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.services import steps, trainings
from gaung.core.services.scope import Scope
from gaung.core.store.types import day_of

TODAY = day_of(None)


def step(world: Any, office: str = "18.01", due: date = TODAY) -> int:
    made = steps.add_step(
        world.ctx, office=office, step="Pendampingan akun PPS", owner="Divisi Sosdiklih", due=due, finding="12 PPS belum punya akun"
    )
    return int(made["id"])


def test_a_step_is_open_late_or_done_and_keeps_its_result(world: Any) -> None:
    late, due = step(world, due=TODAY - timedelta(days=1)), step(world)
    assert [(one["id"], one["state"]) for one in steps.list_steps(world.ctx)] == [(late, "late"), (due, "open")]
    done = steps.finish_step(world.ctx, late, result="11 dari 12 PPS punya akun", on=TODAY)
    assert (done["state"], done["result"], done["done_on"]) == ("done", "11 dari 12 PPS punya akun", TODAY.isoformat())
    assert [one["id"] for one in steps.list_steps(world.ctx, state="open")] == [due]


def test_what_is_empty_or_unknown_is_refused(world: Any) -> None:
    with pytest.raises(UserError, match="needs words and an owner"):
        steps.add_step(world.ctx, office="18", step=" ", owner="x", due=TODAY)
    with pytest.raises(UserError, match=r"Unknown office 18\.99"):
        step(world, office="18.99")
    with pytest.raises(UserError, match="There is no step 7"):
        steps.finish_step(world.ctx, 7, result="selesai")
    with pytest.raises(UserError, match="became of it is missing"):
        steps.finish_step(world.ctx, step(world), result=" ")


def test_an_office_sees_its_own_steps_and_trainings(world: Any) -> None:
    step(world, "18.02")
    trainings.add_training(world.ctx, "Bimtek peningkatan medsos", on=date(2023, 12, 4), place="Bandar Lampung")
    trainings.add_training(world.ctx, "Bimtek video", on=date(2024, 1, 8), offices=["18.02", "18.02"])
    assert [one["offices"] for one in trainings.list_trainings(world.ctx)] == [["18.02"], []]
    world.ctx.scope = Scope("18.01")
    assert steps.list_steps(world.ctx) == []
    assert [one["title"] for one in trainings.list_trainings(world.ctx)] == ["Bimtek peningkatan medsos"]
    with pytest.raises(UserError, match="out of sight"):
        step(world, "18.02")
    with pytest.raises(UserError, match="concerns every office"):
        trainings.add_training(world.ctx, "Bimtek", on=TODAY)
