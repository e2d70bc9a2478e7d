"""Renews what is generated in docs/: the lines between `<!-- generated: NAME -->` and `<!-- end -->`.

python scripts/write_docs.py        tests/test_docs.py checks that every page is current, and that nothing is left out.
"""

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from gaung.cli.main import LAZY, cli
from gaung.cli.options import Command
from gaung.core.records import Field, FormatRule, Platform

ROOT = Path(__file__).parent.parent
PLATFORMS = ("facebook", "instagram", "youtube", "tiktok")
PART = re.compile(r"(<!-- generated: (?P<kind>[a-z]+) (?P<name>[^>]+?) -->\n)(?P<old>.*?)(<!-- end -->)", re.DOTALL)


def beside(name: str) -> ModuleType:
    """A module of this folder, which is on nobody's path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


reference = beside("reference")
variable: Callable[[str], str] = reference.variable


def platform(name: str) -> Platform:
    """The record of a built-in platform."""
    from importlib import import_module

    record: Platform = import_module(f"gaung.plugins.{name}.platform").PLATFORM
    return record


def commands(command: click.Command = cli, path: str = "gaung") -> Iterator[tuple[str, click.Command]]:
    """Every command of Gaung's own that does something, by what a person types; none that another package adds."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    ctx = click.Context(command, info_name=path)
    for name in LAZY if command is cli else command.list_commands(ctx):
        found = command.get_command(ctx, name)
        assert found is not None
        yield from commands(found, f"{path} {name}")


def common_options() -> set[str]:
    """What may stand before and after any command."""
    return {param.opts[-1] for param in Command("any").params}


def own_options(command: click.Command) -> list[click.Option]:
    """The options that only this command has."""
    common = common_options()
    return [param for param in command.params if isinstance(param, click.Option) and param.opts[-1] not in common]


def command_part(name: str) -> Iterator[str]:
    """What a command takes."""
    command = dict(commands())[name]
    arguments = [param.metavar or param.name or "" for param in command.params if isinstance(param, click.Argument)]
    options = own_options(command)
    written = [_shown(option) if option.required else f"[{_shown(option)}]" for option in options]
    yield from ("", f"    {' '.join([name, *arguments, *written])}", "")
    yield f"{(command.help or '').strip()}"
    yield ""
    if options:
        yield from ("| option | |", "|---|---|")
        yield from (f"| `{_cell(_shown(option))}` | {_cell(_words(option))} |" for option in options)
        yield ""


def _shown(option: click.Option) -> str:
    value = "" if option.is_flag else option.metavar or _kind(option.type)
    return f"{', '.join(option.opts)} {value}".strip()


def _kind(kind: click.ParamType) -> str:
    return "|".join(str(choice) for choice in kind.choices) if isinstance(kind, click.Choice) else kind.name.upper()


def _words(option: click.Option) -> str:
    default = f" Default: {option.default}." if option.show_default else ""
    return f"{option.help or ('Needed.' if option.required else '')}{default}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def settings_part(name: str) -> Iterator[str]:
    """`plugins.NAME.*`."""
    yield from ("", "| key | environment | default | meaning |", "|---|---|---|---|")
    for field in reference.setting_fields(name):
        key = f"plugins.{name}.{field.name}"
        yield f"| `{key}` | `{variable(key)}` | {_default(field)} | {field.help} |"
    yield ""


def options_part(name: str) -> Iterator[str]:
    """The platform's own keys in `[platform.NAME]`."""
    yield from ("", "| key | type | default | meaning |", "|---|---|---|---|")
    for field in platform(name).post_fields:
        kind = {"str": "text", "int": "whole number", "bool": "true, false", "list": "list of texts"}.get(field.kind, field.kind)
        kind = ", ".join(f"`{choice}`" for choice in field.choices) or kind
        default = "**must be chosen**" if field.required else _default(field)
        yield f"| `{field.name}` | {kind} | {default} | {field.help} |"
    yield ""


def _default(field: Field) -> str:
    if field.default is None or field.default == () or field.default == "":
        return "-"
    value: Any = str(field.default).lower() if isinstance(field.default, bool) else field.default
    return f"`{value}`"


def credentials_part(name: str) -> Iterator[str]:
    """The keys of the credentials file."""
    yield from ("", "| key | needed | meaning |", "|---|---|---|")
    for field in platform(name).credential_fields:
        yield f"| `{field.name}` | {'yes' if field.required else 'no'} | {field.help} |"
    yield ""


def formats_part(name: str) -> Iterator[str]:
    """The rules in the order in which `auto` tries them."""
    yield from ("", "| format | takes |", "|---|---|")
    yield from (f"| `{rule.name}` | {_takes(rule)} |" for rule in platform(name).formats)
    yield ""


def _takes(rule: FormatRule) -> str:
    parts = [_amount(*rule.images, "picture"), _amount(*rule.videos, "video")]
    found = " and ".join(part for part in parts if part) or "no media; needs a text or a link"
    found += ", vertical" if rule.vertical else ""
    return found + (f", up to {rule.max_seconds:g} s" if rule.max_seconds else "")


def _amount(least: int, most: int | None, what: str) -> str:
    if (least, most) == (0, 0):
        return ""
    number = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
    return f"{number} {what}{'' if most == 1 else 's'}"


def limits_part(name: str) -> Iterator[str]:
    """Every declared limit with its source."""
    yield from ("", "| limit | value | unit | source |", "|---|---|---|---|")
    for limit in platform(name).limits:
        value = f"{limit.value:,.4g}" if limit.value < 1000 else f"{limit.value:,.0f}"
        yield f"| `{limit.name}` | {value} | {limit.unit} | {limit.source} |"
    yield ""


def metrics_part(name: str) -> Iterator[str]:
    """Every declared number: what it counts, by which name of the API, and who says so."""
    yield from ("", "| number | of | what is counted | API | source |", "|---|---|---|---|---|")
    for metric in platform(name).metrics:
        counted = metric.definition if metric.exact else f"{metric.definition} Not exact."
        yield f"| `{metric.name}` | {metric.of} | {counted} | `{metric.api}` | {metric.source} |"
    yield ""


PARTS: dict[str, Callable[[str], Iterator[str]]] = {
    "command": command_part,
    "settings": settings_part,
    "options": options_part,
    "credentials": credentials_part,
    "formats": formats_part,
    "limits": limits_part,
}
OF_PLATFORMS = tuple(kind for kind in PARTS if kind != "command")


def every_metrics_part(name: str) -> Iterator[str]:
    """Numbers of a platform, or figures of /metrics: one word, told apart by whose they are."""
    return metrics_part(name) if name in PLATFORMS else reference.PARTS["metrics"](name)


PARTS |= {**reference.PARTS, "metrics": every_metrics_part}


def wanted() -> set[tuple[str, str]]:
    """Every part that must stand somewhere in docs/."""
    of_platforms = {(kind, name) for kind in OF_PLATFORMS for name in PLATFORMS}
    return of_platforms | {("settings", "webhook")} | {("command", name) for name, _ in commands()} | reference.wanted()


def renewed(text: str) -> str:
    """A page with its generated parts made anew. Raises KeyError for a part of something that is gone."""
    return PART.sub(lambda found: found[1] + "\n".join(PARTS[found["kind"]](found["name"])) + "\n" + found[5], text)


def with_new_commands(text: str) -> str:
    """The page of commands with an empty section for each command that has none, in the order of the program."""
    names = [name for name, _ in commands()]
    for position, name in reversed(list(enumerate(names))):
        if f"\n## {name}\n" in text:
            continue
        new = f"## {name}\n\n<!-- generated: command {name} -->\n<!-- end -->\n"
        follower = next((f"## {later}\n" for later in names[position + 1 :] if f"\n## {later}\n" in text), "")
        text = text.replace(follower, f"{new}\n{follower}", 1) if follower else f"{text.rstrip()}\n\n{new}"
    return text


def pages() -> list[Path]:
    """All pages that may hold generated parts."""
    return sorted((ROOT / "docs").rglob("*.md"))


if __name__ == "__main__":
    for page in pages():
        before = page.read_text("utf-8")
        if (after := renewed(with_new_commands(before) if page.name == "commands.md" else before)) != before:
            page.write_text(after, "utf-8")
