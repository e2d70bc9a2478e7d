"""`reshare import`: links that many members handed in, from a form's table or an exported chat; good ones are taken, bad ones rejected."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from gaung.core.errors import UserError
from gaung.core.ledger import claims
from gaung.core.ledger.chat import Chat, is_chat
from gaung.core.ledger.claims import Handed
from gaung.core.ledger.links import Refused
from gaung.core.ledger.raising import chunks
from gaung.core.registry import columns
from gaung.core.services import chat_import, handing, reshare_rows
from gaung.core.services.context import Context
from gaung.core.services.importing import Import, Progress
from gaung.core.services.posts import require_post
from gaung.core.services.reshare_rows import Found
from gaung.core.store import events
from gaung.core.tables import Reject, Table, open_table

_CHUNK = 2_000
NEW, SAME = "new", "same"


class _NotKept(Exception):
    """Ends the transaction of a dry run."""


class _Counts:
    """What became of each row: of several links the best counts, and a rejected one is told besides."""

    def __init__(self, run: Import) -> None:
        self.run, self.claims = run, 0
        self._rows: dict[int, str] = {}
        self._keys: set[Any] = set()

    def reject(self, found: Found, flaw: Refused) -> None:
        self._rows.setdefault(found.row, "")
        self.run.rejects.append(
            Reject(row=found.row, field=flaw.field, reason=f"{found.which}{flaw.reason}", remedy=flaw.remedy, cells=found.cells)
        )

    def take(self, found: Found, handed: Handed, new: bool) -> None:
        fresh = new and handed.key not in self._keys  # a dry run keeps nothing, so that the same link later in the file looks new
        self._keys.add(handed.key)
        self.claims += fresh
        if fresh or self._rows.get(found.row) != NEW:
            self._rows[found.row] = NEW if fresh else SAME

    def close(self) -> None:
        outcomes = list(self._rows.values())
        self.run.rows, self.run.imported, self.run.unchanged = len(outcomes), outcomes.count(NEW), outcomes.count(SAME)


def import_reshares(
    ctx: Context, path: Path, *, post: int | None = None, dry_run: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Put down every link of a table (`member_no`, `url`, and perhaps `platform`, `at`, `post`) or of a WhatsApp chat export.

    Idempotent. Answers what every import answers, by rows (of a chat: by messages that hold a link), `dry_run`, and `claims`: how many
    links are new. A row with several links counts as imported if one is new, and is told among the rejects if one is refused.
    Raises `UserError` for a file that cannot be read; what was taken before stays. Event `reshare.imported`, with counts only.
    """
    if post is not None:
        with ctx.store.read() as conn:
            require_post(conn, post)
    run, found = _opened(ctx, path, post, dry_run)
    counts = _Counts(run)
    for done, some in enumerate(chunks(found, _CHUNK)):
        if progress is not None:
            progress("Checking", done * _CHUNK, run.table.estimate())
        _take(ctx, counts, some, dry_run)
    counts.close()
    answer = {**run.answer(), "claims": counts.claims}
    if not dry_run and answer["rows"]:
        data = {key: answer[key] for key in ("imported", "unchanged", "rejected")}
        with ctx.store.write() as conn:
            events.emit(conn, "reshare.imported", post=post, office=ctx.scope.office, data=data)
    return answer


def _opened(ctx: Context, path: Path, post: int | None, dry_run: bool) -> tuple[Import, Iterator[Found]]:
    if is_chat(path):
        if post is None:
            raise UserError(f"{path}: a chat does not say which post it is about.", "Say it: --post ID")
        chat = Chat(path, ctx.settings.zone)
        bare = Table(path=path, sheet=chat, header=0, headers=(), names=(), columns=(), places=())
        return Import(bare, dry_run=dry_run), chat_import.of_chat(ctx, chat, post)
    required = ("member_no", "url") if post is not None else ("member_no", "url", "post")
    try:
        table = open_table(path, reshare_rows.COLUMNS, required, columns.refuse_identity_columns)
    except UserError as error:
        if post is None and "no column post" in error.message:
            raise UserError(error.message, "Say which post the list is about: --post ID, or add a column post.") from None
        raise
    return Import(table, dry_run=dry_run), reshare_rows.of_table(ctx, table, post)


def _take(ctx: Context, counts: _Counts, found: Sequence[Found], dry_run: bool) -> None:
    """One chunk, in one transaction."""
    with suppress(_NotKept), ctx.store.write() as conn:
        _put(ctx, conn, counts, found)
        if dry_run:
            raise _NotKept


def _put(ctx: Context, conn: Connection, counts: _Counts, found: Sequence[Found]) -> None:
    read = [one.paper for one in found if not isinstance(one.paper, Refused)]
    checked = iter(handing.check(ctx, conn, read))
    whole = [(one, one.paper if isinstance(one.paper, Refused) else next(checked)) for one in found]
    good = [(one, handed) for one, handed in whole if isinstance(handed, Handed)]
    taken = claims.hand_in(conn, [handed for _, handed in good])
    for one, flaw in whole:
        if isinstance(flaw, Refused):
            counts.reject(one, flaw)
    for (one, handed), answer in zip(good, taken, strict=True):
        counts.take(one, handed, answer.new)
