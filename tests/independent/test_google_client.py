"""Google's own client takes the sandbox for YouTube: uploads in pieces, interrupted and resumed, also by another process."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import googleapiclient
import httplib2
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload, build_http

from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox

CHANNEL = "UCcontohlampung00000001"
PIECE = 262_144
BODY = {
    "snippet": {"title": "Cek DPT Online", "description": "#TemanPemilih, sudah terdaftar?", "categoryId": "22"},
    "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False},
}


@pytest.fixture
def credentials(sandbox: TestSandbox) -> dict[str, str]:
    return sandbox.platform("youtube").add_account(CHANNEL, "contoh_kpu_lampung").credentials


@pytest.fixture
def youtube(sandbox: TestSandbox, credentials: dict[str, str]) -> Iterator[Any]:
    with connect(sandbox, credentials) as service:
        yield service


@pytest.fixture
def video(make_media: MediaMaker) -> Path:
    """A real MP4 of several pieces."""
    path = make_media.mp4(1280, 720, 0.5, 24, noisy=True).path
    assert path.stat().st_size > 3 * PIECE
    return path


def connect(sandbox: TestSandbox, credentials: dict[str, str], timeout: float = 60) -> Any:
    """The client as its users build it, but for the address of the service."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    document = json.loads((folder / "youtube.v3.json").read_text())
    document["rootUrl"] = document["baseUrl"] = f"{sandbox.base_url}/youtube/"
    document.pop("mtlsRootUrl", None)
    token = Credentials(  # type: ignore[no-untyped-call]
        token=None, refresh_token=credentials["refresh_token"], token_uri=f"{sandbox.base_url}/youtube/token",
        client_id=credentials["client_id"], client_secret=credentials["client_secret"],
    )  # fmt: skip
    plain = build_http()
    plain.timeout = timeout
    return build_from_document(document, http=AuthorizedHttp(token, http=plain))


def insert(service: Any, path: Path, chunksize: int = PIECE) -> Any:
    media = MediaIoBaseUpload(io.BytesIO(path.read_bytes()), mimetype="video/mp4", chunksize=chunksize, resumable=True)
    return service.videos().insert(part="snippet,status", body=BODY, media_body=media)


def finish(request: Any) -> dict[str, Any]:
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    return dict(answer)


def only_post(sandbox: TestSandbox) -> Any:
    [post] = sandbox.platform("youtube").posts()
    return post


def test_an_upload_in_pieces_arrives_whole(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    answer = finish(insert(youtube, video))
    post = only_post(sandbox)
    assert (answer["id"], answer["status"]["uploadStatus"]) == (post.id, "uploaded")
    assert answer["snippet"]["title"] == "Cek DPT Online"
    assert post.files[0].data == video.read_bytes()
    assert len(sandbox.journal("youtube.upload.chunk")) >= 3
    assert len(sandbox.journal("youtube.upload.last")) == 1


def test_an_upload_in_one_go_arrives_whole(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    finish(insert(youtube, video, chunksize=-1))
    assert only_post(sandbox).files[0].data == video.read_bytes()


def test_an_upload_cut_in_the_middle_of_a_piece_is_resumed_where_it_stopped(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    sandbox.fault("youtube.upload.chunk", "cut_upload", bytes=100_000, skip=1)
    request = insert(youtube, video)
    request.next_chunk()
    with pytest.raises((OSError, httplib2.HttpLib2Error)):
        request.next_chunk()
    finish(request)
    assert only_post(sandbox).files[0].data == video.read_bytes()
    assert len(sandbox.journal("youtube.upload.status")) == 1


def test_an_upload_cut_far_into_one_big_piece_goes_on_from_what_was_kept(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    sandbox.fault("youtube.upload.*", "cut_upload", bytes=2 * PIECE + 5)
    request = insert(youtube, video, chunksize=8 * PIECE)
    with pytest.raises((OSError, httplib2.HttpLib2Error)):
        request.next_chunk()
    finish(request)
    assert request.resumable_progress >= 2 * PIECE
    assert only_post(sandbox).files[0].data == video.read_bytes()


def test_another_process_resumes_from_the_session_address_alone(
    sandbox: TestSandbox, youtube: Any, video: Path, credentials: dict[str, str]
) -> None:
    first = insert(youtube, video)
    first.next_chunk()
    first.next_chunk()
    with connect(sandbox, credentials) as other_process:
        second = insert(other_process, video)
        second.resumable_uri, second._in_error_state = first.resumable_uri, True
        finish(second)
    assert only_post(sandbox).files[0].data == video.read_bytes()
    assert len(sandbox.journal("youtube.videos.insert")) == 1


def test_a_lost_answer_to_the_last_piece_is_had_again_and_makes_no_second_video(
    sandbox: TestSandbox, credentials: dict[str, str], video: Path
) -> None:
    """httplib2 takes an orderly close for a stale connection and sends the piece again without its bytes: hence the short time-out."""
    sandbox.fault("youtube.upload.last", "hangup_after")
    with connect(sandbox, credentials, timeout=2) as youtube:
        request = insert(youtube, video)
        with pytest.raises((OSError, httplib2.HttpLib2Error)):
            finish(request)
        assert finish(request)["id"] == only_post(sandbox).id


def test_a_500_in_the_middle_is_resumed(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    sandbox.fault("youtube.upload.chunk", "error_before", skip=1)
    request = insert(youtube, video)
    request.next_chunk()
    with pytest.raises(HttpError) as caught:
        request.next_chunk()
    assert caught.value.status_code == 500
    finish(request)
    assert only_post(sandbox).files[0].data == video.read_bytes()


def test_what_was_uploaded_is_found_by_channel_and_id_and_can_be_deleted(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    video_id = finish(insert(youtube, video))["id"]
    [channel] = youtube.channels().list(part="id,contentDetails,snippet", mine=True).execute()["items"]
    assert channel["id"] == CHANNEL
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    [item] = youtube.playlistItems().list(part="snippet,contentDetails", playlistId=uploads).execute()["items"]
    assert (item["snippet"]["title"], item["contentDetails"]["videoId"]) == ("Cek DPT Online", video_id)
    [found] = youtube.videos().list(part="status,processingDetails", id=video_id).execute()["items"]
    assert found["status"]["privacyStatus"] == "public"
    assert youtube.videos().list(part="status", id="unknown0000").execute()["items"] == []
    youtube.videos().delete(id=video_id).execute()
    assert sandbox.platform("youtube").posts() == []


def test_a_spent_quota_is_an_http_error_with_googles_reason(sandbox: TestSandbox, youtube: Any, video: Path) -> None:
    sandbox.world.quotas["youtube.videos.insert"] = 0
    with pytest.raises(HttpError) as caught:
        insert(youtube, video).next_chunk()
    assert caught.value.status_code == 403
    assert json.loads(caught.value.content)["error"]["errors"][0]["reason"] == "quotaExceeded"


def test_an_expired_token_is_refreshed_by_the_client_and_a_revoked_one_is_not(sandbox: TestSandbox, youtube: Any) -> None:
    ask = youtube.channels().list(part="id", mine=True)
    ask.execute()
    sandbox.platform("youtube").break_token(CHANNEL, "expire")
    assert ask.execute()["items"][0]["id"] == CHANNEL
    assert len(sandbox.journal("youtube.token")) == 2
    sandbox.platform("youtube").break_token(CHANNEL, "revoke")
    with pytest.raises(RefreshError, match="invalid_grant"):
        ask.execute()
