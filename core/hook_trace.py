"""`GAUNG_TRACE_HOOKS=1`: each hook call and its answer on stderr, secrets hidden."""

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pluggy

from gaung.core.redaction import redact

TRACE_HOOKS = "GAUNG_TRACE_HOOKS"
_LONGEST = 400
_SECRET = ("gaung_refresh_credentials",)
"""Hooks that answer secrets nobody has heard of yet: of their answers only the type is shown."""

_PERSONAL = ("url", "settings")
"""Arguments that may hold a member's handle (the address that a person pasted), or secrets too short to be known as such."""
_HIDDEN = "..."


def wanted() -> bool:
    """Whether the environment asks for it."""
    return os.environ.get(TRACE_HOOKS, "") not in ("", "0")


def watch(plugins: pluggy.PluginManager) -> None:
    """Trace every call on this manager from now on, if that is wanted."""
    if wanted():
        plugins.add_hookcall_monitoring(_before, _after)


def _before(hook: str, impls: Sequence[pluggy.HookImpl], arguments: Mapping[str, Any]) -> None:
    names = [impl.plugin_name for impl in reversed(impls) if impl.plugin_name != "gaung.innermost"]
    said = ", ".join(f"{key}={_HIDDEN if key in _PERSONAL else _shown(value)}" for key, value in arguments.items())
    _say(f"{hook}({said}) -> {', '.join(names) or 'nobody'}")


def _after(outcome: pluggy.Result[Any], hook: str, _impls: Sequence[pluggy.HookImpl], _arguments: Mapping[str, Any]) -> None:
    if outcome.exception is not None:
        _say(f"{hook} raised {type(outcome.exception).__name__}: {_cut(str(outcome.exception))}")
    elif hook in _SECRET:
        _say(f"{hook} answered {type(outcome.get_result()).__name__}")
    else:
        _say(f"{hook} answered {_shown(outcome.get_result())}")


def _shown(value: Any) -> str:
    if hasattr(value, "checkpoint"):
        return f"Attempt(delivery={value.delivery}, number={value.number})"
    try:
        return _cut(repr(value))
    except Exception as error:  # noqa: BLE001 a stranger's repr
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"


def _cut(text: str) -> str:
    """Secrets go before the text is cut: half a secret would not be known as one."""
    clean = " ".join(redact(text).split())
    return clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}..."


def _say(text: str) -> None:
    sys.stderr.write(f"[hooks {os.getpid()} {threading.current_thread().name}] {text}\n")
