"""A platform and a policy that others wrote: installed beside Gaung, listed, imitated by the sandbox, published through `gaung run`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gaung.core import http
from gaung.core.http import Effect

EXAMPLES = Path(__file__).parents[2] / "examples"
GAUNG = [sys.executable, "-P", "-m", "gaung.cli", "--json"]
POST = """\
title = "Cek DPT"
text = "Cek namamu di daftar pemilih."
purpose = "edukasi"
origin = "provinsi"
[to]
offices = ["18", "18.01"]
platforms = ["mastodon"]
[platform.mastodon]
visibility = "unlisted"
"""

pytestmark = [pytest.mark.checkout, pytest.mark.slow]


@pytest.fixture
def env(tmp_path: Path, install_plugins: Callable[..., Path]) -> dict[str, str]:
    """A home, and a Python that has both examples installed."""
    target = install_plugins(EXAMPLES / "gaung-mastodon", EXAMPLES / "gaung-tagline")
    quick = {"GAUNG_ENGINE__SWEEP": "0.3", "GAUNG_PLUGINS__MASTODON__POLL_SECONDS": "0.2"}
    return {**os.environ, **quick, "PYTHONPATH": str(target), "GAUNG_HOME": str(tmp_path / "home")}


@pytest.fixture
def sandbox_of(env: Mapping[str, str]) -> Iterator[Callable[[], dict[str, Any]]]:
    """Start `gaung sandbox` and answer what it says of itself."""
    started: list[subprocess.Popen[str]] = []

    def start() -> dict[str, Any]:
        process = subprocess.Popen([*GAUNG, "sandbox", "--port", "0"], env=env, stdout=subprocess.PIPE, text=True)
        started.append(process)
        said = ""
        assert process.stdout is not None
        while not said.rstrip().endswith("\n}"):
            line = process.stdout.readline()
            assert line, f"the sandbox ended after {said!r}"
            said += line
        found: dict[str, Any] = json.loads(said)
        return found

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=30)
    http.close()


def gaung(env: Mapping[str, str], *arguments: str, stdin: str = "") -> Any:
    done = subprocess.run([*GAUNG, *arguments], env=env, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def asked(base: str, method: str, path: str, **more: Any) -> Any:
    reply = http.call(method, f"{base}/_sandbox/{path}", effect=Effect.READ, **more)
    assert reply.ok, reply.content
    return reply.json()


def test_it_is_listed_imitated_and_published_and_the_policy_changes_its_text(
    env: dict[str, str], sandbox_of: Callable[[], dict[str, Any]], tmp_path: Path
) -> None:
    gaung(env, "init")
    rows = {row["name"]: row for row in gaung(env, "plugin", "list")}
    for name, hook in (("mastodon", "gaung_publish"), ("tagline", "gaung_prepare")):
        assert (rows[name]["package"], rows[name]["version"], rows[name]["status"]) == (f"gaung-{name}", "1.0.0", "enabled")
        assert hook in rows[name]["hooks"]

    base = str(sandbox_of()["url"])
    env["GAUNG_PLUGINS__MASTODON__API_URL"] = asked(base, "GET", "settings")["mastodon"]["api_url"]
    for number, office in enumerate(("18", "18.01"), 1001):
        who = {"platform": "mastodon", "external_id": str(number), "handle": f"contoh_{number}"}
        made = asked(base, "POST", "accounts", json_body=who)
        where = ("--office", office, "--platform", "mastodon", "--external-id", str(number), "--handle", made["handle"])
        gaung(env, "account", "add", *where, "--credentials", "-", stdin=json.dumps(made["credentials"]))
    checked = gaung(env, "account", "check", "--all")
    assert [(account["ok"], account["limits"]["text_chars"]) for account in checked] == [(True, 500), (True, 500)]

    (tmp_path / "post.toml").write_text(POST, "utf-8")
    gaung(env, "post", "schedule", str(tmp_path / "post.toml"))
    gaung(env, "run", "--until-idle")
    deliveries = gaung(env, "delivery", "list")
    assert [row["state"] for row in deliveries] == ["published", "published"], deliveries
    posts = asked(base, "GET", "posts")
    assert {post["text"] for post in posts} == {"Cek namamu di daftar pemilih.\n#KPULampung #KPUMelayani"}
    assert {(post["id"], post["url"]) for post in posts} == {(row["external_id"], row["url"]) for row in deliveries}


@pytest.mark.parametrize("name", ["gaung-mastodon", "gaung-tagline"])
def test_its_own_tests_pass_where_it_is_installed(name: str, tmp_path: Path, install_plugins: Callable[..., Path]) -> None:
    env = {**os.environ, "PYTHONPATH": str(install_plugins(EXAMPLES / name))}
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=tmp_path / "sources" / name, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert [line for line in skipped if "not applicable" not in line] == []
