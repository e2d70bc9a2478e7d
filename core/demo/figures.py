"""The end of `gaung demo`: made-up followers of a month ago, figures of today by the plugins, and the report as one page.

Two regencies stand out, so that the page has something to say: the followers of both fell, and one of them lost a token.
"""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaung.core.clock import now, rfc3339
from gaung.core.errors import UserError
from gaung.core.period import USUAL, Period
from gaung.core.services import measure_import, measuring
from gaung.core.services.accounts import list_accounts
from gaung.core.services.context import Context
from gaung.core.services.exports import write_private

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox

PAGE = "laporan.html"
BEFORE = "pengikut-sebulan-lalu.csv"
NEEDY, FELL = "18.09", "18.13"
"""Offices that the page will name; what it says of them is made up, as everything in a demo."""
NOTE = "Contoh dari gaung demo: semua angka, akun, dan keadaan satker di halaman ini dibuat-buat."
_AHEAD = timedelta(days=2).total_seconds()
"""A demo does not wait: its posts have at once what they would have after so long."""
_NUMBERS = ("views", "reach", "likes", "comments", "shares", "saves")
_MORE = 1.1
"""Offices that fell had so many times as many followers."""


def write(ctx: Context, sandbox: "Sandbox", say: Callable[[str], None]) -> str:
    """Measure, and write the page into the home; answers its path."""
    _grow(sandbox)
    held = list_accounts(ctx)
    _a_month_ago(ctx, sandbox, held)
    _lose_a_token(sandbox, held)
    at_once = ctx.settings.measuring.model_copy(update={"publication_hours": [0.0]})
    asking = Context(ctx.settings.model_copy(update={"measuring": at_once}), store=ctx.store, manager=ctx.manager)
    done = measuring.measure_now(asking, accounts=True, publications=True, tell=lambda _: None)
    say(f"{done['measures']} figures measured of {done['accounts']} accounts and their posts")
    return str(page(ctx))


def page(ctx: Context) -> Path:
    """The report of the last 30 days, as `gaung report page` writes it."""
    from gaung.core.reports.page import make

    return write_private(ctx.settings.home / PAGE, make(ctx, Period.of(None, None), note=NOTE))


def _grow(sandbox: "Sandbox") -> None:
    numbers, moment = sandbox.world.numbers, sandbox.world.now()
    for name, side in sandbox.platforms.items():
        for post in side.posts():
            for number in _NUMBERS:
                numbers.put(name, post.id, number, numbers.of_post(name, post, number, moment + _AHEAD), moment)


def _a_month_ago(ctx: Context, sandbox: "Sandbox", held: list[dict[str, Any]]) -> None:
    """Put down what somebody may have counted by hand on the day before the period."""
    then = now() - timedelta(days=USUAL)
    path = ctx.settings.home / BEFORE
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["kantor", "platform", "akun", "ukuran", "nilai", "tanggal", "sumber", "perkiraan"])
        for account in held:
            thing = sandbox.platforms[account["platform"]].accounts[account["external_id"]]
            value = sandbox.world.numbers.of_account(account["platform"], thing, "followers", then.timestamp()) or 0
            more = _MORE if account["office"] in (NEEDY, FELL) else 1
            shown = f"{int(value * more):,}".replace(",", ".")
            who = [account["office"], account["platform"], account["handle"]]
            writer.writerow([*who, "pengikut", shown, rfc3339(then), "contoh: hitungan tangan", "tidak"])
    answer = measure_import.import_measures(ctx, path)
    if answer["rejected"]:
        raise UserError(f"{answer['rejected']} made-up figures were rejected: {answer['rejects'][0]['reason']}.")


def _lose_a_token(sandbox: "Sandbox", held: list[dict[str, Any]]) -> None:
    account = next((one for one in held if one["office"] == NEEDY), None)
    if account is not None:
        sandbox.platforms[account["platform"]].break_token(account["external_id"], "revoke")
