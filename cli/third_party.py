"""Commands that other packages add by the entry-point group `gaung.commands`: listed by name, imported only when invoked."""

from functools import cached_property

import click

from gaung.cli.options import META, Group, accept_common
from gaung.core.thirdparty import COMMANDS, EntryPoint, allowed_third_party, entry_points


class Root(Group):
    """The root command. Gaung's own commands come first, and nobody can take their names."""

    @cached_property
    def third_party(self) -> dict[str, EntryPoint]:
        """Commands by name; of two of a name the first package's. Read once."""
        found: dict[str, EntryPoint] = {}
        for point in entry_points(COMMANDS):
            if point.name not in self.lazy and point.name not in self.commands:
                found.setdefault(point.name, point)
        return found

    @property
    def extra(self) -> dict[str, EntryPoint]:
        """Those that are wanted in this run."""
        return self.third_party if allowed_third_party() else {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Gaung's own, then the others by name."""
        return [*super().list_commands(ctx), *self.extra]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command. Raises UserError naming the package of one that is broken."""
        found = super().get_command(ctx, name)
        if found is None and name in self.extra:
            return _load(ctx, self.extra[name])
        return found

    def rows(self) -> list[tuple[str, str]]:
        """The lines of help; nothing is imported for them."""
        return [*super().rows(), *((name, f"(from {point.package})") for name, point in self.extra.items())]


def _load(ctx: click.Context, point: EntryPoint) -> click.Command:
    from gaung.core.errors import UserError

    package = f"{point.package} {point.version}"
    ctx.meta[META + "package"] = package
    hint = f"Update or remove {point.package}."
    try:
        command = point.load()
    except (Exception, SystemExit) as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(f"The command {point.name} of the package {package} cannot be imported: {why}.", hint) from error
    if not isinstance(command, click.Command):
        kind = type(command).__name__
        raise UserError(f"The command {point.name} of the package {package} is no click command but of type {kind}.", hint)
    accept_common(command)
    return command
