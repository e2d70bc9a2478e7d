"""`gaung demo` as a newcomer runs it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from sqlalchemy.engine import make_url

from gaung.core.testkit.postgres import PostgresServer

GAUNG = [sys.executable, "-P", "-m", "gaung.cli"]


def test_demo_publishes_to_64_accounts_and_leaves_a_page_to_look_at(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    done = subprocess.run([*GAUNG, "--json", "demo", "--home", str(home)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    rows = answer["deliveries"]
    assert len(rows) == answer["published"] == answer["accounts"] == 64
    assert not {"endorsement", "coverage"} & answer.keys()  # these come with members
    assert len({(row["office"], row["platform"]) for row in rows}) == 64
    assert all(row["external_id"] and row["url"] for row in rows)
    assert all(row["handle"].startswith("contoh_") for row in rows)
    page = Path(answer["page"]).read_text("utf-8")
    assert page.count("<article") == 64
    pictures = [file for file in (Path(answer["page"]).parent / "files").iterdir() if file.name in page]
    assert {file.suffix for file in pictures} >= {".jpg", ".mp4"}
    assert "<script" not in page
    report = Path(answer["report"]).read_text("utf-8")
    assert len(report) < 1_000_000
    assert re.findall(r"https?:|<script|<link|url\((?!#)", report) == []
    first = report.partition('<ol class="needs"><li>')[2].partition("</li>")[0]
    assert "Kabupaten Pesawaran" in first
    assert "akun harus disambungkan kembali" in first
    assert "pengikut berkurang" in first
    assert "dibuat-buat" in report


def test_demo_refuses_a_home_that_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "gaung.db").write_bytes(b"")
    done = subprocess.run([*GAUNG, "demo", "--home", str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "empty home" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["gaung.db"]


def test_demo_refuses_a_database_that_people_work_with(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    env = {**os.environ, "GAUNG_DATABASE_URL": postgres_url}
    name = str(make_url(postgres_url).database)
    postgres.execute("INSERT INTO offices VALUES ('18', 'KPU', 'province', now())", name)
    postgres.execute(
        "INSERT INTO accounts (office, platform, external_id, handle, status, credentials, limits, info, created_at, updated_at) "
        "VALUES ('18', 'facebook', '1', 'contoh_x', 'active', 'x', '{}', '{}', now(), now())",
        name,
    )
    done = subprocess.run([*GAUNG, "demo", "--home", str(tmp_path / "x")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "empty database" in done.stderr
