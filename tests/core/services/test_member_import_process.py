"""`member import` as a process: killed half-way, and with a list that is long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gaung.core.store.registry_tables import assignments, consents, declared_accounts, members
from gaung.core.testkit.lists import AGREED, List, row

KILLED = """
import os, signal, sys
from pathlib import Path
from gaung.core.config import load
from gaung.core.registry import merging
from gaung.core.services import member_import
from gaung.core.services.context import Context
setattr(merging, sys.argv[3], lambda *_args: os.kill(os.getpid(), signal.SIGKILL))
member_import.import_members(Context(load(Path(sys.argv[1]))), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("step", ["hold", "_put_consents", "match_waiting"])
def test_an_import_that_is_killed_leaves_nothing_half_done(lists: List, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lists.bring(row(1))
    ctx = lists.ctx
    monkeypatch.setenv("GAUNG_DATABASE_URL", ctx.store.url.render_as_string(hide_password=False))
    header = lists.file(*[{**row(number), **AGREED} for number in range(1, 200)]).read_text("utf-8").replace(",toy,", ",facebook,")
    path = lists.text(header.replace("A-0002,", "A-0002,", 1), "besar.csv")
    if step == "match_waiting":
        path = lists.text(header.replace(",4/12/2023,4 April 2024,,", ",4/12/2023,4 April 2024,contoh.agt.satu,", 1), "besar.csv")
    command = [sys.executable, "-P", "-c", KILLED, str(lists.folder), str(path), step]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90, env=dict(os.environ))
    assert done.returncode == -9, done.stderr
    assert (lists.all(members), lists.all(assignments), lists.all(consents), lists.all(declared_accounts)) == (
        [(1,)],
        [(1,)],
        [(0,)],
        [(0,)],
    )
    assert lists.counts(*[row(number) for number in range(1, 200)]) == (199, 198, 0, 1, 0)


PEAK = """
import sys
from pathlib import Path
from gaung.core.config import load
from gaung.core.services import member_import
from gaung.core.services.context import Context
ctx = Context(load(Path(sys.argv[1])))
for path in sys.argv[2:]:
    done = member_import.import_members(ctx, Path(path))
    assert done["rejected"] == done["rows"] // 2, done["rejects"][:2]
    status = Path("/proc/self/status").read_text()  # ru_maxrss begins with what the parent had, so that a large one would hide all
    print(status.split("VmHWM:")[1].split()[0])
"""


def test_a_long_list_needs_no_more_memory_than_a_short_one(lists: List, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_DATABASE_URL", lists.ctx.store.url.render_as_string(hide_password=False))

    def file(count: int) -> Path:
        heavy = {"catatan": "\U0001f642" * 1_250}  # 5 kB in memory, so that few rows weigh as much as many, and soon read
        rows = (row(number, area="18.01.01.2001" if number % 2 else "?", **heavy) for number in range(count))
        return lists.file(*rows, more=tuple(heavy)).rename(lists.folder / f"{count}.csv")

    command = [sys.executable, "-P", "-c", PEAK, str(lists.folder), str(file(1_000)), str(file(10_400))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    short, long = (int(said) // 1024 for said in done.stdout.split())  # the rejects with their cells alone would take more than 25 MB
    assert long - short < 20, (short, long)
