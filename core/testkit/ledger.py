"""Publications of ours and a platform whose links name authors, for tests of the ledger."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from gaung.core.ledger.recording import Target
from gaung.core.markers import hookimpl
from gaung.core.records import Account, Capabilities, FormatRule, HandleShape, LinkInfo, Platform, Publication, Sighting, Signal
from gaung.core.store.tables import accounts, deliveries, posts, publications
from gaung.core.store.types import db_now
from gaung.core.testkit.toy import Toy

SHAPE = HandleShape(pattern=r"[a-z0-9_.]{2,30}", ignored=".", id_pattern=r"[0-9]{6,}", example="contoh_agt_siti")
SIGNALS = ("mention", "shared_post")


def social(name: str = "toy", *, verifies: bool = True) -> Platform:
    """A platform whose handles hold letters, digits, `_` and `.`, of which dots do not count."""
    return Platform(
        name=name,
        title=name.title(),
        formats=(FormatRule(name="text", needs_text=True),),
        capabilities=Capabilities(deletes=True, refreshes_credentials=True, verifies_links=verifies),
        handles=SHAPE,
        signals=tuple(Signal(name=one, title=one, proves="a test", source="unconfirmed: a test") for one in SIGNALS),
    )


class Social(Toy):
    """A scripted platform with links: `https://NAME.example/HANDLE/posts/ID`, `/p/ID` without an author, `/HANDLE` a profile.

    `shown[url]` is what `gaung_verify_reshare` answers for an address.
    """

    def __init__(self, name: str = "toy", *, verifies: bool = True) -> None:
        super().__init__(name)
        self.verifies = verifies
        self.shown: dict[str, Sighting] = {}

    @hookimpl
    def gaung_platform(self) -> Platform:
        """Its record."""
        return social(self.name, verifies=self.verifies)

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        """By the letters of the address."""
        parts = urlsplit(url)
        if parts.hostname not in (f"{self.name}.example", f"www.{self.name}.example", f"m.{self.name}.example"):
            return None
        base = f"https://{self.name}.example"
        if found := re.fullmatch(r"/p/([\w-]+)/?", parts.path):
            return LinkInfo(platform=self.name, kind="post", url=f"{base}/p/{found[1]}", external_id=found[1])
        if found := re.fullmatch(r"/([\w.]+)/posts/([\w-]+)/?", parts.path):
            shown = f"{base}/{found[1]}/posts/{found[2]}"
            return LinkInfo(platform=self.name, kind="post", url=shown, author=found[1], external_id=found[2])
        if found := re.fullmatch(r"/([\w.]+)/?", parts.path):
            return LinkInfo(platform=self.name, kind="profile", url=f"{base}/{found[1]}", author=found[1])
        return None

    @hookimpl
    def gaung_verify_reshare(self, account: Account, publication: Publication, url: str) -> Sighting | None:  # noqa: ARG002
        """What the test put down for the address, if it refers to the publication."""
        self.calls.append("verify")
        found = self.shown.get(url)
        return found if found is not None and found.publication == publication.external_id else None


def add_account(conn: Connection, platform: str, office: str = "18") -> int:
    """The office's account on a platform, made if there is none."""
    where = (accounts.c.platform == platform, accounts.c.office == office)
    there: int | None = conn.execute(select(accounts.c.id).where(*where)).scalar()
    if there is not None:
        return there
    row: dict[str, Any] = {
        "office": office, "platform": platform, "external_id": f"{platform}-{office}", "handle": f"kpu_contoh_{office.replace('.', '')}",
        "status": "active", "credentials": "", "limits": {}, "info": {}, "created_at": db_now(), "updated_at": db_now(),
    }  # fmt: skip
    made: int = conn.execute(insert(accounts).values(**row).returning(accounts.c.id)).scalar_one()
    return made


def add_post(conn: Connection, *, title: str = "Cek DPT Online", at: datetime | None = None) -> int:
    """A post of an hour ago, or of `at`; nothing of it is out yet."""
    when = at or datetime.now(UTC) - timedelta(hours=1)
    row: dict[str, Any] = {
        "title": title, "purpose": "edukasi", "origin": "provinsi", "at": when, "deadline_at": when + timedelta(hours=2), "document": {},
        "created_by": "test", "created_at": db_now(),
    }  # fmt: skip
    made: int = conn.execute(insert(posts).values(**row).returning(posts.c.id)).scalar_one()
    return made


def publish(conn: Connection, post: int, platform: str = "toy", *, office: str = "18", external_id: str = "") -> Target:
    """What came of the post on the office's account."""
    account = add_account(conn, platform, office)
    external_id = external_id or f"ours-{post}-{office}"
    at = conn.execute(select(posts.c.at).where(posts.c.id == post)).scalar_one()
    state: dict[str, Any] = {
        "post_id": post, "account_id": account, "office": office, "platform": platform, "state": "published", "at": at,
        "deadline_at": at, "checkpoints": {}, "external_id": external_id, "published_at": at, "updated_at": db_now(),
    }  # fmt: skip
    delivery = conn.execute(insert(deliveries).values(**state).returning(deliveries.c.id)).scalar_one()
    url = f"https://{platform}.example/p/{external_id}"
    out = {"delivery_id": delivery, "account_id": account, "external_id": external_id, "url": url, "published_at": at}
    number = conn.execute(insert(publications).values(**out).returning(publications.c.id)).scalar_one()
    return Target(publication_id=number, post_id=post, platform=platform, office=office, account_id=account, external_id=external_id)


def targets(*several: Target) -> dict[str, Target]:
    """As `record_sightings` takes them."""
    return {one.external_id: one for one in several}


def sighting(target: Target, author: str | None = None, *, evidence: str = "", **values: Any) -> Sighting:
    """Somebody mentioned a publication of ours."""
    named = evidence or f"{author or values.get('author_id')}-{target.external_id}"
    url = f"https://{target.platform}.example/{author}/posts/{named}" if author else None
    return Sighting(**{"signal": "mention", "publication": target.external_id, "evidence": named, "author": author, "url": url, **values})


def all_of(conn: Connection, table: Any) -> Sequence[Any]:
    """Every row of a table, in order."""
    return conn.execute(select(table).order_by(table.c.id)).all()
