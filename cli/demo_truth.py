"""What `gaung demo --members N` shows: the truth of the sandbox beside what Gaung recorded, and the coverage that comes of it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli import output

if TYPE_CHECKING:
    from rich.console import RenderableType

_SIGNALS = {
    "platform": "platform", "signal": "what they did", "done": "did it", "shown": "an API shows it", "observed": "observed",
    "other": "by another signal", "missing": "missing", "false": "false",
}  # fmt: skip
_CLAIMS = {
    "platform": "platform", "tale": "link handed in", "handed_in": "links", "matched": "matched", "better": "observed anyway",
    "claimed": "claimed", "none": "not taken", "missing": "missing", "above": "false",
}  # fmt: skip
_TALES = {
    "own": "own, can be proven", "private": "own, nobody can look it up", "stolen": "lie: somebody else's",
    "official": "lie: the post itself", "elsewhere": "lie: of another post", "invented": "lie: leads nowhere",
}  # fmt: skip
_STRANGERS = {"platform": "platform", "shown": "shown of people not registered", "kept": "kept without a name"}
_COVERAGE = {
    "key": "code", "name": "regency", "members": "members", "with_account": "with account", "observed": "observed", "reviewed": "reviewed",
    "matched": "matched", "clicked": "clicked", "claimed": "claimed", "coverage": "coverage",
}  # fmt: skip


def answer(value: Mapping[str, Any]) -> "Iterator[RenderableType]":
    """Three tables of the comparison, the coverage by regency, and one sentence."""
    told = value["endorsement"]
    yield output.text(f"{told['members']:,} members in {told['areas']:,} areas; {told['people']:,} profiles did {told['deeds']:,} deeds.\n")
    yield output.text("What people did, and what was observed of it (members with an account, each post, each signal once)")
    yield output.table(told["signals"], _SIGNALS)
    yield output.text("What became of links that members handed in")
    yield output.table([{**row, "tale": _TALES[row["tale"]]} for row in told["claims"]], _CLAIMS)
    yield output.text("People who are not registered")
    yield output.table(told["strangers"], _STRANGERS)
    yield output.text(f"Coverage of post {value['post']} by regency, each member at the best grade")
    rows = [*value["coverage"]["rows"], {"key": "", "name": "all", **value["coverage"]["total"]}]
    yield output.table([{**row, "coverage": _percent(row["coverage"])} for row in rows], _COVERAGE)
    yield output.text(_sentence(told))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _sentence(told: Mapping[str, Any]) -> str:
    if told["honest"]:
        return "Every true reshare that could be seen or proven is recorded, and no false one stands above `claimed`."
    return f"Not as it should be: {told['missing']} true reshares are missing, {told['false']} false ones stand above `claimed`."
