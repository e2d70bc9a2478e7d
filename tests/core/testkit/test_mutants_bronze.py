"""Each plugin here is the good sample with one promise removed; the kit must say exactly which."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, PlatformError, Rejected, Transient, Unsupported
from gaung.core.http import Effect, Reply, call
from gaung.core.markers import hookimpl
from gaung.core.records import Account, AccountInfo, Attempt, Content, Media, Platform, PublishAnswer, Published
from gaung.core.testkit.conformance import RULES
from gaung.core.testkit.mutants import Mutant, mutants
from gaung.core.testkit.sample.client import Client, named
from gaung.core.testkit.sample.plugin import RECORD, SamplePlatform


class CannotDoAFormatItDeclares(Mutant):
    breaks = "formats-publish"

    def go_on(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        if content.format == "photo":
            raise Unsupported("no photos yet")
        return super().go_on(account, content, attempt)


class AnswersTheUrlOfTheHomePage(Mutant):
    breaks = "receipt-exists"

    def post(self, account: Account, content: Content, attempt: Attempt, media: list[str]) -> Published:
        return Published(super().post(account, content, attempt, media).external_id, "https://sample.example/")


class CutsTheText(Mutant):
    breaks = "content-arrives"

    def text(self, content: Content) -> str:
        return super().text(content)[:10]


class ChangesTheBytesOfAVideo(Mutant):
    breaks = "video-unchanged"

    class Calls(Client):
        def upload(self, media: Media) -> str:
            data = media.path.read_bytes() + (b"\0" if media.kind == "video" else b"")
            return named(self.send("POST", "media", Effect.PREPARE, content=data, kind=media.mime), "id")


class RemembersReceiptsByText(Mutant):
    breaks = "twice-is-two"

    def __init__(self) -> None:
        self.receipts: dict[tuple[int, str, str], PublishAnswer] = {}

    @hookimpl
    def gaung_publish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        key = account.id, content.format, content.text
        if key not in self.receipts:
            self.receipts[key] = super().gaung_publish(account, content, attempt)
        return self.receipts[key]


class CallsAPublishingRequestAPreparation(Mutant):
    breaks = "effects-honest"

    class Calls(Client):
        def post(self, text: str, media: list[str]) -> tuple[str, str]:
            reply = self.send("POST", "posts", Effect.PREPARE, json_body={"text": text, "media": media})
            return named(reply, "id"), named(reply, "url")


class PublishesOutsideTheBlock(Mutant):
    breaks = "mutation-marked"

    def post(self, account: Account, content: Content, attempt: Attempt, media: list[str]) -> Published:
        post, url = self.Calls(account).post(self.text(content), media)
        attempt.checkpoint("post", post)
        return Published(post, url)


class MarksTheMutationAndSaysThatItDoesNot(Mutant):
    breaks = "mutation-marked"
    record: Platform = replace(RECORD, marks_mutation=False)


class SendsAgainWhenTheAnswerIsLost(Mutant):
    breaks = "sent-once"

    class Calls(Client):
        def post(self, text: str, media: list[str]) -> tuple[str, str]:
            try:
                return super().post(text, media)
            except Ambiguous:
                return super().post(text, media)


class TakesALostReplyForNothing(Mutant):
    breaks = "lost-reply"

    class Calls(Client):
        def send(self, method: str, path: str, effect: Effect, *, kind: str = "", **more: Any) -> Reply:
            try:
                return super().send(method, path, effect, kind=kind, **more)
            except Ambiguous as error:
                if error.code == "no_answer":
                    raise Transient(error.message, code=error.code) from None
                raise


class TakesAServerErrorForNothing(Mutant):
    breaks = "error-after-mutation"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            return Transient(f"HTTP {reply.status}", code=str(reply.status)) if reply.status >= 500 else super().refusal(reply)


class LosesThePostWhenALookAfterItFails(Mutant):
    breaks = "error-after-mutation"

    def post(self, account: Account, content: Content, attempt: Attempt, media: list[str]) -> Published:
        receipt = super().post(account, content, attempt, media)
        self.Calls(account).me()
        return receipt


class FallsOverAMissingKey(Mutant):
    breaks = "unreadable-reply"

    class Calls(Client):
        def post(self, text: str, media: list[str]) -> tuple[str, str]:
            body = self.send("POST", "posts", Effect.PUBLISH, json_body={"text": text, "media": media}).json()
            return body["id"], body["url"]


class HasAnHttpClientOfItsOwn(Mutant):
    breaks = "one-door"

    @hookimpl
    def gaung_publish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        import httpx2

        token = account.credentials["token"]
        httpx2.get(f"{account.settings['api_url']}/me", headers={"authorization": f"Bearer {token}"}, trust_env=False, verify=False)
        return super().gaung_publish(account, content, attempt)


class AsksAnAddressThatNoSettingNames(Mutant):
    breaks = "one-door"

    @hookimpl
    def gaung_publish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        with suppress(Transient):
            call("GET", "http://127.0.0.1:9/telemetry", effect=Effect.READ)
        return super().gaung_publish(account, content, attempt)


class PutsTheTokenIntoAnError(Mutant):
    breaks = "secrets-kept"

    class Calls(Client):
        def refusal(self, reply: Reply) -> PlatformError:
            error = super().refusal(reply)
            if isinstance(error, Rejected):
                return Rejected(f"{error.message} ({self._account.credentials['token']})", code=error.code)
            return error


class LogsTheToken(Mutant):
    breaks = "secrets-kept"

    class Calls(Client):
        def post(self, text: str, media: list[str]) -> tuple[str, str]:
            logging.getLogger("mutant").debug("posting with %s", self._account.credentials["token"])
            return super().post(text, media)


class PutsTheTokenIntoAnAddress(Mutant):
    breaks = "secrets-kept"

    class Calls(Client):
        def media_state(self, media_id: str) -> str:
            asked = {"who": self._account.credentials["token"]}
            return named(self.send("GET", f"media/{media_id}", Effect.READ, params=asked), "state")


class AnswersAListWhereATupleIsPromised(Mutant):
    breaks = "answers-are-records"

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        return replace(super().gaung_check_account(account), scopes=["write"])  # type: ignore[arg-type]


MUTANTS = mutants(globals())


def test_the_sample_keeps_every_rule(failing: Callable[[object], dict[str, str]]) -> None:
    assert failing(SamplePlatform()) == {}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_exactly_the_broken_rule_fails(mutant: type[Mutant], failing: Callable[[object], dict[str, str]]) -> None:
    found = failing(mutant())
    assert list(found) == [mutant.breaks], found


def test_every_bronze_rule_has_a_mutant() -> None:
    assert {rule.name for rule in RULES if rule.grade == "bronze"} == {mutant.breaks for mutant in MUTANTS}
