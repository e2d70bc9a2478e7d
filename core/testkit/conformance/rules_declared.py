"""Gold: what is declared is so, and what would go wrong is said beforehand."""

from typing import Any

from gaung.core.errors import PlatformError, Unsupported
from gaung.core.records import AccountInfo, Content, Deleted, Publication
from gaung.core.testkit.conformance.bench import with_strange_keys
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import Run
from gaung.core.testkit.conformance.samples import problems_of
from gaung.core.testkit.conformance.verdicts import expect, rule

TOO_LONG = "panjang " * 20_000


@rule(34, "refused-beforehand", "gold")
def refused_beforehand(kit: Kit) -> None:
    """A text that is longer than the platform takes, or than the record says, is a problem of validation, before any request."""
    declared = [limit for limit in kit.record.limits if any(word in limit.unit.lower() for word in ("character", "utf-16"))]
    for learnt in kit.shapes:
        run = kit.start(learnt.sample, text=TOO_LONG)
        if problems_of(kit.subject, run.account, run.content):
            continue
        most = max((limit.value for limit in declared), default=len(TOO_LONG))
        expect(most >= len(TOO_LONG), f"{learnt.sample.name}: validation passed {len(TOO_LONG)} characters; the record's limit is {most:g}")
        run.drive()
        arrived = run.published is not None and any(run.content.text.strip() in post.text for post in kit.posts(run.account))
        expect(arrived, f"{learnt.sample.name}: validation passed {len(TOO_LONG)} characters, and publishing them ended with {run.said}")


@rule(35, "validate-offline", "gold")
def validate_offline(kit: Kit) -> None:
    """`gaung_validate` sends nothing, and its problems say what, why and in which field."""
    learnt_runs = kit.shapes
    before = len(kit.got())  # whoever asks first learns by publishing
    for learnt in learnt_runs:
        for text in ("pendek", TOO_LONG):
            run = kit.start(learnt.sample, text=text)
            problems = list(_problems(kit, run, run.content))
            expect(len(kit.got()) == before, f"{learnt.sample.name}: gaung_validate sent a request")
            for problem in problems:
                full = all(getattr(problem, part, "") for part in ("code", "message", "field"))
                expect(full, f"{learnt.sample.name}: a problem without code, message or field: {problem!r}")


@rule(36, "strange-keys", "gold")
def strange_keys(kit: Kit) -> None:
    """Keys in an answer that nobody knows are passed over."""
    kit.bench.server.rewrite = with_strange_keys
    for learnt in kit.shapes:
        run = kit.start(learnt.sample).drive()
        expect(run.published is not None, f"{learnt.sample.name}: answers had an unknown key more, and it ended with {run.said}")
        kit.look(run)
    account = kit.account()
    said = _said(kit, "gaung_check_account", account=account)
    expect(not isinstance(said, Exception), f"answers had an unknown key more, and gaung_check_account raised {said!r}")


@rule(37, "account-known", "gold")
def account_known(kit: Kit) -> None:
    """`gaung_check_account` says whose the token is, and never takes another account's token for this one's."""
    mine, other = kit.account(), kit.account()
    info = kit.subject.call("gaung_check_account", account=mine)
    expect(
        getattr(info, "external_id", None) == mine.external_id, f"the token is {mine.external_id}'s, and gaung_check_account said {info!r}"
    )
    expect(getattr(info, "who", ""), "gaung_check_account leaves `who` empty")
    mixed = kit.connected_anew(mine, other.credentials)
    try:
        answer = kit.subject.call("gaung_check_account", account=mixed)
    except PlatformError:
        return
    taken = isinstance(answer, AccountInfo) and answer.external_id == mine.external_id
    expect(not taken, f"gaung_check_account took the token of {other.external_id} for that of {mine.external_id}")


@rule(38, "delete-as-declared", "gold")
def delete_as_declared(kit: Kit) -> None:
    """`deletes` is as declared: a post goes, and deleting it twice is no failure; else `Unsupported` comes before any request."""
    run = kit.start(kit.shapes[0].sample).drive()
    receipt, before = run.published, len(kit.got())
    publication = Publication(
        id=1, external_id=receipt.external_id if receipt else None, url=receipt.url if receipt else None, published_at=kit.world.today()
    )
    if not kit.record.capabilities.deletes:
        none = Unsupported("no gaung_delete")
        said = _said(kit, "gaung_delete", account=run.account, publication=publication) if kit.subject.has("gaung_delete") else none
        expect(isinstance(said, Unsupported), f"the record says that nothing is deleted, and gaung_delete said {said!r}")
        expect(len(kit.got()) == before, "the record says that nothing is deleted, and gaung_delete asked the platform")
        return
    for time in ("once", "twice"):
        answer = _said(kit, "gaung_delete", account=run.account, publication=publication)
        expect(isinstance(answer, Deleted), f"deleted {time}, and gaung_delete said {answer!r}")
        expect(not kit.posts(run.account), f"deleted {time}, and the post is still there")


@rule(39, "pull-as-declared", "gold")
def pull_as_declared(kit: Kit) -> None:
    """`pulls_media` is as declared: the platform fetches media by their public address, or never does."""
    pulled = [run.sample.name for run in kit.runs if run.facts["fetched"]]
    if kit.record.capabilities.pulls_media:
        expect(pulled, "the record says that the platform fetches media, and it fetched none")
    else:
        expect(not pulled, f"the record says that the platform fetches no media, and it did for {', '.join(pulled)}")


@rule(40, "limits-sourced", "gold")
def limits_sourced(kit: Kit) -> None:
    """Limits are data: each once, with a unit and the page that says so."""
    limits = kit.record.limits
    expect(limits, "the record has no limits: every platform has one")
    double = {limit.name for limit in limits if sum(one.name == limit.name for one in limits) > 1}
    expect(not double, f"limits are named twice: {', '.join(sorted(double))}")
    for limit in limits:
        expect(limit.unit.strip() and limit.source.strip(), f"the limit {limit.name} has no {'unit' if limit.source.strip() else 'source'}")


@rule(41, "fields-helped", "gold")
def fields_helped(kit: Kit) -> None:
    """Every declared field has a help text, and a post field that must be chosen has choices or an example."""
    record = kit.record
    for field in (*record.credential_fields, *record.setting_fields, *record.post_fields):
        expect(field.help.strip(), f"the field {field.name} has no help")
        fits = not field.choices or field.default is None or field.default in field.choices
        expect(fits, f"the field {field.name} has the default {field.default!r}, which is none of its choices")
    for field in record.post_fields:
        chosen = field.choices or field.example is not None
        expect(not field.required or chosen, f"the field {field.name} must be given and has no example")


@rule(42, "credentials-declared", "gold")
def credentials_declared(kit: Kit) -> None:
    """The sandbox's credentials and settings are declared as fields of the record, tokens among them as secrets."""
    record, kept = kit.record, kit.side.add_account("4199999", "contoh_kit")
    declared = {field.name: field for field in record.credential_fields}
    unknown = sorted(set(kept.credentials) - set(declared))
    expect(not unknown, f"credentials that the record does not declare: {', '.join(unknown)}")
    missing = sorted(name for name, field in declared.items() if field.required and not kept.credentials.get(name))
    expect(not missing, f"credentials that the record requires and the sandbox does not give: {', '.join(missing)}")
    expect(any(field.kind == "secret" for field in declared.values()), "no field of the credentials is a secret")
    for name in declared:
        secret = any(word in name for word in ("token", "secret", "password")) and not name.endswith("_at")
        expect(not secret or declared[name].kind == "secret", f"the credential {name} is not declared as a secret")
    settings = sorted(set(kit.side.settings()) - {field.name for field in record.setting_fields})
    expect(not settings, f"settings that the record does not declare: {', '.join(settings)}")


def _problems(kit: Kit, run: Run, content: Content) -> list[object]:
    return list(kit.subject.call("gaung_validate", account=run.account, content=content) or ())


def _said(kit: Kit, hook: str, **arguments: Any) -> object:
    """What a hook answers or raises."""
    try:
        return kit.subject.call(hook, **arguments)
    except Exception as error:  # noqa: BLE001 - judged by the rule
        return error
