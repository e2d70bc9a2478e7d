"""Addresses as people paste them: whose, what, and never a guess."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gaung.core.records import LinkInfo
from gaung.core.registry.handles import NotAHandle, read_handle
from gaung.plugins import instagram
from gaung.plugins.instagram.platform import PLATFORM

SITE = "https://www.instagram.com"


def identify(url: str) -> LinkInfo | None:
    return instagram.gaung_identify_link(url=url)


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/contoh_agt_s", f"{SITE}/contoh_agt_s/?igsh=MWx0&utm_source=qr", "http://instagram.com/contoh_agt_s/",
        "m.instagram.com/contoh_agt_s", "https://instagr.am/contoh_agt_s", f"{SITE}/contoh_agt_s/reels/", f"{SITE}/_u/contoh_agt_s",
        f"{SITE}/@contoh_agt_s", " <https://www.instagram.com/contoh_agt_s\u200b> ", f"{SITE}/contoh_agt_s/p/",
    ],
)  # fmt: skip
def test_a_profile_is_named_by_its_handle(url: str) -> None:
    expected = LinkInfo(platform="instagram", kind="profile", url=f"{SITE}/contoh_agt_s/", author="contoh_agt_s")
    assert identify(url) == expected


@pytest.mark.parametrize(
    ("url", "author", "external_id", "normal"),
    [
        (f"{SITE}/p/DAbc_12-xyz/?igsh=MTc4MmM1YmI2Ng==", None, "DAbc_12-xyz", f"{SITE}/p/DAbc_12-xyz/"),
        (f"{SITE}/reel/DAbc12xyz", None, "DAbc12xyz", f"{SITE}/reel/DAbc12xyz/"),
        (f"{SITE}/reels/DAbc12xyz/", None, "DAbc12xyz", f"{SITE}/reel/DAbc12xyz/"),
        (f"{SITE}/tv/DAbc12xyz/", None, "DAbc12xyz", f"{SITE}/tv/DAbc12xyz/"),
        (f"{SITE}/contoh_agt_s/p/DAbc12xyz/?img_index=2", "contoh_agt_s", "DAbc12xyz", f"{SITE}/contoh_agt_s/p/DAbc12xyz/"),
        (f"{SITE}/contoh_agt_s/reel/DAbc12xyz/", "contoh_agt_s", "DAbc12xyz", f"{SITE}/contoh_agt_s/reel/DAbc12xyz/"),
        (f"{SITE}/stories/contoh_agt_s/33012345/?x=1", "contoh_agt_s", "33012345", f"{SITE}/stories/contoh_agt_s/33012345/"),
        (f"{SITE}/stories/contoh_agt_s", "contoh_agt_s", None, f"{SITE}/stories/contoh_agt_s/"),
        (f"{SITE}/stories/highlights/1789012345/", None, "1789012345", f"{SITE}/stories/highlights/1789012345/"),
        (f"{SITE}/share/p/BAbcdE12", None, None, f"{SITE}/share/p/BAbcdE12/"),
        (f"{SITE}/share/BAbcdE12", None, None, f"{SITE}/share/BAbcdE12/"),
        (f"{SITE}/s/aGlnaGxpZ2h0OjE3=?story_media_id=1", None, None, f"{SITE}/s/aGlnaGxpZ2h0OjE3=/"),
        ("instagr.am/p/DAbc12xyz", None, "DAbc12xyz", f"{SITE}/p/DAbc12xyz/"),
    ],
)  # fmt: skip
def test_a_media_is_named_with_whatever_the_address_holds(url: str, author: str | None, external_id: str | None, normal: str) -> None:
    expected = LinkInfo(platform="instagram", kind="post", url=normal, author=author, external_id=external_id)
    assert identify(url) == expected
    assert identify(normal) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "contoh_agt_s", "https://www.facebook.com/contohagt", "https://instagram.com.evil.example/contoh", "https://notinstagram.com/contoh",
        "https://www.instagram.com@evil.example/contoh", SITE, f"{SITE}/", f"{SITE}/explore/tags/kpu/", f"{SITE}/accounts/login/?next=x",
        f"{SITE}/direct/inbox/", f"{SITE}/p/", f"{SITE}/reels/audio/123456/", f"{SITE}/contoh agt", f"{SITE}/{'x' * 31}", f"{SITE}/a-b",
        f"{SITE}/stories/", "ftp://instagram.com/contoh", "http://[instagram.com/x", f"{SITE}/share/", "https://api.instagram.com/x",
    ],
)  # fmt: skip
def test_what_names_nobody_is_none(url: str) -> None:
    assert identify(url) is None


@given(st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(
        st.sampled_from(["https://", "www.instagram.com", "instagr.am", "/", "//", "p", "reel", "stories", "highlights", "_u", "[", "]",
                         "%00", "%2F", "?", "#", "@", ":", "\u0660\u0661"]),
        st.text(max_size=12), st.integers().map(str),
    ), max_size=10).map("".join),
))  # fmt: skip
@example("https://www.instagram.com/\u017fiti")
@example("https://www.instagram.com/stories/contoh/\u0661\u0662")
def test_it_never_raises_and_what_it_answers_is_its_own_normal_form(url: str) -> None:
    info = identify(url)
    if info is not None:
        assert info.url.startswith("https://www.instagram.com/")
        assert info.url.isascii()
        assert identify(info.url) == info


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("@Contoh_Agt.S", "contoh_agt.s"),
        (f"{SITE}/contoh_agt_s?igsh=x", "contoh_agt_s"),
        ("17841405822304914", "id:17841405822304914"),
    ],
)
def test_a_handle_is_read_however_it_is_pasted(written: str, key: str) -> None:
    assert read_handle(PLATFORM, written, identify).key == key


@pytest.mark.parametrize("written", ["contoh agt", "contoh-agt", f"{SITE}/p/DAbc12xyz/", f"{SITE}/share/BAbcdE12", "x" * 31])
def test_what_is_no_handle_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(NotAHandle) as caught:
        read_handle(PLATFORM, written, identify)
    assert written not in str(caught.value)
