"""Meta's own SDK takes the sandbox for Facebook and Instagram."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from PIL import Image

from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox

PAGE, USER, VERSION = "2000000001", "17840000000000001", "v26.0"
Connect = Callable[..., FacebookAdsApi]


@pytest.fixture
def connect(sandbox: TestSandbox) -> Iterator[Connect]:
    """The SDK as its users start it, but for the address of the service."""
    sessions = []

    def make(platform: str, token: str, app_secret: str | None = None) -> FacebookAdsApi:
        session = FacebookSession(access_token=token, app_secret=app_secret)
        session.GRAPH = f"{sandbox.base_url}/{platform}"
        sessions.append(session)
        return FacebookAdsApi(session, api_version=VERSION)

    yield make
    for session in sessions:
        session.requests.close()


@pytest.fixture
def page(sandbox: TestSandbox, connect: Connect) -> Page:
    token = sandbox.platform("facebook").add_account(PAGE, "contoh_kpu_lampung").credentials["access_token"]
    return Page(PAGE, api=connect("facebook", token))


@pytest.fixture
def user(sandbox: TestSandbox, connect: Connect) -> IGUser:
    token = sandbox.platform("instagram").add_account(USER, "contoh_kpu_lampung").credentials["access_token"]
    return IGUser(USER, api=connect("instagram", token))


def only_post(sandbox: TestSandbox, platform: str) -> Any:
    [post] = sandbox.platform(platform).posts()
    return post


def refusal(caught: pytest.ExceptionInfo[FacebookRequestError]) -> tuple[int, int]:
    return caught.value.http_status(), caught.value.api_error_code()


def test_a_text_with_a_link_is_posted_and_listed(sandbox: TestSandbox, page: Page) -> None:
    made = page.create_feed(params={"message": "Cek DPT Online", "link": "https://cekdptonline.kpu.go.id"})
    [listed] = page.get_published_posts(fields=["id", "message", "created_time", "permalink_url"])
    assert (listed["id"], listed["message"], listed["permalink_url"]) == (made["id"], "Cek DPT Online", only_post(sandbox, "facebook").url)
    assert made["id"].startswith(f"{PAGE}_")


def test_listing_follows_every_page_of_posts(sandbox: TestSandbox, page: Page) -> None:
    ids = {page.create_feed(params={"message": f"pos {number}"})["id"] for number in range(7)}
    listed = list(page.get_published_posts(fields=["id"], params={"limit": 3}))
    assert {post["id"] for post in listed} == ids
    assert len(sandbox.journal("facebook.published_posts")) >= 3


def test_a_photo_is_uploaded_with_its_caption(sandbox: TestSandbox, page: Page, make_media: MediaMaker) -> None:
    media = make_media.jpeg(1080, 1350)
    with media.path.open("rb") as file:
        request = page.create_photo(params={"caption": "Poster"}, pending=True)
        answer = page.get_api().call("POST", (PAGE, "photos"), params=request._params, files={"source": file}).json()
    post = only_post(sandbox, "facebook")
    assert (answer["post_id"], post.text) == (post.id, "Poster")
    assert Image.open(io.BytesIO(post.files[0].data)).size == (1080, 1350)


def test_a_photo_is_fetched_from_its_address(sandbox: TestSandbox, page: Page, make_media: MediaMaker) -> None:
    page.create_photo(params={"url": make_media.jpeg(600, 600).url, "caption": "Poster"})
    assert Image.open(io.BytesIO(only_post(sandbox, "facebook").files[0].data)).size == (600, 600)


def test_several_photos_become_one_post(sandbox: TestSandbox, page: Page, make_media: MediaMaker) -> None:
    urls = [make_media.jpeg(400, 400, seed=seed).url for seed in range(3)]
    photos = [page.create_photo(params={"url": url, "published": False})["id"] for url in urls]
    assert sandbox.platform("facebook").posts() == []
    page.create_feed(params={"message": "Tiga poster", "attached_media": [{"media_fbid": photo} for photo in photos]})
    assert len(only_post(sandbox, "facebook").files) == 3


def test_a_reel_is_started_uploaded_finished_and_becomes_ready(sandbox: TestSandbox, page: Page, make_media: MediaMaker) -> None:
    media = make_media.mp4(540, 960, 4, 24)
    started = page.create_video_reel(params={"upload_phase": "start"})
    video_id = started["video_id"]
    token = page.get_api()._session.access_token
    headers = {"Authorization": f"OAuth {token}", "offset": "0", "file_size": str(media.size)}
    assert httpx2.post(started["upload_url"], headers=headers, content=media.path.read_bytes()).json() == {"success": True}
    page.create_video_reel(params={"upload_phase": "finish", "video_id": video_id, "video_state": "PUBLISHED", "description": "Spot"})
    status = page.get_api().call("GET", (video_id,), params={"fields": "status"}).json()["status"]
    assert (status["video_status"], status["publishing_phase"]["status"]) == ("ready", "complete")
    assert only_post(sandbox, "facebook").files[0].data == media.path.read_bytes()


def test_a_post_is_deleted(sandbox: TestSandbox, page: Page) -> None:
    made = page.create_feed(params={"message": "keliru"})
    assert page.get_api().call("DELETE", (made["id"],)).json() == {"success": True}
    assert sandbox.platform("facebook").posts() == []


def test_a_wrong_proof_of_the_app_is_refused_and_the_right_one_taken(sandbox: TestSandbox, connect: Connect) -> None:
    facebook = sandbox.platform("facebook")
    token = facebook.add_account(PAGE, "contoh_kpu_lampung").credentials["access_token"]
    right = Page(PAGE, api=connect("facebook", token, app_secret=facebook.settings()["app_secret"]))
    wrong = Page(PAGE, api=connect("facebook", token, app_secret="salah"))
    assert right.create_feed(params={"message": "halo"})["id"]
    with pytest.raises(FacebookRequestError) as caught:
        wrong.create_feed(params={"message": "halo lagi"})
    assert refusal(caught) == (400, 100)
    assert len(facebook.posts()) == 1


def test_an_expired_token_and_a_rate_limit_are_metas_own_errors(sandbox: TestSandbox, page: Page) -> None:
    sandbox.fault("facebook.feed", "rate_limited")
    with pytest.raises(FacebookRequestError) as caught:
        page.create_feed(params={"message": "halo"})
    assert caught.value.api_error_code() in (4, 17, 32, 80001)
    sandbox.platform("facebook").break_token(PAGE, "expire")
    with pytest.raises(FacebookRequestError) as caught:
        page.create_feed(params={"message": "halo"})
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (190, 463)
    assert sandbox.platform("facebook").posts() == []


def test_a_picture_goes_from_container_to_published_media(sandbox: TestSandbox, user: IGUser, make_media: MediaMaker) -> None:
    container = user.create_media(params={"image_url": make_media.jpeg(1080, 1080).url, "caption": "Cek DPT"})
    status = user.get_api().call("GET", (container["id"],), params={"fields": "status_code"}).json()
    assert status["status_code"] == "FINISHED"
    media = user.create_media_publish(params={"creation_id": container["id"]})
    [listed] = user.get_media(fields=["id", "caption", "permalink", "timestamp", "media_type"])
    assert (listed["id"], listed["caption"], listed["media_type"]) == (media["id"], "Cek DPT", "IMAGE")
    assert only_post(sandbox, "instagram").id == media["id"]


def test_pictures_become_a_carousel(sandbox: TestSandbox, user: IGUser, make_media: MediaMaker) -> None:
    urls = [make_media.jpeg(1080, 1080, seed=seed).url for seed in range(2)]
    children = [user.create_media(params={"image_url": url, "is_carousel_item": True})["id"] for url in urls]
    box = user.create_media(params={"media_type": "CAROUSEL", "children": children, "caption": "Dua"})
    user.create_media_publish(params={"creation_id": box["id"]})
    assert len(only_post(sandbox, "instagram").files) == 2


def test_a_reel_is_fetched_processed_and_published(sandbox: TestSandbox, user: IGUser, make_media: MediaMaker) -> None:
    sandbox.world.processing_seconds = 30
    box = user.create_media(params={"media_type": "REELS", "video_url": make_media.mp4(540, 960, 4, 24).url, "caption": "Spot"})

    def state() -> str:
        return str(user.get_api().call("GET", (box["id"],), params={"fields": "status_code"}).json()["status_code"])

    assert state() == "IN_PROGRESS"
    with pytest.raises(FacebookRequestError) as caught:
        user.create_media_publish(params={"creation_id": box["id"]})
    assert caught.value.api_error_code() == 9007
    sandbox.world.clock_offset += 31
    assert state() == "FINISHED"
    user.create_media_publish(params={"creation_id": box["id"]})
    assert only_post(sandbox, "instagram").kind == "reel"


def test_the_publishing_limit_is_told_counts_and_holds(sandbox: TestSandbox, user: IGUser, make_media: MediaMaker) -> None:
    sandbox.world.quotas["instagram.publish"] = 1
    boxes = [user.create_media(params={"image_url": make_media.jpeg(800, 800, seed=seed).url})["id"] for seed in range(2)]
    user.create_media_publish(params={"creation_id": boxes[0]})
    [limit] = user.get_content_publishing_limit(fields=["quota_usage", "config"])
    assert (limit["quota_usage"], limit["config"]["quota_total"]) == (1, 1)
    with pytest.raises(FacebookRequestError) as caught:
        user.create_media_publish(params={"creation_id": boxes[1]})
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (9, 2207042)
    assert len(sandbox.platform("instagram").posts()) == 1
