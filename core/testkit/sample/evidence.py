"""The sample platform's hooks that bring evidence: whoever shared a post, what registered people did, links, and what is pushed."""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from datetime import datetime

from gaung.core.errors import Rejected, WebhookRefused
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    Found,
    LinkInfo,
    Notice,
    Platform,
    Profile,
    Publication,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)
from gaung.core.testkit.sample.client import MISSING, Client, Share

_PATH = re.compile(r"https?://(?:www\.)?([a-z]+)\.example/@([A-Za-z0-9_]{2,40})(?:/(\d+))?/?(?:\?[^\s]*)?")


class SampleEvidence:
    """Hooks of `SamplePlatform`, in a class of their own so that each file stays readable."""

    record: Platform
    Calls: type[Client]

    @hookimpl
    def gaung_find_reshares(self, account: Account, publication: Publication, since: datetime | None) -> Found:  # noqa: ARG002 - all is cheap
        """Everybody whom the platform lists with the post. Some are counted and not named."""
        if publication.external_id is None:
            return Found(note="the post has no id")
        count, shares = self.Calls(account).shares(publication.external_id)
        named = tuple(found for share in shares if (found := self.sighting(share)))
        return Found(sightings=named, total=count, note="some are not named" if len(named) < len(shares) else "")

    @hookimpl
    def gaung_scan_profiles(self, account: Account, profiles: Sequence[Profile], publications: Sequence[Publication]) -> Found:
        """What registered people show on their own pages, of these publications."""
        ours = {one.external_id for one in publications}
        pages = [self.page(account, profile) for profile in profiles]
        return Found(sightings=tuple(found for page in pages for share in page if share.post in ours and (found := self.sighting(share))))

    @hookimpl
    def gaung_identify_link(self, url: str) -> LinkInfo | None:
        """`https://sample.example/@handle` and `/@handle/ID`."""
        return self.read_link(url)

    def read_link(self, url: str) -> LinkInfo | None:
        """What an address names, for both hooks that are given one."""
        found = _PATH.fullmatch(url.strip())
        if found is None or found[1] != self.record.name:
            return None
        plain = f"https://{found[1]}.example/@{found[2]}"
        if found[3] is None:
            return LinkInfo(platform=self.record.name, kind="profile", url=plain, author=found[2])
        return LinkInfo(platform=self.record.name, kind="post", url=f"{plain}/{found[3]}", author=found[2], external_id=found[3])

    @hookimpl
    def gaung_verify_reshare(self, account: Account, publication: Publication, url: str) -> Sighting | None:
        """The platform says whose the share is: the handle in the address may be a former one, or anybody's."""
        info = self.read_link(url)
        share = self.Calls(account).share(info.external_id) if info and info.external_id else None
        return self.sighting(share) if share is not None and share.post == publication.external_id else None

    @hookimpl
    def gaung_read_webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """`Sample-Signature` is the HMAC-SHA256 of the raw body."""
        self.check_signature(request)
        try:
            body = json.loads(request.body)
        except ValueError:
            raise WebhookRefused("the body is not JSON") from None
        share, account = (str(body.get(key) or "") for key in ("share", "account"))
        notice = Notice(key=f"share:{share}", account=account, kind="sighting", payload={"share": share})
        return WebhookAnswer(notices=(notice,))

    @hookimpl
    def gaung_follow_notice(self, account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
        """Who shared which of these."""
        share = self.Calls(account).share(str(notice.payload["share"]))
        ours = share is not None and share.post in {one.external_id for one in publications}
        found = self.sighting(share) if share is not None and ours else None
        return Found(sightings=(found,) if found else ())

    def check_signature(self, request: WebhookRequest) -> None:
        """Raises `WebhookRefused`."""
        secrets = {str(one.settings.get("app_secret") or "") for one in request.accounts} - {""}
        given = request.headers.get("sample-signature", "")
        right = [hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest() for secret in sorted(secrets)]
        same = [hmac.compare_digest(one.encode(), given.encode()) for one in right]  # all of them, so that the time tells nothing
        if True not in same:
            raise WebhookRefused("the signature is not of any of our apps")

    def page(self, account: Account, profile: Profile) -> list[Share]:
        """What is on a person's page; nothing where there is none."""
        try:
            return self.Calls(account).page(profile.handle)
        except Rejected as error:
            if error.code != MISSING:
                raise
            return []

    def sighting(self, share: Share) -> Sighting | None:
        """None where the platform does not name the author: nobody is made up."""
        if share.author_id is None:
            return None
        return Sighting(
            signal=share.kind,
            publication=share.post,
            evidence=share.id,
            author=share.author,
            author_id=share.author_id,
            url=share.url,
            at=share.at,
        )
