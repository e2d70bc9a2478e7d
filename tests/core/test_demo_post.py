from pathlib import Path

import pytest

from gaung.core.demo import POST
from gaung.core.manager import load
from gaung.core.media.facts import read_facts
from gaung.core.posts.file import Known, read_post
from gaung.core.posts.media import scratch_store
from gaung.core.posts.resolve import resolve
from gaung.core.records import Account, Credentials
from gaung.core.validation import examined

OFFICES = ("18", "18.01", "18.71")


@pytest.mark.parametrize("name", ["facebook", "instagram", "youtube", "tiktok"])
@pytest.mark.parametrize("office", OFFICES)
def test_the_demo_post_fits_every_platform_without_a_word(name: str, office: str) -> None:
    plugins = load(third_party=False)
    platform = plugins.platform(name)
    account = Account(
        id=1, office=office, platform=name, external_id="1", handle="contoh_kantor",
        credentials=Credentials({field.name: "x" for field in platform.credential_fields}),
        settings={field.name: "http://127.0.0.1:9" for field in platform.setting_fields if field.kind == "url"},
    )  # fmt: skip
    with scratch_store("http://127.0.0.1:9/media") as store:
        draft = read_post(POST, store=store, known=Known(platforms=plugins.platforms(), offices=OFFICES))
        resolved = resolve(draft, office, platform)
        assert (draft.warnings, resolved.problems) == ((), ())
        assert resolved.content is not None
        content, problems = examined(plugins, account, resolved.content, platform)
    assert problems == []
    assert content.format == {"facebook": "photo", "instagram": "reel"}.get(name, "video")
    assert ("kelurahan atau" in content.text) is (office != "18.71")


def test_the_demo_media_are_what_phones_and_platforms_like() -> None:
    poster, spot = (read_facts(POST.parent / name) for name in ("poster.jpg", "spot.mp4"))
    assert (poster.mime, poster.width, poster.height) == ("image/jpeg", 1080, 1350)
    assert (spot.width, spot.height, spot.seconds, spot.fps, spot.video_codec, spot.audio_codec) == (720, 1280, 6.0, 30.0, "h264", "aac")
    assert spot.size < 1_000_000
    data = Path(POST.parent / "spot.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
