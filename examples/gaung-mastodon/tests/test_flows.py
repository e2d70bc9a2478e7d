"""What Mastodon has of its own; what every platform promises is in test_conformance.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import gaung_mastodon
from gaung.core import http, pacing
from gaung.core.errors import Ambiguous, AuthRevoked, PlatformError, RateLimited, Rejected
from gaung.core.http import Effect, Reply
from gaung.core.records import Account, Content, NotThere, Pending, Publication, Published, Ready, Unfinished
from gaung.core.testkit.attempt import LiveAttempt
from gaung_mastodon.errors import refusal
from gaung_mastodon.validate import length

Accounts = Callable[..., Account]
Attempts = Callable[..., LiveAttempt]
TEXT = "Cek namamu di cekdptonline.kpu.go.id\n#KPULampung"


def content(text: str = TEXT, *media: Any, kind: str = "text", **options: Any) -> Content:
    return Content(format=kind, title="Cek DPT", text=text, media=media, options=options)


def posts(sandbox: Any, account: Account) -> list[Any]:
    return list(sandbox.platform("mastodon").accounts[account.external_id].posts)


def published(attempt: LiveAttempt, account: Account, what: Content) -> Published:
    answer = attempt.run(gaung_mastodon.gaung_publish, account, what)
    assert isinstance(answer, Published)
    return answer


def test_the_post_fields_reach_the_status(sandbox: Any, account_for: Accounts, live_attempt: Attempts) -> None:
    account = account_for("mastodon")
    what = content(visibility="unlisted", spoiler_text="Pemilu", sensitive=True, language="id")
    receipt = published(live_attempt(), account, what)
    [post] = posts(sandbox, account)
    assert (post.id, post.url, post.text, post.title) == (receipt.external_id, receipt.url, TEXT, "Pemilu")
    assert (post.extra["visibility"], post.extra["sensitive"], post.extra["language"]) == ("unlisted", True, "id")


def test_pictures_keep_their_order_bytes_and_description(
    sandbox: Any, account_for: Accounts, live_attempt: Attempts, make_media: Any
) -> None:  # fmt: skip
    account = account_for("mastodon")
    media = [make_media.jpeg(800, 600, seed=number) for number in range(4)]
    published(live_attempt(), account, content(TEXT, *media, kind="carousel", alt_text="Poster"))
    [post] = posts(sandbox, account)
    assert [file.sha256 for file in post.files] == [one.sha256 for one in media]
    assert [one["description"] for one in post.extra["media"]] == ["Poster"] * 4


def test_a_video_waits_until_the_instance_has_processed_it(
    sandbox: Any, account_for: Accounts, live_attempt: Attempts, make_media: Any
) -> None:  # fmt: skip
    sandbox.world.processing_seconds = 30
    account, attempt, what = account_for("mastodon"), live_attempt(), content(TEXT, make_media.mp4(), kind="video")
    assert isinstance(attempt.run(gaung_mastodon.gaung_publish, account, what), Pending)
    assert isinstance(gaung_mastodon.gaung_check(account, attempt), Pending)
    sandbox.world.clock_offset += 31
    assert isinstance(gaung_mastodon.gaung_check(account, attempt), Ready)
    assert isinstance(attempt.run(gaung_mastodon.gaung_finish, account, what), Published)
    assert [entry.status for entry in sandbox.journal("mastodon.media.*")] == [202, 206, 206, 200, 200]


def test_the_idempotency_key_outlives_the_process_and_makes_a_second_call_harmless(
    sandbox: Any, account_for: Accounts, live_attempt: Attempts
) -> None:  # fmt: skip
    account, attempt = account_for("mastodon"), live_attempt()
    sandbox.fault("mastodon.statuses.create", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(gaung_mastodon.gaung_publish, account, content())
    again = published(attempt.reborn(), account, content())
    [post] = posts(sandbox, account)
    assert again.external_id == post.id
    assert len(sandbox.journal("mastodon.statuses.create")) == 2


def test_two_deliveries_of_one_text_have_two_keys(sandbox: Any, account_for: Accounts, live_attempt: Attempts) -> None:
    account = account_for("mastodon")
    first, second = (published(live_attempt(), account, content()) for _ in range(2))
    assert first.external_id != second.external_id
    assert len(posts(sandbox, account)) == 2


def lost(attempt: LiveAttempt, account: Account, what: Content, sandbox: Any, do: str = "hangup_after") -> LiveAttempt:
    """A post whose answer was lost, half a minute later."""
    sandbox.fault("mastodon.statuses.create", do)
    with pytest.raises(Ambiguous):
        attempt.run(gaung_mastodon.gaung_publish, account, what)
    attempt.outcome_unknown()
    sandbox.world.clock_offset += 30
    return attempt.reborn()


def test_a_text_that_a_person_posts_at_the_same_time_is_not_taken_for_ours(
    sandbox: Any, account_for: Accounts, live_attempt: Attempts
) -> None:  # fmt: skip
    account = account_for("mastodon")
    attempt = lost(live_attempt(), account, content(), sandbox)
    sandbox.platform("mastodon").post_by_hand(account.external_id, TEXT)
    ours = next(post for post in posts(sandbox, account) if post.made_by == "api")
    assert gaung_mastodon.gaung_find_published(account, content(), attempt) == Published(ours.id, ours.url)


def test_a_picture_is_found_by_its_file_among_statuses_of_the_same_text(
    sandbox: Any, account_for: Accounts, live_attempt: Attempts, make_media: Any
) -> None:  # fmt: skip
    account, what = account_for("mastodon"), content(TEXT, make_media.jpeg(), kind="photo")
    attempt = lost(live_attempt(), account, what, sandbox)
    published(live_attempt(), account, what)
    ours, twin = posts(sandbox, account)
    assert gaung_mastodon.gaung_find_published(account, what, attempt) == Published(ours.id, ours.url)
    assert ours.id != twin.id


def test_uploads_that_no_status_shows_can_be_gone_on_with(
    sandbox: Any, account_for: Accounts, live_attempt: Attempts, make_media: Any
) -> None:  # fmt: skip
    account, what = account_for("mastodon"), content(TEXT, make_media.jpeg(), kind="photo")
    attempt = lost(live_attempt(), account, what, sandbox, "error_before")
    assert isinstance(gaung_mastodon.gaung_find_published(account, what, attempt), Unfinished)
    assert isinstance(attempt.run(gaung_mastodon.gaung_finish, account, what), Published)
    assert len(sandbox.journal("mastodon.media.create")) == 1


def test_a_text_that_did_not_arrive_is_not_there(sandbox: Any, account_for: Accounts, live_attempt: Attempts) -> None:
    account = account_for("mastodon")
    attempt = lost(live_attempt(), account, content(), sandbox, "error_before")
    assert isinstance(gaung_mastodon.gaung_find_published(account, content(), attempt), NotThere)


def test_the_instance_says_its_limits_and_validation_goes_by_them(sandbox: Any, account_for: Accounts) -> None:
    account = account_for("mastodon")
    sandbox.world.quotas["mastodon.max_characters"] = 5000
    info = gaung_mastodon.gaung_check_account(account)
    assert (info.external_id, info.handle) == (account.external_id, account.handle)
    assert info.limits["text_chars"] == 5000
    long = content("panjang " * 100)
    [problem] = gaung_mastodon.gaung_validate(account, long)
    assert (problem.field, problem.code) == ("text", "text_chars")
    assert "799" in problem.message or "800" in problem.message
    known = Account(**{name: getattr(account, name) for name in account.__slots__} | {"limits": info.limits})
    assert gaung_mastodon.gaung_validate(known, long) == []


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Halo", 4),
        ("https://cekdptonline.kpu.go.id/a/very/long/address?with=a&query=1", 23),
        ("Lihat (https://kpu.go.id).", 32),
        ("@kpu@mastodon.contoh", 4),
        ("e\u0301", 1),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 1),
    ],
)
def test_characters_are_counted_as_an_instance_does(text: str, counts: int) -> None:
    assert length(text, 23) == counts


@pytest.mark.parametrize("problem", ["files", "mixed", "type", "image_bytes", "alt_text_chars", "no_api_url"])
def test_every_limit_of_files_is_checked_before_anything_is_sent(problem: str, account_for: Accounts, make_media: Any) -> None:
    account = account_for("mastodon")
    limited = Account(**{name: getattr(account, name) for name in account.__slots__} | {"limits": {"image_bytes": 10}})
    nowhere = Account(**{name: getattr(account, name) for name in account.__slots__} | {"settings": {}})
    picture, video = make_media.jpeg(), make_media.mp4()
    strange = type(picture)(**{name: getattr(picture, name) for name in picture.__slots__} | {"mime": "image/tiff"})
    cases = {
        "files": (account, content(TEXT, *[picture] * 5, kind="carousel")),
        "mixed": (account, content(TEXT, video, picture, kind="carousel")),
        "type": (account, content(TEXT, strange, kind="photo")),
        "image_bytes": (limited, content(TEXT, picture, kind="photo")),
        "alt_text_chars": (account, content(TEXT, picture, kind="photo", alt_text="x" * 1501)),
        "no_api_url": (nowhere, content()),
    }
    found = gaung_mastodon.gaung_validate(*cases[problem])
    assert [one.code for one in found] == [problem]


@pytest.mark.parametrize(
    ("status", "error"), [(400, Rejected), (401, AuthRevoked), (403, AuthRevoked), (404, Rejected), (410, Rejected), (422, Rejected)]
)
def test_each_documented_refusal_has_its_error(status: int, error: type[PlatformError]) -> None:
    found = refusal(Reply(status, {}, b'{"error": "Validation failed"}', Effect.PUBLISH))
    assert (type(found), found.code, found.message) == (error, str(status), "Validation failed")


def test_a_rate_limit_waits_for_the_end_of_the_window(sandbox: Any, account_for: Accounts, live_attempt: Attempts) -> None:
    account = account_for("mastodon")
    sandbox.world.quotas["mastodon.api"] = 1
    published(live_attempt(), account, content())
    with pytest.raises(RateLimited) as caught:
        live_attempt().run(gaung_mastodon.gaung_publish, account, content("Lain"))
    assert caught.value.scope == "account"
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 300


def test_the_account_pauses_before_the_limit_is_reached(sandbox: Any, account_for: Accounts, live_attempt: Attempts) -> None:
    account = account_for("mastodon")
    sandbox.world.quotas["mastodon.api"] = 10
    with pacing.collect() as reports:
        for number in range(9):
            published(live_attempt(), account, content(f"Nomor {number}"))
    assert [(report.scope, report.reason[:8]) for report in reports] == [("account", "1 of 10 ")]


def test_a_deleted_status_is_gone_also_when_it_is_deleted_again(sandbox: Any, account_for: Accounts, live_attempt: Attempts) -> None:
    account = account_for("mastodon")
    receipt = published(live_attempt(), account, content())
    known = Publication(id=1, external_id=receipt.external_id, url=receipt.url, published_at=sandbox.world.today() - timedelta(1))
    for note in ("", "it was not there any more"):
        assert gaung_mastodon.gaung_delete(account, known).note == note
    assert posts(sandbox, account) == []


def test_the_sandbox_knows_who_follows(sandbox: Any, account_for: Accounts) -> None:
    """Nothing asks yet; see README."""
    account = account_for("mastodon")
    side = sandbox.platform("mastodon").accounts[account.external_id]
    side.extra["followers"] = ["contoh_budi"]
    headers = {"authorization": f"Bearer {account.credentials['access_token']}"}
    path = f"{account.settings['api_url']}/api/v1/accounts/{side.external_id}/followers"
    assert [one["acct"] for one in http.call("GET", path, effect=Effect.READ, headers=headers).json()] == ["contoh_budi"]
