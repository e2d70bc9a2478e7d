"""The fixtures of Gaung's test kit: a sandbox on a real loopback server, accounts on it, attempts in memory, real media."""

pytest_plugins = ["gaung.core.testkit.fixtures"]
