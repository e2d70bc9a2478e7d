"""Whether an attempt of unknown outcome made a video: the session knows best, then the channel's own uploads.

The uploads playlist costs 1 unit a page; a search would take one of 100 calls a day and may lag behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gaung.core.errors import Rejected
from gaung.core.records import Account, Attempt, CannotTell, Content, FindAnswer, NotThere, Published, Unfinished
from gaung.plugins.youtube import parse, payloads
from gaung.plugins.youtube.client import Client
from gaung.plugins.youtube.publish import VIDEO, judge
from gaung.plugins.youtube.session import Session

_MARGIN = timedelta(days=1)
"""How much older than the attempt an upload must be for the look to stop: the order of the list is not promised."""

_MOST_PAGES = 40


def find(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Ask by video id, by session, then by what appeared on the channel. Read-only on YouTube."""
    client = Client(account)
    if attempt.checkpoints.get(VIDEO):
        return _verdict(client, account, attempt, str(attempt.checkpoints[VIDEO]))
    session = Session.saved(attempt)
    if session is not None:
        progress = client.session_progress(session.uri, session.size)
        if progress.video is not None:
            return _verdict(client, account, attempt, progress.video.id)
        if not progress.gone:
            return Unfinished("finish", f"{progress.stored} of {session.size} bytes are stored")
    return _among_uploads(client, account, content, attempt, session)


def _verdict(client: Client, account: Account, attempt: Attempt, video_id: str) -> FindAnswer:
    """What a video that is ours for sure is worth. While YouTube works on it, and to tell why it failed, it is left to `gaung_check`."""
    video, _ = client.video(video_id)
    if video is None:
        return CannotTell(f"YouTube took video {video_id} and lists it no longer; perhaps a person deleted it")
    attempt.checkpoint(VIDEO, video_id)
    try:
        answer = judge(account, video)
    except Rejected:
        return Unfinished("check", f"video {video_id} did not pass YouTube's processing")
    return answer if isinstance(answer, Published) else Unfinished("check", f"video {video_id} is uploaded and being processed")


def _among_uploads(client: Client, account: Account, content: Content, attempt: Attempt, session: Session | None) -> FindAnswer:
    channel = client.channel()
    if channel is None or channel.id != account.external_id:
        return CannotTell("the token stands for another channel, or for none")
    sent = session.metadata["snippet"] if session else payloads.metadata(content)["snippet"]
    ours: list[str] = []
    doubtful: list[str] = []
    for seen in _recent(client, channel.uploads, attempt):
        if seen is None:
            return CannotTell("the channel has more recent uploads than can be looked through")
        same = _same(seen.upload.title, sent["title"]) and _same(seen.upload.description, sent["description"])
        if not same or seen.upload.video in attempt.owned_ids:
            continue
        if attempt.appeared(seen.upload.created_at, seen.server_now):
            ours.append(seen.upload.video)
        elif seen.while_uploading(attempt, session):
            doubtful.append(seen.upload.video)
    if len(ours) == 1:
        return _verdict(client, account, attempt, ours[0])
    if ours or doubtful:
        return CannotTell(f"these videos look alike: {', '.join(ours or doubtful)}")
    return NotThere("neither the upload session nor the channel's uploads have it")


@dataclass(frozen=True, slots=True)
class _Seen:
    """An upload, and YouTube's clock when it was listed."""

    upload: parse.Upload
    server_now: datetime | None

    def while_uploading(self, attempt: Attempt, session: Session | None) -> bool:
        """Whether it dates from between the start of the upload and the last bytes.

        YouTube calls `publishedAt` the time of the upload without saying of which end, so such a video may be ours or not.
        """
        if session is None or attempt.mutation_started_at is None:
            return False
        return session.opened_at <= self.upload.created_at < attempt.mutation_started_at + _skew(self.server_now)


def _recent(client: Client, playlist: str, attempt: Attempt) -> Iterator[_Seen | None]:
    """Uploads from the newest on until they are surely older than the attempt; None when there are too many."""
    page = ""
    for _ in range(_MOST_PAGES):
        uploads, page, reply = client.uploads(playlist, page)
        server_now = reply.server_now()
        yield from (_Seen(upload, server_now) for upload in uploads)
        if not page or _older(uploads, attempt, server_now):
            return
    yield None


def _older(uploads: list[parse.Upload], attempt: Attempt, server_now: datetime | None) -> bool:
    if not uploads or attempt.mutation_started_at is None:
        return False
    return max(upload.created_at for upload in uploads) < attempt.mutation_started_at + _skew(server_now) - _MARGIN


def _skew(server_now: datetime | None) -> timedelta:
    return server_now - datetime.now(UTC) if server_now else timedelta()


def _same(seen: str, sent: str) -> bool:
    """YouTube may change line ends and drop trailing blanks; nothing else is forgiven."""
    return _plain(seen) == _plain(sent)


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
