"""Fails every test in which an event or a log line tells who a member is. Loaded as `pytest_plugins = ["gaung.core.testkit.leaks"]`.

Made-up members are known by their marks: handles begin with `contoh_agt` (`contohagt` where a platform knows no `_`), names hold the word
`Contoh` beside another name. Links to their profiles hold their handles. What offices, areas and bodies are called is no secret.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

_HANDLE = re.compile(r"contoh[_.\-%]*agt", re.IGNORECASE)
_NAME = re.compile(r"(?:(?P<before>[^\W\d_]+)[ +_])?\bContoh\b(?:[ +](?P<after>[A-Z][a-z]+))?")
_NO_PERSON = frozenset({
    "kpu", "ppk", "pps", "provinsi", "kabupaten", "kota", "kecamatan", "desa", "kelurahan", "pekon", "tiyuh", "kampung", "distrik",
    "regency", "district", "village", "province", "office", "area", "body", "admin", "kanal", "platform", "plugin",
})  # fmt: skip
_LOGS = ("logs/*.jsonl*", "*/logs/*.jsonl*", "*/*/logs/*.jsonl*")
_SHOWN = 160


def leak(text: str) -> str | None:
    """What of a text tells who a made-up member is, with a little around it; None where nothing does.

    >>> leak("delivery 17 of KPU Kabupaten Contoh Satu") is None, leak("member Siti Contoh Wulandari")
    (True, 'member Siti Contoh Wulandari')
    """
    found = _HANDLE.search(text) or next((match for match in _NAME.finditer(text) if _is_person(match)), None)
    if found is None:
        return None
    return text[max(0, found.start() - _SHOWN // 2) : found.end() + _SHOWN // 2]


def _is_person(match: re.Match[str]) -> bool:
    before, after = match["before"], match["after"]
    if before is not None and before.casefold() in _NO_PERSON:
        return False
    return bool(after) or (before is not None and before[0].isupper())


class LeakGuard:
    """Looks at everything that is told. `found`: what leaked, and where; a test that leaks on purpose empties it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def look(self, where: str, text: str) -> None:
        """Remember a leak in `text`."""
        told = leak(text)
        if told is not None:
            self.found.append(f"{where}: ...{told}...")

    def look_into(self, folder: Path) -> None:
        """Look at the log files of homes below `folder`: other processes wrote them."""
        for pattern in _LOGS:
            for path in folder.glob(pattern):
                if not path.is_file():
                    continue
                for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
                    self.look(f"{path}, line {number}", line)

    def event(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Look at emitted events."""
        for row in rows:
            self.look(f"event {name}", json.dumps(dict(row), default=str, ensure_ascii=False))

    def record(self, record: logging.LogRecord) -> logging.LogRecord:
        """Look at a record of the standard library's logging, its traceback included."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # a broken call; pytest tells of it
            return record
        self.look(f"log {record.name}", text)
        if record.exc_info:
            self.look(f"traceback in log {record.name}", logging.Formatter().formatException(record.exc_info))
        return record


@pytest.fixture(autouse=True)
def leak_guard(request: pytest.FixtureRequest) -> Iterator[LeakGuard]:
    """Watches the test; at its end nothing may have leaked."""
    from gaung.core import logs
    from gaung.core.store import events

    guard = LeakGuard()
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None  # so that it outlives this fixture
    emit, write, make = events.emit_many, logs.write_line, logging.getLogRecordFactory()

    def emitted(conn: Any, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        guard.event(name, rows)
        emit(conn, name, rows)

    def written(line: dict[str, Any]) -> None:
        guard.look("log line", json.dumps(line, default=str, ensure_ascii=False))
        write(line)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "emit_many", emitted)
        patch.setattr(logs, "write_line", written)
        logging.setLogRecordFactory(lambda *args, **kwargs: guard.record(make(*args, **kwargs)))
        try:
            yield guard
        finally:
            logging.setLogRecordFactory(make)
    if folder is not None:
        guard.look_into(folder)
    if guard.found:
        pytest.fail("who a member is was told in an event or a log:\n" + "\n".join(guard.found[:5]), pytrace=False)
