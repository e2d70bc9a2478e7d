"""How answers about members, bodies and accounts look to people. Nothing here prints."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from gaung.cli.output import facts, table, text, together
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

Rows = Sequence[Mapping[str, Any]]
Value = Mapping[str, Any]

REASONS = {
    "belum_berminat": "Belum berminat",
    "tidak_bersedia_dilaporkan": "Tidak bersedia dilaporkan",
    "tidak_ada_perangkat": "Tidak ada perangkat",
    "tidak_ada_sinyal": "Tidak ada sinyal",
    "belum_paham": "Perlu pendampingan",
    "alasan_lain": "Alasan lain",
    "ditarik": "Persetujuan ditarik",
    "dihapus": "Data dihapus",
    "belum_ditanya": "Belum didata",
}
"""Reasons as KPU says them."""
GAPS = {"number": "number", "name": "name", "body": "body", "area": "area", "area_name": "area_name", "office": "office", "why": "why"}

_MEMBERS = {
    "number": "Number",
    "name": "Name",
    "body": "Body",
    "area": "Area",
    "term": "In term",
    "accounts": "Accounts",
    "why": "Why none",
}
_MISSING = {"number": "Number", "name": "Name", "body": "Body", "area": "Area", "office": "Office", "why": "Why none"}
_CLOCKS = {"number": "Number", "withdrawn": "Taken back", "until": "All must be gone by", "left": "What to do"}
_BODIES = {"body": "Body", "area": "Area", "name": "Name", "within": "In", "accounts": "Accounts"}
_TERMS = {"body": "Body", "area": "Area", "area_name": "Name", "office": "Office", "term_start": "From", "term_end": "To"}
_CONSENTS = {"version": "Text", "given": "Agreed", "how": "How", "withdrawn": "Ended", "stop_by": "Gone by"}
_ACCOUNTS = {"platform": "Platform", "handle": "Handle", "since": "Declared", "until": "Ended", "ended_why": "Why"}
_RESHARES = {"post": "Post", "platform": "Platform", "signal": "Signal", "grade": "Grade", "link": "Link", "seen": "First seen"}
_CLAIMS = {"id": "Id", "post": "Post", "platform": "Platform", "state": "State", "url": "Link", "handed": "Handed in"}


def members(rows: Rows) -> "RenderableType":
    """A table of members."""
    told = [{**row, "area": _area(row), "term": _term(row), "accounts": _handles(row["accounts"]), "why": _why(row)} for row in rows]
    return table(told, _MEMBERS, empty="No member fits. Members come by: gaung member import FILE")


def gaps(rows: Rows) -> "RenderableType":
    """Who has none; those nobody asked yet are told apart."""
    if not rows:
        return text("No member in term is without an account.")
    told = [{**row, "area": _area(row), "why": REASONS[row["why"] or "belum_ditanya"]} for row in rows]
    waiting = sum(row["why"] is None for row in rows)
    return together(table(told, _MISSING), text(f"{len(rows)} members without an account; not asked yet: {waiting}."))


def gap_counts(value: Value) -> "RenderableType":
    """Counts by place or body."""
    columns = {"key": "Key", "name": "Name", "members": "In term", "with_account": "With account", "without": "Without"}
    rows = [*value["rows"], {**value["total"], "key": "Total"}]
    used = [name for name in REASONS if value["total"]["reasons"][name]]
    flat = [{**row, **{name: number or None for name, number in row["reasons"].items()}} for row in rows]
    grid = table(flat, {**columns, **{name: REASONS[name] for name in used}})
    return together(grid, text(f"Members in term on {value['on']}; accounts as of {shown_time(value['as_of'], WIB)}."))


def clocks(rows: Rows) -> "RenderableType":
    """Withdrawals whose data is not gone yet."""
    told = [
        {
            "number": row["number"], "withdrawn": shown_time(row["withdrawn_at"], WIB),
            "until": shown_time(row["stop_by"], WIB) + (" (over!)" if row["overdue"] else ""),
            "left": f"gaung member erase {row['number']} --yes",
        }
        for row in rows
    ]  # fmt: skip
    return table(told, _CLOCKS, empty="No clock runs.")


def member(value: Value) -> "RenderableType":
    """All that is held about one member."""
    head: dict[str, Any] = {"Number": value["number"], "Name": value["name"], "Contact": value["contact"]}
    if value["reason"]:
        head["Why no account"] = f"{REASONS[value['reason']]}, since {shown_time(value['reason_at'], WIB)}"
    if value["erased_at"]:
        head["Erased"] = f"{shown_time(value['erased_at'], WIB)} ({value['erased_why']})"
    head["Follows"] = ", ".join(f"{one['platform']}: {'yes' if one['follows'] else 'no'}" for one in value["follows"])
    until = value["retention"]["until"]
    if not value["erased_at"]:
        head["Kept until"] = f"{until}" if until else f"{value['retention']['days']} days after the last term ends"
    parts = [facts(head), text("\nTerms"), table(value["assignments"], _TERMS)]
    agreed = [
        {**one, "given": shown_time(one["given_at"], WIB), "withdrawn": shown_time(one["withdrawn_at"], WIB)} for one in value["consents"]
    ]
    parts += [text("Consent"), table(agreed, _CONSENTS, empty="None given.")]
    held = [{**one, "since": shown_time(one["declared_at"], WIB), "until": shown_time(one["ended_at"], WIB)} for one in value["accounts"]]
    parts += [text("Accounts"), table(held, _ACCOUNTS, empty="None on record.")]
    shared = [{**one, "seen": shown_time(one["first_seen_at"], WIB)} for one in value["reshares"]]
    parts += [text("Reshares"), table(shared, _RESHARES, empty="None.")]
    handed = [{**one, "handed": shown_time(one["handed_at"], WIB)} for one in value["claims"]]
    parts += [text("Links and captures handed in"), table(handed, _CLAIMS, empty="None.")]
    return together(*parts, text(f"The whole, to hand to the member: gaung member show {value['number']} --export FILE"))


def exported(value: Value) -> "RenderableType":
    """Where the copy is."""
    return text(f"All that is held about {value['number']} is in {value['file']}, which only you may read.")


def consent_text(value: Value) -> "RenderableType":
    """The text to read out."""
    return text(value["text"].rstrip())


def consented(value: Value) -> "RenderableType":
    """A consent that was put down."""
    if not value["changed"]:
        return text(f"Member {value['number']} had agreed to text {value['version']} already.")
    return text(f"Member {value['number']} agreed to text {value['version']}; an account may be put down now.")


_TOLD = {
    "consent": "the consent is put down", "account": "the account is put down", "account_ended": "the account has ended",
    "follows": "whether the member follows is put down", "reason": "the reason is put down",
}  # fmt: skip


def declared(value: Value) -> "RenderableType":
    """What a declaration changed."""
    if not value["told"]:
        return text(f"Member {value['number']}: nothing changed, it was so already.")
    more = f" {value['matched']} earlier reshares were found for it." if value["matched"] else ""
    return text(f"Member {value['number']}: {', '.join(_TOLD[one] for one in value['told'])}.{more}")


def withdrawn(value: Value) -> "RenderableType":
    """What stopped, the clock, and what is left to do."""
    number = value["number"]
    return text(
        f"Processing for member {number} has stopped: {value['accounts']} accounts ended, {value['links']} links and {value['captures']} "
        f"captures removed, {value['claims']} pending claims withdrawn. What was counted before stays counted.\n"
        f"The consent was taken back on {shown_time(value['withdrawn_at'], WIB)}. By {shown_time(value['stop_by'], WIB)} (3 x 24 hours) "
        f"all processing must have ended; what is left is the name and former handles:\n\n  gaung member erase {number} --yes\n\n"
        "Clocks that run: gaung member list --withdrawn"
    )


def erased(value: Value) -> "RenderableType":
    """A member who is gone."""
    when = shown_time(value["erased_at"], WIB)
    if not value["changed"]:
        return text(f"Member {value['number']} was erased on {when} already; nothing that names the person is left.")
    return text(f"Member {value['number']} was erased on {when}: name, contact, handles, links and captures are gone, the counts stay.")


def retired(value: Value) -> "RenderableType":
    """What retention removed, or would."""
    what = f"{value['members']} members, {value['captures']} captures and {value['sightings']} sightings of people not registered"
    return text(f"{what} {'would be' if value['dry_run'] else 'were'} removed.")


def bodies(rows: Rows) -> "RenderableType":
    """PPK and PPS with their accounts."""
    if not rows:
        return text("No body fits. Bodies are expected of every district and village: gaung area import FILE.csv")
    told = [{**row, "accounts": _handles(row["accounts"])} for row in rows]
    none = sum(not row["accounts"] for row in rows)
    return together(table(told, _BODIES), text(f"{len(rows)} bodies; {none} have no account."))


def body_declared(value: Value) -> "RenderableType":
    """The account of a body."""
    where = f"{value['body']} {value['area']} on {value['platform']}"
    return text(f"{where}: {'put down.' if value['changed'] else 'nothing changed, it was so already.'}")


def accounts_report(value: Value) -> "RenderableType":
    """`report accounts`."""
    columns = {"key": "Key", "name": "Name", "members": "In term", "with_account": "With account", "without": "Without"}
    columns |= {f"on_{name}": name for name in value["platforms"]} if value["by"] != "platform" else {}
    columns |= {"accounts_total": "Accounts"} | (
        {"accounts_total_from": f"On {value['from']}", "growth": "Growth"} if value["from"] else {}
    )
    columns |= {"ppk_text": "PPK without", "pps_text": "PPS without"}
    rows = [*value["rows"], {**value["total"], "key": "Total"}]
    told = [{**row, **{f"on_{name}": number for name, number in row["accounts"].items()}, **_lacking(row)} for row in rows]
    parts = [table(told, columns)]
    if not value["total"]["members"]:
        parts.append(text("Nobody was in term on that day. To bring members in: gaung member import FILE"))
    elif value["total"]["reasons"] is not None:
        reasons = [(REASONS[name], number) for name, number in value["total"]["reasons"].items() if number]
        parts.append(text("Without: " + (", ".join(f"{name} {number}" for name, number in reasons) or "nobody") + "."))
    return together(*parts, text(f"Members in term on {value['to']}; as of {shown_time(value['as_of'], WIB)}."))


def _lacking(row: Value) -> dict[str, str | None]:
    return {f"{kind}_text": f"{row[f'{kind}_without']} of {_bodies(row, kind)}" if _bodies(row, kind) else None for kind in ("ppk", "pps")}


def _bodies(row: Value, kind: str) -> int:
    """How many bodies there are; by platform a row tells those that have an account instead."""
    return int(row[kind] + (row[f"{kind}_without"] if row["reasons"] is None else 0))


def _area(row: Value) -> str:
    return f"{row['area']} {row['area_name'] or ''}".rstrip()


def _term(row: Value) -> str:
    end: date | None = row["term_end"]
    return f"{row['term_start']} to {end}" if end else f"since {row['term_start']}"


def _handles(accounts: Mapping[str, str]) -> str:
    return ", ".join(f"{platform}: {handle}" for platform, handle in accounts.items())


def _why(row: Value) -> str | None:
    if row["accounts"]:
        return None
    return REASONS["dihapus" if row["erased_at"] else row["reason"] or "belum_ditanya"]
