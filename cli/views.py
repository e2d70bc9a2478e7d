"""How answers look to people: a value in, something for the console out. Nothing here prints."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gaung.cli.output import Fitting, facts, table, text, together, verbatim
from gaung.core.clock import WIB, shown_time

if TYPE_CHECKING:
    from rich.console import RenderableType

Rows = Sequence[Mapping[str, Any]]
Value = Mapping[str, Any]

_DELIVERIES = {
    "id": "Id", "post": "Post", "office": "Office", "platform": "Platform", "handle": "Handle", "state": "State",
    "attempts": "Tries", "published_at": "Published", "said": "Address, or why not",
}  # fmt: skip
_NARROW = {"id": "Id", "post": "Post", "office": "Office", "platform": "Platform", "state": "State", "what": "Handle; address, or why not"}
_ROOM = 120
"""Columns of a terminal below which a delivery's address goes under its handle: folded letter by letter nobody can read it."""
_ACCOUNTS = {"id": "Id", "platform": "Platform", "handle": "Handle", "status": "Status"}
_PROBLEMS = {"level": "Kind", "office": "Office", "platform": "Platform", "field": "Field", "message": "What and what to do"}
_FEW = 4
_CHECKS = {"status": "", "name": "Check", "detail": "Found", "remedy": "What to do"}
_BY_HAND = {"delivery": "Delivery", "office": "Office", "platform": "Platform", "url": "Address", "problem": "Why"}


def counted(states: Mapping[str, int]) -> str:
    """`60 published, 4 failed`."""
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none"


def said(delivery: Value) -> str | None:
    """The address of a delivery, or why there is none."""
    error = delivery["error"]
    if delivery["url"] or not error:
        found: str | None = delivery["url"] or delivery["reason"]
        return found
    return f"{error['code']}: {error['message']}" if error["code"] else str(error["message"])


def deliveries(rows: Rows) -> "RenderableType":
    """A table, and how many are in each state."""
    if not rows:
        return text("No delivery fits.")
    told = [{**row, "said": said(row), "what": "\n".join(filter(None, (row["handle"], said(row))))} for row in rows]
    grid = Fitting(table(told, _DELIVERIES), table(told, _NARROW), columns=_ROOM)
    return together(grid, text(counted(Counter(row["state"] for row in rows))))


def delivery(row: Value) -> "RenderableType":
    """One delivery."""
    return deliveries([row])


def office(value: Value) -> "RenderableType":
    """One office."""
    head = facts({"Code": value["code"], "Name": value["name"], "Level": value["level"], "Deliveries": counted(value["deliveries"])})
    return together(head, table(value["accounts"], _ACCOUNTS, empty="No account yet."))


def imported(value: Value) -> "RenderableType":
    """What an import did, and its first rejects."""
    keys = ("rows", "imported", "updated", "unchanged", "rejected")
    lines = [", ".join(f"{value[key]} {key}" for key in keys) + f", {value['seconds']} s."]
    if value.get("rejects_file"):
        lines.append(f"Rejected rows with their reasons: {value['rejects_file']}")
    lines += [f"Column {name} is not known and was ignored." for name in value["ignored_columns"]]
    for one in value["rejects"]:
        field = f"{one['field']}: " if one["field"] else ""
        lines.append(f"Row {one['row']}: {field}{one['reason']}{_then(one)}")
    return text("\n".join(lines))


def _then(reject: Value) -> str:
    if not reject["remedy"]:
        return ""
    return f"{' ' if reject['reason'].endswith(('.', '!', '?')) else '; '}{reject['remedy']}"


def import_code(value: Value) -> int:
    """1 only when rows were rejected and none imported."""
    done = value["imported"] + value["updated"] + value["unchanged"]
    return 1 if value["rejected"] and not done else 0


def _pauses(rows: Rows, nothing: str) -> str:
    if not rows:
        return nothing
    return "\n".join(
        f"Paused: {row['scope']} ({row['reason']}), since {shown_time(row['since'], WIB)}, "
        + (f"until {shown_time(row['until'], WIB)}" if row["until"] else "until somebody resumes")
        for row in rows
    )


def paused(value: Value) -> "RenderableType":
    """What is paused now."""
    return text(_pauses(value["pauses"], "Nothing is paused."))


def resumed(value: Value) -> "RenderableType":
    """What goes on, and what is still paused."""
    lifted = f"Resumed: {', '.join(value['lifted'])}." if value["lifted"] else "That was not paused by hand."
    return text(f"{lifted} {value['released']} deliveries go on.\n{_pauses(value['pauses'], 'Nothing is paused now.')}")


def explained(value: Value) -> "RenderableType":
    """A paragraph and the commands that help."""
    commands = "".join(f"\n  {command}" for command in value["commands"])
    return text(f"{value['text']}\n{commands}" if commands else value["text"])


def doctor(rows: Rows) -> "RenderableType":
    """Checks, each ok or with what to do."""
    return table(rows, _CHECKS)


def problems(value: Value) -> "RenderableType":
    """What `post check` found."""
    rows = value["problems"]
    errors = sum(1 for row in rows if row["level"] == "error")
    summary = f"{value['deliveries']} deliveries, {errors} problems, {len(rows) - errors} warnings."
    return together(_problem_table(rows), text(summary)) if rows else text(summary)


def _problem_table(rows: Rows) -> "RenderableType":
    """One line for all offices that share a problem."""
    offices: dict[tuple[Any, ...], list[str]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("level", "platform", "field", "message"))
        offices.setdefault(key, []).append(row["office"])
    lines = []
    for (level, platform, field, message), codes in offices.items():
        office = ", ".join(code for code in codes if code) if len(codes) <= _FEW else f"{len(codes)} offices"
        lines.append({"level": level, "office": office, "platform": platform, "field": field, "message": message})
    return table(lines, _PROBLEMS)


def scheduled(value: Value) -> "RenderableType":
    """A scheduled post, with the absolute times."""
    number = "would be scheduled" if value["id"] is None else f"is post {value['id']}"
    head = text(
        f"It {number}: {value['deliveries']} deliveries at {shown_time(value['at'], WIB)}, "
        f"deadline {shown_time(value['deadline'], WIB)}; {value['skipped']} skipped."
    )
    return together(_problem_table(value["problems"]), head) if value["problems"] else head


def posts(rows: Rows) -> "RenderableType":
    """A table of posts."""
    columns = {"id": "Id", "at": "Time", "title": "Title", "purpose": "Purpose", "origin": "Origin", "stands": "Deliveries"}
    return table([{**row, "stands": counted(row["states"])} for row in rows], columns, empty="No post. Run: gaung post schedule FILE.toml")


def post(value: Value) -> "RenderableType":
    """One post."""
    pairs = {"Post": value["id"], "Title": value["title"], "Purpose": value["purpose"], "Origin": value["origin"]}
    pairs |= {"Time": shown_time(value["at"], WIB), "Deadline": shown_time(value["deadline"], WIB), "Scheduled by": value["by"]}
    if value["cancelled_at"]:
        pairs["Cancelled"] = shown_time(value["cancelled_at"], WIB)
    pairs["Deliveries"] = counted(value["states"])
    return together(facts(pairs), text(f"\n{value['document'].get('text', '')}".rstrip()))


def progress(value: Value) -> "RenderableType":
    """How the deliveries of a post stand, platform by platform."""
    found = sorted({state for states in value["states"].values() for state in states})
    rows = [{"platform": platform, **{state: states.get(state) for state in found}} for platform, states in sorted(value["states"].items())]
    head = text(f"Post {value['id']}: {value['title']} ({shown_time(value['at'], WIB)})")
    return together(head, table(rows, {"platform": "Platform", **{state: state for state in found}}))


def progress_line(value: Value) -> str:
    """The same in one line."""
    total: Counter[str] = Counter()
    for states in value["states"].values():
        total.update(states)
    return f"post {value['id']}: {counted(total)}"


def cancelled(value: Value) -> "RenderableType":
    """What was cancelled and what could not be."""
    left = counted(Counter(row["state"] for row in value["left"]))
    rest = f" {left}: these may be out already and are followed to their end." if value["left"] else ""
    return text(f"{value['cancelled']} deliveries of post {value['id']} are cancelled.{rest}")


def moved(value: Value) -> "RenderableType":
    """A post's new time."""
    return text(
        f"{value['moved']} deliveries of post {value['id']} go out at {shown_time(value['at'], WIB)}, "
        f"deadline {shown_time(value['deadline'], WIB)}."
    )


def retried(value: Value) -> "RenderableType":
    """What is tried anew."""
    return text(f"{value['retried']} deliveries of post {value['id']} are tried again, until {shown_time(value['deadline'], WIB)}.")


def deleted(value: Value) -> "RenderableType":
    """What is gone, and what a person must delete."""
    head = text(f"{len(value['deleted'])} publications of post {value['id']} are deleted; {value['cancelled']} deliveries were cancelled.")
    rows = [*value["failed"], *value["by_hand"]]
    if not rows:
        return head
    return together(head, text("Delete these in the platform's own app, or try again where it failed:"), table(rows, _BY_HAND))


def sandbox(value: Value) -> "RenderableType":
    """Where the sandbox is, and how to aim Gaung at it."""
    lines = [f"The sandbox is at {value['url']} and shows every feed there.", "Aim Gaung at it by these variables:", ""]
    lines += [f"export {name}={setting}" for name, setting in value["environment"].items()]
    body = '{"platform": "facebook", "external_id": "118000001", "handle": "contoh_kpu_lampung"}'
    lines += ["", "Make an account on it; the answer's `credentials` are what facebook.json for `gaung account add` holds:", ""]
    lines += [f"curl -d '{body}' {value['url']}/_sandbox/accounts", "", "Ctrl-C ends the sandbox."]
    return verbatim("\n".join(lines))
