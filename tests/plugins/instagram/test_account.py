"""Who a token is, what cannot be done with it, and the addresses that settings give."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, Rejected, Unsupported
from gaung.core.records import Publication, Published
from gaung.plugins import instagram


def _with(ig: Any, **settings: Any) -> Any:
    merged: Mapping[str, Any] = {**ig.account.settings, **settings}
    return replace(ig.account, settings=merged)


def test_an_account_check_tells_who_it_is_and_how_much_of_the_day_is_left(ig: Any) -> None:
    ig.publish(ig.photo())
    ig.world.numbers.put("instagram", ig.account.external_id, "followers", 17, 0.0)
    info = instagram.gaung_check_account(ig.account)
    assert (info.external_id, info.handle) == (ig.account.external_id, "contoh_kpulampung")
    assert info.limits == {"followers": 17, "media": 1, "posts_used": 1, "posts_per_day": 50, "quota_seconds": 86400}
    assert info.expires_at is None


def test_an_account_whose_quota_cannot_be_read_still_checks(ig: Any) -> None:
    ig.sandbox.fault("instagram.content_publishing_limit", "refused")
    assert "posts_used" not in instagram.gaung_check_account(ig.account).limits


def test_a_token_of_another_account_is_refused(ig: Any) -> None:
    other = ig.account_for("instagram", handle="contoh_lain")
    with pytest.raises(Rejected):
        instagram.gaung_check_account(replace(ig.account, credentials=other.credentials))


@pytest.mark.parametrize("how", ["expire", "revoke"])
def test_a_dead_token_shows_in_the_check(ig: Any, how: Any) -> None:
    ig.side.break_token(ig.account.external_id, how)
    with pytest.raises(AuthRevoked):
        instagram.gaung_check_account(ig.account)


def test_a_page_token_cannot_be_refreshed_and_the_record_says_so(ig: Any) -> None:
    assert not instagram.gaung_platform().capabilities.refreshes_credentials
    with pytest.raises(AuthRevoked) as caught:
        instagram.gaung_refresh_credentials(ig.account)
    assert ig.account.credentials["access_token"] not in str(caught.value)


def test_deleting_is_declared_unsupported_and_asks_nobody(ig: Any) -> None:
    assert not instagram.gaung_platform().capabilities.deletes
    publication = Publication(id=1, external_id="18", url="https://www.instagram.com/p/C/", published_at=datetime.now(UTC))
    with pytest.raises(Unsupported):
        instagram.gaung_delete(ig.account, publication)
    assert ig.calls() == []


def test_a_trailing_slash_and_another_version_do_no_harm(ig: Any) -> None:
    account = _with(ig, api_url=f"{ig.side.base_url}/", upload_url=f"{ig.side.base_url}/", api_version="v25.0")
    answer = ig.attempt().run(instagram.gaung_publish, account, ig.reel(upload="resumable"))
    assert isinstance(answer, Published)
    assert all("/instagram/v25.0/" in entry.path for entry in ig.sandbox.journal("instagram.media*"))


def test_with_an_app_secret_every_call_proves_it(ig: Any) -> None:
    account = _with(ig, app_id=ig.side.app_id, app_secret=ig.side.app_secret)
    assert isinstance(ig.attempt().run(instagram.gaung_publish, account, ig.photo()), Published)
    assert all("appsecret_proof=***" in entry.path for entry in ig.sandbox.journal("instagram.*"))
    with pytest.raises(Rejected):
        instagram.gaung_check_account(_with(ig, app_secret="salah"))
