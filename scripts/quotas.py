"""What measuring costs of each platform's quota, found by letting the real schedule run for four weeks and asking the sandboxes.

python scripts/quotas.py        renews the table in docs/measuring.md; tests/docs/test_quotas.py checks it, and that every quota holds.

One account is gone through by `gaung.core.store.measures` (due, next_step) on a database in memory, with the settings' defaults;
sixteen accounts are sixteen times that, for they publish the same posts. The more posts are out the more is asked, so the last days
of the four weeks are gone through. What one question costs is counted in the journal of the platform's sandbox. Publishing and looks
for reshares have had their share before: the most that they may take.
"""

import functools
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Connection

from gaung.core.config.model import EndorsementSettings, MeasuringSettings
from gaung.core.records import Publication
from gaung.core.store import measures
from gaung.core.store.measure_tables import measures as measures_table
from gaung.core.store.tables import metadata, publications
from gaung.core.testkit.conformance import Bench
from gaung.core.testkit.conformance.gauges import HOOKS, Of
from gaung.core.testkit.conformance.kit import Kit

PAGE = Path(__file__).parent.parent / "docs" / "measuring.md"
BLOCK = re.compile(r"(<!-- quotas -->\n)(.*?)(<!-- end of quotas -->)", re.DOTALL)

OFFICES, POSTS, DAYS = 16, 200, 28
BUSY = 2
"""So many days at the end are gone through; what was due before them is put down as asked."""
FULLEST = 20
"""Not every day has as many posts as another: shifted by this, the last day but one has the most."""
POLLS = 30
"""So often a video is asked for while the platform works on it: five minutes at Facebook's pace, a quarter of an hour at YouTube's."""
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
GOLDEN = 0.6180339887498949
"""Its multiples are spread evenly and never fall together: the worst for batches."""

Moments = list[tuple[datetime, int]]
"""When, and how many: posts of one question, 0 for one about the account; or calls."""


@dataclass(frozen=True)
class Quota:
    """A platform's own bound. `of` says whose it is; `shared`: all accounts of an app use it together."""

    platform: str
    most: int
    window: timedelta
    of: str
    shared: bool
    source: str
    uploads: int | None = None
    """Most posts a day that an app can publish at all, where that is less than what the offices plan."""


QUOTAS = (
    Quota("facebook", 4_800, DAY, "calls of a Page with one engaged user, in 24 hours", False, "Graph API, rate limits"),
    Quota("instagram", 4_800, DAY, "calls of an account with one impression, in 24 hours", False, "Graph API, rate limits"),
    Quota("youtube", 10_000, DAY, "units of a project, a day", True, "YouTube Data API, quota; a list costs 1", uploads=100),
    Quota("tiktok", 600, MINUTE, "calls of an app to one endpoint, in a minute", True, "TikTok API, rate limits"),
)  # fmt: skip


def published() -> list[datetime]:
    """When the posts go out: from seven in the morning to nine in the evening, on every day."""
    return [
        BEGIN + timedelta(days=(number * DAYS + FULLEST) // POSTS, minutes=(number * GOLDEN % 1) * 14 * 60) for number in range(POSTS)
    ]  # fmt: skip


@functools.cache
def questions(together: int) -> Moments:
    """Every question about one account in four weeks, as the handler of measuring asks them."""
    settings, engine = MeasuringSettings(), create_engine("sqlite://")
    metadata.create_all(engine)
    asked: Moments = []
    with engine.begin() as conn:
        rows = [
            {"id": 1 + n, "delivery_id": 1 + n, "account_id": 1, "external_id": str(n), "published_at": at}
            for n, at in enumerate(published())
        ]
        conn.execute(insert(publications), rows)
        end = BEGIN + DAYS * DAY
        now = end - BUSY * DAY
        _put(conn, [0, *(row["id"] for row in rows if row["published_at"] < now)], now)
        while now < end:
            taken = measures.account_taken(conn, 1)
            whole = timedelta(hours=settings.account_hours)
            if taken is None or now - taken >= whole:
                asked.append((now, 0))
                _put(conn, [0], now)
                continue
            due = measures.due(conn, 1, settings.publication_hours, {}, now, wanted=BEGIN - DAY)[: min(together, settings.batch)]
            if due:
                asked.append((now, len(due)))
                _put(conn, due, now)
                continue
            step = measures.next_step(conn, 1, settings.publication_hours, now)
            now = max(min(taken + whole, step or taken + whole), now + timedelta(seconds=1))
    engine.dispose()
    return asked


def _put(conn: Connection, about: Sequence[int], now: datetime) -> None:
    base = {
        "office": "18",
        "platform": "p",
        "handle": "contoh",
        "account_id": 1,
        "name": "views",
        "value": 1.0,
        "definition": "",
        "exact": True,
    }
    row = {**base, "as_of": now, "source": measures.API, "actor": "simulation", "taken_at": now}
    conn.execute(insert(measures_table), [{**row, "publication": number} for number in about])


@dataclass(frozen=True)
class Cost:
    """Calls of one platform: of a question about the account; of one about a post, and each further one; of publishing without polls."""

    account: int
    post: int
    further: int
    publishing: int
    poll_seconds: float
    together: int
    measure_requests: int | None
    sweep_requests: int | None
    look_requests: int | None

    def of(self, posts: int) -> int:
        """Calls of a question about so many posts, 0: about the account."""
        return self.account if posts == 0 else self.post + (posts - 1) * self.further


def cost(bench: Bench, platform: str) -> Cost | None:
    """What the plugin's calls are, counted by its sandbox; the dearest format counts. None: it measures nothing yet."""
    kit = Kit(bench, platform)
    if not kit.record.metrics:
        return None
    kit.side.grant_all()
    settings, dearest = {field.name: field.default for field in kit.record.setting_fields}, (0, 0)
    runs = [kit.start(sample).drive() for sample in kit.samples if not sample.why_not]
    for run in runs:
        both = [run.published, kit.start(run.sample, account=run.account).drive().published]
        posts = [_publication(kit, run.account.external_id, receipt.external_id) for receipt in both if receipt is not None]
        one, two = (_calls(kit, "publication", account=run.account, publications=posts[:number]) for number in (1, 2))
        dearest = max(dearest, (one, two - one))
    return Cost(
        account=_calls(kit, "account", account=runs[0].account), post=dearest[0], further=dearest[1],
        publishing=max(sum(request.hook != "check" for request in run.requests) for run in runs), poll_seconds=settings["poll_seconds"],
        together=kit.record.capabilities.measures_together,
        **{name: settings.get(name) for name in ("measure_requests", "sweep_requests", "look_requests")},
    )  # fmt: skip


def _publication(kit: Kit, account: str, external_id: str | None) -> Publication:
    return Publication(id=1, external_id=external_id, url=None, published_at=kit.world.today(), account=account)


def _calls(kit: Kit, of: Of, **asked: Any) -> int:
    """How many calls the platform counted. Of a batch every part is one, and the batch itself is none."""
    before = len(kit.got())
    kit.subject.call(HOOKS[of], **asked)
    return sum(not entry.operation.endswith(".batch") for entry in kit.got()[before:])


def busiest(calls: Moments, window: timedelta) -> int:
    """Most calls in any stretch of time of that length."""
    calls, most, total, start = sorted(calls), 0, 0, 0
    for moment, number in calls:
        total += number
        while calls[start][0] <= moment - window:
            total -= calls[start][1]
            start += 1
        most = max(most, total)
    return most


@dataclass(frozen=True)
class Share:
    """What a platform's quota is used for, in its busiest window: by one account, or by all where the quota is shared."""

    quota: Quota
    cost: Cost
    publishing: int
    sweeping: int
    measuring: int
    a_day: int
    """Measuring by all accounts of an app in any 24 hours, which `measure_requests` bounds."""

    @property
    def used(self) -> int:
        """All three."""
        return self.publishing + self.sweeping + self.measuring


def share(quota: Quota, cost: Cost, asked: Moments) -> Share:
    """Of the simulated weeks."""
    accounts = OFFICES if quota.shared else 1
    calls = [(moment, cost.of(posts)) for moment, posts in asked]
    out = busiest([(moment, 1) for moment in published()], quota.window) * accounts
    polls = min(POLLS, int(quota.window.total_seconds() / cost.poll_seconds))
    publishing = min(out, quota.uploads or out) * (cost.publishing + polls)
    steps = [(at + timedelta(hours=hour), cost.look_requests or 0) for at in published() for hour in EndorsementSettings().sweep_hours]
    sweeping = busiest(steps, quota.window) * accounts
    if quota.shared and quota.window == DAY:
        sweeping = cost.sweep_requests or 0
    measuring = busiest(calls, quota.window) * accounts
    return Share(quota, cost, publishing, sweeping, measuring, busiest(calls, DAY) * OFFICES)


def shares() -> list[Share]:
    """Of every platform that measures."""
    bench = Bench(Path(tempfile.mkdtemp(prefix="gaung-quotas-")))
    try:
        found = [(quota, cost(bench, quota.platform)) for quota in QUOTAS]
    finally:
        bench.close()
    least = min(one.together for _, one in found if one is not None)
    asked = questions(least)
    whole = max(posts for _, posts in asked) < least  # then no batch was full, and larger ones are the same
    return [share(quota, one, asked if whole else questions(one.together)) for quota, one in found if one is not None]


def table(found: Sequence[Share]) -> str:
    """As the page shows it."""
    titles = (
        "platform", "calls for an account, a post, each further one", f"measuring, {OFFICES} accounts, 24 hours", "`measure_requests`",
        "quota", "publishing", "looks for reshares", "measuring", "left",
    )  # fmt: skip
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for one in found:
        each, bound = one.cost, f"{one.cost.measure_requests:,}" if one.cost.measure_requests else "no bound"
        what = f"{one.quota.most:,} {one.quota.of} ({one.quota.source})"
        cells = [one.quota.platform, f"{each.account}, {each.post}, {each.further}", f"{one.a_day:,}", bound, what]
        cells += [f"{number:,}" for number in (one.publishing, one.sweeping, one.measuring, one.quota.most - one.used)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def renewed(page: str) -> str:
    """The page with the table of today."""
    return BLOCK.sub(lambda match: f"{match[1]}{table(shares())}{match[3]}", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
