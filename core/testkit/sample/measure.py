"""What the sample platform tells of accounts and posts in numbers, and the two hooks that ask for them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from gaung.core.markers import hookimpl
from gaung.core.records import Account, Measure, Measured, Metric, Platform, Publication
from gaung.core.testkit.sample.client import Client

_SOURCE = "the sample platform's own sandbox"

METRICS = (
    Metric(
        name="followers", of="account", title="Pengikut", definition="accounts that follow this one, a level", version="1",
        api="followers", source=_SOURCE, exact=False,
    ),
    Metric(
        name="posts", of="account", title="Kiriman", definition="posts that everybody sees, a level", version="1", api="posts",
        source=_SOURCE,
    ),
    Metric(
        name="views", of="publication", title="Tayangan", definition="how often the post was shown, a level", version="1", api="shown",
        source=_SOURCE,
    ),
    Metric(
        name="likes", of="publication", title="Suka", definition="likes that were not taken back, a level", version="1", api="likes",
        source=_SOURCE,
    ),
    Metric(
        name="sample.stars", of="publication", title="Bintang", definition="stars that were given, a level", version="1", api="stars",
        source=_SOURCE,
    ),
)  # fmt: skip
TOGETHER = 20


class SampleMeasure:
    """Hooks of `SamplePlatform`, in a class of their own so that each file stays readable."""

    record: Platform
    Calls: type[Client]

    @hookimpl
    def gaung_measure_account(self, account: Account) -> Measured:
        """The account's own numbers, in one request."""
        as_of, told = self.Calls(account).numbers()
        return Measured(measures=tuple(self.measures("account", as_of, told)))

    @hookimpl
    def gaung_measure_publications(self, account: Account, publications: Sequence[Publication]) -> Measured:
        """Numbers of posts, in one request. What the platform does not list is gone."""
        ids = [one.external_id for one in publications if one.external_id is not None]
        as_of, told = self.Calls(account).post_numbers(ids)
        found = [measure for post in ids for measure in self.measures("publication", as_of, told.get(post), post)]
        return Measured(measures=tuple(found))

    def measures(
        self, of: Literal["account", "publication"], as_of: datetime, told: Mapping[str, Any] | None, post: str | None = None
    ) -> Iterator[Measure]:
        """One measure for each declared metric, with a value or with why there is none."""
        for metric in self.record.metrics:
            if metric.of == of:
                value = told.get(metric.api) if told is not None else None
                why = "" if value is not None else "the post is gone" if told is None else "the platform does not tell it"
                yield Measure(name=metric.name, value=value, as_of=as_of, publication=post, why=why)
