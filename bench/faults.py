"""`make faults`: kill, stop, cut off and wipe while it publishes; then count on the server what was lost or doubled.

python bench/faults.py [--small] [--only NAME ...] [--number N]     exit code 1 when anything was lost or doubled
"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import report
from fault_world import PROCESSES, FaultWorld
from gaung.core.records import Content

FULL, SMALL = 1000, 60


@dataclass(frozen=True, slots=True)
class Case:
    """What to break. `media`: the post has pictures, so that calls precede the one that publishes."""

    name: str
    act: Callable[[FaultWorld], None]
    media: bool = False
    before: bool = False  # acts before the post is scheduled
    must_hit: bool = True  # a case whose fault met no delivery in the middle has shown nothing, and counts as wrong


def kill_workers(world: FaultWorld) -> None:
    """kill -9 of a worker, again and again, while it publishes."""
    for _ in range(8):
        time.sleep(0.5)
        world.kill(random.choice(["worker0", "worker1"]))


def kill_dispatcher(world: FaultWorld) -> None:
    """kill -9 of the dispatcher."""
    for _ in range(8):
        time.sleep(0.4)
        world.kill("dispatcher")


def _stop_past_the_lease(world: FaultWorld) -> None:
    world.signal("worker0", signal.SIGSTOP)
    time.sleep(3 * 1.8)  # the lease is 3 s in this world
    world.signal("worker0", signal.SIGCONT)


def stop_before_the_call(world: FaultWorld) -> None:
    """SIGSTOP while pictures are being uploaded, past the lease; then SIGCONT."""
    world.fault(operation="facebook.photos", do="slow", seconds=0.4, times=-1)
    world.until(lambda: world.states().get("publishing", 0) > 0, 30)
    time.sleep(0.2)
    _stop_past_the_lease(world)


def stop_after_the_call(world: FaultWorld) -> None:
    """SIGSTOP while the platform has the post but not answered, past the lease; then SIGCONT."""
    world.fault(operation="facebook.feed", do="slow", seconds=1.0, when="after", times=-1)
    world.until(lambda: world.published() > 0, 30)
    _stop_past_the_lease(world)


def wipe_broker(world: FaultWorld) -> None:
    """FLUSHALL, again and again."""
    import redis

    client = redis.Redis.from_url(world.broker.url)
    for _ in range(8):
        time.sleep(0.3)
        client.flushall()
    client.close()


def restart_broker(world: FaultWorld) -> None:
    """kill -9 of the broker, and a new empty one."""
    for _ in range(3):
        time.sleep(0.7)
        world.kill_broker()
        world.start_broker()


def restart_database(world: FaultWorld) -> None:
    """The database crashes and comes back."""
    for _ in range(3):
        time.sleep(0.8)
        world.postgres.restart("immediate")


def hang_up(world: FaultWorld) -> None:
    """The platform takes the post and hangs up without an answer, or hangs up before it took it, or answers 500 after it took it."""
    each = max(3, world.number // 10)
    for what in ("hangup_after", "hangup_before", "error_after"):
        world.fault(operation="facebook.feed", do=what, times=each)


CASES = (
    Case("kill -9 of workers", kill_workers),
    Case("kill -9 of the dispatcher", kill_dispatcher, must_hit=False),
    Case("SIGSTOP past the lease, before the call", stop_before_the_call, media=True),
    Case("SIGSTOP past the lease, after the call", stop_after_the_call),
    Case("broker wiped", wipe_broker),
    Case("broker restarted", restart_broker),
    Case("database restarted", restart_database, must_hit=False),
    Case("platform accepts and hangs up", hang_up, before=True),
)


def run(case: Case, number: int) -> report.Row:
    """One case in a world of its own."""
    started = time.monotonic()
    world = FaultWorld(number)
    try:
        world.start_engine()
        world.ready()
        if case.before:
            case.act(world)
        else:  # a wave of about four seconds, so that there is something to hit
            each = max(0.05, 4.0 * PROCESSES * world.threads / number)
            world.fault(operation="facebook.feed", do="slow", seconds=min(2.0, each), times=-1)
        world.schedule(_content(world, media=case.media))
        if not case.before:
            case.act(world)
        world.settle()
        return _row(case, world, time.monotonic() - started)
    finally:
        world.close()


def _row(case: Case, world: FaultWorld, seconds: float) -> report.Row:
    counted = world.posts()
    doubled = sum(1 for posts in counted.values() if posts > 1)
    lost = sum(1 for posts in counted.values() if posts == 0)
    unknown = world.number - world.states().get("published", 0)
    hit = world.told("delivery.unconfirmed", "delivery.retrying")
    wrong = lost + doubled + unknown + (case.must_hit and hit == 0)
    detail = f"{world.number} deliveries, {hit} hit: {lost} lost, {doubled} doubled, {unknown} not known as published; {seconds:.0f} s"
    return report.Row(case.name, wrong, "wrong", 0, "lower", detail)


def _content(world: FaultWorld, *, media: bool) -> Content:
    if not media:
        return Content(format="text", title="t", text="Cek namamu di daftar pemilih.")
    from PIL import Image

    from gaung.core.media.store import MediaStore

    store = MediaStore(world.settings.media.store)
    pictures = []
    for index in range(2):
        path = world.home / f"p{index}.jpg"
        Image.new("RGB", (320, 320), (40 * index, 90, 160)).save(path)
        pictures.append(store.add(path))
    return Content(format="carousel", title="t", text="Cek namamu di daftar pemilih.", media=tuple(pictures))


def main() -> int:
    """Run the cases, print the table, write `build/faults.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--number", type=int)
    parser.add_argument("--only", nargs="+", help="words that the name of a case must hold")
    options = parser.parse_args()
    number = options.number or (SMALL if options.small else FULL)
    chosen = [case for case in CASES if not options.only or any(word in case.name for word in options.only)]
    rows = []
    for case in chosen:
        sys.stderr.write(f"{case.name}\n")
        rows.append(run(case, number))
        sys.stderr.write(f"  {rows[-1].detail}\n")
    report.show(rows, title="make faults")
    report.write(rows, Path("build/faults.json"))
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
