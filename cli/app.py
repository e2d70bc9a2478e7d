"""What a command receives: settings, database, plugins, key and output, each made when first used."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gaung.cli.output import Output
    from gaung.core.config import Settings
    from gaung.core.services.context import Context


class App:
    """One run of one command. `options` are the common ones, wherever they stood on the command line."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.json = bool(options.get("json"))
        self.quiet = bool(options.get("quiet"))
        self.verbose = bool(options.get("verbose"))
        self._home = options.get("home")

    @cached_property
    def home(self) -> Path:
        """`--home`, else `GAUNG_HOME`, else the user's data folder."""
        from gaung.core.config import default_home

        return Path(str(self._home)).expanduser().absolute() if self._home else default_home()

    @cached_property
    def settings(self) -> "Settings":
        """File and environment, read once."""
        from gaung.core.config import load

        return load(self.home)

    def with_metrics(self, port: int | None) -> "Settings":
        """The settings, with the port for /metrics if one was typed."""
        if port is None:
            return self.settings
        return self.settings.model_copy(update={"metrics": self.settings.metrics.model_copy(update={"port": port})})

    @cached_property
    def context(self) -> "Context":
        """What services work on; opens the log, too."""
        from gaung.core.services.context import Context

        self.open_log("cli")
        return Context(self.settings)

    @cached_property
    def output(self) -> "Output":
        """The way out, for everything that is printed."""
        from gaung.cli.output import Output

        return Output(json=self.json, quiet=self.quiet)

    def demo_home(self) -> Path:
        """The home that was named for the demo, else a new temporary one: never the home that people work in."""
        import tempfile

        if not self._home:
            self._home = tempfile.mkdtemp(prefix="gaung-demo-")
        return self.home

    @property
    def stderr_level(self) -> int | None:
        """How much child processes say; None: the usual."""
        return 10 if self.verbose else 40 if self.quiet else None

    def open_log(self, role: str) -> None:
        """Log into the home, once there is one."""
        from gaung.core.logs import setup

        home = self.home if self.home.is_dir() else None
        setup(home, role, verbose=self.verbose, quiet=self.quiet, json=self.json or None, timezone=self.settings.timezone)

    def close(self) -> None:
        """Close what was opened."""
        if "context" in self.__dict__:
            self.context.close()
