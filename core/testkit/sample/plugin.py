"""The hooks of the sample platform: text at once, pictures and videos after an upload, videos after the platform's work on them."""

from collections.abc import Sequence
from datetime import timedelta

from gaung.core.errors import PlatformError, Rejected, Transient
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
    Field,
    FindAnswer,
    FormatRule,
    HandleShape,
    Limit,
    NotThere,
    Pending,
    Platform,
    Problem,
    Publication,
    PublishAnswer,
    Published,
    Ready,
    Signal,
    Unfinished,
)
from gaung.core.testkit.sample.client import MISSING, Client, Post
from gaung.core.testkit.sample.evidence import SampleEvidence
from gaung.core.testkit.sample.measure import METRICS, TOGETHER, SampleMeasure

NAME = "sample"
LOOK_BACK = timedelta(days=1)
"""Older posts than that before the attempt are not asked for: no two clocks differ by more."""

_SOURCE = "the sample platform's own sandbox"

RECORD = Platform(
    name=NAME,
    title="Sample",
    formats=(
        FormatRule(name="video", videos=(1, 1)),
        FormatRule(name="photo", images=(1, 4)),
        FormatRule(name="text", needs_text=True),
    ),
    capabilities=Capabilities(
        deletes=True,
        refreshes_credentials=True,
        pulls_media=False,
        finds_reshares=True,
        scans_members=True,
        verifies_links=True,
        reads_webhooks=True,
        measures_together=TOGETHER,
    ),
    limits=(Limit(name="text_chars", value=500, unit="characters", source=_SOURCE),),
    credential_fields=(
        Field(name="token", help="access token, lives an hour", kind="secret", required=True),
        Field(name="refresh_token", help="brings a new access token", kind="secret", required=True),
    ),
    setting_fields=(
        Field(name="api_url", help="where the API is", kind="url", default="https://api.example.org"),
        Field(name="poll_seconds", help="seconds between two looks at a video", kind="float", default=5.0),
        Field(name="app_secret", help="what pushed notices are signed with", kind="secret"),
    ),
    handles=HandleShape(pattern="[A-Za-z0-9_]{2,40}"),
    signals=(
        Signal(name="share", title="Dibagikan", proves="the post's own list of shares names who shared it", source=_SOURCE),
        Signal(name="keep", title="Disimpan", proves="a person's own page shows the post", source=_SOURCE),
        Signal(name="mention", title="Disebut", proves="a pushed notice names a share, and the share its author", source=_SOURCE),
    ),
    metrics=METRICS,
    sandbox="gaung.core.testkit.sample.sandbox:SampleSandbox",
    marks_mutation=True,
)


class SamplePlatform(SampleEvidence, SampleMeasure):
    """The plugin. A module with the same functions would do as well."""

    record = RECORD
    Calls: type[Client] = Client

    @hookimpl
    def gaung_platform(self) -> Platform:
        """What it can do."""
        return self.record

    @hookimpl
    def gaung_validate(self, account: Account, content: Content) -> Sequence[Problem]:  # noqa: ARG002 - limits are the same for all
        """A text that is too long."""
        most, given = int(self.record.limit("text_chars")), len(content.text_with_link)
        if given <= most:
            return []
        return [Problem(code="text_too_long", message=f"at most {most} characters; it has {given}. Shorten it", field="text")]

    @hookimpl
    def gaung_publish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        """Upload what is not there yet, then post, unless a video is still worked on."""
        self.upload(account, content, attempt)
        return self.go_on(account, content, attempt)

    @hookimpl
    def gaung_check(self, account: Account, content: Content, attempt: Attempt) -> CheckAnswer:  # noqa: ARG002 - the uploads tell
        """State of the uploads. Raises `Rejected` when one failed."""
        known = self.known(account, attempt)
        if known is not None:
            return known
        states = [self.state(account, media_id) for media_id in self.uploaded(attempt)]
        return Pending(self.poll(account), "the video is worked on") if "processing" in states else Ready()

    @hookimpl
    def gaung_finish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        """The one call that makes it visible."""
        return self.go_on(account, content, attempt)

    @hookimpl
    def gaung_find_published(self, account: Account, content: Content, attempt: Attempt) -> FindAnswer:
        """By the saved id, else among what appeared on the account."""
        if attempt.checkpoints.get("post"):
            return self.known(account, attempt) or NotThere("the post is gone")
        found = self.candidates(account, content, attempt)
        if len(found) == 1:
            return found[0]
        if found:
            return CannotTell(f"{len(found)} posts of this text appeared")
        try:
            states = [self.Calls(account).media_state(media_id) for media_id in self.uploaded(attempt)]
        except Rejected:
            return NotThere("the uploads are gone, and nothing was posted")
        return Unfinished("check", "uploaded, not posted") if states else NotThere("no such post appeared")

    @hookimpl
    def gaung_delete(self, account: Account, publication: Publication) -> Deleted:
        """Remove it; what is gone already counts."""
        if publication.external_id is None:
            raise Rejected("the id is not known", code="no_id")
        try:
            self.Calls(account).delete(publication.external_id)
        except Rejected as error:
            if error.code != MISSING:
                raise
        return Deleted()

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        """Whoever the token stands for."""
        external_id, handle = self.Calls(account).me()
        return AccountInfo(external_id=external_id, handle=handle, who=f"@{handle}")

    @hookimpl
    def gaung_refresh_credentials(self, account: Account) -> Credentials:
        """All credentials, with a new access token."""
        return Credentials({**account.credentials, "token": self.Calls(account).refresh()})

    def go_on(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        """Post, unless that was done, or the platform is still at work."""
        known = self.known(account, attempt)
        if known is not None:
            return known
        media = self.uploaded(attempt)
        if any(self.state(account, media_id) == "processing" for media_id in media):
            return Pending(self.poll(account), "the video is worked on")
        return self.post(account, content, attempt, media)

    def post(self, account: Account, content: Content, attempt: Attempt, media: list[str]) -> Published:
        """The irreversible call, and its id saved at once."""
        with attempt.mutating():
            post, url = self.Calls(account).post(self.text(content), media)
        attempt.checkpoint("post", post)
        return Published(post, url)

    def text(self, content: Content) -> str:
        """The text as it is sent, and as it is looked for."""
        return content.text_with_link

    def poll(self, account: Account) -> float:
        """Seconds until the next look."""
        return float(account.settings.get("poll_seconds") or 5)

    def upload(self, account: Account, content: Content, attempt: Attempt) -> None:
        """Send the files that were not sent before, saving each id at once."""
        ids = self.uploaded(attempt)
        for media in content.media[len(ids) :]:
            ids.append(self.Calls(account).upload(media))
            attempt.checkpoint("media", ids)

    def uploaded(self, attempt: Attempt) -> list[str]:
        """Ids of the files that were sent, in order; also by an earlier process."""
        return list(attempt.checkpoints.get("media") or ())

    def state(self, account: Account, media_id: str) -> str:
        """`processing` or `ready`. Raises `Rejected` when the platform could not process it."""
        try:
            state = self.Calls(account).media_state(media_id)
        except Rejected as error:
            if error.code == MISSING:
                raise Transient("an upload is gone", code=MISSING) from None
            raise
        if state == "failed":
            raise Rejected("the platform could not process the file", code="processing_failed")
        return state

    def known(self, account: Account, attempt: Attempt) -> Published | None:
        """The receipt of a post whose id was saved. One whose URL cannot be read is there all the same."""
        post = attempt.checkpoints.get("post")
        if not post:
            return None
        try:
            url = self.Calls(account).read_post(str(post))
        except PlatformError:
            return Published(str(post), None)
        return Published(str(post), url) if url else None

    def candidates(self, account: Account, content: Content, attempt: Attempt) -> list[Published]:
        """Posts of this text that appeared when this attempt's could have, and are no other delivery's."""
        found = []
        for post in self.Calls(account).posts():
            if self.in_time(post, attempt) and self.is_like_it(post, content, attempt):
                found.append(Published(post.id, post.url))
            if attempt.mutation_started_at is None or post.created_at < attempt.mutation_started_at - LOOK_BACK:
                break
        return found

    def in_time(self, post: Post, attempt: Attempt) -> bool:
        """Whether it can stem from this attempt, by its time."""
        return attempt.appeared(post.created_at, post.server_now)

    def is_like_it(self, post: Post, content: Content, attempt: Attempt) -> bool:
        """Whether it says what was sent, and no other delivery owns it."""
        return post.text == self.text(content) and post.id not in attempt.owned_ids
