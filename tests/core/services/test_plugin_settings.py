"""An office's own settings: checked as the plugin declares them, over gaung.toml's, secrets sealed."""

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from gaung.core.config import load
from gaung.core.errors import UserError
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import Capabilities, Field, FormatRule, Platform
from gaung.core.redaction import redact
from gaung.core.services import plugin_settings as own
from gaung.core.services.accounts import reseal
from gaung.core.services.context import Context
from gaung.core.store import events
from gaung.core.store.tables import accounts, plugin_settings
from gaung.core.testkit.objects import Policy

FIELDS = (
    Field(name="api_url", help="where the API is", kind="url", default="https://api.example"),
    Field(name="app_id", help="the app"),
    Field(name="app_secret", help="its secret", kind="secret"),
    Field(name="poll_seconds", help="how often to ask", kind="float", default=10.0),
    Field(name="mode", help="how", choices=("soft", "hard"), default="soft"),
)


class Declares:
    """A platform with settings of every sort."""

    fields: Sequence[Field] = FIELDS

    @hookimpl
    def gaung_platform(self) -> Platform:
        return Platform(
            name="set", title="Set", formats=(FormatRule(name="text"),), capabilities=Capabilities(), setting_fields=tuple(self.fields),
            credential_fields=(Field(name="token", help="a token", kind="secret", required=True),), app_key="settings.app_id",
        )  # fmt: skip


@pytest.fixture
def there(world: Any) -> Any:
    """The world with that platform and a policy."""
    return seen_by(world, Declares())


def seen_by(world: Any, platform: Declares) -> Any:
    """The same database, looked at with another version of the plugin."""
    loads: dict[str, object] = {"set": platform, "policy": Policy()}
    found = [Source(name=name, package="gaung-set", version="1", load=partial(loads.get, name)) for name in loads]
    return type(world)(
        Context(world.ctx.settings, store=world.ctx.store, manager=Manager(found, third_party=True)), world.toys, world.folder
    )


def shown(answer: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    return {line["name"]: (line["value"], line["from"]) for line in answer["settings"]}


def test_an_office_sets_its_own_and_takes_them_back(there: Any) -> None:
    before = shown(own.show(there.ctx, "set", office="18.01"))
    assert before["poll_seconds"] == (10.0, "default")
    assert before["app_id"] == (None, "unset")
    answer = own.put(there.ctx, "set", {"poll_seconds": "2.5", "api_url": "https://own.example/v2/", "mode": "hard"}, office="18.01")
    assert shown(answer)["poll_seconds"] == (2.5, "office")
    assert shown(answer)["api_url"] == ("https://own.example/v2", "office")
    assert answer["settings"][0]["note"].startswith("by test at ")
    assert dict(there.ctx.platform_settings("set", "18.01"))["mode"] == "hard"
    assert dict(there.ctx.platform_settings("set", "18.02"))["mode"] == "soft"
    back = own.take_back(there.ctx, "set", ["mode", "api_url"], office="18.01")
    assert shown(back)["mode"] == ("soft", "default")
    assert shown(back)["poll_seconds"] == (2.5, "office")
    assert there.told().count("plugin.configured") == 2


def test_an_account_is_handed_its_offices_settings(there: Any) -> None:
    number = there.account("18.01", "set")
    own.put(there.ctx, "set", {"app_secret": "geheim-sekali-77"}, office="18.01")
    with there.ctx.store.read() as conn:
        row = conn.execute(select(accounts).where(accounts.c.id == number)).one()
    assert there.ctx.account(row).settings["app_secret"] == "geheim-sekali-77"


def test_a_secret_is_sealed_and_shown_to_nobody(there: Any) -> None:
    answer = own.put(there.ctx, "set", {"app_secret": "geheim-sekali-77"}, office="18.01")
    assert shown(answer)["app_secret"] == ("***", "office")
    with there.ctx.store.read() as conn:
        row = conn.execute(select(plugin_settings)).one()
        told = [event for _, event in events.read_from(conn, (-1, 0))][-1]
    assert row.value is None
    assert "geheim" not in row.sealed
    assert (told.event, told.office, told.platform, told.data) == (
        "plugin.configured", "18.01", "set", {"plugin": "set", "keys": "app_secret"},
    )  # fmt: skip
    assert redact("it was geheim-sekali-77") == "it was ***"


def test_nothing_is_changed_unless_all_are_right(there: Any) -> None:
    for wrong, words in (
        ({"poll_seconds": "5", "pol_seconds": "5"}, 'Did you mean "poll_seconds"'),
        ({"poll_seconds": "often"}, "is not a number"),
        ({"api_url": "ftp://x"}, "is not an http"),
        ({"mode": "mellow"}, "cannot be 'mellow'"),
    ):
        with pytest.raises(UserError, match=words):
            own.put(there.ctx, "set", wrong, office="18.01")
    assert shown(own.show(there.ctx, "set", office="18.01"))["poll_seconds"] == (10.0, "default")
    with pytest.raises(UserError, match="has set no mode"):
        own.take_back(there.ctx, "set", ["mode"], office="18.01")
    with pytest.raises(UserError, match="Unknown setting"):
        own.take_back(there.ctx, "set", ["modus"], office="18.01")


def test_the_offices_own_app_names_its_rate_limits(there: Any) -> None:
    there.account("18", "set")
    there.account("18.01", "set")

    def scopes() -> list[str]:
        with there.ctx.store.read() as conn:
            return list(conn.execute(select(accounts.c.app_scope).order_by(accounts.c.office)).scalars())

    own.put(there.ctx, "set", {"app_id": "own-app"}, office="18.01")
    assert scopes() == ["", "own-app"]
    there.account("18.01", "set", "second")
    assert scopes() == ["", "own-app", "own-app"]
    own.take_back(there.ctx, "set", ["app_id"], office="18.01")
    assert scopes() == ["", "", ""]


def test_a_setting_that_the_plugin_declares_no_more_is_left_out_and_can_be_taken_back(there: Any) -> None:
    own.put(there.ctx, "set", {"mode": "hard"}, office="18.01")
    newer = Declares()
    newer.fields = FIELDS[:-1]
    later = seen_by(there, newer)
    assert "mode" not in later.ctx.platform_settings("set", "18.01")
    line = own.show(later.ctx, "set", office="18.01")["settings"][-1]
    assert (line["name"], line["from"], line["note"]) == ("mode", "office", "no longer declared; take it back with `unset`")
    assert "mode" not in shown(own.take_back(later.ctx, "set", ["mode"], office="18.01"))


def test_a_policy_that_declares_none_has_no_settings(there: Any) -> None:
    assert own.show(there.ctx, "policy")["settings"] == []
    with pytest.raises(UserError, match="policy declares no settings"):
        own.put(there.ctx, "policy", {"mark": "x"}, office="18")


def test_an_office_sets_only_its_own(there: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_OFFICE", "18.01")
    mine = seen_by(there, Declares())
    own.put(mine.ctx, "set", {"mode": "hard"}, office="18.01")
    with pytest.raises(UserError, match="out of sight"):
        own.put(mine.ctx, "set", {"mode": "hard"}, office="18.02")
    with pytest.raises(UserError, match="out of sight"):
        own.take_back(mine.ctx, "set", ["mode"], office="18.02")
    assert shown(own.show(mine.ctx, "set"))["mode"] == ("hard", "office")


def test_an_offices_secret_is_sealed_anew_with_the_credentials(there: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own.put(there.ctx, "set", {"app_secret": "geheim-sekali-77"}, office="18.01")
    old, new = os.environ["GAUNG_SECRET_KEY"], Fernet.generate_key().decode()
    for keys, sealed in ((f"{new},{old}", 1), (new, 1)):
        monkeypatch.setenv("GAUNG_SECRET_KEY", keys)
        context = Context(load(there.folder), store=there.ctx.store, manager=there.ctx.manager)
        assert reseal(context) == {"resealed": sealed}
        assert context.platform_settings("set", "18.01")["app_secret"] == "geheim-sekali-77"
