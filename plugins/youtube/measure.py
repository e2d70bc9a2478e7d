"""The numbers of a channel and of its videos. Everything in here only reads; docs/platforms/youtube.md says what each number means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gaung.core.errors import AuthRevoked, RateLimited, Transient
from gaung.core.records import Account, Measure, Measured, Metric, Publication
from gaung.plugins.youtube import const
from gaung.plugins.youtube.client import Client
from gaung.plugins.youtube.errors import DAILY
from gaung.plugins.youtube.metrics import METRICS

NO_SCOPE = "insufficientPermissions"
_WANTS_SCOPE = f"permission missing ({NO_SCOPE}); needed: youtube.readonly"
_GONE = "YouTube's answer leaves the video out: deleted, or not shown to this channel"
_FOREIGN = "the video is not on this channel"
_NO_CHANNEL = "YouTube shows no such channel to this token"
_HIDDEN = "the channel hides how many subscribers it has"
_LEFT_OUT = {
    "likes": "YouTube leaves it out, as it does where likes are not shown",
    "comments": "YouTube leaves it out, as it does where comments are off",
}
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def of_account(account: Account) -> Measured:
    """The channel's statistics as they stand: one unit."""
    try:
        items, at = Client(account).counted(const.CHANNELS_PATH, {"mine": "true"})
    except AuthRevoked as error:
        return Measured(measures=tuple(_nothing("account", _without_scope(error))))
    ours = _by_id(items).get(account.external_id)
    if ours is None:
        return Measured(measures=tuple(_nothing("account", _NO_CHANNEL, at)))
    hidden = ours.get("hiddenSubscriberCount") is True
    return Measured(measures=tuple(_told("account", ours, at, hides=("followers",) if hidden else ())))


def of_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Statistics of up to 50 videos a call. What YouTube leaves out of its answer has no number.

    Raises `Transient` when their own quota of the day is used up, for that must not pause anything else.
    """
    client, measures, asked = Client(account), list[Measure](), list[str]()
    for one in {one.external_id: one for one in publications if one.external_id}.values():
        number = one.external_id or ""
        if one.account not in ("", account.external_id) or not _ID.fullmatch(number):
            measures += _nothing("publication", _FOREIGN, video=number)
        else:
            asked.append(number)
    for start in range(0, len(asked), const.PAGE_SIZE):
        measures += _of_videos(client, asked[start : start + const.PAGE_SIZE])
    return Measured(measures=tuple(measures))


def _of_videos(client: Client, videos: Sequence[str]) -> Iterator[Measure]:
    try:
        items, at = client.counted(const.STATS_PATH, {"id": ",".join(videos)})
    except AuthRevoked as error:
        why = _without_scope(error)
        for video in videos:
            yield from _nothing("publication", why, video=video)
        return
    except RateLimited as error:
        if error.code in DAILY:  # nothing else takes from that quota: publishing goes on
            raise Transient(f"no more videos.batchGetStats today: {error.message}", code=error.code) from None
        raise
    found = _by_id(items)
    for video in videos:
        statistics = found.get(video)
        yield from _nothing("publication", _GONE, at, video) if statistics is None else _told("publication", statistics, at, video)


def _without_scope(error: AuthRevoked) -> str:
    """A person may untick reading: then there are no numbers, and the channel stays in service. Any other refusal is raised."""
    if error.code != NO_SCOPE:
        raise error
    return _WANTS_SCOPE


def _by_id(items: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    """`statistics` of each item that says whose they are."""
    named = [item for item in items if isinstance(item, Mapping) and isinstance(item.get("id"), str)]
    return {item["id"]: told if isinstance(told := item.get("statistics"), Mapping) else {} for item in named}


def _told(of: str, statistics: Mapping[str, Any], at: datetime, video: str | None = None, hides: Sequence[str] = ()) -> Iterator[Measure]:
    for metric in _metrics(of):
        value, why = _number(statistics, metric)
        if metric.name in hides:  # whatever stands there, 0 too, is no count
            value, why = None, _HIDDEN
        yield Measure(name=metric.name, value=value, as_of=at, publication=video, why=why)


def _number(statistics: Mapping[str, Any], metric: Metric) -> tuple[float | None, str]:
    """A count, which YouTube writes as decimal digits in a string, or why there is none."""
    value = statistics.get(metric.api.rpartition(".")[2])
    if value is None:
        return None, _LEFT_OUT.get(metric.name, "YouTube leaves it out of its answer")
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return (float(digits), "") if _DIGITS.fullmatch(digits) else (None, f"YouTube's {metric.api} is no number")


def _nothing(of: str, why: str, at: datetime | None = None, video: str | None = None) -> Iterator[Measure]:
    for metric in _metrics(of):
        yield Measure(name=metric.name, value=None, as_of=at or datetime.now(UTC), publication=video, why=why)


def _metrics(of: str) -> Iterator[Metric]:
    return (metric for metric in METRICS if metric.of == of)
