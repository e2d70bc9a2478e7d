"""What the page shows, read once from the same reports as the tables: every figure of the page is a figure of a report."""

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from gaung.core.clock import now
from gaung.core.period import Period
from gaung.core.services import accounts_report, coverage, followers_report, offices_report, posts_report, turnout
from gaung.core.services.context import Context
from gaung.core.store import measures
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.tables import contents, deliveries

SECTIONS = ("coverage", "followers", "offices", "posts", "accounts", "turnout", "evaluation")
_BEST = 6
_POINTS = 60
_THUMBNAIL = 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that the template needs; a part that was not asked for is None."""

    period: Period
    made_at: datetime
    office: str | None
    coverage: Mapping[str, Any] | None
    followers: Mapping[str, Any] | None
    growth: Mapping[str, Any] | None
    series: Mapping[str, Sequence[tuple[date, float]]]
    offices: Mapping[str, Any] | None
    posts: Mapping[str, Any] | None
    purposes: Mapping[str, Any] | None
    origins: Mapping[str, Any] | None
    pictures: Mapping[str, str]
    accounts: Mapping[str, Any] | None
    turnout: Sequence[Mapping[str, Any]]
    tiles: Sequence[Mapping[str, Any]]


def read(ctx: Context, period: Period, sections: Sequence[str] = SECTIONS, *, grade: str = "matched") -> Page:
    """Read the figures of some sections. Raises what the reports raise."""
    wanted = set(sections)
    cover = coverage.report(ctx, coverage.Ask(by=None, first=period.first, last=period.last, grade=grade)) if "coverage" in wanted else None
    posts = posts_report.report(ctx, period) if "posts" in wanted else None
    return Page(
        period=period,
        made_at=now(),
        office=ctx.scope.office,
        coverage=cover,
        followers=followers_report.report(ctx, period, by="platform") if "followers" in wanted else None,
        growth=followers_report.report(ctx, period, by="office") if "followers" in wanted else None,
        series=_series(ctx, period) if "followers" in wanted else {},
        offices=offices_report.report(ctx, period) if "offices" in wanted else None,
        posts=posts,
        purposes=posts_report.report(ctx, period, by="purpose") if "posts" in wanted else None,
        origins=posts_report.report(ctx, period, by="origin") if "posts" in wanted else None,
        pictures=_pictures(ctx, best(posts)) if posts else {},
        accounts=_accounts(ctx, period) if "accounts" in wanted else None,
        turnout=turnout.show_turnout(ctx) if "turnout" in wanted else [],
        tiles=_tiles(cover) if cover else [],
    )


def best(posts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The posts with the most interactions, of those whose interactions are known."""
    known = [row for row in posts["rows"] if row["interactions"] is not None]
    return sorted(known, key=lambda row: (-row["interactions"], row["key"]))[:_BEST]


def _accounts(ctx: Context, period: Period) -> Mapping[str, Any]:
    """Small counts are hidden: a page is passed on."""
    return accounts_report.hidden(accounts_report.accounts(ctx, by="regency", end=period.last))


def _tiles(cover: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The regencies of Lampung where they lie, roughly; empty where the rows are of another level or another province."""
    text = files("gaung.core").joinpath("data/ubin_lampung.csv").read_text("utf-8")
    rows = {row["key"]: row for row in cover["rows"]}
    tiles = [dict(place, row=int(place["row"]), column=int(place["column"])) for place in csv.DictReader(io.StringIO(text))]
    found = [{**tile, "figures": rows[tile["code"]]} for tile in tiles if tile["code"] in rows]
    return found if len(found) == len(rows) else []


def _series(ctx: Context, period: Period) -> dict[str, list[tuple[date, float]]]:
    """Followers by platform and day: an account counts from its first figure on, with its latest one."""
    mine = and_(table.c.publication == 0, table.c.name == "followers", table.c.value.is_not(None), ctx.scope.clause(table.c.office))
    with ctx.store.read() as conn:
        known = followers_report.owners(conn, period.ends)
        told = measures.series(conn, and_(mine, table.c.as_of <= period.ends))
        rows = [(owner, figure) for subject, _, figure in told if (owner := known.get(subject[:3], subject[:3])) is not None]
    step = max(1, period.days // _POINTS)
    days = [period.first + timedelta(days=place) for place in range(0, period.days, step)]
    if days[-1] != period.last:
        days.append(period.last)
    found: dict[str, list[tuple[date, float]]] = {}
    latest: dict[followers_report.Owner, float] = {}
    place = 0
    for day in days:
        end = Period(day, day).ends
        while place < len(rows) and rows[place][1].as_of <= end:
            latest[rows[place][0]] = float(rows[place][1].value or 0)
            place += 1
        for platform in {subject[1] for subject in latest}:
            total = sum(value for subject, value in latest.items() if subject[1] == platform)
            found.setdefault(platform, []).append((day, total))
    return dict(sorted(found.items()))


def _pictures(ctx: Context, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A small picture of each post that has one, as a `data:` address; a video's, or one that is gone, is left out."""
    with ctx.store.read() as conn:
        return {row["key"]: found for row in rows if (found := _picture(ctx, conn, int(row["key"])))}


def _picture(ctx: Context, conn: Connection, post: int) -> str | None:
    query = select(contents.c.body).join(deliveries, deliveries.c.content_id == contents.c.id).where(contents.c.post_id == post)
    for body in conn.execute(query.order_by(contents.c.id).limit(8)).scalars():
        for media in body.get("media", ()):
            if media["kind"] == "image":
                return _thumbnail(ctx, media)
    return None


def _thumbnail(ctx: Context, media: Mapping[str, Any]) -> str | None:
    from PIL import Image, UnidentifiedImageError

    from gaung.core.records.content import EXTENSIONS

    path = ctx.settings.media.store / media["sha256"][:2] / f"{media['sha256']}{EXTENSIONS.get(media['mime'], '.bin')}"
    try:
        with Image.open(path) as image:
            small = image.convert("RGB")
            small.thumbnail((_THUMBNAIL, _THUMBNAIL))
            out = io.BytesIO()
            small.save(out, "JPEG", quality=72)
    except (OSError, UnidentifiedImageError):
        return None
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
