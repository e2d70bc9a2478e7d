"""The page shows every post to a person, and runs nothing that came in a post."""

import io
from html.parser import HTMLParser
from typing import Any

import pytest
from PIL import Image

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(served: Any, path: str = "/") -> Page:
    answer = served.client.get(served.base_url + path)
    assert answer.status_code == 200
    return Page(answer.text)


def test_an_empty_sandbox_says_so(served: Any) -> None:
    words = page_of(served).words
    assert "Belum ada unggahan." in words
    assert "Akun2" in words.replace("\n", "")


def test_a_post_is_shown_with_text_time_handle_and_link(served: Any) -> None:
    served.toy.post_by_hand("1", "Selamat pagi Lampung", created_at=1_795_000_000.0)
    page = page_of(served)
    assert "Selamat pagi Lampung" in page.words
    assert "18 Nov 2026, 18.06.40 WIB" in page.words
    assert "@contoh_satu" in page.words
    assert "Buatan tangan" in page.words
    assert f"{served.base_url}/toy/posts/1" in [link.get("href") for link in page.all("a")]


def test_an_address_on_the_real_platform_is_shown_but_leads_nowhere(served: Any) -> None:
    served.toy.post_by_hand("1", "halo").url = "https://www.example.org/posts/1"
    page = page_of(served)
    assert "https://www.example.org/posts/1" in page.words
    assert [link["href"] for link in page.all("a") if not str(link["href"]).startswith("/")] == []


def test_pictures_and_videos_are_shown_from_the_sandbox_itself(served: Any, make_media: Any) -> None:
    post = served.toy.post_by_hand("1", "dengan gambar")
    files = [(make_media.jpeg(200, 250), "image/jpeg"), (make_media.mp4(128, 128, 0.5), "video/mp4")]
    post.files = [served.toy.world.keep(media.path.read_bytes(), mime) for media, mime in files]
    page = page_of(served)
    [picture], [video] = page.all("img"), page.all("video")
    got = served.client.get(served.base_url + str(picture["src"]))
    assert (got.headers["content-type"], Image.open(io.BytesIO(got.content)).size) == ("image/jpeg", (200, 250))
    assert "controls" in video
    assert served.client.get(served.base_url + str(video["src"])).headers["content-type"] == "video/mp4"


def test_nothing_of_a_post_becomes_markup(served: Any) -> None:
    served.toy.add_account("3", EVIL)
    post = served.toy.post_by_hand("3", EVIL)
    post.title, post.kind, post.url = EVIL, EVIL, "javascript:alert(3)"
    post.files = [served.toy.world.keep(b"<script>alert(4)</script>", EVIL)]
    clean = page_of(served)
    assert len(clean.all("script")) == 1
    assert clean.all("img") == []
    assert not [attributes for _, attributes in clean.tags if any(name.startswith("on") for name in attributes)]
    assert not [link for link in clean.all("a") if str(link.get("href")).startswith("javascript")]
    assert clean.words.count(EVIL) == 6


def test_a_received_file_that_is_no_media_is_never_run(served: Any) -> None:
    for mime in ("text/html", "image/svg+xml"):
        kept = served.toy.world.keep(b"<script>alert(4)</script>" + mime.encode(), mime)
        answer = served.client.get(served.base_url + kept.url_path)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_policy_allows_only_the_pages_own_script(served: Any) -> None:
    answer = served.client.get(f"{served.base_url}/")
    nonce = Page(answer.text).all("script")[0]["nonce"]
    policy = answer.headers["content-security-policy"]
    assert f"script-src 'nonce-{nonce}'" in policy
    assert "default-src 'none'" in policy


def test_feeds_are_filtered_by_platform_and_account_and_grouped(served: Any) -> None:
    served.toy.post_by_hand("1", "dari satu")
    served.toy.post_by_hand("2", "dari dua")
    one = page_of(served, "/?akun=contoh_satu").words
    assert "dari satu" in one
    assert "dari dua" not in one
    assert "dari dua" in page_of(served, "/?platform=toy").words
    assert len(page_of(served, "/").all("h2")) == 2
    assert len(page_of(served, "/?urut=platform").all("h2")) == 1
    assert len(page_of(served, "/?urut=waktu").all("h2")) == 0
    assert len(page_of(served, "/?urut=%3Cb%3E&platform=%22x").all("h2")) == 2


def test_a_hidden_post_carries_a_badge(served: Any) -> None:
    assert "Tersembunyi" not in page_of(served).words.replace("Tersembunyi0", "")
    served.toy.post_by_hand("1", "rahasia").visible = False
    assert "Tersembunyi1" in page_of(served).words
    assert "Tersembunyi" in page_of(served).words.replace("Tersembunyi1", "")


def test_a_long_feed_is_cut_and_can_be_had_whole(served: Any) -> None:
    for number in range(305):
        served.toy.post_by_hand("1", f"nomor {number}", created_at=1000.0 + number)
    first = page_of(served)
    assert len(first.all("article")) == 300
    assert "Tampilkan 5 unggahan lainnya" in first.words
    assert "nomor 304" in first.words
    assert len(page_of(served, "/?semua=1").all("article")) == 305


@pytest.mark.parametrize(
    ("asked", "status", "part", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("pages=1-2", 200, b"0123456789", None),
        ("", 200, b"0123456789", None),
    ],
)
def test_parts_of_a_file_are_served_as_players_ask_for_them(
    served: Any, asked: str, status: int, part: bytes, content_range: str | None
) -> None:
    kept = served.toy.world.keep(b"0123456789", "video/mp4")
    answer = served.client.get(served.base_url + kept.url_path, headers={"Range": asked} if asked else {})
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, part, content_range)


def test_an_unknown_file_is_404(served: Any) -> None:
    assert served.client.get(f"{served.base_url}/_sandbox/files/00").status_code == 404
