"""How late deliveries begin while 100,000 others lie scheduled."""

import time

from sqlalchemy import select

from gaung.core.store.tables import attempts, deliveries
from report import Row
from world import World, server

SCHEDULED = 100_000
DUE = 2_000
SPREAD = 20.0


def measure(world: World, targets: list[int], scheduled: int = SCHEDULED) -> list[Row]:
    """100,000 deliveries for later, and 2,000 that come due evenly over 20 seconds."""
    left = scheduled
    while left > 0:
        world.schedule(targets[:left], in_seconds=86_400)
        left -= len(targets[:left])
    with server(0.05) as url, world.engine(processes=2, threads=32, env={"GAUNG_PLUGINS__BENCH__API_URL": url}):
        time.sleep(2)
        world.schedule(targets[:DUE], in_seconds=1.0, spread=SPREAD)
        while world.count("published") < DUE:
            time.sleep(0.25)
    query = select(deliveries.c.at, attempts.c.started_at).join(attempts, attempts.c.delivery_id == deliveries.c.id)
    with world.store.read() as conn:
        late = sorted((row.started_at - row.at).total_seconds() for row in conn.execute(query))
    world.clear()
    p50, p99 = late[len(late) // 2], late[int(len(late) * 0.99)]
    detail = f"{scheduled} scheduled, {DUE} due over {SPREAD:.0f} s: p50 {p50:.2f} s, p99 {p99:.2f} s, worst {late[-1]:.2f} s"
    return [Row("lateness_p99", p99, "s", 1.0, "lower", detail)]
