"""The numbers of an account and of its public videos. Everything in here only reads; docs/platforms/tiktok.md says what each means."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gaung.core.errors import AuthRevoked, Rejected
from gaung.core.records import Account, Measure, Measured, Metric, Publication
from gaung.plugins.tiktok import client, const, errors, parse
from gaung.plugins.tiktok.metrics import METRICS

STATS, LIST = "user.info.stats", "video.list"
_OF_ACCOUNT = tuple(metric for metric in METRICS if metric.of == "account")
_OF_VIDEO = tuple(metric for metric in METRICS if metric.of == "publication")
_NO_ID = "TikTok tells numbers of public videos only, and this is no id of one"
_GONE = "TikTok lists no such public video of the account: deleted, not public, in review, or another account's"
_VIDEO_ID = re.compile(r"\d{1,20}", re.ASCII)

Ask = Callable[[Sequence[str]], client.Answer]


@dataclass(frozen=True, slots=True)
class _Look:
    """What TikTok answered to one field; `why` it did not. `refused`: it may be the field's fault, or that of what it was asked of."""

    data: Mapping[str, Any]
    at: datetime
    why: str = ""
    refused: bool = False


def of_account(account: Account) -> Measured:
    """Followers and the like as they stand: one call. Without the scope `user.info.stats` they are unknown, and the account is well."""

    def ask(fields: Sequence[str]) -> client.Answer:
        return client.user_numbers(account, fields)

    looks = _asked(account, STATS, _OF_ACCOUNT, ask)
    return Measured(measures=tuple(_measure(metric, looks[metric.api], looks[metric.api].data) for metric in _OF_ACCOUNT))


def of_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Up to 20 videos a call. Only a public video has an id to ask by: a publish id names the upload, and is not asked for."""
    ids = list(dict.fromkeys(one.external_id for one in publications if one.external_id))
    known = [video for video in ids if _VIDEO_ID.fullmatch(video)]
    nameless = _Look({}, datetime.now(UTC), _NO_ID)
    measures = [_measure(metric, nameless, {}, video) for video in ids if video not in known for metric in _OF_VIDEO]
    for start in range(0, len(known), const.QUERY_SIZE):
        measures += _of_videos(account, known[start : start + const.QUERY_SIZE])
    return Measured(measures=tuple(measures))


def _of_videos(account: Account, videos: Sequence[str]) -> Iterator[Measure]:
    def ask(fields: Sequence[str]) -> client.Answer:
        return client.video_numbers(account, videos, fields)

    looks = _asked(account, LIST, _OF_VIDEO, ask)
    if len(videos) > 1 and all(look.refused for look in looks.values()):  # no field is to blame, so it is one of the videos
        for video in videos:
            yield from _of_videos(account, [video])
        return
    for metric in _OF_VIDEO:
        look = looks[metric.api]
        rows = parse.videos(look.data)
        for video in videos:
            yield _measure(metric, look, rows.get(video), video)


def _asked(account: Account, scope: str, metrics: Sequence[Metric], ask: Ask) -> dict[str, _Look]:
    """What TikTok answers to the fields of these metrics, by field. Fields that are refused together are asked for one by one."""
    fields = [metric.api for metric in metrics]
    granted = account.credentials.get("scope", "")
    if granted and scope not in granted.split(","):
        return dict.fromkeys(fields, _Look({}, datetime.now(UTC), f"permission missing; needed: {scope}"))
    together = _look(scope, fields, ask)
    if not together.refused:
        return dict.fromkeys(fields, together)
    return {field: _look(scope, [field], ask) for field in fields}


def _look(scope: str, fields: Sequence[str], ask: Ask) -> _Look:
    try:
        answer = ask(fields)
    except AuthRevoked as error:
        if errors.CODES.get(error.code) != "revoked":
            raise
        return _Look({}, datetime.now(UTC), f"permission missing ({error.code}); needed: {scope}")
    except Rejected as error:
        return _Look({}, datetime.now(UTC), f"TikTok refuses it ({error.code}): {error.message}", refused=True)
    return _Look(answer.data, answer.at)


def _measure(metric: Metric, look: _Look, told: Mapping[str, Any] | None, video: str | None = None) -> Measure:
    """The number, or why there is none. `told` None: TikTok says nothing of that video."""
    value = None if told is None else told.get(metric.api)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Measure(name=metric.name, value=float(value), as_of=look.at, publication=video)
    missing = _GONE if told is None else "TikTok leaves it out of its answer" if value is None else f"TikTok's {metric.api} is no number"
    return Measure(name=metric.name, value=None, as_of=look.at, publication=video, why=look.why or missing)
