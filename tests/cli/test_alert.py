"""`gaung alert ...` and `gaung measure ...` as people type them."""

from typing import Any

from gaung.core.store import credentials
from gaung.core.store.db import Store


def test_an_account_that_must_be_connected_again_is_an_alert(cli: Any) -> None:
    empty = cli("alert", "list")
    assert "Nothing needs a person's eye." in empty.out
    assert "gaung alert check" in empty.err, "nobody looked: that nothing is listed says little"
    number = cli.account("18")
    store = Store(f"sqlite:///{cli.home}/gaung.db", actor="test")
    with store.write() as conn:
        credentials.flag(conn, number, 1, code="190", message="revoked")
    store.close()
    (alert,) = cli.ok("alert", "check")
    assert (alert["kind"], alert["office"], alert["platform"]) == ("needs_reauth", "18", "facebook")
    assert "must be connected again" in cli("alert", "list").out
    assert cli.ok("alert", "list", "--all")[0]["resolved_at"] is None


def test_the_articles_figures_are_the_first_of_every_series(cli: Any) -> None:
    assert cli.ok("measure", "baseline")["imported"] == 4
    shown = cli("measure", "list").out
    assert "22000" in shown
    assert cli.ok("measure", "list", "--platform", "youtube")[0]["value"] == 7000
    assert cli("measure", "list", "--post", "9").code == 1
