"""The two fan-out figures of design.md section 13."""

import multiprocessing
import threading
import time
from typing import Any

from sqlalchemy import func, select

from gaung.core.store.tables import attempts
from report import Row
from world import World, server

LATENCY = 0.3
IN_FLIGHT = 256
PROCESSES = 2


def measure(world: World, targets: list[int]) -> list[Row]:
    """Under latency, then bare overhead."""
    with server(LATENCY) as url:
        seconds, twins = _wave(world, targets, url)
    ideal = len(targets) * LATENCY / IN_FLIGHT
    detail = f"{len(targets)} deliveries in {seconds:.1f} s, ideal {ideal:.1f} s, {twins} doubled"
    rows = [Row("fanout_under_latency", ideal / seconds, "ratio", 0.7, "higher", detail)]
    world.clear()
    with server(0.0) as url:
        bare = _bare(url, len(targets))
        seconds, twins = _wave(world, targets, url)
    ours = len(targets) / seconds
    detail = f"{ours:.0f} deliveries/s, bare httpx2 {bare:.0f} requests/s, {twins} doubled"
    rows.append(Row("fanout_overhead", ours / bare, "ratio", 0.3, "higher", detail))
    world.clear()
    return rows


def _wave(world: World, targets: list[int], url: str) -> tuple[float, int]:
    """Seconds from the first claim to the last receipt, and how many accounts got two posts."""
    import json
    import urllib.request

    with world.engine(processes=PROCESSES, threads=IN_FLIGHT // PROCESSES, env={"GAUNG_PLUGINS__BENCH__API_URL": url}):
        world.schedule(targets)
        while world.count("published") < len(targets):
            time.sleep(0.25)
    with world.store.read() as conn:
        from gaung.core.store.tables import events

        first = conn.execute(select(func.min(events.c.at)).where(events.c.event == "delivery.queued")).scalar_one()
        last = conn.execute(select(func.max(attempts.c.ended_at))).scalar_one()
    with urllib.request.urlopen(f"{url}/count") as reply:
        counted: dict[str, Any] = json.load(reply)
    assert counted["posts"] - counted["twins"] >= len(targets)
    return (last - first).total_seconds(), counted["twins"]


def _bare(url: str, number: int) -> float:
    """Requests/s of a plain httpx2 loop with as many processes and threads."""
    each = number // PROCESSES
    started = time.monotonic()
    children = [multiprocessing.Process(target=_loop, args=(f"{url}/bare{index}", each)) for index in range(PROCESSES)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return each * PROCESSES / (time.monotonic() - started)


def _loop(url: str, number: int) -> None:
    import httpx2

    left = iter(range(number))
    lock = threading.Lock()
    tls = httpx2.create_ssl_context()

    def work() -> None:
        client = httpx2.Client(verify=tls)  # one a thread, as Gaung has it: faster than one pool for all
        while True:
            with lock:
                index = next(left, None)
            if index is None:
                return
            client.post(f"{url}/{index}", data={"message": "halo", "access_token": "bench-token-0123456789"}).json()

    threads = [threading.Thread(target=work) for _ in range(IN_FLIGHT // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
