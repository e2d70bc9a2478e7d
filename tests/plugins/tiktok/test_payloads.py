"""How a file is cut, and what a post becomes on the wire."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaung.core.records import Account, Content, Credentials
from gaung.plugins.tiktok import payloads
from gaung.plugins.tiktok.payloads import Plan

MB, MIB = 1_000_000, 1024 * 1024


def test_the_documented_example_is_cut_as_documented() -> None:
    plan = Plan.of(50_000_123, 10_000_000)
    assert plan == Plan(50_000_123, 10_000_000, 5)
    assert plan.span(4) == (40_000_000, 50_000_123)


@pytest.mark.parametrize(
    ("size", "chunk", "plan"),
    [
        (64_000_000, 64_000_000, (64_000_000, 1)),
        (64_000_001, 64_000_000, (32_000_000, 2)),
        (127_999_999, 64_000_000, (63_999_999, 2)),
        (4_000_000_000, 10_000_000, (10_000_000, 400)),
        (1, 10_000_000, (1, 1)),
    ],
)
def test_more_than_64_mb_is_never_one_chunk(size: int, chunk: int, plan: tuple[int, int]) -> None:
    assert Plan.of(size, chunk) == Plan(size, *plan)


@given(size=st.integers(1, 4_000_000_000), chunk=st.integers(10_000_000, 64_000_000))
def test_every_plan_keeps_the_documented_rules_whether_mb_or_mib_is_meant(size: int, chunk: int) -> None:
    plan = Plan.of(size, chunk)
    last = plan.span(plan.count - 1)
    assert plan.count == size // plan.chunk
    assert 1 <= plan.count <= 1000
    assert last[1] - last[0] <= 128 * MB
    assert plan.chunk <= 64 * MB
    assert plan.chunk >= 5 * MIB or (plan.count == 1 and plan.chunk == size)
    assert plan.count > 1 or size <= 64 * MB
    assert plan.count == 1 or size >= 5 * MIB


@given(size=st.integers(1, 300_000), chunk=st.integers(1000, 50_000))
def test_the_chunks_cover_the_file_once(size: int, chunk: int) -> None:
    plan = Plan.of(size, chunk)
    spans = [plan.span(index) for index in range(plan.count)]
    assert spans[0][0] == 0
    assert spans[-1][1] == size
    assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))


def account(api_url: str, **settings: object) -> Account:
    return Account(
        id=1,
        office="18",
        platform="tiktok",
        external_id="o",
        handle="h",
        credentials=Credentials({}),
        settings={"api_url": api_url, **settings},
    )


@pytest.mark.parametrize(
    ("url", "wanted", "sent"),
    [
        ("https://open.tiktokapis.com", None, 10_000_000),
        ("https://open.tiktokapis.com", 20_000_000, 20_000_000),
        ("https://open.tiktokapis.com", 1000, 10_000_000),
        ("https://open.tiktokapis.com", 10**9, 64_000_000),
        ("http://127.0.0.1:9/tiktok", 1000, 1000),
    ],
)
def test_a_chunk_size_that_tiktok_does_not_take_is_sent_to_loopback_only(url: str, wanted: int | None, sent: int) -> None:
    assert payloads.chunk_bytes(account(url, chunk_bytes=wanted)) == sent


def test_units_are_counted_as_tiktok_counts_them() -> None:
    assert payloads.utf16_units("aé🗳") == 4


def test_no_interaction_is_allowed_that_was_not_asked_for(video: Content, photos: Content) -> None:
    assert {key: value for key, value in payloads.video_init(video, Plan(1, 1, 1))["post_info"].items() if key.startswith("disable")} == {
        "disable_comment": True,
        "disable_duet": True,
        "disable_stitch": True,
    }
    assert payloads.photo_init(photos, [])["post_info"]["disable_comment"] is True


def test_the_link_stands_at_the_end_of_the_caption(video: Content) -> None:
    linked = replace(video, text="Cek\n", link="https://cekdptonline.kpu.go.id")
    assert payloads.caption(linked) == "Cek\nhttps://cekdptonline.kpu.go.id"


@pytest.mark.parametrize("handle", ["contoh_lampung", "@contoh_lampung", " @contoh_lampung "])
def test_a_handle_may_carry_its_at_sign(video: Content, photos: Content, handle: str) -> None:
    assert payloads.post_url(handle, video, "74") == "https://www.tiktok.com/@contoh_lampung/video/74"
    assert payloads.post_url(handle, photos, "74") == "https://www.tiktok.com/@contoh_lampung/photo/74"


def test_without_a_handle_there_is_no_url(video: Content) -> None:
    assert payloads.post_url("", video, "74") is None
