"""Checks what members hand in, many things at a time: is the member there and willing, was the post published there, whose is the link?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.ledger import matching, official
from gaung.core.ledger.claims import NOT_THEIRS, Handed
from gaung.core.ledger.links import Refused
from gaung.core.ledger.official import Official
from gaung.core.ledger.raising import chunks
from gaung.core.records import LinkInfo, Platform
from gaung.core.registry.handles import key_of
from gaung.core.services.context import Context
from gaung.core.services.members import in_sight
from gaung.core.store.registry_tables import assignments, declared_accounts, members
from gaung.core.store.tables import accounts, deliveries, posts, publications


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What somebody handed in, read but not checked: a link, or a capture's hash with its platform."""

    number: str
    post: int
    source: str
    link: LinkInfo | None = field(default=None, repr=False)
    platform: str = ""
    capture: str | None = None
    capture_until: datetime | None = None
    at: datetime | None = None

    @property
    def on(self) -> str:
        """The platform that it speaks of."""
        return self.link.platform if self.link is not None else self.platform


@dataclass(slots=True)
class _Known:
    """What the database says about everything that a batch of papers names."""

    people: dict[str, Any]
    offices: dict[int, list[str]]
    theirs: dict[tuple[int, str], Any] = field(repr=False)
    posts: set[int]
    published: dict[tuple[int, str], dict[str, int]]
    ours: Official


def check(ctx: Context, conn: Connection, papers: Sequence[Paper]) -> list[Handed | Refused]:
    """What can be put down of each, or why it cannot, in the order of `papers`. A few statements for thousands; changes nothing."""
    known = _look(ctx, conn, papers)
    return [_one(ctx, known, paper) for paper in papers]


def _one(ctx: Context, known: _Known, paper: Paper) -> Handed | Refused:
    person = known.people.get(paper.number)
    flaw = _of_member(ctx, person, paper.number) or _of_post(ctx, known, paper)
    if flaw is not None:
        return flaw
    assert person is not None
    platform = ctx.manager.platform(paper.on)
    common: dict[str, Any] = {
        "post_id": paper.post, "member_id": person.id, "platform": platform.name, "source": paper.source, "claimed_at": paper.at,
    }  # fmt: skip
    if paper.link is None:
        assert paper.capture is not None
        return Handed(**common, digests=(paper.capture,), capture=paper.capture, capture_until=paper.capture_until)
    if known.ours.is_ours(paper.link):
        return Refused("This is an official publication itself, not a member's share of it.", "Hand in the link of the member's own post.")
    return Handed(
        **common,
        digests=tuple(ctx.box.digests(f"link:{paper.link.url}")),
        url=paper.link.url,
        doubt=_doubt(platform, known.theirs.get((person.id, platform.name)), paper.link),
        account_id=_nearest(known.published[(paper.post, platform.name)], known.offices.get(person.id, [])),
    )


def _of_member(ctx: Context, person: Any, number: str) -> Refused | None:
    if person is None:
        where = "" if ctx.scope.office is None else f" among those that office {ctx.scope.office} appointed"
        return Refused(f"There is no member of that number{where}.", "See: gaung member list", "member_no")
    if person.erased_at is not None:
        return Refused(f"Member {number} was erased.", "Nothing more is recorded for an erased member.", "member_no")
    if not person.recordable:
        return Refused(f"Member {number} has given no consent.", f"Ask, and then: gaung member consent {number}", "member_no")
    return None


def _of_post(ctx: Context, known: _Known, paper: Paper) -> Refused | None:
    if paper.post not in known.posts:
        return Refused(f"There is no post {paper.post}.", "See: gaung post list", "post")
    if (paper.post, paper.on) not in known.published:
        title = ctx.manager.platform(paper.on).title
        return Refused(
            f"Post {paper.post} was not published on {title}.", f"See where it was: gaung delivery list --post {paper.post}", "post"
        )
    return None


def _doubt(platform: Platform, account: Any, link: LinkInfo) -> str:
    """Why no call needs to be made; empty where the platform may still tell. A known id may have another handle now."""
    if not platform.capabilities.verifies_links:
        return f"{platform.title} has no call that proves what a link refers to."
    if account is None:
        return f"The member has no {platform.title} account on record."
    if link.author_id is not None and account.external_id is not None:
        return "" if link.author_id == account.external_id else NOT_THEIRS
    if link.author is None or account.external_id is not None:
        return ""
    return "" if key_of(platform, link.author) == account.handle_key else NOT_THEIRS


def _nearest(published: Mapping[str, int], offices: Sequence[str]) -> int | None:
    """Whose token asks: the member's own office, one above it, or any; None where every account was removed."""
    near = [office for office in offices if office in published]
    near += [office for office in published if any(own.startswith(f"{office}.") for own in offices)]
    return min((published[office] for office in near[:1] or published), default=None)


def _look(ctx: Context, conn: Connection, papers: Sequence[Paper]) -> _Known:
    people = _people(ctx, conn, {paper.number for paper in papers})
    ids = [person.id for person in people.values()]
    named = {paper.post for paper in papers}
    return _Known(
        people=people,
        offices=_offices(conn, ids),
        theirs=_accounts(conn, ids),
        posts=set(conn.execute(select(posts.c.id).where(posts.c.id.in_(named))).scalars()),
        published=_published(conn, named),
        ours=official.load(
            conn, ctx.manager.identify_link, ctx.manager.platforms(), [paper.link for paper in papers if paper.link is not None], named
        ),
    )


def _people(ctx: Context, conn: Connection, numbers: Collection[str]) -> dict[str, Any]:
    query = select(members.c.id, members.c.number, members.c.erased_at, matching.recordable().label("recordable")).where(in_sight(ctx))
    return {row.number: row for some in chunks(sorted(numbers)) for row in conn.execute(query.where(members.c.number.in_(some)))}


def _offices(conn: Connection, ids: Collection[int]) -> dict[int, list[str]]:
    query = select(assignments.c.member_id, assignments.c.office).order_by(assignments.c.term_start.desc(), assignments.c.id)
    found: dict[int, list[str]] = {}
    for some in chunks(ids):
        for row in conn.execute(query.where(assignments.c.member_id.in_(some))):
            found.setdefault(row.member_id, []).append(row.office)
    return found


def _accounts(conn: Connection, ids: Collection[int]) -> dict[tuple[int, str], Any]:
    table = declared_accounts
    query = select(table.c.member_id, table.c.platform, table.c.handle_key, table.c.external_id).where(table.c.ended_at.is_(None))
    rows = (row for some in chunks(ids) for row in conn.execute(query.where(table.c.member_id.in_(some))))
    return {(row.member_id, row.platform): row for row in rows}


def _published(conn: Connection, named: Collection[int]) -> dict[tuple[int, str], dict[str, int]]:
    """Where posts were published: by post and platform, the active account of each office."""
    query = (
        select(deliveries.c.post_id, accounts.c.platform, accounts.c.office, accounts.c.id, accounts.c.status)
        .select_from(publications.join(deliveries, deliveries.c.id == publications.c.delivery_id))
        .join(accounts, accounts.c.id == publications.c.account_id)
        .where(deliveries.c.post_id.in_(named))
        .order_by(accounts.c.id.desc())
    )
    found: dict[tuple[int, str], dict[str, int]] = {}
    for row in conn.execute(query):
        here = found.setdefault((row.post_id, row.platform), {})
        if row.status == "active":
            here[row.office] = row.id
    return found
