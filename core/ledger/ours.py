"""Our own publications, as plugins that look for reshares are handed them, and as the ledger knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.recording import Target
from gaung.core.records import Content, Publication
from gaung.core.store.tables import accounts, contents, deliveries, publications


@dataclass(frozen=True, slots=True)
class Ours:
    """`targets` by the publication's `external_id`."""

    publications: tuple[Publication, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)


def read(conn: Connection, condition: ColumnElement[bool]) -> Ours:
    """Publications that fit a condition on `publications`, `deliveries` and `accounts`, oldest first.

    Left out is what was deleted, and what has no id that a platform could be asked for.
    """
    there = (publications.c.deleted_at.is_(None), publications.c.external_id.is_not(None))
    rows = conn.execute(
        select(publications, deliveries.c.post_id, deliveries.c.content_id, accounts.c.office, accounts.c.platform)
        .add_columns(accounts.c.external_id.label("owner"), accounts.c.handle)
        .join(deliveries, deliveries.c.id == publications.c.delivery_id)
        .join(accounts, accounts.c.id == publications.c.account_id)
        .where(condition, *there)
        .order_by(publications.c.published_at, publications.c.id)
    ).all()
    texts = _texts(conn, {row.content_id for row in rows if row.content_id is not None})
    return Ours(
        tuple(
            Publication(
                id=row.id, external_id=row.external_id, url=row.url, published_at=row.published_at,
                account=row.owner, handle=row.handle, text=texts.get(row.content_id, ""),
            )
            for row in rows
        ),
        {
            row.external_id: Target(
                publication_id=row.id, post_id=row.post_id, platform=row.platform, office=row.office,
                account_id=row.account_id, external_id=row.external_id,
            )
            for row in rows
        },
    )  # fmt: skip


def _texts(conn: Connection, ids: set[int]) -> dict[int, str]:
    """Each content once: one goes to many accounts."""
    found: dict[int, str] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 1000):
        query = select(contents.c.id, contents.c.body).where(contents.c.id.in_(wanted[start : start + 1000]))
        found |= {row.id: _text(row.body) for row in conn.execute(query)}
    return found


def _text(body: Mapping[str, Any]) -> str:
    return Content(format=body["format"], title=body["title"], text=body["text"], link=body["link"]).text_with_link
