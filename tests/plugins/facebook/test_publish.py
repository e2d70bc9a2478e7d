"""Posts and photos, end to end against the imitated Facebook."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from gaung.core.errors import Rejected
from gaung.core.records import Account, Content, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]


def test_a_text_post_appears_once_with_id_and_permalink(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt
) -> None:
    attempt = live_attempt()
    answer = attempt.run(facebook.gaung_publish, page, content())
    (post,) = side.posts()
    assert answer == Published(post.id, post.url)
    assert post.text == "Cek namamu di DPT #KPULampung"
    assert attempt.checkpoints == {"post_id": post.id}
    assert attempt.mutations == 1
    assert len(sandbox.journal("facebook.feed")) == 1


def test_a_link_is_a_field_of_its_own(side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt) -> None:
    live_attempt().run(facebook.gaung_publish, page, content(link="https://cekdptonline.kpu.go.id"))
    (post,) = side.posts()
    assert (post.text, post.extra["link"]) == ("Cek namamu di DPT #KPULampung", "https://cekdptonline.kpu.go.id")


def test_one_photo_arrives_unchanged_and_is_known_by_its_post(
    side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    media = make_media.jpeg()
    answer = live_attempt().run(
        facebook.gaung_publish, page, content("photo", media, link="https://kpu.go.id", options={"alt_text": "Poster"})
    )
    (post,) = side.posts()
    assert isinstance(answer, Published)
    assert answer.external_id == post.id
    assert answer.external_id.startswith(f"{page.external_id}_")
    assert post.files[0].data == media.path.read_bytes()
    assert post.text.endswith("\nhttps://kpu.go.id")
    assert next(iter(side.photos.values())).alt_text == "Poster"


def test_a_webp_picture_is_sent_as_jpeg(
    side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    live_attempt().run(facebook.gaung_publish, page, content("photo", make_media.webp(640, 480)))
    data = side.posts()[0].files[0].data
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_several_photos_are_one_post_in_order(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    media = [make_media.jpeg(400, 300, seed=seed) for seed in range(3)]
    attempt = live_attempt()
    answer = attempt.run(facebook.gaung_publish, page, content("carousel", *media, link="https://kpu.go.id"))
    (post,) = side.posts()
    assert answer == Published(post.id, post.url)
    assert [file.data for file in post.files] == [item.path.read_bytes() for item in media]
    assert post.text.endswith("\nhttps://kpu.go.id")
    assert attempt.mutations == 1
    assert len(sandbox.journal("facebook.photos")) == 3


def test_the_same_picture_twice_is_two_photos(
    side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    media = make_media.jpeg(400, 300)
    live_attempt().run(facebook.gaung_publish, page, content("carousel", media, media))
    assert len(side.posts()[0].files) == 2


def test_a_new_process_uses_the_photos_that_are_there(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    media = [make_media.jpeg(400, 300, seed=seed) for seed in range(3)]
    first = live_attempt()
    sandbox.fault("facebook.photos", "error_before", times=1, skip=2)
    with pytest.raises(Exception, match="unexpected error"):
        first.run(facebook.gaung_publish, page, content("carousel", *media))
    assert first.mutation_started_at is None
    gone = next(iter(first.checkpoints["photos"].values()))
    del side.photos[gone]
    second = first.reborn()
    second.run(facebook.gaung_publish, page, content("carousel", *media))
    (post,) = side.posts()
    assert [file.data for file in post.files] == [item.path.read_bytes() for item in media]
    assert len(sandbox.journal("facebook.photos")) == 5
    assert gone not in second.checkpoints["photos"].values()


def test_a_failing_permalink_never_loses_the_post(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt
) -> None:
    sandbox.fault("facebook.node", "hangup_before")
    answer = live_attempt().run(facebook.gaung_publish, page, content())
    (post,) = side.posts()
    assert answer == Published(post.id, f"https://www.facebook.com/{post.id}")


def test_a_trailing_slash_on_the_address_is_harmless(
    account_for: Callable[..., Account], side: FacebookSandbox, content: MakeContent, live_attempt: MakeAttempt
) -> None:
    live_attempt().run(facebook.gaung_publish, account_for("facebook", api_url=f"{side.base_url}/"), content())
    assert len(side.posts()) == 1


def test_a_repeated_text_is_refused_with_the_platforms_own_words(
    side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt
) -> None:
    live_attempt().run(facebook.gaung_publish, page, content())
    with pytest.raises(Rejected, match="Duplicate status message") as caught:
        live_attempt().run(facebook.gaung_publish, page, content())
    assert caught.value.code == "506"
    assert len(side.posts()) == 1


def test_a_file_that_is_gone_stops_before_anything_started(
    sandbox: TestSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    media = make_media.jpeg(320, 320, seed=77)
    kept = media.path.read_bytes()
    media.path.unlink()
    attempt = live_attempt()
    try:
        with pytest.raises(FileNotFoundError):
            attempt.run(facebook.gaung_publish, page, content("photo", media))
    finally:
        media.path.write_bytes(kept)
    assert attempt.mutation_started_at is None
    assert sandbox.journal("facebook.photos") == []


def test_a_transparent_picture_becomes_white_not_black(
    side: FacebookSandbox, page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    data = io.BytesIO()
    Image.new("RGBA", (400, 300), (0, 0, 0, 0)).save(data, "WEBP")
    media = make_media.store.add_bytes(data.getvalue(), "clear.webp")
    live_attempt().run(facebook.gaung_publish, page, content("photo", media))
    sent = Image.open(io.BytesIO(side.posts()[0].files[0].data))
    assert sent.getpixel((10, 10)) == (255, 255, 255)
