"""`gaung turnout ...` and `gaung evaluate ...` as people type them."""

from pathlib import Path
from typing import Any


def test_an_election_its_turnout_and_what_is_wrong_with_a_row(cli: Any, tmp_path: Path) -> None:
    assert cli.ok("turnout", "election", "Pilkada 2024", "--on", "27 November 2024", "--target", "77,5%")["target"] == 77.5
    path = tmp_path / "partisipasi.csv"
    path.write_text(
        "election,area,contest,voted,voters,source\nPilkada 2024,18,bupati,4267976,6527414,KPU\nPilkada 2024,18.1,bupati,1,2,KPU\n"
    )
    answer = cli("turnout", "import", str(path))
    assert answer.code == 0
    assert "Unknown area 18.1" in answer.out
    assert '"18.01"' in answer.out
    assert "65.39" in cli("turnout", "show", "--election", "Pilkada 2024").out
    assert [one["name"] for one in cli.ok("turnout", "elections")] == ["Pilkada 2024"]


def test_a_day_that_is_none_is_a_usage_error(cli: Any) -> None:
    answer = cli("turnout", "election", "Pilkada", "--on", "besok")
    assert answer.code == 2
    assert "no date; write 4/12/2023" in answer.err
    assert cli("turnout", "election", "Pilkada", "--on", "4/12/2023", "--target", "banyak").code == 2


def test_steps_and_trainings(cli: Any) -> None:
    add = ("evaluate", "step", "add", "Dampingi PPS", "--office", "18.01", "--owner", "Divisi Sosdiklih", "--due", "31/12/2099")
    number = cli.ok(*add)["id"]
    assert "Dampingi PPS" in cli("evaluate", "step", "list").out
    assert cli.ok("evaluate", "step", "done", str(number), "--result", "selesai")["state"] == "done"
    assert cli.ok("evaluate", "step", "list", "--state", "open") == []
    cli.ok("evaluate", "training", "add", "Bimtek medsos", "--on", "4/12/2023", "--office", "18.01", "--office", "18.02")
    assert "18.01, 18.02" in cli("evaluate", "training", "list").out
