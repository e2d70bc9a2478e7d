"""Gold, part three: links and pushed notices prove what they prove, and what names people is told to nobody."""

from dataclasses import replace

from gaung.core.errors import WebhookRefused
from gaung.core.http import Effect
from gaung.core.records import Account, Credentials, LinkInfo, WebhookRequest
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.rules_secret import listening, logged, texts
from gaung.core.testkit.conformance.scene import Scene, alive, empty, scene
from gaung.core.testkit.conformance.verdicts import NotApplicable, expect, rule

JUNK = (
    "",
    "contoh",
    "https://",
    "https://[::1",
    "https://contoh.invalid/halaman/1",
    "javascript:alert(1)",
    "https://contoh.invalid:99999999/",
)


@rule(47, "links-identified", "gold")
def links_identified(kit: Kit) -> None:
    """`gaung_identify_link` knows the platform's own addresses, one spelling for each thing, asks nobody, and never raises."""
    if not kit.subject.has("gaung_identify_link"):
        raise NotApplicable("there is no gaung_identify_link")
    addresses = _addresses(kit)
    before = len(kit.got())
    for junk in JUNK:
        expect(_identified(kit, junk) is None, f"{junk!r} is taken for an address of the platform")
    for what, url, external_id in addresses:
        info = _identified(kit, url)
        expect(info is not None, f"the address of {what} is not known")
        assert info is not None
        expect(info.platform == kit.name, f"the address of {what} is said to be of {info.platform}")
        expect(info.url.startswith("https://"), f"the normalised address of {what} is not https")
        expect(_identified(kit, info.url) == info, f"the normalised address of {what} is read otherwise than what it came from")
        if external_id:
            tracked = _identified(kit, f"{url}{'&' if '?' in url else '?'}utm_source=copy_link")
            expect(tracked == info, f"the address of {what} is read otherwise once it has a tracking parameter")
            expect(info.kind == "post", f"the address of {what} is read as somebody's profile")
    expect(len(kit.got()) == before, "gaung_identify_link sent a request")


@rule(48, "links-proved", "gold")
def links_proved(kit: Kit) -> None:
    """A handed-in link proves what the platform shows: it names whom the platform names, and of another post, or nothing, it is None."""
    play = scene(kit, "verifies_links")
    for deed in alive(play.deeds):
        found = play.verified(deed.url) if deed.url else None
        expect(found is None or deed.proves, f"a link to {deed.signal} was taken for proof, which it is not")
        expect(found is not None or not deed.proves, f"a link to {deed.signal} proves who shared, and it was not taken")
        if found is not None:
            expect(play.is_by(found, deed.profile), f"a link to {deed.signal} was said to be somebody else's")
            expect(found.publication == play.post.external_id, f"a link to {deed.signal} was said to be of another post")
            expect(play.verified(deed.url, play.other) is None, f"a link to {deed.signal} of one post was taken as proof for another")
    for url in (play.post.url or "", play.other.url or "", *JUNK):
        expect(play.verified(url) is None, "a link to our own post, or to nothing, was taken for proof")
    _renamed(play)
    changing = [sent.method for sent in play.sent if sent.effect is not Effect.READ]
    expect(not changing, f"gaung_verify_reshare sent {', '.join(changing)} that is more than a look")


@rule(49, "webhooks-signed", "gold")
def webhooks_signed(kit: Kit) -> None:
    """What is pushed is believed only with a right signature over exactly that body; the same notice twice has the same key."""
    play = scene(kit, "reads_webhooks")
    if not play.pushed:  # perhaps it is told of publishing only
        kit.start(kit.shapes[0].sample, account=play.account).drive()
        play.wait()
    expect(not play.errors, f"gaung_read_webhook raised {[type(error).__name__ for error in play.errors]}")
    bodies = [request for request in play.pushed if request.body]
    expect(bodies, "the record says that notices are pushed, and the sandbox pushed none that was taken")
    for request in bodies[:3]:
        first, second = (kit.subject.call("gaung_read_webhook", request=request) for _ in range(2))
        expect(first == second, "the same body was read in two ways")
        for place in (0, len(request.body) // 2, len(request.body) - 1):
            flipped = request.body[:place] + bytes([request.body[place] ^ 1]) + request.body[place + 1 :]
            _refused(kit, replace(request, body=flipped), "a body with one bit changed")
        _refused(kit, replace(request, headers={}), "a body without a signature")
        _refused(kit, replace(request, accounts=[_without_secrets(kit, play.account)]), "a body that no secret is there for")
        _refused(kit, replace(request, accounts=[]), "a body for which there is no account")
    keys = [notice.key for notice in play.notices]
    expect(all(keys), "a notice has no key")


@rule(50, "people-kept", "gold")
def people_kept(kit: Kit) -> None:
    """No handle, account id or address of a person is in a repr, a log record or an error."""
    with listening() as records:
        play = scene(kit)
        told = [f"{answer!r}" for answer in play.answers()] + [f"{notice!r}" for notice in play.notices]
        told += [f"{play.verified(deed.url)!r}" for deed in alive(play.deeds) if deed.url and kit.record.capabilities.verifies_links]
        told += [f"{_identified(kit, deed.url)!r}" for deed in play.deeds if deed.url]
        told += _troubled(play)
    told += [logged(record) for record in records]
    private = {one.handle for one in play.people} | {deed.url for deed in play.deeds if deed.url}
    # Shorter ids are found by chance in times and sizes.
    private |= {one.external_id for one in play.people if len(one.external_id) >= 9}
    for text in told:
        shown = next((value for value in private if value in text), None)
        expect(shown is None, f"somebody is named where nobody may be: {text.replace(shown or '-', '<A PERSON>')[:300]}")


def _identified(kit: Kit, url: str) -> LinkInfo | None:
    if not kit.subject.has("gaung_identify_link"):
        return None
    answer: LinkInfo | None = kit.subject.call("gaung_identify_link", url=url)
    return answer


def _addresses(kit: Kit) -> list[tuple[str, str, str]]:
    """Addresses of the sandbox: what, where, and the id where the thing is a post of ours."""
    play = empty(kit)
    found = [("a publication", play.post.url or "", play.post.external_id or "")]
    if kit.side.deeds:
        play.act()
        found += [(f"somebody's {deed.signal}", deed.url, "") for deed in play.deeds if deed.url and deed.proves]
    return found


def _renamed(play: Scene) -> None:
    """The handle in an address may be a former one: the platform says whose it is now."""
    for number, deed in enumerate(one for one in alive(play.deeds) if one.proves and one.url):
        play.kit.side.rename(deed.profile, play.handle(9000 + number))
        found = play.verified(deed.url)
        told = found is None or play.is_by(found, deed.profile)
        expect(told, f"{deed.signal}: somebody took another handle, and the link was said to be of the former one")


def _refused(kit: Kit, request: WebhookRequest, what: str) -> None:
    try:
        answer = kit.subject.call("gaung_read_webhook", request=request)
    except WebhookRefused:
        return
    expect(False, f"{what} was not refused: {len(answer.notices)} notices")


def _without_secrets(kit: Kit, account: Account) -> Account:
    secret = {field.name for field in (*kit.record.setting_fields, *kit.record.credential_fields) if field.kind == "secret"}
    settings = {name: value for name, value in account.settings.items() if name not in secret}
    credentials = {name: "" if name in secret else value for name, value in account.credentials.items()}
    return replace(account, settings=settings, credentials=Credentials(credentials))


def _troubled(play: Scene) -> list[str]:
    """What errors say when the platform refuses or fails in the middle of a look."""
    said: list[str] = []
    operations = {entry.operation for entry in play.kit.got()}
    for operation in sorted(operations):
        for fault in ("error_before", "refused", "hangup_after"):
            play.kit.fault(operation, fault)
            try:
                play.answers()
            except Exception as error:  # noqa: BLE001 - whatever it is, it may name nobody
                said += texts(error)
            play.kit.mend()
    return said
