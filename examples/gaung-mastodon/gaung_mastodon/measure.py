"""The numbers of an account and its statuses. Everything in here only reads.

An account is one request, `GET /api/v1/accounts/verify_credentials`, and so is each status, `GET /api/v1/statuses/:id`: asking for several
of them at once came with Mastodon 4.3. Sources: entities/Account, entities/Status.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gaung.core.errors import Transient
from gaung.core.records import Account, Measure, Measured, Publication
from gaung_mastodon import parse
from gaung_mastodon.client import Mastodon
from gaung_mastodon.metrics import METRICS

_GONE = "the status is not there any more, or not shown to this account"
_LATER = "no usable answer this time"


def of_account(account: Account) -> Measured:
    """Followers and the like as they stand."""
    told, at = Mastodon(account).account_counts()
    return Measured(measures=tuple(_measures("account", told, at)))


def of_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Each status by itself. One that gets no usable answer is passed over; when a second one gets none, the instance is asked later."""
    api, measures, told_of, failed = Mastodon(account), list[Measure](), 0, None
    for number in dict.fromkeys(one.external_id for one in publications if one.external_id):
        try:
            found = api.status_counts(number)
        except Transient as error:
            if failed is not None:
                raise
            failed = error
            measures += _measures("publication", {}, datetime.now(UTC), number, f"{_LATER} ({error.code})")
            continue
        told_of += 1
        told, at = found or ({}, datetime.now(UTC))
        measures += _measures("publication", told, at, number, "" if found else _GONE)
    if failed is not None and not told_of:
        raise failed
    return Measured(measures=tuple(measures))


def _measures(of: str, told: Mapping[str, Any], at: datetime, status: str | None = None, why: str = "") -> Iterator[Measure]:
    """One for each declared metric."""
    for metric in METRICS:
        if metric.of == of:
            value = parse.number(told, metric.api)
            missing = why or ("the instance leaves it out" if told.get(metric.api) is None else f"{metric.api} is no count")
            yield Measure(name=metric.name, value=value, as_of=at, publication=status, why=missing if value is None else "")
