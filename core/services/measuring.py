"""The numbers of accounts and publications: the newest ones shown, and asked for at once."""

from typing import Any

from sqlalchemy import and_

from gaung.core.clock import now
from gaung.core.services.context import Context
from gaung.core.services.posts import require_post
from gaung.core.store import measures
from gaung.core.store.measure_tables import measures as table


def newest(ctx: Context, *, office: str | None = None, platform: str | None = None, post: int | None = None) -> list[dict[str, Any]]:
    """`[{"office","platform","handle","publication","name","value","as_of","exact","definition","source","why"}]`.

    `value` null: not available, and `why` says so. Raises UserError when there is no such post.
    """
    wanted = [ctx.scope.clause(table.c.office), table.c.publication == 0 if post is None else table.c.post_id == post]
    wanted += [column == value for column, value in ((table.c.office, office), (table.c.platform, platform)) if value is not None]
    with ctx.store.read() as conn:
        if post is not None:
            require_post(conn, post)
        found = measures.at(conn, now(), and_(*wanted))
    rows = [
        {
            "office": subject[0],
            "platform": subject[1],
            "handle": subject[2],
            "publication": subject[3] or None,
            "name": name,
            "value": figure.value,
            "as_of": figure.as_of,
            "exact": figure.exact,
            "definition": figure.definition,
            "source": figure.source,
            "why": figure.why,
        }
        for subject, figures in found.items()
        for name, figure in figures.items()
    ]
    return sorted(rows, key=lambda row: (row["office"], row["platform"], row["handle"], row["publication"] or 0, row["name"]))
