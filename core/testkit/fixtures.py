"""Fixtures for tests of plugins and of Gaung itself; load them with `pytest_plugins = ["gaung.core.testkit.fixtures"]`."""
