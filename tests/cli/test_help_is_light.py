"""Whoever asks for help waits for click alone: nothing heavy is imported before a command needs it."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "PIL",
    "alembic",
    "av",
    "cryptography",
    "dramatiq",
    "google",
    "httpx2",
    "prometheus_client",
    "psycopg",
    "pydantic",
    "redis",
    "rich",
    "sqlalchemy",
    "starlette",
    "structlog",
    "tenacity",
    "uvicorn",
}

PROBE = """
import json, sys
before = set(sys.modules)
sys.argv = ["gaung", *json.loads(sys.argv[1])]
from gaung.cli.main import main
try:
    main()
finally:
    print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["post", "--help"], ["post", "schedule", "--help"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    answer = subprocess.run([sys.executable, "-P", "-c", PROBE, json.dumps(arguments)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "gaung" in answer.stdout.lower()
    imported = {name.partition(".")[0] for name in json.loads(answer.stderr.splitlines()[-1])}
    assert "click" in imported
    assert imported & HEAVY == set()
