"""Every command loads every plugin and its record: what only a call to the platform needs is not loaded with it."""

import json
import subprocess
import sys

import pytest

PROBE = """
import importlib, json, sys
import gaung.core.records
before = set(sys.modules)
record = importlib.import_module(sys.argv[1]).gaung_platform()
assert record.setting_fields
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.parametrize("name", ["facebook", "instagram", "tiktok", "youtube"])
def test_a_record_is_loaded_without_its_client(name: str) -> None:
    plugin = f"gaung.plugins.{name}"
    done = subprocess.run([sys.executable, "-P", "-c", PROBE, plugin], capture_output=True, text=True, check=True)
    imported = set(json.loads(done.stdout))
    assert f"{plugin}.platform" in imported
    assert "gaung.core.http" not in imported
    assert {module for module in imported if module.rpartition(".")[2] in ("client", "graph", "reshares", "research", "webhooks")} == set()
    third_party = {module.partition(".")[0] for module in imported} - set(sys.stdlib_module_names) - {"gaung"}
    assert third_party <= {"pluggy"}


def test_an_observer_that_is_at_rest_costs_its_declaration_only() -> None:
    late = "[name for name in sys.modules if name.endswith(('.client', 'core.http'))]"
    probe = f"import sys, gaung.plugins.webhook as hook; hook.gaung_setting_fields(); print({late})"
    done = subprocess.run([sys.executable, "-P", "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
