"""Turns whatever stopped a command into one line on stderr and an exit code: the only place that does."""

import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gaung.cli.options import META
from gaung.core.errors import GaungError

INTERRUPTED = 130
_NEVER = 100


def explained(error: BaseException, meta: Mapping[str, Any]) -> int:
    """Say what `error` is in one line (two with `--verbose`: its traceback first) and answer the exit code."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        _silence()
        return 0
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if not isinstance(error, Exception):
        raise error
    verbose = bool(meta.get(META + "verbose"))
    if verbose:
        _say("".join(traceback.format_exception(error)).rstrip())
    _say(_line(error, meta, verbose))
    return 1


def _line(error: Exception, meta: Mapping[str, Any], verbose: bool) -> str:
    if isinstance(error, GaungError):
        return "\n".join(f"Error: {_one_line(line)}" for line in str(error).splitlines() if line.strip())
    if type(error).__module__.startswith("sqlalchemy"):
        from gaung.core.store.db import gone

        if gone(error):
            return "Error: The database stopped answering in the middle of the command; nothing half-done was kept. Try again."
    logged = _log(error, meta)
    hint = "" if verbose else f" Run it again with --verbose{f', or look into {logged}' if logged else ''}."
    of = f" in a command of the package {meta[META + 'package']}" if META + "package" in meta else ""
    return f"Error: unexpected {type(error).__name__}{of}: {_one_line(str(error)).rstrip('.')}.{hint}"


def _log(error: Exception, meta: Mapping[str, Any]) -> Path | None:
    """Write the traceback to the log alone, if there is a home; answers the file."""
    from gaung.core import logs
    from gaung.core.config import default_home

    named = meta.get(META + "home")
    home = Path(str(named)) if named else default_home()
    if not home.is_dir():
        return None
    logs.setup(home, "cli", stderr_level=_NEVER)
    logs.get_logger("cli").error("cli.unexpected", exc_info=error)
    return home / logs.FOLDER / "cli.jsonl"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str) -> None:
    from gaung.core.redaction import redact

    click.echo(redact(text), err=True)


def _silence() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
