"""Posts that are out, and reshares of them, for tests of the ledger and its reports."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.raising import Evidence, raise_grade
from gaung.core.posts.stored import to_json
from gaung.core.records import Content
from gaung.core.store.tables import accounts, contents, deliveries, posts, publications
from gaung.core.store.types import db_now


def add_post(
    conn: Connection,
    day: date = date(2026, 1, 5),
    *,
    title: str = "Cek DPT Online",
    purpose: str = "edukasi",
    origin: str = "provinsi",
    out: Collection[tuple[str, str]] = (("18", "toy"),),
) -> int:
    """A post of that day, published where `out` says: pairs of office and platform. Offices must be there; accounts are made."""
    at = datetime.combine(day, time(3), UTC)
    said: dict[str, Any] = {"title": title, "purpose": purpose, "origin": origin, "document": {}, "created_by": "test"}
    times = {"at": at, "deadline_at": at + timedelta(hours=2), "created_at": db_now()}
    post: int = conn.execute(insert(posts).values(**said, **times).returning(posts.c.id)).scalar_one()
    body = to_json(Content(format="text", title=title, text="halo"))
    content = conn.execute(insert(contents).values(post_id=post, digest="d", body=body).returning(contents.c.id)).scalar_one()
    for office, platform in out:
        publish(conn, post, content, office, platform, at)
    return post


def publish(conn: Connection, post: int, content: int, office: str, platform: str, at: datetime) -> int:
    """A delivery that is out, and its publication; answers the publication."""
    account = _account(conn, office, platform)
    url = f"https://{platform}.example/{office}/{post}"
    row: dict[str, Any] = {"post_id": post, "account_id": account, "content_id": content, "office": office, "platform": platform}
    row |= {"state": "published", "at": at, "deadline_at": at, "checkpoints": {}, "external_id": f"{office}_{post}", "url": url}
    made = insert(deliveries).values(**row, published_at=at, updated_at=db_now()).returning(deliveries.c.id)
    delivery = conn.execute(made).scalar_one()
    out = {"delivery_id": delivery, "account_id": account, "external_id": f"{office}_{post}", "url": url, "published_at": at}
    publication: int = conn.execute(insert(publications).values(**out).returning(publications.c.id)).scalar_one()
    return publication


def add_echo(conn: Connection, post: int, member: int, platform: str = "toy", grade: str = "matched", signal: str = "link") -> int:
    """A reshare, recorded as the ledger records it; answers its number."""
    one = Evidence(post_id=post, member_id=member, platform=platform, signal=signal, grade=grade, source="claim")
    return raise_grade(conn, [one]).ids[one.key]


def _account(conn: Connection, office: str, platform: str) -> int:
    name = f"{platform}-{office}"
    found: int | None = conn.execute(select(accounts.c.id).where(accounts.c.platform == platform, accounts.c.external_id == name)).scalar()
    if found is not None:
        return found
    row: dict[str, Any] = {"office": office, "platform": platform, "external_id": name, "handle": f"contoh_{name}", "status": "active"}
    row |= {"credentials": "", "limits": {}, "info": {}, "created_at": db_now(), "updated_at": db_now()}
    made: int = conn.execute(insert(accounts).values(**row).returning(accounts.c.id)).scalar_one()
    return made
