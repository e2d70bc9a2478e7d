"""`make bench`: measures, prints a table, writes `build/bench.json`. Goals are goals: a missed one fails nothing.

python bench/run.py [--only NAME ...] [--accounts N] [--reshares N] [--members N]
NAME: fanout scheduling lateness startup coverage members
"""

import argparse
import sys
from pathlib import Path

import coverage
import fanout
import lateness
import lists
import members
import report
import scheduling
import startup
from world import ACCOUNTS, World

PARTS = ("fanout", "scheduling", "lateness", "startup", "coverage", "members")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--reshares", type=int, default=coverage.RESHARES)
    parser.add_argument("--members", type=int, default=lists.MEMBERS)
    options = parser.parse_args()
    rows = startup.measure() if "startup" in options.only else []
    if set(options.only) - {"startup"}:
        rows += _with_servers(options)
    report.show(rows)
    report.write(rows, Path("build/bench.json"))


def _with_servers(options: argparse.Namespace) -> list[report.Row]:
    world = World()
    rows: list[report.Row] = []
    try:
        targets = world.add_accounts(options.accounts)
        for name, part in (("fanout", fanout), ("scheduling", scheduling), ("lateness", lateness)):
            if name in options.only:
                sys.stderr.write(f"measuring {name}\n")
                rows += part.measure(world, targets)
        if "coverage" in options.only:
            sys.stderr.write("measuring coverage\n")
            rows += coverage.measure(world, options.reshares)
        if "members" in options.only:
            sys.stderr.write("measuring members\n")
            rows += members.measure(world, options.members)
    finally:
        world.close()
    return rows


if __name__ == "__main__":
    main()
