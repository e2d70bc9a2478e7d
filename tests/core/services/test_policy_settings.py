"""Settings of plugins that are no platform: declared by a hook, checked and sealed as a platform's are, handed to the plugin's hooks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.config import load
from gaung.core.errors import PluginError, UserError
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import Content, Event, Field, Problem
from gaung.core.services import doctor, plugins
from gaung.core.services import plugin_settings as own
from gaung.core.services.context import Context
from gaung.core.store.tables import plugin_settings
from gaung.core.testkit.objects import Echo, manager_of, toy_account

CONTENT = Content(format="text", title="", text="halo")
FIELDS = (
    Field(name="tag", help="what is added", default="#Contoh"),
    Field(name="to", help="where to send", kind="https", required=True),
    Field(name="key", help="signs", kind="secret"),
)


class Tagger:
    """A policy and an observer with settings."""

    fields: Any = FIELDS

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    @hookimpl
    def gaung_setting_fields(self) -> Sequence[Field]:
        return self.fields  # type: ignore[no-any-return]

    @hookimpl
    def gaung_prepare(self, content: Content, settings: Mapping[str, Any]) -> Content:
        return replace(content, text=f"{content.text} {settings['tag']}")

    @hookimpl
    def gaung_validate(self, settings: Mapping[str, Any]) -> Sequence[Problem]:
        return [Problem(code="tag", message=settings["tag"], field="text", level="warning")]

    @hookimpl
    def gaung_event(self, settings: Mapping[str, Any]) -> None:
        self.heard.append(dict(settings))


class There:
    """The world with that policy beside the platform `toy`."""

    def __init__(self, world: Any, written: str = "") -> None:
        (world.folder / "gaung.toml").write_text(written, "utf-8")
        self.tagger = Tagger()
        self.ctx = Context(load(world.folder), store=world.ctx.store)
        found = [
            world.toys["toy"].source(),
            Source(name="tagger", package="gaung-tagger", version="1", load=lambda: self.tagger),
        ]
        board = self.ctx.switchboard
        self.ctx._manager = Manager(found, third_party=True, switched_off=board.off, settings_of=board.settings)
        self.world = world

    def tell(self, office: str | None = None) -> list[PluginError]:
        return self.ctx.manager.event(Event(id=1, event="alert.raised", at=datetime.now(UTC), actor="uji", office=office))

    def doctor(self) -> str:
        return " ".join(line["detail"] for line in doctor._safely("plugins", lambda: doctor._plugins(self.ctx)))

    def reason(self, **more: Any) -> str:
        return next(str(row["reason"]) for row in plugins.list_plugins(self.ctx, **more) if row["name"] == "tagger")


GIVEN = """[plugins.tagger]
tag = "#KPULampung"
to = "https://contoh.example/masuk/"
key = {file = "kunci"}
"""


@pytest.fixture
def set_up(world: Any) -> There:
    (world.folder / "kunci").write_text("rahasia-panjang-sekali\n", "utf-8")
    return There(world, GIVEN)


def test_its_hooks_get_what_the_settings_say(set_up: There) -> None:
    manager, account = set_up.ctx.manager, toy_account()
    assert manager.prepare(account, CONTENT).text == "halo #KPULampung"
    assert "#KPULampung" in {problem.message for problem in manager.validate(account, CONTENT)}
    assert set_up.tell() == []
    assert set_up.tagger.heard == [{"tag": "#KPULampung", "to": "https://contoh.example/masuk/", "key": "rahasia-panjang-sekali"}]


def test_an_office_sets_its_own_over_them_and_secrets_are_sealed(set_up: There) -> None:
    answer = own.put(set_up.ctx, "tagger", {"tag": "#Metro", "key": "kunci-kota-metro"}, office="18.72")
    assert {line["name"]: (line["value"], line["from"]) for line in answer["settings"]} == {
        "tag": ("#Metro", "office"), "to": ("https://contoh.example/masuk/", "settings"), "key": ("***", "office"),
    }  # fmt: skip
    assert set_up.ctx.manager.prepare(toy_account(office="18.72"), CONTENT).text == "halo #Metro"
    assert set_up.ctx.manager.prepare(toy_account(office="18.01"), CONTENT).text == "halo #KPULampung"
    set_up.tell("18.72")
    assert set_up.tagger.heard[-1]["key"] == "kunci-kota-metro"
    with set_up.ctx.store.read() as conn:
        rows = {row.name: row for row in conn.execute(select(plugin_settings))}
    assert rows["key"].value is None
    assert "metro" not in rows["key"].sealed
    assert set_up.world.told().count("plugin.configured") == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tg": "x"}, 'Did you mean "tag"'),
        ({"to": "http://contoh.example"}, "is not an https:// address"),
        ({"to": "https://siapa:rahasia@contoh.example"}, "is not an https:// address"),
        ({"to": "ftp://127.0.0.1"}, "is not an https:// address"),
    ],
)
def test_what_is_wrong_is_refused_as_for_platforms(set_up: There, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(UserError, match=words):
        own.put(set_up.ctx, "tagger", wrong, office="18.01")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/x", "http://localhost:1", "https://contoh.example"])
def test_plain_http_is_for_this_machine(set_up: There, url: str) -> None:
    own.put(set_up.ctx, "tagger", {"to": url}, office="18.01")


def test_an_observer_is_at_rest_until_it_has_what_it_requires(world: Any) -> None:
    there = There(world)
    assert there.tell() == []
    assert there.tagger.heard == []
    assert there.reason() == "at rest: plugins.tagger.to is not set"
    assert "tagger.to" not in there.doctor()
    assert {line["name"]: line["from"] for line in own.show(there.ctx, "tagger")["settings"]}["to"] == "unset"
    own.put(there.ctx, "tagger", {"to": "https://contoh.example"}, office="18.01")
    assert there.reason() == ""
    for office in (None, "18.02", "18.01"):
        there.tell(office)
    assert [heard["to"] for heard in there.tagger.heard] == ["https://contoh.example"]


def test_a_policy_without_what_it_requires_says_so_and_lets_nothing_pass_silently(world: Any) -> None:
    there = There(world)
    assert "plugins.tagger.to is not set" in " ".join(problem.message for problem in there.ctx.manager.validate(toy_account(), CONTENT))
    with pytest.raises(PluginError, match=r"plugins\.tagger\.to is not set"):
        there.ctx.manager.prepare(toy_account(), CONTENT)


def test_a_mistake_in_gaung_toml_is_told_by_the_doctor_the_list_and_the_observer(world: Any) -> None:
    there = There(world, '[plugins.tagger]\nto = "http://contoh.example"\n')
    assert "plugins.tagger.to is not an https" in there.doctor()
    assert "plugins.tagger.to is not an https" in there.reason()
    (failure,) = there.tell()
    assert "plugins.tagger.to is not an https" in str(failure)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("tag", "something else than several Field"),
        ([Field(name="a", help=""), Field(name="a", help="")], "'a' of kind 'str': twice"),
        ([Field(name="A-b", help="")], "not a key"),
        ([Field(name="a", help="", kind="colour")], "kind 'colour'"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_declaration_breaks_the_plugin(fields: Any, words: str) -> None:
    tagger = Tagger()
    tagger.fields = fields
    (info,) = manager_of(("tagger", tagger)).plugins()
    assert info.status == "broken"
    assert words in info.reason


def test_a_platform_declares_its_settings_in_its_record() -> None:
    class Both(Echo):
        @hookimpl
        def gaung_setting_fields(self) -> Sequence[Field]:
            return FIELDS

    (info,) = manager_of(("toy", Both())).plugins()
    assert info.status == "broken"
    assert "in its Platform record" in info.reason


def test_settings_are_not_traced_however_short_their_secrets(
    world: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAUNG_TRACE_HOOKS", "1")
    there = There(world, '[plugins.tagger]\nto = "https://contoh.example"\nkey = "pin-77"\n')
    there.tell()
    traced = capsys.readouterr().err
    assert "gaung_event(" in traced
    assert "settings=..." in traced
    assert "pin-77" not in traced
