"""What an address names: every shape that people paste, one spelling for each thing, and never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaung.core.records import LinkInfo
from gaung.core.registry.handles import NotAHandle, read_handle
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.platform import PLATFORM

POST = "7400000000000000001"
HANDLE = "contoh_agt_0001"


def info(url: str) -> LinkInfo:
    found = plugin.gaung_identify_link(url)
    assert found is not None
    assert found.platform == "tiktok"
    return found


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.tiktok.com/@{HANDLE}",
        f"http://tiktok.com/@{HANDLE}/",
        f"https://m.tiktok.com/@{HANDLE}?_t=8abc&_r=1",
        f"tiktok.com/@{HANDLE}?lang=id-ID",
        f"HTTPS://WWW.TIKTOK.COM/%40{HANDLE}/reposts",
        f"  https://www.tiktok.com/@{HANDLE}?is_from_webapp=1&sender_device=pc  ",
    ],
)
def test_every_address_of_a_profile_becomes_one(url: str) -> None:
    assert info(url) == LinkInfo(platform="tiktok", kind="profile", url=f"https://www.tiktok.com/@{HANDLE}", author=HANDLE)
    assert read_handle(PLATFORM, url, plugin.gaung_identify_link).key == HANDLE


@pytest.mark.parametrize("kind", ["video", "photo"])
def test_a_posts_address_names_author_and_post(kind: str) -> None:
    address = f"https://www.tiktok.com/@{HANDLE}/{kind}/{POST}"
    for url in (address, f"{address}/?_r=1&_t=8x", f"m.tiktok.com/@{HANDLE}/{kind}/{POST}#comments"):
        assert info(url) == LinkInfo(platform="tiktok", kind="post", url=address, author=HANDLE, external_id=POST)


@pytest.mark.parametrize("url", [f"https://m.tiktok.com/v/{POST}.html?u=1", f"https://www.tiktok.com/embed/v2/{POST}"])
def test_an_address_of_old_names_the_post_and_not_its_author(url: str) -> None:
    assert info(url) == LinkInfo(platform="tiktok", kind="post", url=f"https://m.tiktok.com/v/{POST}.html", external_id=POST)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://vm.tiktok.com/ZSCabc123", "https://vm.tiktok.com/ZSCabc123/"),
        ("vt.tiktok.com/ZSCabc123/?k=1", "https://vt.tiktok.com/ZSCabc123/"),
        ("https://www.tiktok.com/t/ZSCabc123/", "https://www.tiktok.com/t/ZSCabc123/"),
    ],
)
def test_a_short_link_hides_everything_and_is_no_handle(url: str, address: str) -> None:
    assert info(url) == LinkInfo(platform="tiktok", kind="post", url=address)
    with pytest.raises(NotAHandle, match="does not say whose"):
        read_handle(PLATFORM, url, plugin.gaung_identify_link)


@pytest.mark.parametrize(
    "url",
    [
        "", "contoh", "https://", "https://www.tiktok.com", "https://www.tiktok.com/foryou", "https://www.tiktok.com/@", "https://tiktok.com/@a",
        f"https://www.tiktok.com/@{HANDLE}/video/abc", "https://www.tiktok.com/@contoh agt", "https://vm.tiktok.com/", "https://vm.tiktok.com/a/b",
        f"https://tiktok.com.contoh.id/@{HANDLE}", f"https://nottiktok.com/@{HANDLE}", f"ftp://tiktok.com/@{HANDLE}", "https://[::1",
        f"https://tiktok.com:99999999/@{HANDLE}", f"https://www.youtube.com/@{HANDLE}", "https://www.tiktok.com/tag/dpt",
    ],
)  # fmt: skip
def test_whatever_else_is_none_of_tiktoks(url: str) -> None:
    assert plugin.gaung_identify_link(url) is None


@given(
    st.one_of(st.text(), st.text().map(lambda rest: f"https://www.tiktok.com/{rest}"), st.text().map(lambda rest: f"vm.tiktok.com/{rest}"))
)
def test_no_text_makes_it_raise_and_what_it_answers_reads_the_same_again(url: str) -> None:
    found = plugin.gaung_identify_link(url)
    if found is not None:
        assert found.url.startswith("https://")
        assert plugin.gaung_identify_link(found.url) == found


def test_neither_handle_nor_address_is_in_its_repr() -> None:
    shown = repr([info(f"https://www.tiktok.com/@{HANDLE}"), info(f"https://www.tiktok.com/@{HANDLE}/video/{POST}")])
    assert HANDLE not in shown
    assert "http" not in shown


def test_spellings_of_a_handle_are_one() -> None:
    for text in ("@Contoh.Agt_1", "contoh.agt_1", "https://tiktok.com/@CONTOH.agt_1?x=1"):
        assert read_handle(PLATFORM, text, plugin.gaung_identify_link).key == "contoh.agt_1"
