"""The byte upload that Facebook reels and Instagram resumable videos share.

`POST <upload url>` with `Authorization: OAuth <token>`, `offset`, `file_size` and the bytes.
Source: Reels publishing guide; IG User media reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gaung.core import http
from gaung.core.errors import PlatformError, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.core.urls import trusted
from gaung.plugins.meta import errors
from gaung.plugins.meta.graph import Answer, Graph
from gaung.plugins.meta.table import Verdict

CHUNK = 1 << 20
"""Bytes held in memory at once."""

TYPES = {
    "OffsetInvalidError": Verdict.RETRY,
    "PartialRequestError": Verdict.RETRY,
    "ProcessingFailedError": Verdict.REJECTED,
}
"""Upload error types, and what each says unless `retriable` is true. A retry reads the offset anew, or begins a new upload."""


def address(returned: str | None, documented: str, *, settings_urls: Sequence[str], hosts: Sequence[str]) -> str:
    """Where the bytes go: the returned address if a setting names its host, else the documented path on the configured host.

    So an answer that names Meta's own host leads neither token nor bytes past a setting that stands in for it.
    Raises `Rejected("untrusted_url")` for an address that is neither on a configured nor on one of Meta's own `hosts`.
    """
    if returned is None:
        return documented
    trusted(returned, settings_urls=settings_urls, hosts=hosts)
    try:
        return trusted(returned, settings_urls=settings_urls)
    except Rejected:
        return documented


def send(graph: Graph, url: str, path: Path, size: int, *, offset: int = 0, timeout: float | None = None) -> Answer:
    """Stream `path` from `offset` to its end (`size`) in one request. Nothing gets visible by it.

    `url` must be trusted already. Raises `Transient` where the upload may go on or begin anew, `Rejected` for a file that the
    platform cannot process, and the errors of `Graph.read`.
    """
    headers = {
        "authorization": f"OAuth {graph.token}",
        "offset": str(offset),
        "file_size": str(size),
        "content-type": "application/octet-stream",
        "content-length": str(size - offset),
    }
    reply = http.call("POST", url, effect=Effect.PREPARE, content=_bytes(path, offset), headers=headers, timeout=timeout)
    failed = _failed(reply, graph)
    if failed is not None:
        raise failed
    answer = graph.read(reply)
    if answer.body.get("success") not in (True, "true"):
        raise Transient("the upload was not acknowledged", code="bad_reply")
    return answer


def _bytes(path: Path, offset: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while chunk := file.read(CHUNK):
            yield chunk


def _failed(reply: Reply, graph: Graph) -> PlatformError | None:
    """Read `debug_info{retriable,type,message}`, the form of an upload's own errors."""
    try:
        body = reply.json()
    except Transient:
        return None
    info = body.get("debug_info") if isinstance(body, dict) else None
    if not isinstance(info, Mapping):
        return None
    kind = str(info.get("type") or "upload")
    message = errors.redact(_words(info), graph.secrets)
    verdict = TYPES.get(kind, Verdict.REJECTED)
    if info.get("retriable") is True or reply.status >= 500:
        verdict = Verdict.RETRY
    return Rejected(message, code=kind) if verdict is Verdict.REJECTED else Transient(message, code=kind)


def _words(info: Mapping[str, Any]) -> str:
    return str(info.get("message") or "the upload failed")
