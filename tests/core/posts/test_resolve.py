from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gaung.core.media.store import MediaStore
from gaung.core.posts.draft import Layer, PostDraft
from gaung.core.posts.file import Known
from gaung.core.posts.resolve import resolve
from gaung.core.posts.stored import from_json, to_json
from gaung.core.records import Capabilities, FormatRule, Platform

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TEXTS = Platform(name="texts", title="Texts", formats=(FormatRule(name="text"),), capabilities=Capabilities())

POST = """
title = "Umum"
text = "umum"
media = ["poster.jpg", "spot.mp4"]
purpose = "edukasi"
[platform.tube]
title = "Tube"
text = "tube"
privacy = "public"
kids = false
[platform.wall]
media = ["poster.jpg", "peta.png"]
[office."18.01"]
text = "lamsel"
[office."18.01".platform.tube]
privacy = "private"
title = "Tube Lamsel"
media = ["spot.mp4"]
"""


def test_a_variant_changes_what_it_names_and_leaves_the_rest(read: Any, known: Known) -> None:
    draft = read(POST)
    wall, tube = known.platforms["wall"], known.platforms["tube"]
    general = resolve(draft, "18", wall).content
    assert general is not None
    assert (general.format, general.title, general.text, general.purpose) == ("carousel", "Umum", "umum", "edukasi")
    assert [media.name for media in general.media] == ["poster.jpg", "peta.png"]
    own = resolve(draft, "18.01", tube).content
    assert own is not None
    assert (own.format, own.title, own.text) == ("video", "Tube Lamsel", "lamsel")
    assert dict(own.options) == {"privacy": "private", "kids": False}


def test_offices_without_a_variant_share_one_content(read: Any, known: Known) -> None:
    draft = read(POST)
    tube = known.platforms["tube"]
    assert resolve(draft, "18", tube) is resolve(draft, "18.02", tube)
    assert resolve(draft, "18", tube) is not resolve(draft, "18.01", tube)
    assert resolve(draft, "18", tube).warnings[0].message == "Tube (video) goes without poster.jpg"


def test_an_asked_for_format_and_its_refusal_reach_the_target(read: Any, known: Known) -> None:
    draft = read('text = "halo"\nmedia = ["spot.mp4"]\n[platform.wall]\nformat = "video"\n[office."18.01".platform.wall]\nformat = "photo"')
    wall = known.platforms["wall"]
    general = resolve(draft, "18", wall).content
    assert general is not None
    assert general.format == "video"
    refused = resolve(draft, "18.01", wall)
    assert (refused.content, refused.errors[0].code) == (None, "format_unfit")


def test_text_only_to_a_video_platform_is_a_problem(read: Any, known: Known) -> None:
    resolved = resolve(read('text = "halo"'), "18", known.platforms["tube"])
    assert (resolved.content, resolved.errors[0].code) == (None, "nothing_to_publish")


def test_a_link_alone_is_a_text_post(read: Any, known: Known) -> None:
    content = resolve(read('link = "https://kpu.go.id"'), "18", known.platforms["wall"]).content
    assert content is not None
    assert (content.format, content.text_with_link) == ("text", "https://kpu.go.id")


def test_an_empty_list_takes_the_media_away(read: Any, known: Known) -> None:
    draft = read('text = "halo"\nmedia = ["poster.jpg"]\n[office."18.01"]\nmedia = []')
    content = resolve(draft, "18.01", known.platforms["wall"]).content
    assert content is not None
    assert (content.format, content.media) == ("text", ())


def test_times_may_differ_by_variant(read: Any, known: Known) -> None:
    draft = read('text = "a"\n[platform.wall]\nat = 2026-11-25T10:00:00\n[office."18.01"]\ndeadline = 2026-11-25T09:00:00')
    wall, tube = known.platforms["wall"], known.platforms["tube"]
    at = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    assert (resolve(draft, "18", wall).at, resolve(draft, "18", wall).deadline) == (at, at + timedelta(hours=2))
    assert resolve(draft, "18", tube).at == NOW
    crossed = resolve(draft, "18.01", wall)
    assert (crossed.content, crossed.errors[0].code) == (None, "deadline_before_time")


def test_a_content_survives_its_json(read: Any, known: Known, store: MediaStore) -> None:
    content = resolve(read(POST), "18.01", known.platforms["tube"]).content
    assert content is not None
    back = from_json(to_json(content), store=store.root, public_base="https://lain.example.test")
    assert back == content
    assert back.media[0].path == content.media[0].path
    assert back.media[0].url == f"https://lain.example.test/{content.media[0].sha256}.mp4"


FIELD = st.sampled_from(["title", "text", "link", "purpose", "origin", "format"])
LAYER = st.dictionaries(FIELD, st.text("abc", max_size=2)).map(lambda layer: layer | {"options": {key: layer[key] for key in layer}})


@given(st.lists(LAYER, min_size=4, max_size=4))
def test_the_nearest_layer_that_names_a_field_wins(layers: list[Layer]) -> None:
    post, platform, office, both = layers
    draft = PostDraft(
        source="x", fields=post, platform_layers={"texts": platform}, office_layers={"18.01": office},
        office_platform_layers={("18.01", "texts"): both}, offices=("18.01",), platforms=("texts",), at=NOW, deadline=NOW,
    )  # fmt: skip
    merged = draft.merged("18.01", "texts")
    for name in ("title", "text", "link", "purpose", "origin", "format"):
        naming = [layer[name] for layer in layers if name in layer]
        assert merged.get(name) == (naming[-1] if naming else None)
        assert merged["options"].get(name) == (naming[-1] if naming else None)
    assert draft.merged("18", "texts").get("title") == platform.get("title", post.get("title"))
    assert draft.merged("18.01", "other").get("title") == office.get("title", post.get("title"))


def test_thousands_of_targets_share_a_few_contents() -> None:
    draft = PostDraft(
        source="x", fields={"text": "halo", "at": NOW}, office_layers={"18.01": {"text": "lain"}}, offices=("all",), platforms=("texts",),
        at=NOW, deadline=NOW + timedelta(hours=2),
    )  # fmt: skip
    contents = {id(resolve(draft, f"18.{number:02}", TEXTS).content) for number in range(2_880) for _ in range(4)}
    assert len(contents) == 2
