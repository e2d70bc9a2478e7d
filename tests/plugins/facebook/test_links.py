"""Addresses as people paste them: whose, what, and never a guess."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gaung.core.records import LinkInfo
from gaung.core.registry.handles import NotAHandle, read_handle
from gaung.plugins import facebook
from gaung.plugins.facebook.platform import PLATFORM

SITE = "https://www.facebook.com"
PFBID = "pfbid02abCDef12345678901234567890abcdefghijkLMNOPqrstuvwxyz"


def identify(url: str) -> LinkInfo | None:
    return facebook.gaung_identify_link(url=url)


@pytest.mark.parametrize(
    ("url", "author", "author_id", "normal"),
    [
        ("https://www.facebook.com/contohagt.s", "contohagt.s", None, f"{SITE}/contohagt.s"),
        ("http://m.facebook.com/contohagt.s/?mibextid=ZbWKwL&__tn__=x", "contohagt.s", None, f"{SITE}/contohagt.s"),
        ("https://id-id.facebook.com/ContohAgt.S/about?lst=1", "ContohAgt.S", None, f"{SITE}/ContohAgt.S"),
        ("mbasic.facebook.com/contohagt.s#x", "contohagt.s", None, f"{SITE}/contohagt.s"),
        ("fb.com/contohagt.s", "contohagt.s", None, f"{SITE}/contohagt.s"),
        ("https://web.facebook.com/profile.php?id=1000812345&sk=about", None, "1000812345", f"{SITE}/profile.php?id=1000812345"),
        ("https://www.facebook.com/1000812345/", None, "1000812345", f"{SITE}/profile.php?id=1000812345"),
        ("https://www.facebook.com/people/Siti-Contoh/1000812345/", None, "1000812345", f"{SITE}/profile.php?id=1000812345"),
        ("https://www.facebook.com/pages/category/X/Contoh-PPS-100081234567", None, "100081234567", f"{SITE}/profile.php?id=100081234567"),
        ("https://www.facebook.com/pg/contohagt.pps/posts/", "contohagt.pps", None, f"{SITE}/contohagt.pps"),
        (" <https://www.facebook.com/contohagt.s\u200b> ", "contohagt.s", None, f"{SITE}/contohagt.s"),
    ],
)  # fmt: skip
def test_a_profile_is_named_by_handle_or_id(url: str, author: str | None, author_id: str | None, normal: str) -> None:
    assert identify(url) == LinkInfo(platform="facebook", kind="profile", url=normal, author=author, author_id=author_id)


@pytest.mark.parametrize(
    ("url", "author", "author_id", "external_id", "normal"),
    [
        (f"{SITE}/contohagt.s/posts/1234567890?__cft__[0]=x", "contohagt.s", None, "1234567890", f"{SITE}/contohagt.s/posts/1234567890"),
        (f"{SITE}/contohagt.s/posts/{PFBID}", "contohagt.s", None, PFBID, f"{SITE}/contohagt.s/posts/{PFBID}"),
        (f"{SITE}/contohagt.s/posts/ayo-cek-dpt/1234567890/", "contohagt.s", None, "1234567890", f"{SITE}/contohagt.s/posts/1234567890"),
        (f"{SITE}/1000812345/posts/1234567890/", None, "1000812345", "1234567890", f"{SITE}/1000812345/posts/1234567890"),
        (f"{SITE}/122100000000007_1234567890", None, "122100000000007", "1234567890", f"{SITE}/122100000000007/posts/1234567890"),
        ("https://m.facebook.com/story.php?story_fbid=1234567890&id=1000812345&m_entstream_source=x", None, "1000812345", "1234567890",
         f"{SITE}/permalink.php?story_fbid=1234567890&id=1000812345"),
        (f"{SITE}/permalink.php?id=1000812345&story_fbid={PFBID}", None, "1000812345", PFBID,
         f"{SITE}/permalink.php?story_fbid={PFBID}&id=1000812345"),
        (f"{SITE}/contohagt.s/videos/1234567890/?ref=x", "contohagt.s", None, "1234567890", f"{SITE}/contohagt.s/videos/1234567890"),
        (f"{SITE}/contohagt.s/photos/a.99887766/1234567890/", "contohagt.s", None, "1234567890", f"{SITE}/contohagt.s/photos/1234567890"),
        (f"{SITE}/photo.php?fbid=1234567890&set=a.1", None, None, "1234567890", f"{SITE}/photo.php?fbid=1234567890"),
        (f"{SITE}/photo?fbid=1234567890&set=a.1", None, None, "1234567890", f"{SITE}/photo.php?fbid=1234567890"),
        (f"{SITE}/watch/?v=1234567890&ref=sharing", None, None, "1234567890", f"{SITE}/watch/?v=1234567890"),
        (f"{SITE}/reel/1234567890?fs=e&s=TIeQ9V", None, None, "1234567890", f"{SITE}/reel/1234567890"),
        (f"{SITE}/groups/contohgrup/posts/1234567890/", None, None, "1234567890", f"{SITE}/groups/contohgrup/posts/1234567890"),
        (f"{SITE}/groups/99887766/permalink/1234567890/", None, None, "1234567890", f"{SITE}/groups/99887766/posts/1234567890"),
        (f"{SITE}/share/p/1Abc_dEfG-/?mibextid=oFDknk", None, None, None, f"{SITE}/share/p/1Abc_dEfG-"),
        (f"{SITE}/share/v/1AbcdEfG/", None, None, None, f"{SITE}/share/v/1AbcdEfG"),
        (f"{SITE}/share/1AbcdEfG/", None, None, None, f"{SITE}/share/1AbcdEfG"),
        (f"{SITE}/stories/1000812345/UzpfSVND=/?view_single=1", None, "1000812345", None, f"{SITE}/stories/1000812345"),
        ("https://fb.watch/abCD12-x_/?mibextid=1", None, None, None, "https://fb.watch/abCD12-x_"),
        ("https://fb.me/p/2abCDe", None, None, None, "https://fb.me/p/2abCDe"),
    ],
)  # fmt: skip
def test_a_post_is_named_with_whatever_the_address_holds(
    url: str, author: str | None, author_id: str | None, external_id: str | None, normal: str
) -> None:
    expected = LinkInfo(platform="facebook", kind="post", url=normal, author=author, author_id=author_id, external_id=external_id)
    assert identify(url) == expected
    assert identify(normal) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "   ", "contohagt siti", "https://www.instagram.com/contoh_agt_siti", "https://facebook.com.evil.example/contohagt.s",
        "https://evilfacebook.com/contohagt.s", "https://www.facebook.com@evil.example/contohagt.s", "ftp://facebook.com/contohagt.s",
        f"{SITE}", f"{SITE}/", f"{SITE}/login/?next=x", f"{SITE}/marketplace/item/1", f"{SITE}/groups/contohgrup", f"{SITE}/hashtag/kpu",
        f"{SITE}/sharer/sharer.php?u=x", f"{SITE}/events/1234567890", f"{SITE}/watch/", f"{SITE}/profile.php", f"{SITE}/profile.php?id=x",
        f"{SITE}/story.php?story_fbid=1234567890", f"{SITE}/reel/", f"{SITE}/abc", f"{SITE}/....................", f"{SITE}/contoh_agt",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.facebook.com%2Fcontohagt.s", "https://developers.facebook.com/docs",
        "https://www.facebook.com:x/contohagt.s", "http://[www.facebook.com/x", "javascript:alert(1)//facebook.com/contohagt",
    ],
)  # fmt: skip
def test_what_names_nobody_is_none(url: str) -> None:
    assert identify(url) is None


@given(st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(
        st.sampled_from(["https://", "www.facebook.com", "m.facebook.com", "/", "//", "posts", "profile.php?id=", "share", "p", "[", "]",
                         "%00", "reel", "%2F", "\u0660\u0661\u0662\u0663\u0664", "?", "&", "#", "permalink.php", "@", ":"]),
        st.text(max_size=12), st.integers().map(str),
    ), max_size=10).map("".join),
))  # fmt: skip
@example("https://www.facebook.com/\u0661\u0662\u0663\u0664\u0665\u0666")
@example("https://www.facebook.com/\u017fiti.contoh")
def test_it_never_raises_and_what_it_answers_is_its_own_normal_form(url: str) -> None:
    info = identify(url)
    if info is not None:
        assert info.url.startswith(("https://www.facebook.com/", "https://fb.watch/", "https://fb.me/"))
        assert info.url.isascii()
        again = identify(info.url)
        assert again == info


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("@Contoh.Agt.S", "contohagts"), ("contohagts", "contohagts"), ("https://m.facebook.com/contohagt.s?x=1", "contohagts"),
        ("https://www.facebook.com/profile.php?id=1000812345", "id:1000812345"), ("1000812345", "id:1000812345"),
    ],
)  # fmt: skip
def test_two_spellings_of_a_handle_are_one(written: str, key: str) -> None:
    assert read_handle(PLATFORM, written, identify).key == key


@pytest.mark.parametrize("written", ["budi", "contoh agt", "contoh_agt", f"{SITE}/share/p/1AbcdEfG", f"{SITE}/reel/1234567890", "x" * 51])
def test_what_is_no_handle_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(NotAHandle) as caught:
        read_handle(PLATFORM, written, identify)
    assert written not in str(caught.value)
