"""How long a report of coverage takes over the corps at its peak, from 10 thousand to 10 million reshares.

Whole tables as in use: reshares with links and the history of each, areas, assignments, consents, accounts; the rollup by `recount`.
"""

import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import corps
from gaung.core.config import load
from gaung.core.ledger.cells import recount
from gaung.core.registry import state
from gaung.core.services.context import Context
from gaung.core.services.coverage import Ask, report
from gaung.core.store.db import Store
from gaung.core.store.types import day_of
from report import Row
from world import World

RESHARES = 10_000_000
POSTS = 40
VARIANTS = ("regency", "district", "village", "body", "platform", "origin")
TIMES = 5

_POSTS = """
INSERT INTO posts (id, title, purpose, origin, at, day, deadline_at, document, created_by, created_at)
SELECT n, 'Cek DPT Online ' || n, 'edukasi', 'provinsi', '{day} 12:00+07', '{day}', '{day} 14:00+07', '{{}}', 'bench', now()
FROM generate_series(1, {posts}) AS n"""
_PUBLISHED = (
    """INSERT INTO accounts (id, office, platform, external_id, handle, status, credentials, limits, info, created_at, updated_at)
    SELECT n, '18', platform, platform, 'contoh', 'active', '', '{}', '{}', now(), now()
    FROM unnest(ARRAY['facebook','instagram','youtube','tiktok']) WITH ORDINALITY AS one(platform, n)""",
    """INSERT INTO deliveries (post_id, account_id, office, platform, state, at, deadline_at, checkpoints, updated_at)
    SELECT posts.id, accounts.id, '18', platform, 'published', at, deadline_at, '{}', now() FROM posts CROSS JOIN accounts""",
    """INSERT INTO publications (delivery_id, account_id, external_id, published_at)
    SELECT id, account_id, 'p' || id, at FROM deliveries""",
    "INSERT INTO share_totals SELECT p.id, d.post_id, platform, 40, now() FROM publications p JOIN deliveries d ON d.id = delivery_id",
)
# Each post's echoes lie together, as they come in. Of each post k counts up; every fifth echo is the fourth's member on another platform.
# Steps coprime to the number of members visit all.
_ECHOES = """
INSERT INTO reshares (post_id, member_id, platform, signal, grade, link, source, verifier, first_seen_at, updated_at)
SELECT post, 1 + ((k - (k % 5 = 4)::int) * 7919 + post * 104729) % {members}, (ARRAY['facebook','instagram','youtube','tiktok'])[1 + k % 4],
    'link', 1 + (k * 31 + post) % 5, 'https://contoh.example/' || post || '/' || k, 'import', 'bench', now(), now()
FROM (
    SELECT 1 + n / {each} AS post, {before} + n % {each} AS k FROM generate_series(0::bigint, {posts}::bigint * {each} - 1) AS n
) AS echo"""
_CHANGES = """
INSERT INTO reshare_changes (reshare_id, at, actor, was, grade, why)
SELECT id, first_seen_at, 'bench', NULL, grade, 'import' FROM reshares
WHERE id > (SELECT coalesce(max(reshare_id), 0) FROM reshare_changes)"""
_LEAVE = ("reshares", "reshare_changes")


def measure(world: World, reshares: int = RESHARES) -> list[Row]:
    """Two rows: the slowest report at the end, and how its time grew."""
    world.postgres.execute("CREATE DATABASE coverage")
    url = world.postgres.url("coverage")
    day = day_of(None)
    started = time.monotonic()
    store = corps.fill(url, day)
    _say(f"{corps.MEMBERS} members in {time.monotonic() - started:.0f} s")
    cold, warm = _denominators(store, day)
    corps.execute(store, _POSTS.format(day=day, posts=POSTS), *_PUBLISHED)
    ctx = Context(load(world.home).model_copy(update={"database_url": url}), store=store)
    levels = [0, *sorted({min(reshares, level) for level in (10_000, 100_000, 1_000_000, 10_000_000)})]
    took: dict[int, dict[str, float]] = {}
    rebuilt = 0.0
    for low, high in pairwise(levels):
        _echo(store, low, high)
        rebuilt = _recount(store)
        took[high] = _reports(ctx, day)
        _say(f"{high} reshares: recount {rebuilt:.1f} s; " + _told(took[high]))
    command = _command(world.home, url)
    sizes = ", ".join(corps.size(store, table) for table in ("reshares", "reshare_changes", "coverage", "assignments", "declared_accounts"))
    ctx.close()
    store.close()
    world.postgres.execute("DROP DATABASE coverage")
    first, last = took[levels[1]], took[levels[-1]]
    slowest = max(last, key=lambda name: last[name])
    detail = f"{levels[-1]:,} reshares, {POSTS} posts, slowest: {slowest}; {_told(last)}; the whole command {command:.2f} s; "
    detail += f"members of a day counted anew {cold:.2f} s, known {warm * 1000:.1f} ms; full recount {rebuilt:.0f} s; {sizes}"
    steps = "; ".join(f"{level:,}: {_told(times)}" for level, times in took.items())
    growth = last[slowest] / first[slowest]
    return [
        Row("coverage_report", last[slowest], "s", 1.0, "lower", detail),
        Row("coverage_growth", growth, "x", 1.5, "lower", f"{slowest}, {levels[-1]:,} / {levels[1]:,} reshares; {steps}"),
    ]


def _denominators(store: Store, day: date) -> tuple[float, float]:
    times = []
    for _ in range(2):
        started = time.monotonic()
        state.counts(store, day)
        times.append(time.monotonic() - started)
    return times[0], times[1]


def _echo(store: Store, low: int, high: int) -> None:
    """Put reshares in, with the history of each; indexes and foreign keys are made anew after, as a restored backup makes them."""
    with store.read() as conn:
        kept = [_made(conn, table) for table in _LEAVE]
    corps.execute(store, *[drop for drops, _ in kept for drop in reversed(drops)])
    corps.execute(store, _ECHOES.format(members=corps.MEMBERS, posts=POSTS, before=low // POSTS, each=(high - low) // POSTS), _CHANGES)
    corps.execute(store, *[make for _, makes in reversed(kept) for make in makes], "ANALYZE reshares", "ANALYZE reshare_changes")


def _made(conn: Any, table: str) -> tuple[list[str], list[str]]:
    """How to drop and make the constraints and indexes of a table; its primary key stays."""
    named = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    query = f"{named} WHERE conrelid = %s::regclass AND contype IN ('f', 'u')"
    drops: list[str] = []
    makes: list[str] = []
    for name, definition in conn.exec_driver_sql(query, (table,)):
        drops.append(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        makes.insert(0, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname LIKE 'ix%%'"
    for name, definition in conn.exec_driver_sql(query, (table,)):
        drops.append(f"DROP INDEX {name}")
        makes.insert(0, definition)
    return drops, makes


def _recount(store: Store) -> float:
    started = time.monotonic()
    with store.write() as conn:
        recount(conn)
    took = time.monotonic() - started
    corps.execute(store, "ANALYZE coverage")
    return took


def _reports(ctx: Context, day: date) -> dict[str, float]:
    """Median seconds of each report: of one post by each variant, and of all posts of 30 days by district."""
    asks = {by: Ask(post=POSTS // 2, by=by) for by in VARIANTS}
    asks["all posts by district"] = Ask(by="district", first=day - timedelta(days=29), last=day)
    found = {}
    for name, ask in asks.items():
        times = []
        for _ in range(TIMES):
            started = time.monotonic()
            told = report(ctx, ask)
            times.append(time.monotonic() - started)
            assert told["total"]["covered"] > 0, name
        found[name] = statistics.median(times)
    return found


def _command(home: Path, url: str) -> float:
    """The command as a person runs it, its start included."""
    gaung = str(Path(sys.executable).with_name("gaung"))
    command = [
        "/usr/bin/env",
        f"GAUNG_DATABASE_URL={url}",
        gaung,
        "--home",
        str(home),
        "--json",
        "report",
        "coverage",
        "--post",
        str(POSTS // 2),
    ]
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _told(times: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in times.items())


def _say(words: str) -> None:
    sys.stderr.write(f"  {words}\n")
