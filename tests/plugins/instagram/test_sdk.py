"""Meta's own Business SDK, aimed at the sandbox: it behaves as the real service does for a client that others wrote."""

from collections.abc import Iterator
from typing import Any

import pytest
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.shadowigmediabuilder import ShadowIGMediaBuilder
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession


@pytest.fixture
def user(ig: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[IGUser]:
    monkeypatch.setattr(FacebookSession, "GRAPH", ig.side.base_url)
    session = FacebookSession(ig.side.app_id, ig.side.app_secret, ig.account.credentials["access_token"])
    yield IGUser(ig.account.external_id, api=FacebookAdsApi(session))
    session.requests.close()


def test_the_sdk_publishes_a_picture(ig: Any, user: IGUser) -> None:
    box = user.create_media(params={"image_url": ig.media.jpeg().url, "caption": "Cek DPT #KPU", "alt_text": "Poster"})
    status = ShadowIGMediaBuilder(box["id"], api=user.get_api()).api_get(fields=["status_code", "status"])
    assert status["status_code"] == "FINISHED"
    media = user.create_media_publish(params={"creation_id": box["id"]})
    node = IGMedia(media["id"], api=user.get_api()).api_get(fields=["permalink", "media_product_type", "caption", "shortcode"])
    [post] = ig.posts()
    assert (node["permalink"], node["media_product_type"], node["caption"]) == (post.url, "FEED", "Cek DPT #KPU")


def test_the_sdk_publishes_a_carousel_and_reads_its_children(ig: Any, user: IGUser) -> None:
    items = [user.create_media(params={"image_url": ig.media.jpeg(seed=n).url, "is_carousel_item": True})["id"] for n in (1, 2)]
    box = user.create_media(params={"media_type": "CAROUSEL", "children": items, "caption": "dua"})
    media = user.create_media_publish(params={"creation_id": box["id"]})
    node = IGMedia(media["id"], api=user.get_api())
    assert node.api_get(fields=["media_type"])["media_type"] == "CAROUSEL_ALBUM"
    assert [child["id"] for child in node.get_children()] == items


def test_the_sdk_publishes_a_reel(ig: Any, user: IGUser) -> None:
    ig.world.processing_seconds = 30.0
    box = user.create_media(params={"media_type": "REELS", "video_url": ig.media.mp4().url, "share_to_feed": True})
    with pytest.raises(FacebookRequestError) as caught:
        user.create_media_publish(params={"creation_id": box["id"]})
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (9007, 2207027)
    ig.pass_time(31)
    user.create_media_publish(params={"creation_id": box["id"]})
    assert ig.posts()[0].kind == "reel"


def test_the_sdk_reads_account_quota_and_media_page_by_page(ig: Any, user: IGUser) -> None:
    for number in range(5):
        ig.side.post_by_hand(ig.account.external_id, f"kiriman {number}")
    ig.publish(ig.photo())
    [limit] = user.get_content_publishing_limit(fields=["quota_usage", "config"])
    assert (limit["quota_usage"], limit["config"]["quota_total"]) == (1, 50)
    [since] = user.get_content_publishing_limit(fields=["quota_usage"], params={"since": int(ig.world.now()) + 60})
    assert since["quota_usage"] == 0
    assert user.api_get(fields=["username", "media_count"])["media_count"] == 6
    assert len(list(user.get_media(fields=["caption"], params={"limit": 2}))) == 6


def test_the_sdk_is_told_of_an_unknown_field_and_a_wrong_proof(ig: Any, user: IGUser) -> None:
    with pytest.warns(UserWarning, match="shoe_size"), pytest.raises(FacebookRequestError) as caught:
        user.api_get(fields=["shoe_size"])
    assert caught.value.api_error_code() == 100
    session = FacebookSession(ig.side.app_id, "salah", ig.account.credentials["access_token"])
    with pytest.raises(FacebookRequestError):
        IGUser(ig.account.external_id, api=FacebookAdsApi(session)).api_get(fields=["username"])
    session.requests.close()


def test_the_sdk_reads_tags_collaborators_and_insights(people: Any, user: IGUser) -> None:
    post = people.post()
    for number in range(5):
        people.do(people.person(f"n{number}"), "tagged_media", post)
    who = people.person("siti")
    for signal in ("collaborator", "story", "repost"):
        people.do(who, signal, post)
    assert len(list(user.get_tags(fields=["username", "permalink", "caption"], params={"limit": 2}))) == 5
    media = IGMedia(post.external_id, api=user.get_api())
    assert {item["username"]: item["invite_status"] for item in media.get_collaborators(fields=["username", "invite_status"])} == {
        "contoh_agt_siti": "Accepted",
        "contoh_diundang": "Pending",
    }
    told = media.get_insights(params={"metric": ["shares", "reposts"]})
    assert {item["name"]: item["values"][0]["value"] for item in told} == {"shares": 1, "reposts": 1}
    with pytest.warns(UserWarning, match="metric"), pytest.raises(FacebookRequestError) as caught:
        media.get_insights(params={"metric": ["shares", "plays"]})
    assert caught.value.api_error_code() == 100
