"""Gold, part two: who shared is told as the platform tells it, and nobody is made up."""

import re
from datetime import UTC, datetime

from gaung.core.hook_calls import check_fields
from gaung.core.http import Effect
from gaung.core.records import Found, Profile, Publication, Sighting, WebhookRequest
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.scene import DECLARED, alive, refuses, scene
from gaung.core.testkit.conformance.verdicts import expect, rule

LOOKS = ("finds_reshares", "scans_members", "reads_webhooks")


@rule(43, "evidence-declared", "gold")
def evidence_declared(kit: Kit) -> None:
    """What tells of shares is as declared: the hooks are there, else they refuse before any request; signals say what they prove."""
    account = kit.account()
    post = kit.side.post_by_hand(account.external_id, "Cek namamu di DPT")
    arguments = _arguments(kit, account.external_id, post.url)
    for capability, hook in DECLARED.items():
        if getattr(kit.record.capabilities, capability):
            expect(kit.subject.has(hook), f"the record declares {capability}, and there is no {hook}")
        else:
            said = refuses(kit, hook, arguments[hook])
            expect(not said, f"the record does not declare {capability}, and {said}")
    signals = kit.record.signals
    double = {signal.name for signal in signals if sum(one.name == signal.name for one in signals) > 1}
    expect(not double, f"signals are named twice: {', '.join(sorted(double))}")
    for signal in signals:
        full = all(text.strip() for text in (signal.name, signal.title, signal.proves, signal.source))
        expect(full, f"the signal {signal.name} does not say what it is called, what it proves, or who says so")
    shape = kit.record.handles
    if shape is not None:
        expect(re.fullmatch(shape.pattern, shape.example, re.IGNORECASE), f"the example of a handle, {shape.example}, is none")


@rule(44, "shares-true", "gold")
def shares_true(kit: Kit) -> None:
    """Everybody whom the platform names is found, on every page; nobody is named who did nothing, took it back, or is withheld."""
    play = scene(kit, *LOOKS)
    told = play.look()
    seen_of: dict[tuple[str, str], str] = {}
    for sighting in told:
        who = play.whose(sighting)
        expect(who is not None, f"a sighting of {sighting.signal} names nobody of those who are there")
        expect(sighting.publication == play.post.external_id, f"a sighting of {sighting.signal} is about a post that nobody shared")
        did = [deed for deed in alive(play.deeds) if deed.profile is who]
        expect(did, f"a sighting of {sighting.signal} names somebody who did nothing, or took it back")
        once = seen_of.setdefault((did[0].profile.external_id, sighting.signal), sighting.evidence) == sighting.evidence
        expect(once, f"two sightings of {sighting.signal} name somebody who shared once")
        expect(did[0].names, f"a sighting names somebody who did {did[0].signal}, of which the platform does not tell by whom")
    for deed in alive(play.deeds):
        seen = any(play.is_by(sighting, deed.profile) for sighting in told)
        expect(seen or not deed.names, f"the platform tells who did {deed.signal}, and it was not found")


@rule(45, "evidence-stable", "gold")
def evidence_stable(kit: Kit) -> None:
    """The same thing, seen again, is the same evidence, and two things are two; signals are declared ones; an unknown total is None."""
    play = scene(kit, *LOOKS)
    answers = play.answers()
    kit.advance(30.0)
    again = {_key(sighting) for found in play.answers() for sighting in found.sightings}
    declared = {signal.name for signal in kit.record.signals}
    doers: dict[str, object] = {}
    for found in answers:
        _is_right("a look", found, Found)
        expect(found.total is None or found.total >= 0, f"the total is {found.total!r}: unknown is None")
        for sighting in found.sightings:
            _is_right("a sighting", sighting, Sighting)
            expect(sighting.signal in declared, f"a sighting has the signal {sighting.signal!r}, which the record does not declare")
            expect(sighting.evidence, f"a sighting of {sighting.signal} has no evidence")
            expect(_key(sighting) in again, f"a second look gave other evidence of the same {sighting.signal}")
            expect(sighting.at is None or sighting.at.tzinfo, f"a sighting of {sighting.signal} has a time without a zone")
            who = play.whose(sighting)
            expect(doers.setdefault(sighting.evidence, who) is who, f"two people's {sighting.signal} have the same evidence")


@rule(46, "looks-only", "gold")
def looks_only(kit: Kit) -> None:
    """Looking for shares and following what was pushed only reads."""
    play = scene(kit, *LOOKS)
    before = [(post.id, post.visible) for post in kit.side.posts()]
    play.look()
    changing = [f"{sent.method} as {sent.effect.value}" for sent in play.sent if sent.effect is not Effect.READ]
    expect(not changing, f"a look for shares sent {', '.join(changing)}")
    expect([(post.id, post.visible) for post in kit.side.posts()] == before, "a look for shares changed a post")


def _is_right(what: str, answer: object, kind: type) -> None:
    expect(isinstance(answer, kind), f"{what} is {type(answer).__name__}, not {kind.__name__}")
    flaw = check_fields(answer)
    expect(not flaw, f"{what} has {flaw}")


def _key(sighting: Sighting) -> tuple[str, str, str]:
    return sighting.signal, sighting.publication, sighting.evidence


def _arguments(kit: Kit, external_id: str, url: str) -> dict[str, dict[str, object]]:
    """Arguments with which each hook could do its work, if it wanted to."""
    account = kit.connected_anew(kit.account())
    publication = Publication(id=1, external_id="1", url=url, published_at=datetime.now(UTC), account=external_id)
    look = {"account": account, "publication": publication}
    request = WebhookRequest(method="POST", query={}, headers={}, body=b"{}", received_at=datetime.now(UTC), accounts=[account])
    return {
        "gaung_find_reshares": {**look, "since": None},
        "gaung_scan_profiles": {
            "account": account, "profiles": [Profile(id=1, handle="contohkit00001")], "publications": [publication], "since": None
        },
        "gaung_verify_reshare": {**look, "url": url},
        "gaung_read_webhook": {"request": request},
    }  # fmt: skip
