"""The imitation takes chunks, fetches photos and looks at the bytes as TikTok does."""

from typing import Any

import pytest

from gaung.core.records import Account, Media
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.tiktok.sandbox import TikTokSandbox

PUBLISH = "/v2/post/publish"
PUBLIC = {"privacy_level": "PUBLIC_TO_EVERYONE"}
OK = (200, "ok")
INVALID = (400, "invalid_params")


def test_chunks_come_in_order_and_in_full(client: Any, spot: Media) -> None:
    data = spot.path.read_bytes()
    size, chunk = len(data), len(data) // 3
    opened = client.open(size, chunk, 3)
    url = opened["upload_url"]
    assert client.put(url, data[chunk : 2 * chunk], chunk, size).status_code == 416
    assert client.put(url, data[: chunk - 1], 0, size).status_code == 400
    assert client.put(url, data[:chunk], 0, size + 1).status_code == 400
    assert client.put(url, data[:chunk], 0, size, **{"content-type": "text/plain"}).status_code == 400
    assert client.put(url, data[:chunk], 0, size, **{"content-range": "0-1"}).status_code == 400
    first = client.put(url, data[:chunk], 0, size)
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-{chunk - 1}/{size}")
    again = client.put(url, data[:chunk], 0, size)
    assert (again.status_code, again.headers["content-range"]) == (416, f"bytes 0-{chunk - 1}/{size}")
    assert client.status(opened["publish_id"]) == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": chunk}
    assert client.put(url, data[chunk : 2 * chunk], chunk, size).status_code == 206
    last = client.put(url, data[2 * chunk :], 2 * chunk, size)
    assert (last.status_code, last.headers["content-range"]) == (201, f"bytes 0-{size - 1}/{size}")
    assert client.put(url, data[2 * chunk :], 2 * chunk, size).status_code == 416


def test_an_upload_link_is_secret_and_lives_an_hour(sandbox: TestSandbox, client: Any) -> None:
    opened = client.open(5000, 5000, 1)
    url = opened["upload_url"]
    assert len(url) <= 256
    assert len(opened["publish_id"]) <= 64
    assert client.put(url + "x", bytes(5000), 0, 5000).status_code == 403
    assert client.put(url.replace("upload_id=", "upload_id=9"), bytes(5000), 0, 5000).status_code == 404
    sandbox.world.clock_offset += 3601
    assert client.put(url, bytes(5000), 0, 5000).status_code == 403


@pytest.mark.parametrize(
    ("width", "height", "seconds", "fps", "reason"),
    [
        (360, 640, 1, 24, ""),
        (320, 640, 1, 24, "picture_size_check_failed"),
        (360, 640, 1, 15, "frame_rate_check_failed"),
        (360, 640, 3, 24, "duration_check_failed"),
    ],
)
def test_the_bytes_of_a_video_are_really_looked_at(
    client: Any,
    tiktok: TikTokSandbox,
    account: Account,
    make_media: MediaMaker,
    width: int,
    height: int,
    seconds: float,
    fps: int,
    reason: str,
) -> None:
    tiktok.accounts[account.external_id].extra["max_video_post_duration_sec"] = 2
    data = make_media.mp4(width, height, seconds, fps).path.read_bytes()
    opened = client.open(len(data), len(data), 1)
    client.put(opened["upload_url"], data, 0, len(data))
    assert client.status(opened["publish_id"]).get("fail_reason", "") == reason
    assert len(tiktok.posts()) == (0 if reason else 1)


def test_bytes_that_are_no_video_fail(client: Any, make_media: MediaMaker) -> None:
    for data in (b"x" * 5000, make_media.jpeg(400, 400).path.read_bytes()):
        opened = client.open(len(data), len(data), 1)
        client.put(opened["upload_url"], data, 0, len(data))
        assert client.status(opened["publish_id"])["status"] == "FAILED"


def test_the_states_of_a_video_go_by_the_worlds_clock(sandbox: TestSandbox, client: Any, tiktok: TikTokSandbox, spot: Media) -> None:
    sandbox.world.processing_seconds = 30
    sandbox.world.quotas["tiktok.post_id_delay"] = 60
    data = spot.path.read_bytes()
    opened = client.open(len(data), len(data), 1)
    client.put(opened["upload_url"], data, 0, len(data))
    assert client.status(opened["publish_id"])["status"] == "PROCESSING_UPLOAD"
    assert tiktok.posts() == []
    sandbox.world.clock_offset += 31
    assert len(tiktok.posts()) == 1
    assert client.status(opened["publish_id"])["publicaly_available_post_id"] == []
    sandbox.world.clock_offset += 61
    assert client.status(opened["publish_id"])["publicaly_available_post_id"] == [int(tiktok.posts()[0].id)]


def test_at_most_five_drafts_wait_in_an_inbox(client: Any, tiktok: TikTokSandbox, spot: Media) -> None:
    data = spot.path.read_bytes()
    opened = client.open(len(data), len(data), 1, "inbox")
    client.put(opened["upload_url"], data, 0, len(data))
    assert client.status(opened["publish_id"])["status"] == "SEND_TO_USER_INBOX"
    assert tiktok.posts() == []
    source = {"source": "FILE_UPLOAD", "video_size": 5000, "chunk_size": 5000, "total_chunk_count": 1}
    answers = [client.code(f"{PUBLISH}/inbox/video/init/", {"source_info": source}) for _ in range(5)]
    assert answers == [OK] * 4 + [(403, "spam_risk_too_many_pending_share")]


@pytest.mark.parametrize(
    ("urls", "answer"),
    [
        (["http://media.example.org/a.jpg"], INVALID),
        (["https://192.0.2.7/a.jpg"], (403, "url_ownership_unverified")),
        (["https://asing.example.org/a.jpg"], (403, "url_ownership_unverified")),
        (["bukan url"], INVALID),
        ([], INVALID),
        (["https://media.example.org/a.jpg"] * 36, INVALID),
    ],
)
def test_photos_come_from_verified_https_addresses(client: Any, tiktok: TikTokSandbox, urls: list[str], answer: tuple[int, str]) -> None:
    tiktok.state.unverified_hosts.add("asing.example.org")
    assert client.photos(urls) == answer


def test_what_a_photo_post_says_is_checked(client: Any) -> None:
    urls = ["https://media.example.org/a.jpg"]
    assert client.photos(urls, "SOMETHING") == INVALID
    assert client.photos(urls, cover=1) == INVALID
    assert client.photos(urls, title="a" * 91) == INVALID
    assert client.photos(urls, description="a" * 4001) == INVALID
    assert client.photos(urls, privacy_level="FOLLOWER_OF_CREATOR") == (403, "privacy_level_option_mismatch")


@pytest.mark.parametrize(
    ("kind", "size", "reason"),
    [
        ("jpeg", (1080, 1920), ""),
        ("webp", (640, 640), ""),
        ("png", (640, 640), "file_format_check_failed"),
        ("jpeg", (1200, 1200), "picture_size_check_failed"),
    ],
)
def test_photos_are_really_fetched_and_looked_at(
    client: Any, tiktok: TikTokSandbox, make_media: MediaMaker, kind: str, size: tuple[int, int], reason: str
) -> None:
    photo: Media = getattr(make_media, kind)(*size)
    assert client.photos([str(photo.url)], description="teks") == OK
    [task] = tiktok.state.tasks.values()
    assert client.pulled(task.publish_id).get("fail_reason", "") == reason
    assert [post.files[0].data for post in tiktok.posts()] == ([] if reason else [photo.path.read_bytes()])


def test_a_video_can_be_pulled_and_a_download_cancelled(client: Any, tiktok: TikTokSandbox, spot: Media) -> None:
    body = {"post_info": PUBLIC, "source_info": {"source": "PULL_FROM_URL", "video_url": spot.url}}
    assert client.code(f"{PUBLISH}/video/init/", body) == OK
    [task] = tiktok.state.tasks.values()
    assert client.pulled(task.publish_id)["status"] == "PUBLISH_COMPLETE"
    assert client.code(f"{PUBLISH}/cancel/", {"publish_id": task.publish_id}) == (400, "publish_not_cancellable")
    assert client.code(f"{PUBLISH}/cancel/", {"publish_id": "v_pub_url~v2.1"}) == (400, "invalid_publish_id")
