"""The generated parts of the reference for plugin authors: hooks, records, errors, variables, rules of the kit. Used by write_docs.py."""

import ast
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from types import FunctionType, UnionType
from typing import Any, get_args

from pydantic import BaseModel

from gaung.core import errors, hookspecs, records
from gaung.core.config.model import Settings
from gaung.core.testkit.conformance import GRADES, RULES
from gaung.core.testkit.platforms import installed


def hooks() -> dict[str, Any]:
    """Every hook by name, in the order of the file."""
    return {name: found for name, found in vars(hookspecs).items() if name.startswith("gaung_")}


def signature(hook: str) -> str:
    """`gaung_publish(account, content, attempt)`."""
    return f"{hook}({', '.join(inspect.signature(hooks()[hook]).parameters)})"


def classes() -> dict[str, type]:
    """Every record that is a class, by name."""
    return {name: found for name in records.__all__ if isinstance(found := getattr(records, name), type)}


def unions() -> dict[str, tuple[str, ...]]:
    """The answers that are one of several records."""
    named = {name: getattr(records, name) for name in records.__all__}
    return {name: tuple(one.__name__ for one in get_args(found)) for name, found in named.items() if isinstance(found, UnionType)}


def error_classes() -> dict[str, type[Exception]]:
    """Every error by name, in the order of the file."""
    found = {name: one for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.GaungError)}
    return {name: one for name, one in found.items() if one.__module__ == errors.__name__}


def core_settings(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Keys of core's settings."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from core_settings(field.annotation, f"{prefix}{name}.")
        elif name != "plugins":
            yield f"{prefix}{name}"


def setting_fields(name: str) -> Sequence[records.Field]:
    """What a built-in plugin declares: a platform in its record, another by its hook."""
    if name in installed()[0]:
        return installed()[0][name].setting_fields
    return list(import_module(f"gaung.plugins.{name}").gaung_setting_fields())


def settings(plugins: tuple[str, ...]) -> list[str]:
    """Keys of all settings, core's first."""
    theirs = [f"plugins.{name}.{field.name}" for name in plugins for field in setting_fields(name)]
    return [*core_settings(), *theirs]


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return "GAUNG_" + key.upper().replace(".", "__")


def hook_part(name: str) -> Iterator[str]:
    """Arguments, answer and what the hook's own text says."""
    hook = hooks()[name]
    parameters = inspect.signature(hook).parameters
    yield from ("", f"    {signature(name)}", "")
    yield from ("| | |", "|---|---|")
    yield from (f"| `{key}` | {_linked(_source(hook, key))} |" for key in parameters)
    yield f"| answer | {_linked(_source(hook, ''))} |"
    first = bool(getattr(hook, "gaung_spec", {}).get("firstresult"))
    asked = "the first answer counts" if first else "every plugin that has it is asked"
    yield from (f"| of several | {asked} |", "", *_prose(hook), "")


def record_part(name: str) -> Iterator[str]:
    """Fields, properties and methods, each with its meaning."""
    record = classes()[name]
    yield from ("", *_prose(record), "")
    if fields := list(_fields(record)):
        yield from ("| field | type | default | meaning |", "|---|---|---|---|", *fields, "")
    if members := list(_members(record)):
        yield from ("| also | answers | meaning |", "|---|---|---|", *members, "")


def answers_part(_: str) -> Iterator[str]:
    """The unions."""
    yield from ("", "| name | one of |", "|---|---|")
    yield from (f"| `{name}` | {', '.join(_link(one) for one in several)} |" for name, several in unions().items())
    yield ""


def error_part(name: str) -> Iterator[str]:
    """How it is made, what it is, what it says."""
    error = error_classes()[name]
    own = error.__init__ is not Exception.__init__
    taken = [_shown(one) for one in list(inspect.signature(error.__init__).parameters.values())[1:]] if own else ["message"]
    if own and (star := next((n for n, one in enumerate(_parameters(error)) if one.kind is one.KEYWORD_ONLY), None)) is not None:
        taken.insert(star, "*")
    base = error.__bases__[0].__name__
    yield from ("", f"    {name}({', '.join(taken)})", "", *_prose(error), "")
    yield f"A kind of {f'[`{base}`](#{base.lower()})' if base in error_classes() else f'`{base}`'}."
    yield ""


def tree_part(_: str) -> Iterator[str]:
    """The tree, as the module draws it."""
    text = inspect.getdoc(errors) or ""
    yield from ("", *(f"    {line}" if line else "" for line in text.partition("\n\n")[2].splitlines()), "")


def variables_part(_: str) -> Iterator[str]:
    """Every setting by its variable."""
    yield from ("", "| variable | setting |", "|---|---|")
    for key in settings(("facebook", "instagram", "youtube", "tiktok", "webhook")):
        where = key.split(".")[1] if key.startswith("plugins.") else "core"
        yield f"| `{variable(key)}` | [`{key}`](settings.md#{where}) |"
    yield ""


def rules_part(grade: str) -> Iterator[str]:
    """Rules of a grade with their promises."""
    yield from ("", f"*{grade.capitalize()}*: {GRADES[grade]}.", "", "| rule | name | the promise |", "|---|---|---|")  # type: ignore[index]
    yield from (f"| `{rule.code}` | `{rule.name}` | {_cell(rule.promise)} |" for rule in RULES if rule.grade == grade)
    yield ""


def metrics_part(of: str) -> Iterator[str]:
    """What /metrics tells of the whole installation, or of the process that answers."""
    from gaung.core.metrics.names import METRICS

    yield from ("", "| metric | type | labels | meaning |", "|---|---|---|---|")
    for one in METRICS.values():
        if one.of == of:
            yield f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels) or '-'} | {one.help} |"
    yield ""


PARTS: dict[str, Callable[[str], Iterator[str]]] = {
    "hook": hook_part,
    "record": record_part,
    "answers": answers_part,
    "error": error_part,
    "errors": tree_part,
    "variables": variables_part,
    "rules": rules_part,
    "metrics": metrics_part,
}


def wanted() -> set[tuple[str, str]]:
    """Every part that must stand somewhere in docs/."""
    named = {"hook": hooks(), "record": classes(), "error": error_classes(), "rules": GRADES, "metrics": ("installation", "process")}
    alone = {("answers", "all"), ("errors", "tree"), ("variables", "settings")}
    return {(kind, name) for kind, names in named.items() for name in names} | alone


def _prose(thing: Any) -> list[str]:
    return (inspect.getdoc(thing) or "").splitlines()


def _parameters(error: type[Exception]) -> list[inspect.Parameter]:
    return list(inspect.signature(error.__init__).parameters.values())[1:]


def _shown(parameter: inspect.Parameter) -> str:
    return parameter.name if parameter.default is parameter.empty else f"{parameter.name}={parameter.default!r}"


def _tree(thing: Any) -> Any:
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]


def _source(hook: Any, parameter: str) -> str:
    """An annotation as it is written; of the answer for an empty name."""
    tree = _tree(hook)
    if not parameter:
        return ast.unparse(tree.returns)
    return next(ast.unparse(one.annotation) for one in tree.args.args if one.arg == parameter)


def _link(name: str, page: str = "records.md") -> str:
    return f"[`{name}`]({page}#{'the-answers' if name in unions() else name.lower()})"


def _linked(annotation: str) -> str:
    """An annotation whose records lead to their sections."""
    parts = annotation.split(" | ")
    shown = []
    for part in parts:
        inner = re.fullmatch(r"Sequence\[(\w+)\]", part)
        known = inner[1] if inner else part
        is_record = known in classes() or known in unions()
        shown.append(("several " if inner else "") + (_link(known) if is_record else f"`{part}`"))
    return " or ".join(shown)


def _fields(record: type) -> Iterator[str]:
    """A line a field; its meaning is the text below it in the code."""
    if not dataclasses.is_dataclass(record):
        return
    body = _tree(record).body
    for statement, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            said = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
            kind, default = ast.unparse(statement.annotation).replace("'", '"'), _default(record, statement.target.id)
            yield f"| `{statement.target.id}` | `{_cell(kind)}` | {default} | {_cell(said)} |"


def _default(record: Any, name: str) -> str:
    field = record.__dataclass_fields__[name]
    if field.default_factory is not dataclasses.MISSING:
        return f"`{field.default_factory()!r}`"
    return "needed" if field.default is dataclasses.MISSING else "`Path()`" if name == "store" else f"`{field.default!r}`".replace("'", '"')


def _members(record: type) -> Iterator[str]:
    """Public properties and methods, as the class itself writes them."""
    for name, member in vars(record).items():
        function = member.fget if isinstance(member, property) else member
        if not name.startswith("_") and isinstance(function, FunctionType):
            tree = _tree(function)
            arguments = [one.arg for one in tree.args.args[1:]]
            called = name if isinstance(member, property) else f"{name}({', '.join(arguments)})"
            said = " ".join((inspect.getdoc(function) or "").split())
            yield f"| `{called}` | `{_cell(ast.unparse(tree.returns))}` | {_cell(said)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
