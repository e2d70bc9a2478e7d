"""A post becomes deliveries for every account it is meant for, all at once or not at all."""

import json
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from gaung.core.clock import now
from gaung.core.errors import UserError
from gaung.core.posts.draft import PostFileError
from gaung.core.records import Account, Content, Problem
from gaung.core.services import account_import, scheduling
from gaung.core.store.tables import contents, deliveries, events, posts

MANY = 3_000


def count(world: Any, table: Any) -> int:
    with world.ctx.store.read() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def refuse(world: Any, platform: str, code: str = "too_long") -> None:
    world.toys[platform].problems = [Problem(code=code, message="10 letters, the limit is 5; shorten it", field="text")]


def test_every_account_of_the_offices_and_platforms_gets_a_delivery(world: Any) -> None:
    for office in ("18", "18.01", "18.02"):
        for platform in ("toy", "other"):
            world.account(office, platform)
    second = world.account("18.01", "toy", "second")
    done = scheduling.schedule(world.ctx, world.file(offices='["18", "18.01"]', platforms='["toy", "other"]'))
    assert (done["id"], done["deliveries"], done["skipped"], done["problems"]) == (1, 5, 0, [])
    rows = world.rows(1)
    assert sorted((row.office, row.platform) for row in rows) == sorted(
        [("18", "toy"), ("18", "other"), ("18.01", "toy"), ("18.01", "toy"), ("18.01", "other")]
    )
    assert second in {row.account_id for row in rows}
    assert {row.state for row in rows} == {"scheduled"}
    assert {row.due_at for row in rows} == {done["at"]}
    assert done["deadline"] - done["at"] == timedelta(hours=2)
    assert world.told(post=1) == ["post.scheduled"]


def test_accounts_that_get_the_same_content_share_one_row_of_it(world: Any) -> None:
    for office in ("18", "18.01", "18.02"):
        world.account(office)
    world.post(more='[office."18.01"]\ntext = "Khusus Lampung Selatan"\n')
    assert count(world, contents) == 2
    assert len({row.content_id for row in world.rows(1)}) == 2


def test_checking_stores_nothing(world: Any) -> None:
    world.account()
    assert scheduling.check(world.ctx, world.file(offices='["18"]')) == {"problems": [], "deliveries": 1}
    assert scheduling.schedule(world.ctx, world.file(), dry_run=True)["id"] is None
    assert (count(world, posts), count(world, deliveries), count(world, contents)) == (0, 0, 0)
    assert not world.ctx.settings.media.store.exists()


def test_one_target_that_cannot_be_keeps_everything_back(world: Any) -> None:
    world.account("18", "toy")
    world.account("18", "other")
    refuse(world, "other")
    before = count(world, events)
    done = scheduling.schedule(world.ctx, world.file(offices='["18"]', platforms='["toy", "other"]'))
    assert (done["id"], done["deliveries"], done["skipped"]) == (None, 1, 1)
    assert done["problems"] == [
        {
            "office": "18",
            "platform": "other",
            "field": "text",
            "code": "too_long",
            "message": "10 letters, the limit is 5; shorten it",
            "level": "error",
        }
    ]
    assert (count(world, posts), count(world, deliveries), count(world, events)) == (0, 0, before)


def test_with_skip_problems_the_others_go_and_the_skipped_are_deliveries_with_their_reason(world: Any) -> None:
    world.account("18", "toy")
    skipped = world.account("18", "other")
    refuse(world, "other")
    path = world.file(offices='["18"]', platforms='["toy", "other"]')
    done = scheduling.schedule(world.ctx, path, skip_problems=True)
    assert (done["id"], done["deliveries"], done["skipped"]) == (1, 1, 1)
    row = next(row for row in world.rows(1) if row.account_id == skipped)
    assert (row.state, row.reason, row.due_at, row.content_id) == ("skipped", "too_long", None, None)
    assert row.error_message.startswith("10 letters")
    assert world.told(delivery=row.id) == ["delivery.skipped"]


def test_nothing_is_scheduled_when_every_target_is_a_problem(world: Any) -> None:
    world.account()
    refuse(world, "toy")
    assert scheduling.schedule(world.ctx, world.file(), skip_problems=True)["id"] is None
    assert count(world, posts) == 0


def test_a_post_without_any_account_is_refused(world: Any) -> None:
    done = scheduling.schedule(world.ctx, world.file(), skip_problems=True)
    assert done["id"] is None
    assert [(one["code"], one["level"]) for one in done["problems"]] == [("no_account", "error")]


def test_an_office_without_an_account_on_a_platform_is_a_warning_and_blocks_nothing(world: Any) -> None:
    world.account("18", "toy")
    done = scheduling.schedule(world.ctx, world.file(offices='["18", "18.01"]'))
    assert done["id"] == 1
    assert [(one["office"], one["platform"], one["code"], one["level"]) for one in done["problems"]] == [
        ("18.01", "toy", "no_account", "warning")
    ]


def test_an_account_that_must_be_reconnected_is_a_warning_and_gets_its_delivery(world: Any) -> None:
    from gaung.core.store import credentials

    made = world.account()
    with world.ctx.store.write() as conn:
        credentials.flag(conn, made, 1, code="190", message="revoked")
    done = scheduling.schedule(world.ctx, world.file(offices='["18"]'))
    assert (done["deliveries"], [one["code"] for one in done["problems"]]) == (1, ["needs_reauth"])


def test_a_hoax_rebuttal_overtakes(world: Any) -> None:
    world.account()
    usual, urgent = world.post(), world.post(purpose="klarifikasi_hoaks")
    assert world.rows(urgent)[0].priority < world.rows(usual)[0].priority


def test_media_are_kept_before_the_post_is_stored(world: Any) -> None:
    world.account()
    Image.new("RGB", (40, 30), "red").save(world.folder / "poster.jpg")
    with pytest.raises(PostFileError, match=r"no_such\.jpg"):
        scheduling.schedule(world.ctx, world.file(more='media = ["poster.jpg", "no_such.jpg"]'))
    assert not world.ctx.settings.media.store.exists()
    done = scheduling.schedule(world.ctx, world.file(offices='["18"]', more='media = ["poster.jpg"]'))
    kept = list(world.ctx.settings.media.store.rglob("*.jpg"))
    assert done["id"] == 1
    assert [path.read_bytes() for path in kept] == [(world.folder / "poster.jpg").read_bytes()]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"offices": '["18.99"]'}, "unknown office"),
        ({"platforms": '["tok"]'}, "unknown platform"),
        ({"more": "at = 2020-01-01T00:00:00+07:00"}, "is in the past"),
        ({"more": 'texxt = "x"'}, "texxt"),
        ({"purpose": "kampanye"}, "purpose"),
    ],
)
def test_a_wrong_file_is_refused_naming_file_and_field(world: Any, said: dict[str, str], words: str) -> None:
    world.account()
    with pytest.raises(PostFileError) as caught:
        scheduling.schedule(world.ctx, world.file(**said))
    assert words in str(caught.value)
    assert "post.toml" in str(caught.value)
    assert count(world, posts) == 0


def test_times_of_a_variant_are_the_deliverys_own(world: Any) -> None:
    world.account("18")
    world.account("18.01")
    later = (now() + timedelta(days=1)).isoformat()
    world.post(more=f'[office."18.01"]\nat = {later}\n')
    first, second = sorted(world.rows(1), key=lambda row: row.at)
    assert second.office == "18.01"
    assert second.at - first.at > timedelta(hours=23)
    assert second.deadline_at - second.at == timedelta(hours=2)


def test_all_means_all_in_sight(world: Any, scoped: Callable[[str], Any]) -> None:
    world.account("18.01")
    world.account("18.02")
    view = scoped("18.01")
    post = view.post()
    assert [row.office for row in world.rows(post)] == ["18.01"]
    with pytest.raises(PostFileError, match=r"18\.02"):
        view.post(offices='["18.02"]')


def test_what_plugins_change_is_what_is_stored(world: Any) -> None:
    from dataclasses import replace

    world.account("18")
    world.account("18.01")

    def tagged(account: Account, content: Content) -> Content:
        return replace(content, text=f"{content.text} #{account.office}")

    world.ctx.manager.prepare = tagged
    world.post()
    with world.ctx.store.read() as conn:
        texts = conn.execute(select(contents.c.body)).scalars().all()
    assert sorted(body["text"].rpartition(" ")[2] for body in texts) == ["#18", "#18.01"]


def test_the_document_can_be_shown_as_it_was_written(world: Any) -> None:
    world.account()
    world.post(more='link = "https://cekdptonline.kpu.go.id"\n[platform.toy]\ntitle = "Lain"\n')
    with world.ctx.store.read() as conn:
        document = conn.execute(select(posts.c.document)).scalar_one()
    assert (document["title"], document["link"]) == ("Cek DPT Online", "https://cekdptonline.kpu.go.id")
    assert document["platform"]["toy"]["title"] == "Lain"
    assert json.dumps(document)


def test_thousands_of_accounts_are_scheduled_at_once_and_in_little_memory(world: Any, tmp_path: Path) -> None:
    lines = ["office,platform,external_id,handle,credentials"]
    codes = ["18", *(f"18.{n:02d}" for n in range(1, 14)), "18.71", "18.72"]
    for number in range(MANY):
        token = f'"{{""token"": ""token-{number:06d}""}}"'
        lines.append(f"{codes[number % 16]},{('toy', 'other')[number % 2]},x{number},contoh_{number},{token}")
    path = tmp_path / "accounts.csv"
    path.write_text("\n".join(lines), "utf-8")
    assert account_import.import_accounts(world.ctx, path)["imported"] == MANY
    file = world.file(platforms='["toy", "other"]')
    tracemalloc.start()
    done = scheduling.schedule(world.ctx, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done["deliveries"] == MANY
    assert count(world, deliveries) == MANY
    assert peak < 25_000_000  # contents are shared; what grows is a small record for each account


def test_a_file_that_is_not_there_is_one_line(world: Any) -> None:
    with pytest.raises(UserError, match=r"no\.toml: cannot be read"):
        scheduling.check(world.ctx, world.folder / "no.toml")
