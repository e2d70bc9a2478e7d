"""The byte upload that reels and Instagram videos share."""

from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, PlatformError, Rejected, Transient
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.rupload import CHUNK, TYPES, send

Server = Any
"""The class of that name in conftest.py: folders of tests are no packages."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "spot.mp4"
    path.write_bytes(bytes(range(256)) * (CHUNK // 128))
    return path


def debug(kind: str, retriable: bool = False) -> dict[str, object]:
    return {"debug_info": {"retriable": retriable, "type": kind, "message": "words EAAGtoken"}}


@pytest.mark.parametrize("offset", [0, 1000, CHUNK + 5])
def test_the_bytes_go_out_unchanged_from_the_offset(offset: int, server: Server, graph: Graph, file: Path) -> None:
    server.say({"success": True})
    size = file.stat().st_size
    send(graph, f"{server.base_url}/video-upload/v26.0/7", file, size, offset=offset)
    (asked,) = server.asked
    assert asked.body == file.read_bytes()[offset:]
    assert asked.headers["authorization"] == "OAuth EAAGtoken"
    assert (asked.headers["offset"], asked.headers["file_size"]) == (str(offset), str(size))
    assert asked.headers["content-length"] == str(size - offset)
    assert "transfer-encoding" not in asked.headers
    assert asked.query == {}


@pytest.mark.parametrize(
    ("body", "status", "expected", "code"),
    [
        (debug("OffsetInvalidError"), 400, Transient, "OffsetInvalidError"),
        (debug("PartialRequestError"), 400, Transient, "PartialRequestError"),
        (debug("ProcessingFailedError"), 400, Rejected, "ProcessingFailedError"),
        (debug("ProcessingFailedError", retriable=True), 400, Transient, "ProcessingFailedError"),
        (debug("ProcessingFailedError"), 500, Transient, "ProcessingFailedError"),
        (debug("Unheard"), 400, Rejected, "Unheard"),
        ({"error": {"message": "m", "code": 190, "error_subcode": 460}}, 400, AuthRevoked, "190/460"),
        ({"success": False}, 200, Transient, "bad_reply"),
        (b"<html>", 200, Transient, "bad_reply"),
    ],
)
def test_a_failed_upload_says_whether_it_may_go_on(
    body: object, status: int, expected: type[PlatformError], code: str, server: Server, graph: Graph, file: Path
) -> None:
    server.say(body, status)
    with pytest.raises(expected) as caught:
        send(graph, f"{server.base_url}/video-upload/v26.0/7", file, file.stat().st_size)
    assert caught.value.code == code
    assert "EAAGtoken" not in str(caught.value)


def test_every_documented_upload_error_has_its_verdict() -> None:
    assert set(TYPES) == {"OffsetInvalidError", "PartialRequestError", "ProcessingFailedError"}
