"""A reply of a platform must not send a token or a file to an unknown host."""

import pytest

from gaung.core.errors import Rejected
from gaung.core.urls import is_loopback, join, trusted

SETTINGS = ["http://127.0.0.1:8090/facebook/", "https://graph.facebook.com"]
HOSTS = ["rupload.facebook.com", ".tiktokapis.com"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8090/elsewhere?x=1",
        "https://127.0.0.1:8090/facebook/v1",
        "https://graph.facebook.com/v26.0/1",
        "https://GRAPH.facebook.com:443/v26.0/1",
        "https://rupload.facebook.com/video-upload/1",
        "https://open-upload.tiktokapis.com/video/?upload_id=1",
    ],
)
def test_a_known_place_is_followed_unchanged(url: str) -> None:
    assert trusted(url, settings_urls=SETTINGS, hosts=HOSTS) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8091/facebook/v1",
        "http://127.0.0.1/facebook",
        "http://graph.facebook.com/v26.0/1",
        "http://rupload.facebook.com/video-upload/1",
        "https://rupload.facebook.com:8443/video-upload/1",
        "https://rupload.facebook.com.evil.example/1",
        "https://rupload.facebook.com@evil.example/1",
        "https://user:pass@rupload.facebook.com/1",
        "https://evil.example\\@rupload.facebook.com/1",
        "https://rupload.facebook.com\t.evil.example/1",
        "https://tiktokapis.com/1",
        "https://eviltiktokapis.com/1",
        "https://rupload.facebook.com:99999/1",
        "https://[::1/1",
        "ftp://rupload.facebook.com/1",
        "file:///etc/passwd",
        "//rupload.facebook.com/1",
        "rupload.facebook.com/1",
        "",
    ],
)
def test_an_unknown_place_is_refused(url: str) -> None:
    with pytest.raises(Rejected) as caught:
        trusted(url, settings_urls=SETTINGS, hosts=HOSTS)
    assert caught.value.code == "untrusted_url"


def test_the_refusal_names_the_host_and_no_secret() -> None:
    with pytest.raises(Rejected) as caught:
        trusted("https://evil.example/path-secret?token=query-secret", settings_urls=SETTINGS, hosts=HOSTS)
    assert "evil.example:443" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("setting", ["", "not a url", "https://[::1"])
def test_a_setting_that_is_no_url_trusts_nothing(setting: str) -> None:
    with pytest.raises(Rejected):
        trusted("https://graph.facebook.com/1", settings_urls=[setting])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:80/x", True),
        ("http://127.9.9.9", True),
        ("http://localhost:1", True),
        ("http://LOCALHOST.", True),
        ("http://a.localhost", True),
        ("http://[::1]:8085", True),
        ("http://[::ffff:127.0.0.1]", True),
        ("http://0.0.0.0:8085", True),
        ("http://192.168.1.2", False),
        ("https://graph.facebook.com", False),
        ("http://localhost.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_every_spelling(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


def test_joining_keeps_the_prefix_and_one_slash() -> None:
    assert join("http://127.0.0.1:9/facebook/", "/v26.0/", "1/feed") == "http://127.0.0.1:9/facebook/v26.0/1/feed"
    assert join("https://graph.facebook.com", "v26.0", "me") == "https://graph.facebook.com/v26.0/me"
