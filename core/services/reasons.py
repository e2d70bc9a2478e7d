"""One sentence or two for each state of a delivery: why, what comes next, and the command for what a person can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from gaung.core.clock import now, shown_time
from gaung.core.store import pauses
from gaung.core.store.switches import DISABLED
from gaung.core.store.unserved import NO_PLUGIN


@dataclass(frozen=True, slots=True)
class Said:
    """Words for people, and the commands that help."""

    text: str
    commands: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    row: Any
    account: Any
    covering: Sequence[pauses.Pause]
    zone: tzinfo
    engine_runs: bool

    def time(self, when: Any) -> str:
        return shown_time(when, self.zone)

    @property
    def words(self) -> str:
        """The platform's own code and words."""
        row = self.row
        if not row.error_message and not row.error_code:
            return ""
        return f" The platform said: {row.error_code + ': ' if row.error_code else ''}{row.error_message or 'nothing more'}."

    @property
    def pause(self) -> str:
        """What stands in the way, if anything does."""
        return " ".join(
            f"Paused: {pauses.shown(one.scope)} ({one.reason}), "
            + (f"until {self.time(one.until)}." if one.until else "until somebody resumes.")
            for one in self.covering
        )

    @property
    def resume(self) -> list[str]:
        """Commands that end manual pauses."""
        options = {"all": "--all", "platform": "--platform", "office": "--office"}
        found = []
        for one in self.covering:
            kind, _, name = one.scope.partition(":")
            if one.kind == "manual" and kind in options:
                found.append(f"gaung resume {options[kind]} {name}".strip())
        return found

    @property
    def reconnect(self) -> str:
        """The command that gives the account a fresh token."""
        from gaung.core.services.explain import reconnect

        return reconnect(self.account)


def describe(row: Any, account: Any, covering: Sequence[pauses.Pause], *, zone: tzinfo, engine_runs: bool) -> Said:
    """What there is to say of the delivery `row` of `account`, which `covering` pauses stop."""
    case = _Case(row=row, account=account, covering=covering, zone=zone, engine_runs=engine_runs)
    return _STATES[row.state](case)


def _scheduled(case: _Case) -> Said:
    row = case.row
    if row.number == 0:
        text = f"It is planned for {case.time(row.at)}."
    else:
        text = f"Attempt {row.number} did not come through.{case.words} The next one is due at {case.time(row.due_at)}."
    text += f" What has not gone out by {case.time(row.deadline_at)} is missed."
    late = row.due_at is not None and row.due_at <= now()
    if case.covering:
        return Said(f"{text} {case.pause}", case.resume)
    if late and not case.engine_runs:
        return Said(f"{text} It is due, but no dispatcher or worker runs.", ["gaung run"])
    return Said(text, [f"gaung post cancel {row.post_id}"])


def _queued(case: _Case) -> Said:
    text = "A dispatcher has claimed it and rung for a worker."
    return Said(
        text if case.engine_runs else f"{text} None runs now; it goes back when its lease ends.", [] if case.engine_runs else ["gaung run"]
    )


def _publishing(case: _Case) -> Said:
    row = case.row
    begun = (
        f"The call that publishes began at {case.time(row.mutation_at)}." if row.mutation_at else "The call that publishes has not begun."
    )
    lease = f" The worker's lease ends at {case.time(row.lease_until)} unless it is renewed." if row.lease_until else ""
    return Said(f"A worker is at it, attempt {row.number}. {begun}{lease}")


def _processing(case: _Case) -> Said:
    row = case.row
    if row.reason == NO_PLUGIN:
        return Said(f"The platform was at work on it. {_no_plugin(row)}", ["gaung plugin list"])
    text = f"The platform works on it; Gaung asks again at {case.time(row.due_at)}."
    if row.mutation_at is None:
        text += f" It will not be finished after {case.time(row.deadline_at)}."
    return Said(f"{text}{case.words} {case.pause}".strip(), case.resume)


def _published(case: _Case) -> Said:
    row = case.row
    where = f" at {row.url}" if row.url else ", at an address the platform does not tell"
    return Said(f"It went out at {case.time(row.published_at)}{where}; its id there is {row.external_id or 'withheld by the platform'}.")


def _unconfirmed(case: _Case) -> Said:
    row = case.row
    text = f"The call began at {case.time(row.mutation_at)} and nobody knows yet whether the post is out; it is not repeated.{case.words}"
    look = f" Look at the account {row.handle} on {row.platform}, then say what you saw."
    settle = [f"gaung delivery settle {row.id} --published URL --external-id ID", f"gaung delivery settle {row.id} --not-there"]
    if row.reason == NO_PLUGIN:
        return Said(f"{text} {_no_plugin(row)}", ["gaung plugin list", *settle])
    if case.account.status == "needs_reauth":
        return Said(f"{text} Gaung looks again once the account is connected again.", [case.reconnect, *settle])
    if row.due_at is None:
        return Said(f"{text} Gaung has looked {row.looks} times and cannot tell.{look}", settle)
    if case.covering:
        return Said(f"{text} Gaung looks again after the pause. {case.pause}", [*case.resume, *settle])
    return Said(f"{text} Gaung looks at the platform again at {case.time(row.due_at)}.", settle)


def _held(case: _Case) -> Said:
    row = case.row
    until = f" It is missed if that lasts beyond {case.time(row.deadline_at)}."
    if row.reason == "needs_reauth":
        return Said(f"The account must be connected again by a person.{case.words}{until}", [case.reconnect])
    if row.reason == "paused":
        return Said(f"{case.pause or 'It was paused and goes on in a moment.'}{until}", case.resume)
    if row.reason == NO_PLUGIN:
        return Said(f"{_no_plugin(row)}{until}", ["gaung plugin list"])
    return Said(f"It is held: {row.reason}.{until}")


def _no_plugin(row: Any) -> str:
    return f"The plugin {row.platform} is missing or broken here; it goes on once the plugin works and `gaung run` was started anew."


def _failed(case: _Case) -> Said:
    text = f"The platform refuses it, so it is not tried again by itself.{case.words} Correct the cause, then try it again."
    return Said(text, [f"gaung post retry {case.row.post_id}"])


def _missed(case: _Case) -> Said:
    row = case.row
    text = f"It could not go out by its deadline, {case.time(row.deadline_at)}, and is not sent late.{case.words}"
    return Said(text, [f"gaung post retry {row.post_id} --deadline TIME"])


def _skipped(case: _Case) -> Said:
    row = case.row
    if row.reason == DISABLED:
        text = f"It was left out, nothing was sent: {row.error_message}. It stays so when the plugin is switched on again; post anew then."
        return Said(text, [f"gaung plugin list --office {row.office}", f"gaung plugin enable {row.platform} --office {row.office}"])
    why = row.error_message or row.reason or "it does not fit this platform"
    return Said(f"It was left out, nothing was sent: {why}. Write a variant for this platform or office and schedule a new post.")


def _cancelled(case: _Case) -> Said:
    why = "its account was removed" if case.row.reason == "account_removed" else "somebody cancelled it before it went out"
    return Said(f"Nothing was sent: {why}.")


_STATES: dict[str, Callable[[_Case], Said]] = {
    "scheduled": _scheduled,
    "queued": _queued,
    "publishing": _publishing,
    "processing": _processing,
    "published": _published,
    "unconfirmed": _unconfirmed,
    "held": _held,
    "failed": _failed,
    "missed": _missed,
    "skipped": _skipped,
    "cancelled": _cancelled,
}
