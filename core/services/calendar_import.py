"""`post import`: a calendar of posts from one CSV file. A row that was imported before is left alone, so nothing goes out twice."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from gaung.core.errors import UserError
from gaung.core.posts.csvfile import CalendarRow, open_calendar, read_rows
from gaung.core.posts.draft import PostDraft
from gaung.core.posts.media import scratch_store
from gaung.core.services import scheduling
from gaung.core.services.context import Context
from gaung.core.services.importing import Import
from gaung.core.services.planning import document
from gaung.core.store.tables import posts
from gaung.core.tables import Reject


def import_calendar(ctx: Context, path: Path, *, skip_problems: bool = False) -> dict[str, Any]:
    """Schedule every row that can go out. Answers what every import answers, and `posts`: the ids of the new ones."""
    run = Import(open_calendar(path))
    made: list[int] = []
    known = scheduling.known(ctx)
    with scratch_store(ctx.settings.media.public_url) as scratch:
        for row in read_rows(run.table, store=scratch, known=known):
            run.rows += 1
            if isinstance(row, list):
                run.rejects += row
            elif _there(ctx, row.draft):
                run.unchanged += 1
            else:
                made += _schedule(ctx, run, row, skip_problems)
    return {**run.answer(), "posts": made}


def _schedule(ctx: Context, run: Import, row: CalendarRow, skip_problems: bool) -> list[int]:
    try:
        done = scheduling.schedule_draft(ctx, row.draft, skip_problems=skip_problems)
    except UserError as error:
        run.rejects.append(Reject(row=row.number, field="", reason=error.message, remedy=error.hint, cells=row.cells))
        return []
    if done["id"] is not None:
        run.imported += 1
        return [done["id"]]
    for problem in done["problems"]:
        if problem["level"] == "error":
            where = " ".join(part for part in (problem["platform"], problem["office"]) if part)
            said = f"{where}: {problem['message']}" if where else problem["message"]
            run.rejects.append(Reject(row=row.number, field=problem["field"], reason=said, cells=row.cells))
    return []


def _there(ctx: Context, draft: PostDraft) -> bool:
    """Whether the same post, for the same targets at the same time, is scheduled already."""
    ours = {key: value for key, value in document(draft).items() if key != "source"}
    query = select(posts.c.document).where(posts.c.at == draft.at, posts.c.title == draft.title, posts.c.cancelled_at.is_(None))
    with ctx.store.read() as conn:
        found = conn.execute(query).scalars().all()
    return any({key: value for key, value in one.items() if key != "source"} == ours for one in found)
