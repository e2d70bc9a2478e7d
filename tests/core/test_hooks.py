"""Every hook has a test here that bears its name: a small plugin, called as Gaung calls it. Details are in tests/core/manager/."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gaung.core import hookspecs
from gaung.core.errors import AuthRevoked, PluginError, Rejected, Unsupported, WebhookRefused
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    CannotTell,
    Capabilities,
    CheckAnswer,
    Content,
    Credentials,
    Deleted,
    Event,
    FindAnswer,
    FormatRule,
    Found,
    Limit,
    LinkInfo,
    Measure,
    Measured,
    Notice,
    NotThere,
    Pending,
    Platform,
    Problem,
    Profile,
    Publication,
    PublishAnswer,
    Published,
    Ready,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.objects import Echo, manager_of, toy_account

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONTENT = Content(format="text", title="", text="cek namamu")
PUBLICATION = Publication(id=1, external_id="p1", url=None, published_at=NOW)


class Slate:
    """A platform that keeps its posts in memory: 20 characters, one upload before the post shows."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}

    @hookimpl
    def gaung_platform(self) -> Platform:
        limits = (Limit(name="text_chars", value=20, unit="characters", source="Slate guide"),)
        return Platform(
            name="slate", title="Slate", formats=(FormatRule(name="text"),), capabilities=Capabilities(deletes=True), limits=limits
        )

    @hookimpl
    def gaung_validate(self, content: Content) -> Sequence[Problem]:
        return [Problem(code="text_too_long", message="20 at most", field="text")] if len(content.text) > 20 else []

    @hookimpl
    def gaung_publish(self, content: Content, attempt: Attempt) -> PublishAnswer:
        if content.link:
            attempt.checkpoint("upload", "u1")
            return Pending(5.0, "reads the link")
        return self._post(content.text, attempt)

    @hookimpl
    def gaung_check(self, attempt: Attempt) -> CheckAnswer:
        return Ready() if attempt.checkpoints.get("upload") == "u1" else Pending()

    @hookimpl
    def gaung_finish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        return self._post(content.text_with_link, attempt)

    @hookimpl
    def gaung_find_published(self, content: Content, attempt: Attempt) -> FindAnswer:
        found = [number for number, text in self.posts.items() if text == content.text and number not in attempt.owned_ids]
        if len(found) > 1:
            return CannotTell("two of this text")
        return Published(found[0], None) if found else NotThere()

    @hookimpl
    def gaung_delete(self, publication: Publication) -> Deleted:
        if self.posts.pop(str(publication.external_id), None) is None:
            raise Rejected("no such post", code="404")
        return Deleted()

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        return AccountInfo(external_id="1", handle=account.handle, who="Slate 1", limits={"left": 3}, expires_at=NOW + timedelta(days=60))

    @hookimpl
    def gaung_refresh_credentials(self, account: Account) -> Credentials:
        return Credentials({**account.credentials, "token": "baru"})

    def _post(self, text: str, attempt: Attempt) -> Published:
        with attempt.mutating():
            number = f"p{len(self.posts) + 1}"
            self.posts[number] = text
        attempt.checkpoint("post", number)
        return Published(number, f"https://slate.example/{number}")


@pytest.fixture
def slate() -> Slate:
    return Slate()


@pytest.fixture
def manager(slate: Slate) -> Manager:
    """Slate beside another platform, whose hooks must not be reached."""
    return manager_of(("slate", slate), ("toy", Echo()))


@pytest.fixture
def account() -> Account:
    return toy_account("slate")


def test_gaung_platform(manager: Manager) -> None:
    assert manager.platform("slate").limit("text_chars") == 20
    assert [info.title for info in manager.plugins()] == ["Slate", "Toy"]


def test_gaung_prepare(slate: Slate, account: Account) -> None:
    class Tag:
        @hookimpl
        def gaung_prepare(self, account: Account, content: Content) -> Content | None:
            return replace(content, text=f"{content.text} #{account.office}") if "#" not in content.text else None

    class Upper:
        @hookimpl
        def gaung_prepare(self, content: Content) -> Content:
            return replace(content, text=content.text.upper())

    manager = manager_of(("slate", slate), ("b_upper", Upper()), ("a_tag", Tag()))
    assert manager.prepare(account, CONTENT).text == "CEK NAMAMU #18.01"
    assert manager.prepare(account, replace(CONTENT, text="a #b")).text == "A #B"


def test_gaung_validate(slate: Slate, account: Account) -> None:
    class Quiet:
        @hookimpl
        def gaung_validate(self, account: Account) -> Sequence[Problem]:
            return [Problem(code="quiet", message="masa tenang", field="at", level="warning")]

    manager = manager_of(("slate", slate), ("toy", Echo()), ("quiet", Quiet()))
    found = manager.validate(account, replace(CONTENT, text="x" * 21))
    assert {problem.code: problem.level for problem in found} == {"text_too_long": "error", "quiet": "warning"}


def test_gaung_publish(manager: Manager, slate: Slate, account: Account) -> None:
    attempt, seen = LiveAttempt(), list[PublishAnswer]()
    answer = manager.publish(account, CONTENT, attempt, on_receipt=seen.append)
    assert answer == Published("p1", "https://slate.example/p1")
    assert seen == [answer]
    assert (slate.posts, attempt.checkpoints, attempt.mutations) == ({"p1": "cek namamu"}, {"post": "p1"}, 1)


def test_gaung_check(manager: Manager, account: Account) -> None:
    attempt, content = LiveAttempt(), replace(CONTENT, link="https://kpu.go.id")
    assert manager.check(account, content, attempt) == Pending()
    assert manager.publish(account, content, attempt) == Pending(5.0, "reads the link")
    assert manager.check(account, content, attempt) == Ready()
    assert attempt.mutations == 0


def test_gaung_finish(manager: Manager, slate: Slate, account: Account) -> None:
    attempt = LiveAttempt(checkpoints={"upload": "u1"})
    answer = manager.finish(account, replace(CONTENT, link="https://kpu.go.id"), attempt)
    assert answer == Published("p1", "https://slate.example/p1")
    assert slate.posts == {"p1": "cek namamu\nhttps://kpu.go.id"}


def test_gaung_find_published(manager: Manager, slate: Slate, account: Account) -> None:
    assert manager.find_published(account, CONTENT, LiveAttempt()) == NotThere()
    slate.posts = {"p1": "cek namamu", "p2": "cek namamu"}
    assert manager.find_published(account, CONTENT, LiveAttempt()) == CannotTell("two of this text")
    assert manager.find_published(account, CONTENT, LiveAttempt(owned_ids={"p1"})) == Published("p2", None)
    assert isinstance(manager.find_published(toy_account("toy"), CONTENT, LiveAttempt()), CannotTell), "a platform without the hook"


def test_gaung_delete(manager: Manager, slate: Slate, account: Account) -> None:
    slate.posts = {"p1": "cek namamu"}
    assert manager.delete(account, PUBLICATION) == Deleted()
    with pytest.raises(Rejected, match="no such post"):
        manager.delete(account, PUBLICATION)
    with pytest.raises(Unsupported):
        manager.delete(toy_account("toy"), PUBLICATION)


def test_gaung_check_account(manager: Manager, account: Account) -> None:
    info = manager.check_account(account)
    assert (info.external_id, info.who, info.limits) == ("1", "Slate 1", {"left": 3})
    with pytest.raises(Unsupported):
        manager.check_account(toy_account("toy"))


def test_gaung_refresh_credentials(manager: Manager, account: Account) -> None:
    new = manager.refresh_credentials(account)
    assert dict(new) == {"token": "baru"}
    assert "baru" not in repr(new)
    with pytest.raises(AuthRevoked):
        manager.refresh_credentials(toy_account("toy"))


def test_gaung_event(slate: Slate) -> None:
    heard: list[Mapping[str, Any]] = []

    class Falls:
        @hookimpl
        def gaung_event(self) -> None:
            raise KeyError("url")

    class Hears:
        @hookimpl
        def gaung_event(self, event: Event) -> None:
            heard.append({"event": event.event, **event.data})

    manager = manager_of(("slate", slate), ("a_falls", Falls()), ("b_hears", Hears()), package="theirs")
    failures = manager.event(Event(id=1, event="delivery.missed", at=NOW, actor="gaung.worker", data={"reason": "deadline"}))
    assert heard == [{"event": "delivery.missed", "reason": "deadline"}]
    assert [(failure.plugin, failure.package) for failure in failures] == [("a_falls", "theirs")]


class Measures(Slate):
    """Slate that tells followers and shares."""

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        reach = Measure(name="reach", value=None, as_of=NOW, why="Slate tells nobody")
        return Measured(measures=(Measure(name="followers", value=0, as_of=NOW), reach))

    @hookimpl
    def gaung_measure_publications(self, publications: Sequence[Publication]) -> Measured:
        return Measured(measures=tuple(Measure(name="shares", value=3, as_of=NOW, publication=one.external_id) for one in publications))


def test_gaung_measure_account(manager: Manager, account: Account) -> None:
    found = manager_of(("slate", Measures())).measure_account(account)
    assert [(one.name, one.value, one.why) for one in found.measures] == [("followers", 0, ""), ("reach", None, "Slate tells nobody")]
    with pytest.raises(Unsupported, match="cannot measure accounts"):
        manager.measure_account(account)


def test_gaung_measure_publications(account: Account) -> None:
    (measure,) = manager_of(("slate", Measures())).measure_publications(account, [PUBLICATION]).measures
    assert (measure.publication, measure.name, measure.value) == ("p1", "shares", 3)


def test_a_measure_of_a_wrong_type_names_the_package(account: Account) -> None:
    class Wrong(Slate):
        @hookimpl
        def gaung_measure_account(self) -> Measured:
            return Measured(measures=(Measure(name="followers", value="many", as_of=NOW),))  # type: ignore[arg-type]

    with pytest.raises(PluginError, match=r"theirs.*value of type str"):
        manager_of(("slate", Wrong()), package="theirs").measure_account(account)


class Witness(Slate):
    """A platform that can tell who shared a post: one mention of every publication, by whoever is asked about."""

    @hookimpl
    def gaung_find_reshares(self, publication: Publication, since: datetime | None) -> Found:
        return Found(sightings=(_mention(publication, "contoh_agt_siti"),) if since is None else (), total=3)

    @hookimpl
    def gaung_scan_profiles(self, profiles: Sequence[Profile], publications: Sequence[Publication]) -> Found:
        return Found(sightings=tuple(_mention(one, who.handle) for who in profiles for one in publications))

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        known = url.startswith("https://slate.example/")
        return LinkInfo(platform="slate", kind="post", url=url, external_id=url.rpartition("/")[2]) if known else None

    @hookimpl
    def gaung_verify_reshare(self, publication: Publication, url: str) -> Sighting | None:
        return _mention(publication, "contoh_agt_siti") if url.endswith(f"/of/{publication.external_id}") else None

    @hookimpl
    def gaung_read_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        if request.headers.get("x-signature") != "good":
            raise WebhookRefused("the signature does not fit")
        return WebhookAnswer(notices=(Notice(key="n1", account="1", kind="sighting", payload={"id": "m1"}),))

    @hookimpl
    def gaung_follow_notice(self, notice: Notice, publications: Sequence[Publication]) -> Found:
        return Found(sightings=tuple(_mention(one, "contoh_agt_siti") for one in publications), note=str(notice.payload["id"]))


def _mention(publication: Publication, author: str) -> Sighting:
    return Sighting(signal="mention", publication=str(publication.external_id), evidence=f"m-{author}", author=author)


@pytest.fixture
def witness() -> Manager:
    return manager_of(("slate", Witness()))


def test_gaung_find_reshares(witness: Manager, manager: Manager, account: Account) -> None:
    found = witness.find_reshares(account, PUBLICATION, None)
    assert (found.sightings, found.total) == ((_mention(PUBLICATION, "contoh_agt_siti"),), 3)
    assert witness.find_reshares(account, PUBLICATION, NOW).sightings == ()
    with pytest.raises(Unsupported):
        manager.find_reshares(account, PUBLICATION, None)


def test_gaung_scan_profiles(witness: Manager, manager: Manager, account: Account) -> None:
    profiles = [Profile(id=1, handle="contoh_agt_siti"), Profile(id=2, handle="contoh_agt_budi")]
    found = witness.scan_profiles(account, profiles, [PUBLICATION], None)
    assert [sighting.author for sighting in found.sightings] == ["contoh_agt_siti", "contoh_agt_budi"]
    with pytest.raises(Unsupported):
        manager.scan_profiles(account, profiles, [PUBLICATION], None)


def test_gaung_identify_link(witness: Manager) -> None:
    info = witness.identify_link("https://slate.example/p1")
    assert info is not None
    assert (info.platform, info.external_id) == ("slate", "p1")
    assert witness.identify_link("https://elsewhere.example/p1") is None


def test_gaung_verify_reshare(witness: Manager, manager: Manager, account: Account) -> None:
    url = "https://slate.example/contoh_agt_siti/of/p1"
    assert witness.verify_reshare(account, PUBLICATION, url) == _mention(PUBLICATION, "contoh_agt_siti")
    assert witness.verify_reshare(account, PUBLICATION, f"{url}2") is None
    with pytest.raises(Unsupported):
        manager.verify_reshare(account, PUBLICATION, url)


def test_gaung_read_webhook(witness: Manager) -> None:
    request = WebhookRequest(
        method="POST", query={}, headers={"x-signature": "good"}, body=b"{}", received_at=NOW, accounts=[toy_account("slate")]
    )
    [notice] = witness.read_webhook("slate", request).notices
    assert (notice.key, notice.account) == ("n1", "1")
    with pytest.raises(WebhookRefused):
        witness.read_webhook("slate", replace(request, headers={}))
    with pytest.raises(PluginError):
        witness.read_webhook("nothing", request)


def test_gaung_follow_notice(witness: Manager, manager: Manager, account: Account) -> None:
    notice = Notice(key="n1", account="1", kind="sighting", payload={"id": "m1"})
    found = witness.follow_notice(account, notice, [PUBLICATION])
    assert (found.note, len(found.sightings)) == ("m1", 1)
    with pytest.raises(Unsupported):
        manager.follow_notice(account, notice, [PUBLICATION])


@pytest.mark.parametrize("hook", [name for name in vars(hookspecs) if name.startswith("gaung_")])
def test_every_hook_has_a_test_that_bears_its_name(hook: str) -> None:
    assert callable(globals().get(f"test_{hook}")), f"write test_{hook}"


@pytest.mark.parametrize("hook", ["gaung_publish", "gaung_finish"])
def test_a_wrapper_sees_a_receipt_and_cannot_change_it(hook: str, slate: Slate, account: Account) -> None:
    seen: list[Any] = []

    def around(content: Content) -> Generator[None, Any, Any]:
        seen.append((yield))
        return Published("forged", None)

    wrapper = type("Wrapper", (), {hook: staticmethod(hookimpl(wrapper=True)(around))})()
    manager = manager_of(("slate", slate), ("wrapper", wrapper))
    call = manager.publish if hook == "gaung_publish" else manager.finish
    assert call(account, CONTENT, LiveAttempt()) == seen[0] == Published("p1", "https://slate.example/p1")


def test_an_argument_that_a_hook_does_not_have_breaks_the_plugin() -> None:
    class Wrong:
        @hookimpl
        def gaung_publish(self, account: Account, text: str) -> None: ...

    (info,) = manager_of(("wrong", Wrong())).plugins()
    assert info.status == "broken"
    assert "text" in info.reason


def test_a_wrong_answer_names_the_package(account: Account) -> None:
    class Wrong(Slate):
        @hookimpl
        def gaung_publish(self, content: Content, attempt: Attempt) -> Any:
            return {"id": "p1"}

    with pytest.raises(PluginError, match=r"theirs 1\.2.*answered dict, not Published or Pending"):
        manager_of(("slate", Wrong()), package="theirs").publish(account, CONTENT, LiveAttempt())
