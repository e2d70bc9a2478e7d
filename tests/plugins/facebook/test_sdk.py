"""Meta's own Business SDK, which knows nothing of us, finds the imitated Facebook to be Facebook."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gaung.core.records import Account, Content
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]


@pytest.fixture
def api_for(side: FacebookSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """`api_for(token)`: the SDK's client, aimed at the sandbox, with the app's secret."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK's own, at import
        from facebook_business.api import FacebookAdsApi
        from facebook_business.session import FacebookSession
    monkeypatch.setattr(FacebookSession, "GRAPH", side.base_url)
    opened = []

    def make(token: str) -> Any:
        session = FacebookSession(side.app_id, side.app_secret, token)
        opened.append(session)
        return FacebookAdsApi(session, "v26.0")

    yield make
    for session in opened:
        session.requests.close()


@pytest.fixture
def sdk_page(api_for: Callable[[str], Any], page: Account) -> Any:
    from facebook_business.adobjects.page import Page

    return Page(page.external_id, api=api_for(page.credentials["access_token"]))


def test_a_person_lists_their_pages_over_several_pages(
    api_for: Callable[[str], Any], side: FacebookSandbox, account_for: Callable[..., Account]
) -> None:
    from facebook_business.adobjects.user import User

    ids = [account_for("facebook").external_id for _ in range(7)]
    listed = list(User("me", api=api_for(side.user_token())).get_accounts(params={"limit": 3}))
    assert [item["id"] for item in listed] == ids
    assert listed[0]["access_token"] == side.accounts[ids[0]].credentials["access_token"]
    assert "CREATE_CONTENT" in listed[0]["tasks"]


def test_feed_photo_and_several_photos(sdk_page: Any, side: FacebookSandbox, make_media: MediaMaker) -> None:
    post = sdk_page.create_feed(params={"message": "Dari SDK", "link": "https://kpu.go.id"})
    assert post["id"] == side.posts()[0].id
    url = make_media.jpeg(400, 300).url
    photo = sdk_page.create_photo(params={"url": url, "caption": "Foto"})
    assert side.posts()[0].id == photo.export_all_data()["post_id"]
    parts = [sdk_page.create_photo(params={"url": url, "published": False}) for _ in range(2)]
    assert "post_id" not in parts[0].export_all_data()
    album = sdk_page.create_feed(params={"message": "Album", "attached_media": [{"media_fbid": part["id"]} for part in parts]})
    assert (side.posts()[0].id, len(side.posts()[0].files)) == (album["id"], 2)


def test_a_reel_by_hosted_file(sdk_page: Any, side: FacebookSandbox, page: Account, make_media: MediaMaker) -> None:
    import httpx2

    started = sdk_page.get_api().call("POST", (page.external_id, "video_reels"), params={"upload_phase": "start"}).json()
    headers = {"authorization": f"OAuth {page.credentials['access_token']}", "file_url": str(make_media.mp4().url)}
    assert httpx2.post(started["upload_url"], headers=headers).json() == {"success": True}
    form = {"upload_phase": "finish", "video_id": started["video_id"], "video_state": "PUBLISHED", "description": "Reel SDK"}
    sdk_page.create_video_reel(params=form)
    assert side.posts()[0].text == "Reel SDK"


def test_the_sdks_own_chunked_uploader_works_as_ours(
    sandbox: TestSandbox, api_for: Callable[[str], Any], side: FacebookSandbox, page: Account, make_media: MediaMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from facebook_business import video_uploader

    sandbox.world.quotas["facebook.chunk"] = 5000
    media = make_media.mp4(640, 360)
    monkeypatch.setattr(
        video_uploader.VideoUploadRequest, "send",
        lambda self, path: self._api.call("POST", (path[0], "videos"), params=self._params, files=self._files),
    )  # fmt: skip
    api = api_for(page.credentials["access_token"])
    video_uploader.VideoUploader().upload(_sdk_video(api, page, str(media.path)))
    (post,) = side.posts()
    assert post.files[0].data == media.path.read_bytes()


def test_what_we_published_is_read_and_deleted_by_the_sdk(
    sdk_page: Any, side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: Callable[..., LiveAttempt]
) -> None:
    from facebook_business.adobjects.pagepost import PagePost

    for number in range(5):
        live_attempt().run(facebook.gaung_publish, page, content(text=f"Kiriman {number}"))
    fields = ["id", "message", "created_time", "permalink_url", "shares"]
    listed = list(sdk_page.get_published_posts(fields=fields, params={"limit": 2}))
    assert [item["message"] for item in listed] == [f"Kiriman {number}" for number in reversed(range(5))]
    assert "shares" not in listed[0]
    PagePost(listed[0]["id"], api=sdk_page.get_api()).api_delete()
    assert len(side.posts()) == 4


def test_errors_arrive_with_code_and_subcode(sdk_page: Any, side: FacebookSandbox, page: Account) -> None:
    from facebook_business.exceptions import FacebookRequestError

    def code(call: Callable[[], Any]) -> tuple[int, int | None]:
        with pytest.raises(FacebookRequestError) as caught:
            call()
        return caught.value.api_error_code(), caught.value.api_error_subcode()

    sdk_page.create_feed(params={"message": "Sama"})
    assert code(lambda: sdk_page.create_feed(params={"message": "Sama"})) == (506, None)
    assert code(lambda: sdk_page.create_feed(params={})) == (100, None)
    api = sdk_page.get_api()
    assert code(lambda: api.call("GET", (page.external_id, "published_posts"), params={"fields": "nonsense"})) == (100, None)
    soon = {"message": "Nanti", "published": False, "scheduled_publish_time": int(side.world.now()) + 60}
    assert code(lambda: sdk_page.create_feed(params=soon)) == (100, None)
    side.break_token(page.external_id, "expire")
    assert code(lambda: sdk_page.create_feed(params={"message": "Lain"})) == (190, 463)


def test_the_usage_headers_are_on_every_reply(sdk_page: Any, side: FacebookSandbox, page: Account) -> None:
    side.world.numbers.put("facebook", page.external_id, "followers", 1234, 0.0)
    answer = sdk_page.get_api().call("GET", (page.external_id,), params={"fields": "followers_count"})
    assert answer.json() == {"followers_count": 1234, "id": page.external_id}
    assert {"x-app-usage", "x-business-use-case-usage"} <= {name.lower() for name in answer.headers()}


def _sdk_video(api: Any, page: Account, path: str) -> Any:
    from facebook_business.adobjects.advideo import AdVideo

    video = AdVideo(api=api, parent_id=page.external_id)
    video["filepath"] = path
    return video


def test_the_sdk_lists_shared_and_tagged_posts(
    api_for: Callable[[str], Any], sdk_page: Any, fb: Any
) -> None:  # the SDK names both edges; what they hold is the fact sheet's
    from facebook_business.adobjects.pagepost import PagePost

    post = fb.publish()
    for number in range(5):
        who = fb.person(f"n{number}", *(["page"] if number % 2 else ["tester"]))
        for signal in ("shared_post", "tagged_post"):
            fb.do(who, signal, post)
    api = api_for(fb.page.credentials["access_token"])
    shared = list(PagePost(post.external_id, api=api).get_shared_posts(fields=["from", "parent_id", "created_time"], params={"limit": 2}))
    assert [item.get("parent_id") for item in shared] == [post.external_id] * 5
    assert sum("from" in item for item in shared) == 2
    tagged = list(sdk_page.get_tagged(fields=["from", "message"], params={"limit": 2}))
    assert [bool(item.get("from")) for item in tagged] == [False, True, False, True, False]


def test_the_sdk_reads_a_batch_with_its_own_refusals_and_parts_that_were_not_reached(
    sdk_page: Any, side: FacebookSandbox, page: Account, sandbox: TestSandbox
) -> None:
    post = side.post_by_hand(page.external_id, "Halo")
    told: list[Any] = []
    batch = sdk_page.get_api().new_batch()
    asked = [({"metric": ["post_media_view"]}, f"{post.id}/insights"), ({"metric": "post_impressions"}, f"{post.id}/insights")]
    for params, path in [*asked, ({"fields": "shares,permalink_url"}, post.id)]:
        batch.add("GET", path, params=params, success=told.append, failure=lambda reply: told.append(reply.error().api_error_code()))
    sandbox.fault("facebook.node", "hangup_before")
    again = batch.execute()
    assert told[0].json()["data"][0]["values"] == [{"value": side.number_of(post, "views")}]
    assert told[1] == 100
    assert len(again) == 1
    assert again.execute() is None
    assert told[2].json()["permalink_url"] == post.url
