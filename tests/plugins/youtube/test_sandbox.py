"""The imitated YouTube is as strict as the documents say. Asked by plain HTTP, not by our client."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from gaung.core.records import Account, Media
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.youtube.sandbox import YouTubeSandbox

UNIT = 256 * 1024
UPLOAD = "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
BODY = {"snippet": {"title": "Judul"}, "status": {"privacyStatus": "public"}}
START = {"X-Upload-Content-Length": str(3 * UNIT), "X-Upload-Content-Type": "video/mp4"}


@pytest.fixture
def web(youtube: YouTubeSandbox, channel: Account) -> Iterator[httpx2.Client]:
    """A plain client with a good token."""
    form = {"grant_type": "refresh_token", **channel.credentials}
    token = httpx2.post(f"{youtube.base_url}/token", data=form).json()["access_token"]
    with httpx2.Client(base_url=youtube.base_url, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture
def session(web: httpx2.Client) -> str:
    """An upload of three units."""
    reply = web.post(UPLOAD, json=BODY, headers=START)
    assert (reply.status_code, reply.content) == (200, b"")
    return reply.headers["location"]


def reason(reply: httpx2.Response) -> str:
    error = reply.json()["error"]
    assert error["code"] == reply.status_code
    assert error["message"]
    return str(error["errors"][0]["reason"])


def put(web: httpx2.Client, uri: str, data: bytes, content_range: str | None) -> httpx2.Response:
    return web.put(uri, content=data, headers={} if content_range is None else {"Content-Range": content_range})


def test_chunks_are_answered_308_with_the_range_and_the_last_one_201(web: httpx2.Client, session: str, youtube: YouTubeSandbox) -> None:
    data = bytes(range(256)) * 3 * 1024
    empty = put(web, session, b"", f"bytes */{3 * UNIT}")
    assert (empty.status_code, "range" in empty.headers, empty.content) == (308, False, b"")
    first = put(web, session, data[: 2 * UNIT], f"bytes 0-{2 * UNIT - 1}/{3 * UNIT}")
    assert (first.status_code, first.headers["range"]) == (308, f"bytes=0-{2 * UNIT - 1}")
    asked = put(web, session, b"", f"bytes */{3 * UNIT}")
    assert (asked.status_code, asked.headers["range"]) == (308, f"bytes=0-{2 * UNIT - 1}")
    last = put(web, session, data[2 * UNIT :], f"bytes {2 * UNIT}-{3 * UNIT - 1}/{3 * UNIT}")
    assert last.status_code == 201
    assert youtube.posts()[0].files[0].data == data
    again = put(web, session, b"", f"bytes */{3 * UNIT}")
    assert (again.status_code, again.json()) == (201, last.json())
    assert len(youtube.posts()) == 1


def test_all_at_once_needs_no_range(web: httpx2.Client, session: str, youtube: YouTubeSandbox) -> None:
    assert put(web, session, bytes(3 * UNIT), None).status_code == 201
    assert len(youtube.posts()[0].files[0].data) == 3 * UNIT


@pytest.mark.parametrize(
    ("size", "content_range"),
    [
        (UNIT, f"bytes {UNIT}-{2 * UNIT - 1}/{3 * UNIT}"),  # a gap
        (UNIT, f"bytes 0-{UNIT - 1}/{4 * UNIT}"),  # another total
        (UNIT - 1, f"bytes 0-{UNIT - 1}/{3 * UNIT}"),  # fewer bytes than said
        (1000, f"bytes 0-999/{3 * UNIT}"),  # no multiple of a unit
        (4 * UNIT, f"bytes 0-{4 * UNIT - 1}/{3 * UNIT}"),  # beyond the end
        (UNIT, "bytes 5-3/9"),
        (UNIT, "chars 0-1/2"),
        (UNIT, None),  # not all at once
    ],
)
def test_bytes_that_do_not_fit_are_refused_and_nothing_is_kept(
    web: httpx2.Client, session: str, size: int, content_range: str | None
) -> None:
    assert reason(put(web, session, bytes(size), content_range)) == "badRequest"
    assert "range" not in put(web, session, b"", f"bytes */{3 * UNIT}").headers


def test_an_overlap_is_refused(web: httpx2.Client, session: str) -> None:
    put(web, session, bytes(2 * UNIT), f"bytes 0-{2 * UNIT - 1}/{3 * UNIT}")
    assert reason(put(web, session, bytes(2 * UNIT), f"bytes {UNIT}-{3 * UNIT - 1}/{3 * UNIT}")) == "badRequest"


def test_a_broken_connection_leaves_whole_units(sandbox: TestSandbox, web: httpx2.Client, session: str) -> None:
    sandbox.fault("youtube.upload.last", "cut_upload", bytes=UNIT + 5000)
    with pytest.raises(httpx2.HTTPError):
        put(web, session, bytes(3 * UNIT), None)
    assert put(web, session, b"", f"bytes */{3 * UNIT}").headers["range"] == f"bytes=0-{UNIT - 1}"


def test_an_unknown_session_and_anothers_session_are_not_found(
    web: httpx2.Client, session: str, youtube: YouTubeSandbox, account_for: Callable[..., Account]
) -> None:
    assert put(web, f"{session}x", b"", f"bytes */{3 * UNIT}").status_code == 404
    other = account_for("youtube", external_id="UCcontoh99")
    form = {"grant_type": "refresh_token", **other.credentials}
    token = httpx2.post(f"{youtube.base_url}/token", data=form).json()["access_token"]
    reply = httpx2.put(session, headers={"Authorization": f"Bearer {token}", "Content-Range": f"bytes */{3 * UNIT}"})
    assert reply.status_code == 404


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/upload/youtube/v3/videos?uploadType=resumable", "missingRequiredParameter"),
        ("/upload/youtube/v3/videos?uploadType=resumable&part=snippet,nonsense", "unknownPart"),
        ("/upload/youtube/v3/videos?uploadType=resumable&part=snippet", "unexpectedPart"),
        (f"{UPLOAD}&colour=red", "unexpectedParameter"),
        ("/upload/youtube/v3/videos?uploadType=media&part=snippet,status", "badRequest"),
    ],
)
def test_a_start_with_wrong_parameters_is_refused(web: httpx2.Client, path: str, code: str) -> None:
    assert reason(web.post(path, json=BODY, headers=START)) == code


@pytest.mark.parametrize(
    "header", [{"X-Upload-Content-Type": "image/png"}, {"X-Upload-Content-Length": "274877906945"}, {"X-Upload-Content-Length": "viel"}]
)
def test_a_file_of_another_kind_or_beyond_256_gib_is_refused(web: httpx2.Client, header: dict[str, str]) -> None:
    assert reason(web.post(UPLOAD, json=BODY, headers={**START, **header})) == "badRequest"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/youtube/v3/videos?part=status", 400, "missingRequiredParameter"),
        ("GET", "/youtube/v3/videos?id=x", 400, "missingRequiredParameter"),
        ("GET", "/youtube/v3/videos?part=status&id=x&chart=mostPopular", 400, "incompatibleParameters"),
        ("GET", "/youtube/v3/videos?part=status&id=" + ",".join("x" * 51), 400, "invalidFilters"),
        ("GET", "/youtube/v3/channels?part=id&mine=true&id=UC1", 400, "invalidCriteria"),
        ("GET", "/youtube/v3/playlistItems?part=snippet&playlistId=UUnone", 404, "playlistNotFound"),
        ("GET", "/youtube/v3/playlistItems?part=snippet&playlistId=UUcontoh18&pageToken=zzz", 400, "invalidPageToken"),
        ("GET", "/youtube/v3/search?part=snippet&forMine=true", 400, "incompatibleParameters"),
        ("DELETE", "/youtube/v3/videos", 400, "missingRequiredParameter"),
        ("DELETE", "/youtube/v3/videos?id=none", 404, "videoNotFound"),
        ("GET", "/youtube/v3/posts", 404, "notFound"),
        ("PATCH", "/youtube/v3/videos", 404, "notFound"),
    ],
)
def test_wrong_requests_get_youtubes_own_errors(web: httpx2.Client, method: str, path: str, status: int, code: str) -> None:
    reply = web.request(method, path)
    assert (reply.status_code, reason(reply)) == (status, code)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [(None, "authorizationRequired"), ("Bearer ya29.wrong", "authError"), ("Basic eA==", "authorizationRequired")],
)
def test_without_a_good_token_nothing_is_answered(youtube: YouTubeSandbox, authorization: str | None, code: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for method, path in (("POST", UPLOAD), ("PUT", UPLOAD), ("GET", "/youtube/v3/channels?part=id&mine=true")):
        reply = httpx2.request(method, youtube.base_url + path, headers=headers)
        assert (reply.status_code, reason(reply)) == (401, code)


def test_a_method_that_the_scopes_do_not_open_is_forbidden(youtube: YouTubeSandbox, channel: Account, web: httpx2.Client) -> None:
    youtube.tokens.grants[channel.credentials["refresh_token"]].scopes = ("youtube.readonly",)
    reply = web.post(UPLOAD, json=BODY, headers=START)
    assert (reply.status_code, reason(reply)) == (403, "insufficientPermissions")
    assert web.get("/youtube/v3/channels?part=id&mine=true").status_code == 200


def test_the_token_host_takes_the_client_in_the_form_or_as_basic(youtube: YouTubeSandbox, channel: Account) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": channel.credentials["refresh_token"]}
    pair = f"{channel.credentials['client_id']}:{channel.credentials['client_secret']}"
    basic = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    reply = httpx2.post(f"{youtube.base_url}/token", data=form, headers=basic)
    assert sorted(reply.json()) == ["access_token", "expires_in", "scope", "token_type"]
    wrong: list[tuple[dict[str, str], int, str]] = [
        ({**form}, 401, "invalid_client"),
        ({**form, **channel.credentials, "client_secret": "x"}, 401, "invalid_client"),
        ({**form, **channel.credentials, "refresh_token": "x"}, 400, "invalid_grant"),
        ({**form, **channel.credentials, "grant_type": "password"}, 400, "unsupported_grant_type"),
    ]
    for data, status, code in wrong:
        reply = httpx2.post(f"{youtube.base_url}/token", data=data)
        assert (reply.status_code, reply.json()["error"]) == (status, code)


@pytest.mark.parametrize(
    ("quota", "method", "path"),
    [
        ("videos.insert", "POST", UPLOAD),
        ("search.list", "GET", "/youtube/v3/search?part=snippet&forMine=true&type=video"),
        ("units", "GET", "/youtube/v3/channels?part=id&mine=true"),
    ],
)
def test_each_bucket_of_the_quota_counts_by_itself(sandbox: TestSandbox, web: httpx2.Client, quota: str, method: str, path: str) -> None:
    sandbox.world.quotas[f"youtube.{quota}"] = 2
    paths: dict[str, Any] = {"json": BODY, "headers": START} if method == "POST" else {}
    assert [web.request(method, path, **paths).status_code for _ in range(3)] == [200, 200, 403]
    assert reason(web.request(method, path, **paths)) == "quotaExceeded"
    assert web.get("/youtube/v3/videos?part=id&id=x").status_code == (403 if quota == "units" else 200)


def test_a_delete_costs_fifty_units(sandbox: TestSandbox, web: httpx2.Client, youtube: YouTubeSandbox, channel: Account) -> None:
    sandbox.world.quotas["youtube.units"] = 50
    video = youtube.post_by_hand(channel.external_id, "lama")
    assert web.delete(f"/youtube/v3/videos?id={video.id}").status_code == 204
    assert reason(web.get("/youtube/v3/channels?part=id&mine=true")) == "quotaExceeded"


def test_a_channels_own_limit_is_another_matter(sandbox: TestSandbox, web: httpx2.Client, session: str) -> None:
    sandbox.world.quotas["youtube.uploads_per_channel"] = 1
    assert put(web, session, bytes(3 * UNIT), None).status_code == 201
    reply = web.post(UPLOAD, json=BODY, headers=START)
    assert (reply.status_code, reason(reply)) == (400, "uploadLimitExceeded")


def test_states_go_by_the_sandboxs_clock(sandbox: TestSandbox, web: httpx2.Client, youtube: YouTubeSandbox, spot: Media) -> None:
    sandbox.world.processing_seconds = 100
    size = str(spot.size)
    uri = web.post(UPLOAD, json=BODY, headers={**START, "X-Upload-Content-Length": size}).headers["location"]
    video = put(web, uri, spot.path.read_bytes(), None).json()["id"]

    def state() -> tuple[str, str]:
        (item,) = web.get(f"/youtube/v3/videos?part=status,processingDetails&id={video}").json()["items"]
        return item["status"]["uploadStatus"], item["processingDetails"]["processingStatus"]

    assert state() == ("uploaded", "processing")
    sandbox.world.clock_offset += 101
    assert state() == ("processed", "succeeded")


def test_a_private_video_is_shown_to_its_owner_only(
    youtube: YouTubeSandbox, channel: Account, account_for: Callable[..., Account], web: httpx2.Client
) -> None:
    other = account_for("youtube", external_id="UCcontoh99")
    theirs, ours = youtube.post_by_hand(other.external_id, "a"), youtube.post_by_hand(channel.external_id, "b")
    theirs.extra["privacy"] = ours.extra["privacy"] = "private"
    listed = web.get(f"/youtube/v3/videos?part=status&id={theirs.id},{ours.id}").json()["items"]
    assert [item["id"] for item in listed] == [ours.id]
    assert web.get("/youtube/v3/playlistItems?part=snippet&playlistId=UUcontoh99").json()["items"] == []


def test_ids_of_videos_are_unlike_and_eleven_characters_long(
    youtube: YouTubeSandbox, channel: Account, account_for: Callable[..., Account]
) -> None:
    other = account_for("youtube", external_id="UCcontoh99")
    ids = [youtube.post_by_hand(one.external_id, "x").id for one in (channel, other) for _ in range(50)]
    assert len(set(ids)) == 100
    assert {len(name) for name in ids} == {11}
