"""The guard that watches every test: a member's name, handle or link in an event, a log line or a log file is caught."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from gaung.core import logs
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.testkit.leaks import LeakGuard, leak

LEAKS = [
    "contoh_agt_siti",
    "@Contoh_Agt_Siti",
    "https://www.tiktok.com/@contoh_agt_00017/video/1",
    "https://www.youtube.com/@contohagt17",
    "contoh.agt.siti",
    "member Siti Contoh Wulandari was not found",
    "Budi Contoh",
    '{"name": "Contoh Wulandari"}',
    "user=Siti+Contoh",
]
FINE = [
    "contoh_kpu_lampung",
    "https://www.facebook.com/contoh_118000001",
    "Kecamatan Contoh Air 17",
    "Provinsi Contoh",
    "KPU Contoh 18.01",
    "Baris 2 hanya contoh",
    "Contoh",
    "A-0001",
    "percontohan agtaria",
]


@pytest.mark.parametrize("text", LEAKS)
def test_who_a_member_is_is_seen(text: str) -> None:
    assert leak(f"before {text} after") is not None


@pytest.mark.parametrize("text", FINE)
def test_what_names_no_person_passes(text: str) -> None:
    assert leak(text) is None


def caught(guard: LeakGuard) -> list[str]:
    """What was found so far; it was on purpose, so this test does not fail for it."""
    found, guard.found = guard.found, []
    return found


def test_a_leak_into_an_event_is_caught(leak_guard: LeakGuard, store: Store) -> None:
    with store.write() as conn:
        events.emit(
            conn, "delivery.failed", delivery=1, post=1, account=1, office="18", platform="toy", data={"message": "contoh_agt_siti"}
        )
    found = caught(leak_guard)
    assert found[0].startswith("event delivery.failed: ")
    assert any(line.startswith("log line") for line in found)  # the same event, told to the log


def test_a_leak_into_a_structured_log_line_is_caught(leak_guard: LeakGuard) -> None:
    logs.get_logger("test").warning("sweep.failed", link="https://x/contoh_agt_siti")
    assert len(caught(leak_guard)) == 1


def test_a_leak_into_a_log_record_or_its_traceback_is_caught(leak_guard: LeakGuard) -> None:
    log = logging.getLogger("gaung.test")
    log.warning("no account %s", "contoh_agt_siti")
    try:
        raise ValueError("Siti Contoh Wulandari")
    except ValueError:
        log.exception("it failed")
    found = caught(leak_guard)
    assert any(line.startswith("log gaung.test") for line in found)
    assert any(line.startswith("traceback in log gaung.test") for line in found)


def test_a_leak_into_the_log_file_of_another_process_is_caught(leak_guard: LeakGuard, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "logs"
    folder.mkdir(parents=True)
    path = folder / "worker.jsonl"
    path.write_text(json.dumps({"event": "ok"}) + "\n" + json.dumps({"event": "Siti Contoh Wulandari"}) + "\n", "utf-8")
    leak_guard.look_into(tmp_path)
    (line,) = caught(leak_guard)
    assert f"{path}, line 2" in line
    path.unlink()


def test_the_guard_fails_the_test_that_leaked(pytester: Any) -> None:
    pytester.makeconftest('pytest_plugins = ["gaung.core.testkit.leaks"]')
    pytester.makepyfile(
        """
        import logging

        def test_leaks():
            logging.getLogger("x").warning("contoh_agt_siti")

        def test_does_not():
            logging.getLogger("x").warning("A-0001")

        def test_starts_a_process_that_leaks(tmp_path):
            (tmp_path / "logs").mkdir()
            (tmp_path / "logs" / "worker.jsonl").write_text('{"event": "contoh_agt_siti"}')
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")
    done.assert_outcomes(passed=3, errors=2)
    done.stdout.fnmatch_lines(["*who a member is was told in an event or a log:*"])
