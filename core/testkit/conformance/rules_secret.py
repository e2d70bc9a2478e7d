"""Bronze, part three: tokens stay where they belong, and answers are what hooks promise."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any, Literal

from gaung.core.errors import PlatformError
from gaung.core.hook_calls import check_fields
from gaung.core.records import (
    AccountInfo,
    CannotTell,
    Credentials,
    Deleted,
    NotThere,
    Pending,
    Problem,
    Publication,
    Published,
    Ready,
    Unfinished,
)
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import Run
from gaung.core.testkit.conformance.verdicts import expect, rule

SHORTEST = 8
FIRST = ("error_before", "token_expired", "token_revoked")
PUBLISHING = ("hangup_after", "refused", "rate_limited")


@rule(13, "secrets-kept", "bronze")
def secrets_kept(kit: Kit) -> None:
    """No token is in an error, a repr, a log record or the address of a request."""
    with listening() as records:
        seen = list(_happenings(kit))
    secrets = {value for run in seen for value in _secrets(kit, run)} | kit.bench.server.bearers
    told: list[tuple[str, str]] = []
    for run in seen:
        told += [(f"the error of {run.sample.name}", text) for text in texts(run.error)]
        told += [(f"the answer of gaung_{hook}", repr(answer)) for hook, answer in run.answers]
    told += [(f"a log record of {record.name}", logged(record)) for record in records]
    told += [("the address of a request", entry.path) for entry in kit.sandbox.journal.entries()]
    for where, text in told:
        shown = next((secret for secret in secrets if len(secret) >= SHORTEST and secret in text), None)
        expect(shown is None, f"{where} holds a token: {text.replace(shown or '-', '<THE TOKEN>')[:300]}")


@rule(14, "answers-are-records", "bronze")
def answers_are_records(kit: Kit) -> None:
    """Every hook answers the frozen record that its signature names, with fields of their types."""
    wanted: dict[str, tuple[type, ...]] = {
        "publish": (Published, Pending), "check": (Pending, Ready, Published), "finish": (Published, Pending),
        "find": (Published, Unfinished, NotThere, CannotTell),
    }  # fmt: skip
    for run in kit.runs:
        for hook, answer in run.answers:
            _is_one_of(f"gaung_{hook}", answer, wanted[hook])
    for learnt in kit.shapes:
        run = kit.start(learnt.sample).drive()
        run.step("find")
        for hook, answer in run.answers:
            _is_one_of(f"gaung_{hook}", answer, wanted[hook])
        problems = kit.subject.call(
            "gaung_validate", account=run.account, content=kit.start(learnt.sample, text="panjang " * 20_000).content
        )
        for problem in problems or ():
            _is_one_of("gaung_validate", problem, (Problem,))
        _hooks_of_accounts(kit, run)


def _hooks_of_accounts(kit: Kit, run: Run) -> None:
    receipt = run.published or next((answer for _, answer in run.answers if isinstance(answer, Published)), None)
    external_id = receipt.external_id if receipt else None
    publication = Publication(id=1, external_id=external_id, url=None, published_at=kit.world.today())
    hooks: tuple[tuple[str, dict[str, Any], type], ...] = (
        ("gaung_check_account", {}, AccountInfo), ("gaung_refresh_credentials", {}, Credentials),
        ("gaung_delete", {"publication": publication}, Deleted),
    )  # fmt: skip
    for hook, more, kind in hooks:
        if not kit.subject.has(hook):
            continue
        try:
            answer = kit.subject.call(hook, account=run.account, **more)
        except PlatformError:
            continue
        _is_one_of(hook, answer, (kind,))


def _is_one_of(hook: str, answer: object, kinds: tuple[type, ...]) -> None:
    wanted = " or ".join(kind.__name__ for kind in kinds)
    expect(isinstance(answer, kinds), f"{hook} answered {type(answer).__name__}, not {wanted}")
    flaw = check_fields(answer)
    expect(not flaw, f"{hook} answered a {type(answer).__name__} with {flaw}")


def _happenings(kit: Kit) -> Iterator[Run]:
    """Deliveries that go well, and that go wrong in every way."""
    for learnt in kit.shapes:
        yield kit.start(learnt.sample).drive()
        first = next(request for request in learnt.requests if request.operation)
        publishing = [request for request in learnt.requests if request.effect.value == "publish"]
        for fault in FIRST:
            yield kit.again(learnt, first, fault)
        for request, fault in product(publishing, PUBLISHING):
            yield kit.again(learnt, request, fault)
    ways: tuple[Literal["expire", "revoke"], ...] = ("expire", "revoke")
    for how in ways:
        run = kit.start(kit.shapes[0].sample)
        kit.side.break_token(run.account.external_id, how)
        yield run.drive()
        yield _asked(kit, run, "gaung_check_account")
        yield _asked(kit, run, "gaung_refresh_credentials")


def _asked(kit: Kit, run: Run, hook: str) -> Run:
    """A hook without an attempt, as a run that holds its error."""
    other = kit.start(run.sample, account=run.account)
    try:
        answer = kit.subject.call(hook, account=run.account)
        if isinstance(answer, Credentials):
            other.facts["credentials"] = answer
        other.answers.append(("check", answer))
    except Exception as error:  # noqa: BLE001 - whatever it is, it may hold no token
        other.error = error
    return other


def _secrets(kit: Kit, run: Run) -> set[str]:
    """Tokens that the run began with, and that its account has since."""
    public = {field.name for field in kit.record.credential_fields if field.kind != "secret"}
    held = (run.account.credentials, kit.side.accounts[run.account.external_id].credentials, run.facts.get("credentials", {}))
    return {value for credentials in held for name, value in credentials.items() if name not in public}


def texts(error: BaseException | None) -> Iterator[str]:
    """All that an error says, its traceback too."""
    if error is not None:
        yield from (str(error), repr(error), repr(error.args), repr(getattr(error, "__dict__", {})))
        yield "".join(traceback.format_exception(error))


def logged(record: logging.LogRecord) -> str:
    """All that a log record says."""
    extra = {key: value for key, value in vars(record).items() if key not in ("args", "msg", "exc_info")}
    raised = "".join(traceback.format_exception(record.exc_info[1])) if record.exc_info and record.exc_info[1] else ""
    return f"{record.getMessage()} {extra} {raised}"


@contextmanager
def listening() -> Iterator[list[logging.LogRecord]]:
    """Every log record of the block, of every level, whatever this process has set up for its own log before."""
    records: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    root, ours, theirs = logging.getLogger(), logging.getLogger("gaung"), logging.getLogger("uvicorn.access")
    wire = logging.getLogger("httpcore2")
    listener, off = Listener(level=0), root.manager.disable
    levels = {logger: logger.level for logger in (root, ours, wire)}
    was_off = theirs.disabled
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.NOTSET)  # `logs.setup` sets it to INFO, and what a plugin says below that is told with --verbose
    wire.setLevel(logging.WARNING)  # twenty lines a request, of which no log of Gaung ever holds one
    logging.disable(logging.NOTSET)
    theirs.disabled = True  # the imitated platform's own log
    try:
        yield records
    finally:
        theirs.disabled = was_off
        logging.disable(off)
        for logger, level in levels.items():
            logger.setLevel(level)
        root.removeHandler(listener)
