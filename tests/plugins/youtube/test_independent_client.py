"""Google's own client, aimed at the sandbox, finds it to be YouTube. Our plugin is not involved."""

import importlib.util
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, build_http

from gaung.core.records import Account, Media
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.youtube.sandbox import YouTubeSandbox

UNIT = 256 * 1024
BODY = {"snippet": {"title": "Judul", "description": "Uraian", "categoryId": "22"}, "status": {"privacyStatus": "private"}}


@pytest.fixture
def http(youtube: YouTubeSandbox, channel: Account) -> Iterator[AuthorizedHttp]:
    credentials = Credentials(token=None, token_uri=f"{youtube.base_url}/token", **channel.credentials)  # type: ignore[no-untyped-call]
    plain = build_http()  # knows that 308 is no redirect here
    plain.timeout = 3
    yield AuthorizedHttp(credentials, http=plain)
    plain.close()


@pytest.fixture
def client(youtube: YouTubeSandbox, http: AuthorizedHttp) -> Any:
    """The bundled discovery document with another root, which may have a path."""
    found = importlib.util.find_spec("googleapiclient")
    assert found is not None
    assert found.origin is not None
    document = json.loads((Path(found.origin).parent / "discovery_cache/documents/youtube.v3.json").read_text())
    document["rootUrl"] = f"{youtube.base_url}/"
    del document["mtlsRootUrl"]
    return build_from_document(document, http=http)


@pytest.fixture
def insert(client: Any, film: Media) -> Iterator[Callable[..., Any]]:
    uploads: list[MediaFileUpload] = []

    def make(chunk: int = UNIT) -> Any:
        uploads.append(MediaFileUpload(str(film.path), mimetype="video/mp4", chunksize=chunk, resumable=True))
        return client.videos().insert(part="snippet,status", body=BODY, media_body=uploads[-1])

    yield make
    for upload in uploads:
        upload.stream().close()


def finish(request: Any) -> tuple[dict[str, Any], list[int]]:
    """Chunk after chunk, as Google's upload sample does."""
    seen: list[int] = []
    while True:
        progress, body = request.next_chunk()
        if body is not None:
            return body, seen
        seen.append(progress.resumable_progress)


@pytest.mark.parametrize("chunk", [UNIT, 3 * UNIT, -1])
def test_it_uploads_in_chunks_of_any_size(youtube: YouTubeSandbox, insert: Callable[..., Any], film: Media, chunk: int) -> None:
    body, seen = finish(insert(chunk))
    assert seen == ([] if chunk == -1 else list(range(chunk, film.size, chunk)))
    (post,) = youtube.posts()
    assert (body["id"], body["status"]["uploadStatus"], body["status"]["privacyStatus"]) == (post.id, "uploaded", "private")
    assert post.files[0].sha256 == film.sha256


@pytest.mark.parametrize("fault", [("hangup_after", {}), ("error_before", {}), ("error_after", {}), ("cut_upload", {"bytes": 100_000})])
@pytest.mark.parametrize("operation", ["youtube.upload.chunk", "youtube.upload.last"])
def test_it_resumes_an_interrupted_upload(
    sandbox: TestSandbox, youtube: YouTubeSandbox, insert: Callable[..., Any], film: Media, operation: str,
    fault: tuple[str, dict[str, int]], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(httplib2, "RETRIES", 1)  # httplib2 would send the request again without its bytes
    request = insert()
    sandbox.fault(operation, fault[0], **({**fault[1], "bytes": 1000} if fault[1] and operation.endswith("last") else fault[1]))
    with pytest.raises((OSError, httplib2.HttpLib2Error, HttpError, socket.timeout)):
        finish(request)
    body, _ = finish(request)
    assert [post.id for post in youtube.posts()] == [body["id"]]
    assert youtube.posts()[0].files[0].sha256 == film.sha256
    assert len(sandbox.journal("youtube.upload.status")) == 1


def test_it_resumes_in_a_new_process_from_the_saved_session(youtube: YouTubeSandbox, insert: Callable[..., Any], film: Media) -> None:
    first = insert()
    first.next_chunk()
    first.next_chunk()
    second = insert()
    second.resumable_uri, second._in_error_state = first.resumable_uri, True
    _, seen = finish(second)
    assert seen[0] == 3 * UNIT
    assert [post.files[0].sha256 for post in youtube.posts()] == [film.sha256]


def test_it_reads_back_what_it_uploaded(youtube: YouTubeSandbox, client: Any, insert: Callable[..., Any]) -> None:
    body, _ = finish(insert())
    item = client.videos().list(part="snippet,status,processingDetails,contentDetails,statistics", id=body["id"]).execute()["items"][0]
    assert (item["status"]["uploadStatus"], item["processingDetails"]["processingStatus"]) == ("processed", "succeeded")
    assert (item["snippet"]["title"], item["contentDetails"]["duration"]) == ("Judul", "PT1S")
    mine = client.channels().list(part="snippet,contentDetails,status,statistics", mine=True).execute()["items"][0]
    uploads = mine["contentDetails"]["relatedPlaylists"]["uploads"]
    listed = client.playlistItems().list(part="snippet,contentDetails,status", playlistId=uploads, maxResults=50).execute()["items"]
    assert [entry["snippet"]["resourceId"]["videoId"] for entry in listed] == [body["id"]]
    found = client.search().list(part="snippet", forMine=True, type="video", q="judul").execute()["items"]
    assert [entry["id"]["videoId"] for entry in found] == [body["id"]]
    assert client.videos().delete(id=body["id"]).execute() == ""
    assert client.videos().list(part="status", id=body["id"]).execute()["items"] == []
    assert youtube.posts() == []


def test_it_pages_through_the_uploads(youtube: YouTubeSandbox, channel: Account, client: Any) -> None:
    made = {youtube.post_by_hand(channel.external_id, f"video {number}").id for number in range(12)}
    uploads = f"UU{channel.external_id.removeprefix('UC')}"
    seen: list[str] = []
    request = client.playlistItems().list(part="snippet", playlistId=uploads, maxResults=5)
    while request is not None:
        answer = request.execute()
        seen += [entry["snippet"]["resourceId"]["videoId"] for entry in answer["items"]]
        request = client.playlistItems().list_next(request, answer)
    assert (len(seen), set(seen)) == (12, made)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"snippet": {"title": ""}}, "invalidTitle"),
        ({"snippet": {"title": "T" * 101}}, "invalidTitle"),
        ({"snippet": {"title": "a<b"}}, "invalidTitle"),
        ({"snippet": {"title": "T", "description": "é" * 2501}}, "invalidDescription"),
        ({"snippet": {"title": "T", "description": ">"}}, "invalidDescription"),
        ({"snippet": {"title": "T", "tags": ["a" * 250, "b" * 250]}}, "invalidTags"),
        ({"snippet": {"title": "T", "categoryId": "9999"}}, "invalidCategoryId"),
        ({"status": {"privacyStatus": "friends"}}, "invalidVideoMetadata"),
        ({"status": {"privacyStatus": "public", "publishAt": "2026-12-01T00:00:00Z"}}, "invalidPublishAt"),
    ],
)
def test_it_hears_youtubes_reasons_for_wrong_metadata(client: Any, spot: Media, change: dict[str, Any], reason: str) -> None:
    upload = MediaFileUpload(str(spot.path), mimetype="video/mp4", resumable=True)
    with pytest.raises(HttpError) as caught:
        client.videos().insert(part="snippet,status", body={**BODY, **change}, media_body=upload).next_chunk()
    upload.stream().close()
    assert (caught.value.status_code, _reason(caught.value)) == (400, reason)


def test_it_is_refused_when_the_grant_is_revoked(youtube: YouTubeSandbox, channel: Account, client: Any) -> None:
    from google.auth.exceptions import RefreshError

    youtube.break_token(channel.external_id, "revoke")
    with pytest.raises(RefreshError, match="invalid_grant"):
        client.channels().list(part="id", mine=True).execute()


def test_it_gets_a_new_token_when_the_old_one_ran_out(sandbox: TestSandbox, client: Any) -> None:
    client.channels().list(part="id", mine=True).execute()
    sandbox.world.clock_offset += 3600
    client.channels().list(part="id", mine=True).execute()
    assert len(sandbox.journal("youtube.token")) == 2


def test_a_session_that_is_not_known_is_not_found(youtube: YouTubeSandbox, insert: Callable[..., Any]) -> None:
    request = insert()
    request.next_chunk()
    youtube.uploads.sessions.clear()
    with pytest.raises(HttpError) as caught:
        request.next_chunk()
    assert caught.value.status_code == 404


def _reason(error: HttpError) -> str:
    return str(json.loads(error.content)["error"]["errors"][0]["reason"])
