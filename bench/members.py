"""How long a list of 276,000 members takes, beside COPY of the same rows into the same indexed tables."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import lists
from report import Row
from world import World

TABLES = ("members", "assignments", "consents", "declared_accounts")
"""In an order that their foreign keys allow."""
_CLEAR = f"TRUNCATE {', '.join(TABLES)}, events CASCADE"


def measure(world: World, count: int = lists.MEMBERS) -> list[Row]:
    """The command as a user runs it, its start included, against COPY of what it made."""
    areas, people = world.home / "areas.csv", world.home / "members.csv"
    lists.write_members(people, lists.write_areas(areas), count, count * lists.HANDLES // lists.MEMBERS)
    _run(world, "init")
    _run(world, "area", "import", str(areas))
    done, seconds, megabytes = _run(world, "member", "import", str(people))
    assert done["imported"] == count, done["rejects"][:3]
    rows, copy = _copy(world)
    _, again, _ = _run(world, "member", "import", str(people))
    world.postgres.execute(_CLEAR)
    detail = (
        f"{count} members, {done['accounts']} accounts ({rows} rows in {len(TABLES)} tables): {seconds:.1f} s, "
        f"{count / seconds:.0f} rows/s, COPY {copy:.1f} s; the same list again {again:.1f} s; peak memory {megabytes:.0f} MB"
    )
    return [Row("member_import", seconds / copy, "x COPY", 3.0, "lower", detail)]


def _run(world: World, *arguments: str) -> tuple[Any, float, float]:
    """What a command answered, how long it took, and the most memory it held, in MB."""
    import os

    gaung = str(Path(sys.executable).with_name("gaung"))
    started = time.monotonic()
    process = subprocess.Popen([gaung, "--home", str(world.home), "--json", "--quiet", *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    answer = process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return json.loads(answer), time.monotonic() - started, used.ru_maxrss / 1024


def _copy(world: World) -> tuple[int, float]:
    """How many rows the import made, and how long COPY takes for them in one transaction, with all indexes and foreign keys."""
    import psycopg

    paths = {name: world.home / f"{name}.copy" for name in TABLES}
    with psycopg.connect(f"host={world.postgres.folder} user=postgres dbname=postgres") as conn:
        for name, path in paths.items():
            with path.open("wb") as file, conn.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                for piece in copy:
                    file.write(piece)
        conn.execute(_CLEAR)
        conn.commit()
        rows, started = 0, time.monotonic()
        for name, path in paths.items():
            cursor = conn.cursor()
            with path.open("rb") as file, cursor.copy(f"COPY {name} FROM STDIN") as copy:
                while piece := file.read(1 << 16):
                    copy.write(piece)
            rows += cursor.rowcount
        conn.commit()
        return rows, time.monotonic() - started
