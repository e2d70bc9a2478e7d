"""The rows of a reshare import, read but not checked against the database: each link of each row, or why it cannot be read."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gaung.core.clock import WIB, parse_time
from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.ledger.links import Refused, find_links, read_link
from gaung.core.posts.times import NotATime, day
from gaung.core.registry import columns
from gaung.core.services.claims import checked_time
from gaung.core.services.context import Context
from gaung.core.services.handing import Paper
from gaung.core.tables import Reject, Row, Table

COLUMNS = {
    "member_no": (*columns.MEMBER_COLUMNS["member_no"], "no", "kode anggota"),
    "platform": ("medsos", "media sosial", "kanal", "aplikasi"),
    "url": ("tautan", "link", "bukti", "tautan bukti", "link bukti", "tautan unggahan", "link unggahan", "alamat tautan"),
    "at": ("waktu", "tanggal", "timestamp", "cap waktu", "stempel waktu", "waktu berbagi", "tanggal berbagi"),
    "post": ("unggahan", "id unggahan", "posting", "post id", "nomor unggahan"),
}
_MONTHS_FIRST = "write the day first, as in 24/11/2026 19.30, or 2026-11-24 19:30"


@dataclass(frozen=True, slots=True)
class Found:
    """One link of one row, or why there is none. `which` says which one of several it is."""

    row: int
    paper: Paper | Refused
    which: str = ""
    cells: Any = field(default_factory=dict, repr=False)


def of_table(ctx: Context, table: Table, post: int | None) -> Iterator[Found]:
    """Every link of every row. Raises `UserError` at the number of an identity card."""
    for row in columns.without_identity(table, table.rows()):
        if isinstance(row, Reject):
            yield Found(row.row, Refused(row.reason, row.remedy, row.field), cells=row.cells)
            continue
        try:
            yield from _links(ctx, row, post)
        except Refused as flaw:
            yield Found(row.number, flaw, cells=row.cells)


def papers(
    ctx: Context, text: str, *, number: str, post: int, at: datetime | None, platform: str | None = None
) -> Iterator[tuple[Paper | Refused, str]]:
    """Every link in a text as a paper of that member, and which one of several it is."""
    links = find_links(text)
    for place, link in enumerate(links, 1):
        which = f"Link {place} of {len(links)}: " if len(links) > 1 else ""
        try:
            info = read_link(ctx.manager.identify_link, ctx.manager.platforms(), link, platform)
            yield Paper(number=number, post=post, source="import", link=info, at=at), which
        except Refused as flaw:
            yield flaw, which


def _links(ctx: Context, row: Row, post: int | None) -> Iterator[Found]:
    values = row.values
    if not values["member_no"]:
        raise Refused("The member's number is missing.", "Write it as `gaung member list` shows it.", "member_no")
    if not find_links(values["url"]):
        raise Refused("There is no link.", "Copy the link of the post: it begins with https://")
    platform = _platform(ctx, values.get("platform", ""))
    at, of = _time(ctx, values.get("at", "")), _post(values.get("post", ""), post)
    for paper, which in papers(ctx, values["url"], number=values["member_no"], post=of, at=at, platform=platform):
        yield Found(row.number, paper, which, row.cells)


def _post(cell: str, post: int | None) -> int:
    if not cell and post is not None:
        return post
    if not cell.isascii() or not cell.isdigit() or len(cell) > 15:
        raise Refused("The post is no number." if cell else "The post is missing.", "See: gaung post list", "post")
    if post is not None and int(cell) != post:
        raise Refused(f"The row is about post {int(cell)}, not {post}.", "Leave --post out, or correct the row.", "post")
    return int(cell)


def _platform(ctx: Context, cell: str) -> str | None:
    """The platform that a cell means: its name, its title, or letters of it in order, as people shorten it; None: what the link says."""
    word = "".join(cell.casefold().split())
    if not word:
        return None
    known = ctx.manager.platforms()
    exact = [name for name, one in known.items() if word in (name.casefold(), one.title.casefold())]
    short = [name for name, one in known.items() if _shortens(word, name.casefold())]
    found = exact or short
    if len(found) != 1:
        raise Refused("This platform is not known.", meant(word, known), "platform")
    return found[0]


def _shortens(word: str, name: str) -> bool:
    letters = iter(name)
    return len(word) > 1 and word[0] == name[0] and all(letter in letters for letter in word)


def _time(ctx: Context, cell: str) -> datetime | None:
    if not cell:
        return None
    found: datetime | None = None
    with suppress(ValueError):
        found = parse_time(cell, ctx.settings.zone)
    if found is None:
        with suppress(NotATime):
            on = day(cell)
            found = datetime(on.year, on.month, on.day, tzinfo=WIB)
    if found is None:
        raise Refused("This is no time.", f"{_MONTHS_FIRST[0].upper()}{_MONTHS_FIRST[1:]}.", "at")
    try:
        return checked_time(found)
    except UserError as flaw:
        raise Refused(flaw.message, flaw.hint, "at") from None
