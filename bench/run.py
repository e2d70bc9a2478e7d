"""`make bench`: measures, prints a table, writes `build/bench.json`. Goals are goals: a missed one fails nothing.

python bench/run.py [--only NAME ...] [--accounts N]     NAME: fanout scheduling lateness startup
"""

import argparse
import sys
from pathlib import Path

import fanout
import lateness
import report
import scheduling
import startup
from world import ACCOUNTS, World

PARTS = ("fanout", "scheduling", "lateness", "startup")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    options = parser.parse_args()
    rows = startup.measure() if "startup" in options.only else []
    if set(options.only) - {"startup"}:
        rows += _with_servers(options.only, options.accounts)
    report.show(rows)
    report.write(rows, Path("build/bench.json"))


def _with_servers(only: list[str], accounts: int) -> list[report.Row]:
    world = World()
    rows: list[report.Row] = []
    try:
        targets = world.add_accounts(accounts)
        for name, part in (("fanout", fanout), ("scheduling", scheduling), ("lateness", lateness)):
            if name in only:
                sys.stderr.write(f"measuring {name}\n")
                rows += part.measure(world, targets)
    finally:
        world.close()
    return rows


if __name__ == "__main__":
    main()
