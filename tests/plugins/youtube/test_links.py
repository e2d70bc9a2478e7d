"""What an address names: every shape that people paste, one spelling for each thing, and never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaung.core.records import LinkInfo
from gaung.core.registry.handles import NotAHandle, read_handle
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.links import mentions
from gaung.plugins.youtube.platform import PLATFORM

VIDEO = "dQw4w9WgXcQ"
OTHER = "abcDEF12-_9"
LIST = "PLcontoh0123456789ABCDEFGHIJ"
COMMENT = "UgxContoh0123456789AaABAg"
REPLY = f"{COMMENT}.9contohBalasan12"
CHANNEL = "UCcontoh0123456789abcdef"
WATCH = f"https://www.youtube.com/watch?v={VIDEO}"


def info(url: str) -> LinkInfo:
    found = plugin.gaung_identify_link(url)
    assert found is not None
    assert found.platform == "youtube"
    return found


@pytest.mark.parametrize(
    "url",
    [
        WATCH,
        f"http://youtube.com/watch?v={VIDEO}",
        f"https://m.youtube.com/watch?v={VIDEO}&feature=share",
        f"https://music.youtube.com/watch?v={VIDEO}&si=AbCd",
        f"https://youtu.be/{VIDEO}?si=AbCdEf&t=12",
        f"youtu.be/{VIDEO}",
        f"https://www.youtube.com/shorts/{VIDEO}?feature=share",
        f"https://youtube.com/live/{VIDEO}?si=x",
        f"https://www.youtube.com/embed/{VIDEO}",
        f"https://www.youtube-nocookie.com/embed/{VIDEO}",
        f"HTTPS://WWW.YOUTUBE.COM/watch?app=desktop&v={VIDEO}#t=1",
        f"https://www.youtube.com/watch?v={VIDEO}&list=RD{VIDEO}&start_radio=1",
        f"https://www.youtube.com/watch?v={VIDEO}&list=WL",
        f"  https://www.youtube.com/watch/?v={VIDEO}  ",
    ],
)
def test_every_address_of_a_video_becomes_one(url: str) -> None:
    assert info(url) == LinkInfo(platform="youtube", kind="post", url=WATCH, external_id=VIDEO)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"https://youtube.com/playlist?list={LIST}&si=x", f"https://www.youtube.com/playlist?list={LIST}"),
        (f"https://www.youtube.com/watch?v={VIDEO}&list={LIST}&index=3&pp=x", f"https://www.youtube.com/watch?v={VIDEO}&list={LIST}"),
        (f"https://youtu.be/{VIDEO}?list={LIST}", f"https://www.youtube.com/watch?v={VIDEO}&list={LIST}"),
    ],
)
def test_a_playlist_is_told_from_the_video_that_it_is_opened_at(url: str, address: str) -> None:
    assert info(url) == LinkInfo(platform="youtube", kind="post", url=address, external_id=LIST)


@pytest.mark.parametrize("comment", [COMMENT, REPLY])
def test_a_comment_is_told_from_its_video_and_from_a_playlist(comment: str) -> None:
    address = f"https://www.youtube.com/watch?v={OTHER}&lc={comment}"
    assert info(f"{address}&list={LIST}&si=x") == LinkInfo(platform="youtube", kind="post", url=address, external_id=comment)


@pytest.mark.parametrize(
    ("url", "author"),
    [
        ("https://www.youtube.com/@contoh_agt_0001", "contoh_agt_0001"),
        ("https://youtube.com/@contoh.agt-2?si=abc", "contoh.agt-2"),
        ("https://m.youtube.com/@contoh_agt_0001/playlists?view=1", "contoh_agt_0001"),
        ("youtube.com/@Contoh_Agt_0001/", "Contoh_Agt_0001"),
        ("https://www.youtube.com/%40contoh_agt_0001", "contoh_agt_0001"),
    ],
)
def test_a_handle_is_read_from_any_page_of_its_channel(url: str, author: str) -> None:
    assert info(url) == LinkInfo(platform="youtube", kind="profile", url=f"https://www.youtube.com/@{author}", author=author)


def test_a_channel_address_gives_the_id() -> None:
    address = f"https://www.youtube.com/channel/{CHANNEL}"
    assert info(f"{address}/videos?si=x") == LinkInfo(platform="youtube", kind="profile", url=address, author_id=CHANNEL)


@pytest.mark.parametrize("path", ["c/contohnama", "user/contohnama"])
def test_a_name_of_old_is_no_handle_because_the_handle_may_be_another_persons(path: str) -> None:
    assert info(f"https://www.youtube.com/{path}") == LinkInfo(platform="youtube", kind="profile", url=f"https://www.youtube.com/{path}")
    with pytest.raises(NotAHandle, match="does not say whose"):
        read_handle(PLATFORM, f"https://www.youtube.com/{path}", plugin.gaung_identify_link)


@pytest.mark.parametrize("url", [f"https://www.youtube.com/post/{COMMENT}", f"https://www.youtube.com/@contoh_agt_1/posts?lb={COMMENT}"])
def test_a_community_post_is_a_post_of_nobody_in_particular(url: str) -> None:
    address = f"https://www.youtube.com/post/{COMMENT}"
    assert info(url) == LinkInfo(platform="youtube", kind="post", url=address, external_id=COMMENT)


@pytest.mark.parametrize(
    "url",
    [
        "", "contoh", "https://", "https://www.youtube.com", "https://www.youtube.com/feed/subscriptions", "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=short", "https://www.youtube.com/@a", "https://www.youtube.com/channel/UCshort",
        f"https://youtube.com.contoh.id/watch?v={VIDEO}", f"https://notyoutube.com/watch?v={VIDEO}", f"ftp://youtube.com/watch?v={VIDEO}",
        f"javascript://youtube.com/watch?v={VIDEO}", "https://[::1", "https://youtube.com:99999999/@contoh", "https://www.tiktok.com/@contoh",
        f"https://contoh.id/?u=https://youtu.be/{VIDEO}", "https://www.youtube.com/playlist?list=LL",
    ],
)  # fmt: skip
def test_whatever_else_is_none_of_youtubes(url: str) -> None:
    assert plugin.gaung_identify_link(url) is None


def test_a_reading_of_its_own_address_is_the_same() -> None:
    for url in (WATCH, f"{WATCH}&list={LIST}", f"https://youtu.be/{OTHER}?lc={COMMENT}", f"https://www.youtube.com/channel/{CHANNEL}"):
        assert info(info(url).url) == info(url)


@given(st.one_of(st.text(), st.text().map(lambda rest: f"https://www.youtube.com/{rest}"), st.text().map(lambda rest: f"youtu.be/{rest}")))
def test_no_text_makes_it_raise_and_what_it_answers_reads_the_same_again(url: str) -> None:
    found = plugin.gaung_identify_link(url)
    if found is not None:
        assert found.url.startswith("https://www.youtube.com/")
        assert plugin.gaung_identify_link(found.url) == found


def test_neither_handle_nor_address_is_in_its_repr() -> None:
    shown = repr([info("https://www.youtube.com/@contoh_agt_0001"), info(f"https://www.youtube.com/channel/{CHANNEL}"), info(WATCH)])
    assert "contoh_agt" not in shown
    assert CHANNEL not in shown
    assert "http" not in shown


def test_handles_of_one_channel_are_one_and_ids_are_known_as_ids() -> None:
    spellings = ("@Contoh_Agt_0001", "contoh_agt_0001", "https://youtube.com/@contoh_agt_0001?si=x")
    assert {read_handle(PLATFORM, text, plugin.gaung_identify_link).key for text in spellings} == {"contoh_agt_0001"}
    for text in (CHANNEL, f"https://www.youtube.com/channel/{CHANNEL}"):
        assert read_handle(PLATFORM, text, plugin.gaung_identify_link).external_id == CHANNEL


@pytest.mark.parametrize(
    ("text", "holds"),
    [(f"https://youtu.be/{VIDEO}", True), (f"lihat {WATCH}&t=1s ya", True), (f"x{VIDEO}", False), (f"{VIDEO}9", False), ("", False)],
)
def test_a_text_mentions_a_video_by_its_whole_id_only(text: str, holds: bool) -> None:
    assert mentions(text, VIDEO) is holds
