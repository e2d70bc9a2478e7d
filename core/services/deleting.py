"""Takes a post's publications off the platforms, where they let us; lists the others for a person."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Row, select, update

from gaung.core.errors import PlatformError, PluginError, Unsupported, UserError
from gaung.core.records import Publication
from gaung.core.redaction import redact
from gaung.core.services import checking, posts
from gaung.core.services.context import Context
from gaung.core.store import events
from gaung.core.store.tables import accounts, deliveries, publications
from gaung.core.store.types import db_now

_AT_ONCE = 8


def delete(ctx: Context, post: int) -> dict[str, Any]:
    """Cancel what has not gone out, then delete each publication in sight from its platform.

    Answers `{"id","cancelled":N,"deleted":[...],"by_hand":[...],"failed":[...],"left":[...]}`; the items are
    `{"delivery","office","platform","handle","url"}`, with `problem` where it was not deleted.
    """
    stopped = posts.cancel(ctx, post)
    with ctx.store.read() as conn:
        rows = conn.execute(_published(ctx, post)).all()
    _ = ctx.manager, ctx.box if rows else None
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = list(pool.map(lambda row: _delete(ctx, row), rows))
    lists: dict[str, list[dict[str, Any]]] = {"deleted": [], "by_hand": [], "failed": []}
    for kind, item in done:
        lists[kind].append(item)
    return {"id": post, "cancelled": stopped["cancelled"], **lists, "left": stopped["left"]}


def _published(ctx: Context, post: int) -> Any:
    columns = [publications.c.id, publications.c.external_id, publications.c.url, publications.c.published_at]
    names = [column.label(f"p_{column.name}") for column in columns]
    joined = (
        select(accounts, deliveries.c.id.label("delivery"), deliveries.c.post_id, *names)
        .join(deliveries, deliveries.c.account_id == accounts.c.id)
        .join(publications, publications.c.delivery_id == deliveries.c.id)
    )
    where = (deliveries.c.post_id == post, publications.c.deleted_at.is_(None), ctx.scope.clause(deliveries.c.office))
    return joined.where(*where).order_by(deliveries.c.id)


def _delete(ctx: Context, row: Row[Any]) -> tuple[str, dict[str, Any]]:
    item = {"delivery": row.delivery, "office": row.office, "platform": row.platform, "handle": row.handle, "url": row.p_url}
    publication = Publication(id=row.p_id, external_id=row.p_external_id, url=row.p_url, published_at=row.p_published_at)
    try:
        if row.status == "removed":
            raise Unsupported("the account was removed from Gaung", code="account_removed")
        checking.with_fresh_token(ctx, row, lambda account: ctx.manager.delete(account, publication))
    except Unsupported as error:
        return "by_hand", {**item, "problem": redact(error.message)}
    except (PlatformError, PluginError, UserError) as error:
        return "failed", {**item, "problem": redact(str(error))}
    ids = {"publication": row.p_id, "delivery": row.delivery, "post": row.post_id, "account": row.id}
    with ctx.store.write() as conn:
        conn.execute(update(publications).where(publications.c.id == row.p_id).values(deleted_at=db_now()))
        data = {"external_id": row.p_external_id, "url": row.p_url}
        events.emit(conn, "publication.deleted", office=row.office, platform=row.platform, data=data, **ids)
    return "deleted", item
