"""Links of an exported chat, and whose they are: by a member's number in the message, else by the sender's telephone number.

Whoever is found by neither is not guessed by name. No name, number or word of the chat is kept, answered or written into the rejects.
"""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.ledger.chat import Chat, Said, telephone
from gaung.core.ledger.links import Refused, find_links
from gaung.core.ledger.raising import chunks
from gaung.core.services.claims import EARLY
from gaung.core.services.context import Context
from gaung.core.services.members import in_sight
from gaung.core.services.reshare_rows import Found, papers
from gaung.core.store.registry_tables import members

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*[A-Za-z0-9]|\d")
_ADDRESS = re.compile(r"\S*(?:://|/)\S*")
_UNKNOWN = Refused(
    "Nobody can tell which member this is.",
    "Write the member's number beside the link (A-0001 https://...), or put the contact into the members' list.",
    "member_no",
)
_SEVERAL = Refused("The message names several members.", "Write each number on the line of its link.", "member_no")


def of_chat(ctx: Context, chat: Chat, post: int) -> Iterator[Found]:
    """Every link of every message; messages without one are passed over."""
    said = [one for one in chat.messages() if any(find_links(line) for line in one.lines)]
    with ctx.store.read() as conn:
        numbers = _numbers(ctx, conn, said)
        contacts = _contacts(ctx, conn, said)
    for one in said:
        at = one.at if one.at is not None and one.at <= now() + EARLY else None
        for line in one.lines:
            if not find_links(line):
                continue
            whose = _whose(one, line, numbers, contacts)
            for paper, which in papers(ctx, line, number=whose if isinstance(whose, str) else "", post=post, at=at):
                yield Found(one.line, whose if isinstance(whose, Refused) and not isinstance(paper, Refused) else paper, which)


def _whose(said: Said, line: str, numbers: dict[str, str], contacts: dict[str, str | None]) -> str | Refused:
    here = {numbers[token] for token in _tokens(line) if token in numbers}
    anywhere = {numbers[token] for other in said.lines for token in _tokens(other) if token in numbers}
    for named in (here, anywhere):
        if len(named) == 1:
            return next(iter(named))
        if named:
            return _SEVERAL
    return contacts.get(telephone(said.sender)) or _UNKNOWN


def _tokens(line: str) -> list[str]:
    """Words that may be a member's number: with a digit, and no part of an address."""
    return [word.casefold() for word in _TOKEN.findall(_ADDRESS.sub(" ", line)) if any(letter.isdigit() for letter in word)]


def _numbers(ctx: Context, conn: Connection, said: Sequence[Said]) -> dict[str, str]:
    """Of all such words, those that are members in sight, as they are written in the list."""
    words = {word for one in said for line in one.lines for word in _tokens(line)}
    spelled = sorted({form for word in words for form in (word, word.upper())})
    query = select(members.c.number).where(in_sight(ctx))
    return {
        number.casefold(): number for some in chunks(spelled) for number in conn.execute(query.where(members.c.number.in_(some))).scalars()
    }


def _contacts(ctx: Context, conn: Connection, said: Sequence[Said]) -> dict[str, str | None]:
    """Senders' telephone numbers of members in sight; None where two members share one."""
    wanted = {telephone(one.sender) for one in said} - {""}
    found: dict[str, str | None] = {}
    if not wanted:
        return found
    query = select(members.c.number, members.c.contact).where(in_sight(ctx), members.c.contact.is_not(None))
    for row in conn.execute(query.execution_options(yield_per=5_000)):
        dialled = telephone(row.contact)
        if dialled in wanted:
            found[dialled] = None if dialled in found else row.number
    return found
