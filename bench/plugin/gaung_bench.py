"""A platform whose publish is one POST: what is measured is Gaung, not a platform's protocol."""

from typing import Any

from gaung.core.errors import Ambiguous
from gaung.core.http import Effect, call
from gaung.core.markers import hookimpl
from gaung.core.records import Account, Attempt, CannotTell, Capabilities, Content, Field, FormatRule, Platform, Problem, Published


@hookimpl
def gaung_platform() -> Platform:
    """One text format, one secret."""
    return Platform(
        name="bench",
        title="Bench",
        formats=(FormatRule(name="text", needs_text=True),),
        capabilities=Capabilities(),
        credential_fields=(Field(name="access_token", help="a token", kind="secret", required=True),),
        setting_fields=(Field(name="api_url", help="the server", kind="url", default="http://127.0.0.1:1"),),
        marks_mutation=True,
    )


@hookimpl
def gaung_validate(account: Account, content: Content) -> list[Problem]:
    """Nothing is wrong."""
    return []


@hookimpl
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> Published:
    """One POST."""
    body = {"message": content.text, "access_token": account.credentials["access_token"]}
    with attempt.mutating():
        reply = call("POST", f"{account.settings['api_url']}/{account.external_id}/feed", effect=Effect.PUBLISH, data=body)
        if not reply.ok:
            raise Ambiguous(f"HTTP {reply.status}", code=str(reply.status))
    found: dict[str, Any] = reply.json()
    return Published(found["id"], f"https://bench.example/{found['id']}")


@hookimpl
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> CannotTell:
    """No look."""
    return CannotTell()
