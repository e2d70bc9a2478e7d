"""Process logs: JSON lines in `home/logs/ROLE.jsonl` and on stderr, with the ids of what is being worked on.

Fields: `at` (RFC 3339 with offset), `level`, `logger`, `event`, `pid`, `actor`, the ids of `IDS` that apply, and what else the line tells.
`grep '"delivery": 17' logs/*` follows a delivery through every process.
"""

import logging
import os
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from gaung.core.logfile import SharedFile

IDS = ("post", "delivery", "attempt", "account", "office", "platform", "publication", "member")
FOLDER = "logs"
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "exception": 40, "critical": 50}
_FIRST = ("at", "level", "event")


class _Sinks:
    """Where lines go; replaced by `setup`. Until then: warnings to stderr."""

    def __init__(self) -> None:
        self.file: SharedFile | None = None
        self.stderr_level = logging.WARNING
        self.json = False
        self.zone: tzinfo = ZoneInfo("Asia/Jakarta")


_sinks = _Sinks()


def setup(
    home: Path | None,
    role: str,
    *,
    verbose: bool = False,
    quiet: bool = False,
    json: bool | None = None,
    timezone: str = "Asia/Jakarta",
    stderr_level: int | None = None,
) -> None:
    """Send this process's log to `home/logs/ROLE.jsonl` (None: no file) and to stderr.

    stderr gets warnings in role `cli`, everything from INFO on in the roles that run for long; `verbose` adds DEBUG,
    `quiet` leaves errors. It gets JSON lines when `json`, or when that is None, the role is not `cli` and stderr is no
    terminal; else one readable line each.
    """
    _configure(logging.DEBUG if verbose else logging.INFO)
    usual = logging.WARNING if role == "cli" else logging.INFO
    _sinks.stderr_level = logging.DEBUG if verbose else logging.ERROR if quiet else stderr_level or usual
    _sinks.json = json if json is not None else role != "cli" and not sys.stderr.isatty()
    _sinks.zone = ZoneInfo(timezone)
    if _sinks.file is not None:
        _sinks.file.close()
    _sinks.file = _open(home, role) if home is not None else None
    _catch_stdlib()


def get_logger(name: str) -> "FilteringBoundLogger":
    """A logger: `log.info("delivery.published", delivery=17, url=...)`."""
    import structlog

    if not structlog.is_configured():
        _configure(logging.INFO)
    logger: FilteringBoundLogger = structlog.get_logger(name).bind(logger=name)
    return logger


@contextmanager
def bound(**ids: Any) -> Iterator[None]:
    """Put `ids` into every line logged in the block, in this thread or task."""
    from structlog.contextvars import bound_contextvars

    with bound_contextvars(**{key: value for key, value in ids.items() if value is not None}):
        yield


def _configure(level: int) -> None:
    import structlog

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _with_traceback, _emit],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: None,
        cache_logger_on_first_use=False,
    )


def _open(home: Path, role: str) -> "SharedFile | None":
    from gaung.core.logfile import SharedFile

    try:
        return SharedFile(home / FOLDER / f"{role}.jsonl")
    except OSError as error:  # a read-only home must not keep anybody from looking things up
        print(f"No log file: {home / FOLDER}: {error.strerror}.", file=sys.stderr)  # noqa: T201 - there is no log to tell it to
        return None


def _with_traceback(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    from structlog.processors import format_exc_info

    if line.get("exc_info"):
        return format_exc_info(_logger, _method, line)
    return line


def _emit(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Any:
    """Last processor: stamp, redact, write. Nothing is left for structlog to print."""
    import structlog

    write_line(dict(line))
    raise structlog.DropEvent


def write_line(line: dict[str, Any]) -> None:
    """Write one line to file and stderr, secrets taken out."""
    clean = {key: _clean(value) for key, value in line.items() if key not in _FIRST}
    first = {
        "at": datetime.now(_sinks.zone).isoformat(),
        "level": line.get("level", "info"),
        "event": _clean(line.get("event", "")),
    }
    whole = {**first, "pid": os.getpid(), **clean}
    try:
        text = _json(whole)
        if _sinks.file is not None:
            _sinks.file.write(f"{text}\n")
        if _LEVELS.get(first["level"], 20) >= _sinks.stderr_level:
            print(text if _sinks.json else _human(whole), file=sys.stderr, flush=True)  # noqa: T201 - the log's own way out
    except (OSError, ValueError):  # a full disk or a closed terminal must not stop a delivery
        return


def _json(line: Mapping[str, Any]) -> str:
    import json

    return json.dumps(line, ensure_ascii=False, default=str)


def _human(line: Mapping[str, Any]) -> str:
    hidden = {*_FIRST, "pid", "logger", "exception"}
    rest = " ".join(f"{key}={value}" for key, value in line.items() if key not in hidden)
    trace = f"\n{line['exception']}" if line.get("exception") else ""
    return f"{line['at'][11:19]} {line['level']:<7} {line['event']} {rest}".rstrip() + trace


def _clean(value: Any) -> Any:
    from gaung.core.redaction import redact

    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else redact(str(value))


class _Bridge(logging.Handler):
    """Brings the warnings of dramatiq, alembic, uvicorn and others into the same stream."""

    def emit(self, record: logging.LogRecord) -> None:
        line = {"level": record.levelname.lower(), "event": record.getMessage(), "logger": record.name}
        if record.exc_info:
            line["exception"] = logging.Formatter().formatException(record.exc_info)
        from structlog.contextvars import get_contextvars

        write_line({**get_contextvars(), **line})


def _catch_stdlib() -> None:
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _Bridge)]
    root.addHandler(_Bridge())
    root.setLevel(logging.WARNING)
    logging.getLogger("gaung").setLevel(logging.DEBUG if _sinks.stderr_level <= logging.DEBUG else logging.INFO)
