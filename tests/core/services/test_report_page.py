"""The page: its figures are those of the reports, it loads nothing, escapes everything, and says so when there is nothing."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gaung.core.period import Period
from gaung.core.reports import page
from gaung.core.services import posts_report, steps, turnout
from gaung.core.store import measures
from gaung.core.store.types import day_of
from gaung.core.testkit.echoes import add_post

TODAY = day_of(None)
PERIOD = Period(TODAY - timedelta(days=9), TODAY)


def followers(world: Any, office: str, days_ago: float, value: float) -> None:
    row = {"office": office, "platform": "toy", "handle": f"contoh_toy-{office}", "account_id": None, "publication": 0, "post_id": None}
    said = {"name": "followers", "value": value, "definition": "1", "exact": False, "source": "api", "why": ""}
    with world.ctx.store.write() as conn:
        measures.put(conn, [{**row, **said, "as_of": datetime.now(UTC) - timedelta(days=days_ago)}], actor="test")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_without_data_it_says_so_and_draws_nothing(world: Any) -> None:
    made = page.make(world.ctx, PERIOD)
    assert "Belum ada data" in made
    assert "<svg" not in made


def test_it_loads_nothing_and_is_small(world: Any) -> None:
    world.account("18")
    followers(world, "18", 0.1, 9000)
    made = page.make(world.ctx, PERIOD)
    assert re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:|#)[^\"')\s>]+", re.sub(r"url\(#garis\)", "", made)) == []
    assert "<script" not in made
    assert len(made.encode()) < 1_000_000


def test_its_figures_are_those_of_the_reports(world: Any) -> None:
    world.account("18")
    followers(world, "18", 20, 44000)
    followers(world, "18", 0.1, 44414)
    with world.ctx.store.write() as conn:
        add_post(conn, TODAY, title='Cek <DPT> & "nama"', out=(("18", "toy"), ("18.01", "toy")))
    made = page.make(world.ctx, PERIOD)
    words = plain(made)
    assert "44.414" in words
    assert "+414" in words
    assert "44.414*" in words.replace("44.414 *", "44.414*")
    assert "Cek &lt;DPT&gt; &amp; &#34;nama&#34;" in made
    told = posts_report.report(world.ctx, PERIOD)
    assert f"terbit {told['total']['published']} dari {told['total']['planned']} di semua akun" in words
    assert "Edukasi pemilih" in words


def test_every_drawing_has_words_for_who_cannot_see_it(world: Any) -> None:
    world.account("18")
    followers(world, "18", 20, 44000)
    followers(world, "18", 0.1, 44414)
    made = page.make(world.ctx, PERIOD)
    assert made.count("<svg") == made.count('role="img"') == made.count("<title id=") > 0
    assert made.count("<img") == len(re.findall(r'<img [^>]*alt="[^"]+"', made))


def test_a_ranking_can_be_switched_off_and_parts_left_out(world: Any) -> None:
    world.account("18.01")
    assert "Yang perlu dibantu lebih dulu</h2>" in page.make(world.ctx, PERIOD)
    assert "Yang perlu dibantu lebih dulu</h2>" not in page.make(world.ctx, PERIOD, ranking=False)
    only = page.make(world.ctx, PERIOD, sections=["followers"])
    assert "<h2>Pengikut</h2>" in only
    assert "<h2>Satker</h2>" not in only


def test_the_evaluation_is_part_of_it(world: Any) -> None:
    world.account("18.01")
    steps.add_step(world.ctx, office="18.01", step="Dampingi <PPS>", owner="Divisi Sosdiklih", due=date(2026, 12, 31))
    made = page.make(world.ctx, PERIOD)
    assert "Dampingi &lt;PPS&gt;" in made
    assert "31 Desember 2026" in made
    assert "Tidak ada unggahan pada masa ini." in plain(made)
    assert "Evaluasi satker" not in page.make(world.ctx, PERIOD, sections=["followers"])


def test_turnout_stands_beside_and_claims_nothing(world: Any) -> None:
    turnout.add_election(world.ctx, "Pilkada 2024", on=date(2024, 11, 27), target=77.5)
    path = world.folder / "p.csv"
    path.write_text("election,area,contest,voted,voters,source\nPilkada 2024,18,bupati,4.267.976,6.527.414,koran\n", "utf-8")
    turnout.import_turnout(world.ctx, path)
    words = plain(page.make(world.ctx, PERIOD))
    assert "4.267.976 6.527.414 (DPT) 65,39% 77,5% koran" in words
    assert "hubungan sebab-akibat tidak dinyatakan" in words
