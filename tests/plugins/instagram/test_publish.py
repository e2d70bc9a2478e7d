"""Photo, carousel and reel from nothing to a receipt."""

import io
from typing import Any

import pytest
from PIL import Image

from gaung.core.errors import RateLimited
from gaung.core.records import Pending, Published, Ready


def test_a_picture_becomes_one_post_with_caption_id_and_address(ig: Any) -> None:
    answer = ig.publish(ig.photo(link="https://cekdptonline.kpu.go.id"))
    [post] = ig.posts()
    assert answer == Published(post.id, post.url)
    assert post.text.endswith("#KPUMelayani\nhttps://cekdptonline.kpu.go.id")
    assert (post.kind, post.visible, len(post.files)) == ("photo", True, 1)
    assert ig.calls() == ["content_publishing_limit", "media", "container", "media_publish", "media_node"]


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_png_and_webp_arrive_as_jpeg(ig: Any, kind: str) -> None:
    ig.publish(ig.content("photo", getattr(ig.media, kind)(800, 800)))
    with Image.open(io.BytesIO(ig.posts()[0].files[0].data)) as image:
        assert (image.format, image.size) == ("JPEG", (800, 800))


def test_a_picture_too_wide_arrives_1440_wide(ig: Any) -> None:
    ig.publish(ig.content("photo", ig.media.jpeg(2000, 1500)))
    with Image.open(io.BytesIO(ig.posts()[0].files[0].data)) as image:
        assert image.size == (1440, 1080)


def test_alt_text_collaborators_and_place_reach_the_container(ig: Any) -> None:
    ig.publish(ig.photo(alt_text="Poster", collaborators=["contoh_a", "contoh_b"], location_id="7"))
    [box] = ig.side.containers.all.values()
    assert box.params["alt_text"] == "Poster"
    assert box.params["collaborators"] == '["contoh_a","contoh_b"]'
    assert box.params["location_id"] == "7"


def test_a_carousel_keeps_the_order_of_its_pictures_and_counts_once(ig: Any) -> None:
    pictures = [ig.media.jpeg(1080, 1080, seed=seed) for seed in range(3)]
    attempt = ig.attempt()
    answer = ig.publish(ig.content("carousel", *pictures), attempt)
    [post] = ig.posts()
    assert answer == Published(post.id, post.url)
    assert [file.sha256 for file in post.files] == [picture.sha256 for picture in pictures]
    assert [key for key, _ in attempt.saved] == ["item_0", "item_1", "item_2", "container", "media"]
    assert ig.count("media") == 4
    assert len(ig.side.accounts[ig.account.external_id].extra["published"]) == 1


def test_a_carousel_waits_for_its_video_then_goes_on_from_the_same_items(ig: Any) -> None:
    ig.world.processing_seconds = 60.0
    post, attempt = ig.content("carousel", ig.media.jpeg(), ig.media.mp4(720, 720)), ig.attempt()
    assert isinstance(ig.publish(post, attempt), Pending)
    assert isinstance(ig.check(post, attempt), Pending)
    ig.pass_time(61)
    later = attempt.reborn()
    assert isinstance(ig.check(post, later), Ready)
    assert isinstance(ig.finish(post, later), Published)
    assert ig.count("media") == 3
    assert [file.mime for file in ig.posts()[0].files] == ["image/jpeg", "video/mp4"]


def test_a_reel_with_a_public_address_is_fetched_from_there_unchanged(ig: Any) -> None:
    post = ig.reel(thumb_offset=500)
    answer = ig.publish(post)
    assert isinstance(answer, Published)
    assert "/reel/" in str(answer.url)
    [box] = ig.side.containers.all.values()
    assert (box.params["media_type"], box.params["share_to_feed"], box.params["thumb_offset"]) == ("REELS", "true", "500")
    assert ig.posts()[0].files[0].data == post.media[0].path.read_bytes()
    assert "upload" not in ig.calls()


def test_a_reel_is_sent_byte_for_byte_by_resumable_upload(ig: Any) -> None:
    post = ig.reel(upload="resumable")
    assert isinstance(ig.publish(post), Published)
    assert ig.posts()[0].files[0].data == post.media[0].path.read_bytes()
    assert ig.count("upload") == 1


def test_a_reel_is_polled_at_the_accounts_own_pace_without_holding_the_worker(ig: Any) -> None:
    ig.world.processing_seconds = 100.0
    attempt, post = ig.attempt(), ig.reel()
    assert ig.publish(post, attempt).check_after == ig.account.settings["poll_seconds"]
    for _ in range(2):
        assert isinstance(ig.check(post, attempt), Pending)
    assert (attempt.mutations, ig.posts()) == (0, [])
    ig.pass_time(101)
    assert isinstance(ig.check(post, attempt), Ready)
    assert isinstance(ig.finish(post, attempt), Published)


def test_a_spent_day_is_noticed_before_anything_is_made(ig: Any) -> None:
    ig.world.quotas["instagram.publish"] = 1
    ig.publish(ig.photo())
    before = ig.count("media")
    with pytest.raises(RateLimited) as caught:
        ig.publish(ig.photo("lagi"))
    assert (caught.value.scope, caught.value.code) == ("account", "9/2207042")
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 86400
    assert ig.count("media") == before
    ig.pass_time(86401)
    assert isinstance(ig.publish(ig.photo("lagi")), Published)


def test_a_day_that_is_spent_while_a_reel_is_processed_is_noticed_before_publishing(ig: Any) -> None:
    ig.world.processing_seconds = 10.0
    attempt, post = ig.attempt(), ig.reel()
    ig.publish(post, attempt)
    ig.pass_time(11)
    ig.world.quotas["instagram.publish"] = 0
    with pytest.raises(RateLimited):
        ig.finish(post, attempt)
    assert attempt.mutation_started_at is None


def test_an_account_whose_quota_cannot_be_read_publishes_all_the_same(ig: Any) -> None:
    ig.sandbox.fault("instagram.content_publishing_limit", "refused")
    assert isinstance(ig.publish(ig.photo()), Published)


def test_a_receipt_survives_an_address_that_cannot_be_read(ig: Any) -> None:
    ig.sandbox.fault("instagram.media_node", "hangup_before")
    attempt = ig.attempt()
    assert ig.publish(ig.photo(), attempt) == Published(ig.posts()[0].id, None)
    assert attempt.checkpoints["media"] == ig.posts()[0].id
