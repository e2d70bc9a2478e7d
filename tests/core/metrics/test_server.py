"""The answers of /metrics over real HTTP, and what becomes of a port that is taken."""

import gzip
import logging
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge

from gaung.core.config import MetricsSettings, load
from gaung.core.errors import UserError
from gaung.core.metrics.expose import exposed
from gaung.core.metrics.server import serving


@pytest.fixture
def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Gauge("one", "One.", registry=made).set(1)
    return made


def test_one_path_is_answered_plain_zipped_and_as_open_metrics(registry: CollectorRegistry) -> None:
    with serving(registry, "127.0.0.1", 0) as address:
        with urllib.request.urlopen(address) as answer:
            assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
            assert b"\none 1.0\n" in answer.read()
        wanted = {"accept": "application/openmetrics-text; version=1.0.0", "accept-encoding": "gzip"}
        with urllib.request.urlopen(urllib.request.Request(address, headers=wanted)) as answer:
            assert answer.headers["content-type"].startswith("application/openmetrics-text")
            assert gzip.decompress(answer.read()).endswith(b"# EOF\n")
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as answer:
            assert answer.read() == b""
            assert int(answer.headers["content-length"]) > 10
        for path in ("", "/", "/webhooks/facebook", "/metricsx"):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(address.removesuffix("/metrics") + path)
            assert caught.value.code == 404
            caught.value.close()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address)


def test_a_silent_client_and_one_that_hangs_up_disturb_nobody(registry: CollectorRegistry, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(registry, "127.0.0.1", 0) as address:
        port = int(address.rpartition(":")[2].partition("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as silent, socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"GET /metr")
            rude.close()
            silent.sendall(b"nonsense\r\n\r\n")
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert answer.status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_a_port_that_is_taken_is_one_line_that_names_the_setting(registry: CollectorRegistry) -> None:
    with serving(registry, "127.0.0.1", 0) as address:
        port = int(address.rpartition(":")[2].partition("/")[0])
        with pytest.raises(UserError, match=f"127.0.0.1:{port}") as caught, serving(registry, "127.0.0.1", port):
            pass
        assert "metrics.port" in caught.value.hint


def test_a_host_that_is_none_is_one_warning_and_the_process_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = load(tmp_path).model_copy(update={"metrics": MetricsSettings(host="no.such.host.invalid", port=0)})
    with exposed(settings, "serve") as address:
        assert address is None
    [told] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "no.such.host.invalid" in told.getMessage()
    assert "metrics.host" in told.getMessage()


def test_without_a_port_there_is_nothing(tmp_path: Path) -> None:
    with exposed(load(tmp_path), "run") as address:
        assert address is None
