"""Every event by name, what its fields mean, and the JSON Schema of a line of `gaung events tail`.

Each test checks every event that it makes Gaung emit against it (testkit/schema.py). Names and fields are an interface that other
programs rely on: add, never rename.
"""

from collections.abc import Mapping
from typing import Any

DELIVERY = ("delivery", "post", "account", "office", "platform")
ACCOUNT = ("account", "office", "platform")

EVENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "post.scheduled": ("A post was scheduled; its deliveries are in the database.", ("post",)),
    "post.cancelled": ("Somebody cancelled what of a post had not begun.", ("post",)),
    "post.rescheduled": ("Somebody moved what of a post had not begun.", ("post",)),
    "delivery.queued": ("A dispatcher claimed the delivery and rang for a worker.", DELIVERY),
    "delivery.publishing": ("A worker began an attempt, or its last step.", DELIVERY),
    "delivery.processing": ("The platform works on it; Gaung asks again.", DELIVERY),
    "delivery.published": ("It is out.", (*DELIVERY, "publication")),
    "delivery.retrying": ("It did not come through and is tried again.", DELIVERY),
    "delivery.unconfirmed": ("Nobody knows whether it is out; it is looked for, not repeated.", DELIVERY),
    "delivery.reconciled": ("A look, or a person, told what had become of an unconfirmed delivery.", DELIVERY),
    "delivery.failed": ("The platform refuses it.", DELIVERY),
    "delivery.missed": ("It could not go out by its deadline.", DELIVERY),
    "delivery.skipped": ("It was left out; nothing was sent.", DELIVERY),
    "delivery.held": ("It waits for a person, or for the end of a pause.", DELIVERY),
    "delivery.released": ("It goes on.", DELIVERY),
    "delivery.cancelled": ("It was cancelled before it went out.", DELIVERY),
    "publication.deleted": ("A publication was deleted from its platform.", (*DELIVERY, "publication")),
    "account.added": ("An account was added, or its credentials replaced.", ACCOUNT),
    "account.removed": ("An account was removed and its credentials forgotten.", ACCOUNT),
    "account.needs_reauth": ("A person must connect the account again.", ACCOUNT),
    "account.refreshed": ("The account's token was refreshed.", ACCOUNT),
    "area.imported": ("Areas were imported.", ()),
    "member.imported": ("Members were imported; told once an import, with counts only.", ()),
    "member.declared": (
        "A member's account, the end of one, whether the member follows the office, or a reason for having none was put down.",
        ("member",),
    ),
    "member.consented": ("A member agreed to the processing of the accounts.", ("member",)),
    "member.withdrew": ("A member took the consent back; processing stopped at once.", ("member",)),
    "member.erased": ("All that named a member was removed; anonymous counts stay.", ("member",)),
    "body.declared": ("An institutional account of a PPK or PPS was put down, or its end.", ()),
    "reshare.recorded": ("Evidence that a member shared a post was put down.", ("member", "post", "platform")),
    "reshare.upgraded": ("Better evidence raised a reshare's grade.", ("member", "post", "platform")),
    "reshare.lowered": ("A person took better evidence back; the grade fell to what is left.", ("member", "post", "platform")),
    "reshare.withdrawn": ("A reshare no longer counts; it stays as withdrawn.", ("member", "post", "platform")),
    "reshare.imported": ("Claims were imported; told once an import, with counts only.", ()),
    "claim.received": ("A member handed in a link or a capture.", ("member", "post", "platform")),
    "claim.unproved": ("No call proved a claim; it stays `claimed` and waits for a reviewer.", ("member", "post", "platform")),
    "claim.reviewed": ("A person accepted or refused a claim, or took that back.", ("member", "post", "platform")),
    "account.measured": ("An account's numbers were asked for.", ACCOUNT),
    "publication.measured": ("The numbers of some publications of an account were asked for.", ACCOUNT),
    "measure.imported": ("Figures kept by hand were imported; told once an import.", ()),
    "alert.raised": ("Something needs a person's eye; told once, until it is over.", ()),
    "alert.resolved": ("What an alert was about is over.", ()),
    "step.added": ("A strategic step was put down after an evaluation.", ("office",)),
    "step.done": ("A strategic step has its result.", ("office",)),
    "training.added": ("A training (bimtek) was put down.", ()),
    "election.added": ("An election, its day and its target were put down.", ()),
    "turnout.recorded": ("A turnout was put down, with its numbers and its source.", ()),
    "sweep.done": ("A publication, or a round of registered accounts, was looked at for reshares.", ("platform",)),
    "sweep.failed": ("A look for reshares failed; it is tried again.", ("platform",)),
    "webhook.refused": ("A pushed request was not the platform's.", ("platform",)),
    "drive.opened": ("Members are called to echo a post.", ("post",)),
    "drive.closed": ("A drive ended.", ("post",)),
    "office.added": ("An office was added, or by `init` several.", ()),
    "plugin.enabled": ("A plugin was switched on for an office, or for all.", ()),
    "plugin.disabled": ("A plugin was switched off for an office, or for all; open deliveries of its platform are skipped.", ()),
    "plugin.configured": ("An office changed its own settings of a plugin.", ("office",)),
    "plugin.broken": ("A worker or dispatcher found a plugin broken; told once for each host, version and reason.", ()),
    "scope.paused": ("Nobody publishes in this scope for a while.", ()),
    "scope.resumed": ("A pause ended.", ()),
}
"""Name -> what it says, and the ids it always carries."""

IDS: Mapping[str, tuple[str, str]] = {
    "office": ("string", "office code; null where the event concerns no single office"),
    "platform": ("string", "platform name; null where the event concerns no single platform"),
    "post": ("integer", "post"),
    "delivery": ("integer", "delivery"),
    "attempt": ("integer", "number of the attempt within its delivery"),
    "account": ("integer", "account"),
    "publication": ("integer", "publication"),
    "member": ("string", "member number; never a name, handle or link"),
}

_TEXT = {"type": "string"}
_OR_NONE = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_SECONDS = {"type": ["number", "null"], "minimum": 0}
_ERROR = {
    "type": "object",
    "properties": {"kind": _TEXT, "code": _TEXT, "message": _TEXT},
    "required": ["kind", "code", "message"],
    "additionalProperties": False,
}

DATA: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "accounts": (_COUNT, "how many members' accounts"),
    "at": (_TEXT, "time of the post"),
    "alert": (
        _TEXT,
        "kind: `silent`, `followers_fell`, `needs_reauth`, `token_ends`, `quota`, `coverage_behind`, `missed`, `observer_behind`",
    ),
    "measures": (_COUNT, "how many numbers were told"),
    "unavailable": (_COUNT, "how many numbers are not available"),
    "publications": (_COUNT, "how many publications"),
    "areas": (_COUNT, "how many areas"),
    "body": (_TEXT, "body of the ad-hoc organisation: `PPK`, `PPS`"),
    "area": (_TEXT, "code of the area"),
    "by": (_TEXT, "`person` where a person settled it"),
    "cancelled": (_COUNT, "how many deliveries were cancelled"),
    "code": (_TEXT, "the platform's own code"),
    "deadline": (_TEXT, "deadline of the post or delivery"),
    "deliveries": (_COUNT, "how many deliveries"),
    "error": (_ERROR, "the error's kind, the platform's code and its words"),
    "external_id": (_OR_NONE, "the post's id on the platform; null where it withholds it"),
    "field": (_TEXT, "field of the post file"),
    "claim": (_COUNT, "number of the claim"),
    "days": (_COUNT, "how many days"),
    "percent": ({"type": "number"}, "percent"),
    "value": ({"type": ["number", "null"]}, "the figure now"),
    "decision": (_TEXT, "what the reviewer decided: `accepted`, `refused`, `undone`"),
    "drive": (_COUNT, "number of the drive"),
    "grade": (_TEXT, "grade of the evidence: `observed`, `reviewed`, `matched`, `clicked`, `claimed`"),
    "imported": (_COUNT, "how many rows were new"),
    "matched": (_COUNT, "how many sightings belong to registered accounts"),
    "rejected": (_COUNT, "how many rows were rejected"),
    "requests": (_COUNT, "how many requests it took"),
    "seen": (_COUNT, "how many sightings there were"),
    "signal": (_TEXT, "in what way it was shared"),
    "source": (_TEXT, "where the evidence came from: `sweep`, `scan`, `webhook`, `claim`, `import`, `review`"),
    "stop_by": (_TEXT, "when all processing must have stopped"),
    "unmatched": (_COUNT, "how many sightings are of somebody not registered"),
    "unchanged": (_COUNT, "how many rows changed nothing"),
    "updated": (_COUNT, "how many rows changed something"),
    "what": (_TEXT, "what was declared: `account`, `account_ended`, `follows`, `reason`"),
    "handle": (_TEXT, "the office account's handle"),
    "held_for": (_OR_NONE, "why it had been held"),
    "host": (_TEXT, "machine on which the plugin is broken"),
    "kind": (_TEXT, "of a pause: `manual` or `auto`"),
    "keys": (_TEXT, "names of the settings that changed, with commas between them; never their values"),
    "level": (_TEXT, "level of the office"),
    "message": (_TEXT, "the platform's words, or why it was skipped"),
    "name": (_TEXT, "name of the office, or of the election"),
    "next_in": (_SECONDS, "seconds until Gaung acts again"),
    "note": (_TEXT, "what the plugin noted"),
    "offices": (_COUNT, "how many offices"),
    "package": (_TEXT, "distribution that the plugin ships with"),
    "plugin": (_TEXT, "name of the plugin"),
    "reason": (_OR_NONE, "why"),
    "replaced": ({"type": "boolean"}, "whether the account was there before"),
    "rests": ({"type": "boolean"}, "true: only a person can settle it now"),
    "scope": (_TEXT, "`all`, `platform:P`, `office:C`, `app:P:ID` or `account:ID`"),
    "seconds": (_SECONDS, "how long a pause lasts; null: until somebody resumes"),
    "skipped": (_COUNT, "how many targets were skipped"),
    "state": (_TEXT, "the delivery's state from now on"),
    "step": (_COUNT, "number of the strategic step"),
    "title": (_TEXT, "title of the post, or of the training"),
    "training": (_COUNT, "number of the training"),
    "url": (_OR_NONE, "address of the post"),
    "version": (_TEXT, "version of that distribution"),
    "was": (_TEXT, "the delivery's state before; of an alert, the figure before"),
    "why": (_TEXT, "why it is tried anew"),
}
"""Key of `data` -> its JSON Schema and meaning; a key means the same in every event."""


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one line of `events tail`."""
    properties: dict[str, Any] = {
        "id": {"type": "integer", "description": "grows; may have gaps"},
        "event": {"enum": list(EVENTS)},
        "at": {"type": "string", "format": "date-time"},
        "actor": {"type": "string", "description": "GAUNG_ACTOR, the OS user, or gaung.ROLE for the engine"},
    }
    for name, (kind, words) in IDS.items():
        properties[name] = {"type": [kind, "null"] if name in ("office", "platform") else kind, "description": words}
    data = {name: {**kind, "description": words} for name, (kind, words) in DATA.items()}
    properties["data"] = {"type": "object", "properties": data, "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gaung event",
        "type": "object",
        "properties": properties,
        "required": ["id", "event", "at", "actor", "office", "platform", "data"],
        "additionalProperties": False,
        "allOf": [_always(name, ids) for name, (_, ids) in EVENTS.items() if ids],
    }


def _always(name: str, ids: tuple[str, ...]) -> dict[str, Any]:
    present = {key: {"not": {"type": "null"}} for key in ids}
    return {"if": {"properties": {"event": {"const": name}}}, "then": {"required": list(ids), "properties": present}}
