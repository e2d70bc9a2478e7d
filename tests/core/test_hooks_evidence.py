"""The hooks that bring evidence of reshares and figures: each has a test here that bears its name, as in test_hooks.py."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gaung.core.errors import PluginError, Unsupported, WebhookRefused
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    Found,
    LinkInfo,
    Measure,
    Measured,
    Notice,
    Profile,
    Publication,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)
from gaung.core.testkit.objects import Echo, manager_of, toy_account

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PUBLICATION = Publication(id=1, external_id="p1", url=None, published_at=NOW)


@pytest.fixture
def manager() -> Manager:
    """A platform that has none of these hooks."""
    return manager_of(("toy", Echo()))


@pytest.fixture
def account() -> Account:
    return toy_account()


class Measures(Echo):
    """Echo, which tells followers and shares."""

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        reach = Measure(name="reach", value=None, as_of=NOW, why="Toy tells nobody")
        return Measured(measures=(Measure(name="followers", value=0, as_of=NOW), reach))

    @hookimpl
    def gaung_measure_publications(self, publications: Sequence[Publication]) -> Measured:
        return Measured(measures=tuple(Measure(name="shares", value=3, as_of=NOW, publication=one.external_id) for one in publications))


def test_gaung_measure_account(manager: Manager, account: Account) -> None:
    found = manager_of(("toy", Measures())).measure_account(account)
    assert [(one.name, one.value, one.why) for one in found.measures] == [("followers", 0, ""), ("reach", None, "Toy tells nobody")]
    with pytest.raises(Unsupported, match="cannot measure accounts"):
        manager.measure_account(account)


def test_gaung_measure_publications(account: Account) -> None:
    (measure,) = manager_of(("toy", Measures())).measure_publications(account, [PUBLICATION]).measures
    assert (measure.publication, measure.name, measure.value) == ("p1", "shares", 3)


def test_a_measure_of_a_wrong_type_names_the_package(account: Account) -> None:
    class Wrong(Echo):
        @hookimpl
        def gaung_measure_account(self) -> Measured:
            return Measured(measures=(Measure(name="followers", value="many", as_of=NOW),))  # type: ignore[arg-type]

    with pytest.raises(PluginError, match=r"theirs.*value of type str"):
        manager_of(("toy", Wrong()), package="theirs").measure_account(account)


class Witness(Echo):
    """A platform that can tell who shared a post: one mention of every publication, by whoever is asked about."""

    @hookimpl
    def gaung_find_reshares(self, publication: Publication, since: datetime | None) -> Found:
        return Found(sightings=(_mention(publication, "contoh_agt_siti"),) if since is None else (), total=3)

    @hookimpl
    def gaung_scan_profiles(self, profiles: Sequence[Profile], publications: Sequence[Publication]) -> Found:
        return Found(sightings=tuple(_mention(one, who.handle) for who in profiles for one in publications))

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        known = url.startswith("https://toy.example/")
        return LinkInfo(platform="toy", kind="post", url=url, external_id=url.rpartition("/")[2]) if known else None

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
    return manager_of(("toy", Witness()))


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
    info = witness.identify_link("https://toy.example/p1")
    assert info is not None
    assert (info.platform, info.external_id) == ("toy", "p1")
    assert witness.identify_link("https://elsewhere.example/p1") is None


def test_gaung_verify_reshare(witness: Manager, manager: Manager, account: Account) -> None:
    url = "https://toy.example/contoh_agt_siti/of/p1"
    assert witness.verify_reshare(account, PUBLICATION, url) == _mention(PUBLICATION, "contoh_agt_siti")
    assert witness.verify_reshare(account, PUBLICATION, f"{url}2") is None
    with pytest.raises(Unsupported):
        manager.verify_reshare(account, PUBLICATION, url)


def test_gaung_read_webhook(witness: Manager) -> None:
    request = WebhookRequest(
        method="POST", query={}, headers={"x-signature": "good"}, body=b"{}", received_at=NOW, accounts=[toy_account("toy")]
    )
    [notice] = witness.read_webhook("toy", request).notices
    assert (notice.key, notice.account) == ("n1", "1")
    with pytest.raises(WebhookRefused):
        witness.read_webhook("toy", replace(request, headers={}))
    with pytest.raises(PluginError):
        witness.read_webhook("nothing", request)


def test_gaung_follow_notice(witness: Manager, manager: Manager, account: Account) -> None:
    notice = Notice(key="n1", account="1", kind="sighting", payload={"id": "m1"})
    found = witness.follow_notice(account, notice, [PUBLICATION])
    assert (found.note, len(found.sightings)) == ("m1", 1)
    with pytest.raises(Unsupported):
        manager.follow_notice(account, notice, [PUBLICATION])
