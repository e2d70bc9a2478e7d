"""Makes the rollup of coverage anew, or proves that it is what a full recount finds."""

import time
from typing import Any

from sqlalchemy import select

from gaung.core.ledger.cells import differences, recount
from gaung.core.services.context import Context
from gaung.core.services.importing import Progress
from gaung.core.services.posts import require_post
from gaung.core.store.locks import ROLLUP, lock
from gaung.core.store.tables import posts

SHOWN = 20
"""Cells that differ and are named; all are counted."""


def rebuild(ctx: Context, *, post: int | None = None, check: bool = False, told: Progress | None = None) -> dict[str, Any]:
    """Recount one post, or all, in one transaction. Answers `{"posts","rows","differing","cells","changed","seconds"}`.

    `differing`: cells that were not what the recount found; `cells`: the first, `{"post","area","body","platform","kept","true"}`.
    `check`: only compare, change nothing. Meanwhile nobody else records a reshare. `rows`: of the rollup now; with `check` null.
    """
    ctx.scope.require_all("Recounting")
    started = time.monotonic()
    with ctx.store.write() as conn:
        lock(conn, ROLLUP)
        if post is not None:
            require_post(conn, post)
        ids = [post] if post is not None else list(conn.execute(select(posts.c.id).order_by(posts.c.id)).scalars())
        found: list[dict[str, Any]] = []
        differing = rows = 0
        for number, one in enumerate(ids, 1):
            wrong = differences(conn, [one])
            rows += 0 if check else recount(conn, [one])
            differing += len(wrong)
            found += [_cell(*cell) for cell in wrong[: SHOWN - len(found)]]
            if told is not None:
                told("Recounting", number, len(ids))
    seconds = round(time.monotonic() - started, 2)
    changed = not check and differing > 0
    return {
        "posts": len(ids),
        "rows": None if check else rows,
        "differing": differing,
        "cells": found,
        "changed": changed,
        "seconds": seconds,
    }


def _cell(key: tuple[int, str, str, str], kept: dict[str, int], true: dict[str, int]) -> dict[str, Any]:
    return {**dict(zip(("post", "area", "body", "platform"), key, strict=True)), "kept": kept, "true": true}
