"""The sandbox listens on loopback only, starts and stops at once, and says plainly what is wrong."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import httpx2
import pytest

from gaung.core.errors import PluginError, UserError
from gaung.core.records import Capabilities, Platform
from gaung.core.sandbox.app import load
from gaung.core.sandbox.server import bind, start

TOY = """
from starlette.responses import JSONResponse
from starlette.routing import Route
from gaung.core.sandbox.base import PlatformSandbox

class Toy(PlatformSandbox):
    name = "toy"
    def routes(self):
        return [Route("/hello", self.hello, name="toy.hello")]
    async def hello(self, request):
        return JSONResponse({"at": self.base_url})
    def add_account(self, external_id, handle): ...
    def settings(self): return {"api_url": self.base_url}
    def refusal(self, kind, request): ...
    def break_token(self, external_id, how): ...
    def post_by_hand(self, external_id, text, created_at=None): ...

class NoSandbox: ...
"""


def platform(sandbox: str, name: str = "toy") -> Platform:
    return Platform(name=name, title=name.title(), formats=(), capabilities=Capabilities(), sandbox=sandbox)


@pytest.fixture
def toy_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "toy_for_server_tests.py").write_text(TOY)
    monkeypatch.syspath_prepend(tmp_path)
    return "toy_for_server_tests"


def test_a_started_sandbox_knows_its_address_and_stops_at_once(toy_module: str) -> None:
    wanted = [platform(f"{toy_module}:Toy"), platform("", name="mute")]
    with start(wanted) as running, httpx2.Client() as client:
        assert client.get(f"{running.base_url}/toy/hello").json() == {"at": f"{running.base_url}/toy"}
        assert list(running.sandbox.platforms) == ["toy"]
        began = time.monotonic()
        running.stop()
        assert time.monotonic() - began < 3
        with pytest.raises(httpx2.ConnectError):
            client.get(f"{running.base_url}/toy/hello")
    assert running.sandbox.journal.counts["toy.hello"].requests == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_a_host_that_is_not_loopback_is_refused(host: str) -> None:
    with pytest.raises(UserError, match="the sandbox"):
        bind(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_a_loopback_host_is_taken(host: str) -> None:
    sock, url = bind(host, 0)
    sock.close()
    assert url.startswith("http://127.0.0.")


def test_a_port_that_is_taken_or_impossible_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port}"):
            bind("127.0.0.1", port)
    with pytest.raises(UserError, match="port 70000"):
        bind("127.0.0.1", 70000)


@pytest.mark.parametrize(
    "sandbox", ["no_such_module:Toy", "toy_for_server_tests:Missing", "toy_for_server_tests:NoSandbox", "nonsense", ":Toy"]
)
def test_a_sandbox_that_cannot_be_loaded_names_its_platform(toy_module: str, sandbox: str) -> None:
    with pytest.raises(PluginError, match="plugin toy: its sandbox"):
        load(platform(sandbox))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_the_foreground_it_serves_until_a_signal_and_ends_cleanly(toy_module: str, tmp_path: Path, number: signal.Signals) -> None:
    script = textwrap.dedent(f"""
        from gaung.core.records import Capabilities, Platform
        from gaung.core.sandbox.server import serve
        toy = Platform(name="toy", title="Toy", formats=(), capabilities=Capabilities(), sandbox="{toy_module}:Toy")
        serve([toy], ready=lambda sandbox: print(sandbox.world.base_url, flush=True))
        print("stopped", flush=True)
    """)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        assert httpx2.get(f"{base_url}/toy/hello", timeout=10).status_code == 200
        process.send_signal(number)
        assert process.stdout.read() == "stopped\n"
        assert process.wait(10) == 0
