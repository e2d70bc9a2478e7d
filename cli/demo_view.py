"""What `gaung demo` shows: progress while it publishes, then the table and what to try next."""

import shutil
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaung.cli import output, views
from gaung.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gaung.core.services.context import Context

_EVERY = 1.0
_ROOM = 120


class Progress:
    """A line whenever the counts have changed, at most once a second."""

    def __init__(self, out: Output) -> None:
        self._output = out
        self._told = ""
        self._next = 0.0

    def tick(self, ctx: "Context", post: int) -> None:
        """Look, and tell what is new."""
        from gaung.core.services.posts import progress

        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        line = views.progress_line(progress(ctx, post))
        if line != self._told:
            self._output.status(line)
            self._told = line

    def rows(self, what: str, done: int, of: int) -> None:
        """Follow an import."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        self._output.status(f"{what}: {done:,} of about {of:,} rows" if of else f"{what}: {done:,} rows")


def answer(value: Mapping[str, Any]) -> "RenderableType":
    """The table of deliveries, how it went, and what to try next."""
    columns = {"office": "office", "platform": "platform", "handle": "account", "state": "state", "external_id": "id", "url": "url"}
    number, published = len(value["deliveries"]), value["published"]
    program = "gaung" if shutil.which("gaung") else sys.argv[0]
    gaung = f"{program} --home {value['home']}"
    summary = f"{published} of {number} published in {value['seconds']} s"
    following = (
        f"\n{summary}.\n\n"
        f"Look at it    {value['page']}\n"
        f"Report        {value['report']}\n"
        f"Home          {value['home']}\n\n"
        "Try next\n"
        f"  {gaung} post show {value['post']}\n"
        f"  {gaung} explain delivery {value['deliveries'][0]['id']}\n"
        f"  {gaung} events tail\n"
        f"  {program} demo --stay          keeps the sandbox up, so that you can look around\n"
    )
    narrow = {"office": "office", "platform": "platform", "state": "state", "what": "account, and its address"}
    rows = [{**row, "what": f"{row['handle']}\n{row['url'] or '-'}"} for row in value["deliveries"]]
    grid = output.Fitting(output.table(rows, columns), output.table(rows, narrow), columns=_ROOM)
    if "endorsement" not in value:
        return output.together(grid, output.text(following))
    from gaung.cli import demo_truth

    return output.together(output.text(f"{summary}.\n"), *demo_truth.answer(value), output.text(following.partition("\n\n")[2]))
