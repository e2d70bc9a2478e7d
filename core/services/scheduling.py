"""`post check` and `post schedule`: from a file to deliveries in the database, all of them or none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from gaung.core.posts.draft import PostDraft
from gaung.core.posts.file import Known, read_post
from gaung.core.posts.media import keep_all, scratch_store
from gaung.core.services.context import Context
from gaung.core.services.planning import Plan, Target, document, plan
from gaung.core.store import events
from gaung.core.store.tables import contents, deliveries, offices, posts
from gaung.core.store.types import db_now

_CHUNK = 1000
URGENT, USUAL = 1, 5
_OVERTAKES = ("klarifikasi_hoaks",)


def check(ctx: Context, path: Path) -> dict[str, Any]:
    """`{"problems":[{"office","platform","field","code","message","level"}],"deliveries":N}`; nothing is stored.

    Raises `PostFileError` when the file itself is wrong.
    """
    with _read(ctx, path) as draft:
        found = plan(ctx, draft)
    return {"problems": found.problems, "deliveries": found.ready}


def schedule(ctx: Context, path: Path, *, dry_run: bool = False, skip_problems: bool = False) -> dict[str, Any]:
    """Schedule a post file. `id` None in the answer: nothing was stored, `problems` say why (or it was a dry run).

    Answers `{"id","at","deadline","deliveries":N,"skipped":N,"problems":[...]}`. Raises `PostFileError` when the file itself is wrong.
    """
    with _read(ctx, path) as draft:
        return schedule_draft(ctx, draft, dry_run=dry_run, skip_problems=skip_problems)


def schedule_draft(ctx: Context, draft: PostDraft, *, dry_run: bool = False, skip_problems: bool = False) -> dict[str, Any]:
    """As `schedule`, for a post that was read already; its media must still be where they were read."""
    found = plan(ctx, draft)
    answer = {
        "id": None,
        "at": draft.at,
        "deadline": draft.deadline,
        "deliveries": found.ready,
        "skipped": len(found.targets) - found.ready,
        "problems": found.problems,
    }
    possible = found.targets and (not found.refused or (skip_problems and found.ready))
    if dry_run or not possible:
        return answer
    from gaung.core.media.store import MediaStore

    keep_all(draft, MediaStore(ctx.settings.media.store))
    with ctx.store.write() as conn:
        return {**answer, "id": _store(conn, draft, found)}


@contextmanager
def _read(ctx: Context, path: Path) -> Iterator[PostDraft]:
    with scratch_store(ctx.settings.media.public_url) as scratch:
        yield read_post(path, store=scratch, known=known(ctx))


def known(ctx: Context) -> Known:
    """What a post may refer to, as far as it is in sight."""
    with ctx.store.read() as conn:
        codes = conn.execute(select(offices.c.code).where(ctx.scope.clause(offices.c.code)).order_by(offices.c.code)).scalars().all()
    broken = {info.name: info.reason for info in ctx.manager.plugins() if info.status != "enabled"}
    return Known(platforms=ctx.manager.platforms(), offices=codes, broken=broken, timezone=ctx.settings.timezone)


def _store(conn: Connection, draft: PostDraft, found: Plan) -> int:
    actor = conn.info[events.ACTOR]
    told = {"title": draft.title, "purpose": draft.purpose, "origin": draft.origin, "at": draft.at, "deadline_at": draft.deadline}
    new = insert(posts).values(**told, document=document(draft), created_by=actor, created_at=db_now()).returning(posts.c.id)
    post: int = conn.execute(new).scalar_one()
    numbers = _store_contents(conn, post, found.contents)
    priority = URGENT if draft.purpose in _OVERTAKES else USUAL
    for chunk in _chunks(found.targets):
        conn.execute(insert(deliveries).values(updated_at=db_now()), [_row(post, target, numbers, priority) for target in chunk])
    counts = {"deliveries": found.ready, "skipped": len(found.targets) - found.ready}
    data = {"title": draft.title, "at": draft.at.isoformat(), "deadline": draft.deadline.isoformat(), **counts}
    events.emit(conn, "post.scheduled", post=post, data=data)
    _tell_skipped(conn, post, found.targets)
    return post


def _store_contents(conn: Connection, post: int, bodies: Mapping[str, Any]) -> dict[str, int]:
    rows = [{"post_id": post, "digest": digest, "body": body} for digest, body in bodies.items()]
    for chunk in _chunks(rows):
        conn.execute(insert(contents), chunk)
    found = conn.execute(select(contents.c.digest, contents.c.id).where(contents.c.post_id == post))
    return {row.digest: row.id for row in found}


def _row(post: int, target: Target, numbers: Mapping[str, int], priority: int) -> dict[str, Any]:
    problem = target.problem
    return {
        "post_id": post,
        "account_id": target.account,
        "content_id": numbers[target.digest] if target.digest else None,
        "office": target.office,
        "platform": target.platform,
        "priority": priority,
        "state": "skipped" if problem else "scheduled",
        "reason": problem.code if problem else None,
        "at": target.at,
        "deadline_at": target.deadline,
        "due_at": None if problem else target.at,
        "checkpoints": {},
        "error_kind": "Unsupported" if problem else None,
        "error_code": problem.code if problem else None,
        "error_message": problem.message if problem else None,
    }


def _tell_skipped(conn: Connection, post: int, targets: Iterable[Target]) -> None:
    reasons = {target.account: target.problem for target in targets if target.problem}
    if not reasons:
        return
    keys = (deliveries.c.id, deliveries.c.account_id, deliveries.c.office, deliveries.c.platform)
    rows = conn.execute(select(*keys).where(deliveries.c.post_id == post, deliveries.c.state == "skipped")).all()
    for chunk in _chunks(rows):
        told = []
        for row in chunk:
            problem = reasons[row.account_id]
            ids = {"post": post, "delivery": row.id, "account": row.account_id, "office": row.office, "platform": row.platform}
            told.append({**ids, "data": {"state": "skipped", "reason": problem.code, "message": problem.message, "field": problem.field}})
        events.emit_many(conn, "delivery.skipped", told)


def _chunks(items: Iterable[Any]) -> Iterator[Sequence[Any]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
