"""The sandbox's answers have the keys and JSON types of the answers that were transcribed from Meta's pages."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

HERE = Path(__file__).parent / "vendor"


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return type(value).__name__


def _answers(ig: Any) -> dict[str, Any]:
    base, user = f"{ig.side.base_url}/v26.0", ig.account.external_id
    key = {"access_token": ig.account.credentials["access_token"]}
    video = ig.media.mp4().path.read_bytes()

    def get(path: str, fields: str) -> Any:
        return httpx2.get(f"{base}/{path}", params={**key, "fields": fields}).json()

    def post(path: str, **form: str) -> Any:
        return httpx2.post(f"{base}/{path}", data={**key, **form}).json()

    box = post(f"{user}/media", image_url=ig.media.jpeg().url, caption="Cek DPT")
    resumable = post(f"{user}/media", media_type="REELS", upload_type="resumable")
    headers = {"authorization": f"OAuth {key['access_token']}", "offset": "0", "file_size": str(len(video))}
    container = get(box["id"], "status_code,status")
    published = post(f"{user}/media_publish", creation_id=box["id"])
    return {
        "media": box,
        "media_resumable": resumable,
        "upload": httpx2.post(resumable["uri"], content=video, headers=headers).json(),
        "upload_refused": httpx2.post(resumable["uri"], content=video, headers={**headers, "authorization": "OAuth lain"}).json(),
        "container": container,
        "media_publish": published,
        "media_node": get(published["id"], "permalink,media_product_type,timestamp,shortcode"),
        "content_publishing_limit": get(f"{user}/content_publishing_limit", "quota_usage,config"),
        "media_list": get(f"{user}/media", "id,caption,timestamp,permalink,media_product_type"),
        "user": get(user, "username,name,followers_count,media_count"),
        "error": post(f"{user}/media", image_url=ig.media.png().url),
    }


def test_the_sandbox_answers_in_the_shapes_of_metas_reference(ig: Any) -> None:
    answers = _answers(ig)
    expected = {path.stem: json.loads(path.read_text("utf-8")) for path in HERE.glob("*.json")}
    assert {name: _shape(value) for name, value in answers.items()} == {name: _shape(value) for name, value in expected.items()}


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.json")))
def test_the_parsers_read_what_meta_documents(name: str) -> None:
    from gaung.plugins.instagram import parse

    body = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    parsers: dict[str, Any] = {
        "media": parse.new_id, "media_resumable": parse.upload_uri, "container": parse.container, "media_publish": parse.new_id,
        "media_node": parse.permalink, "content_publishing_limit": parse.quota, "user": parse.user,
        "media_list": lambda page: [parse.recent_media(item) for item in page["data"]],
    }  # fmt: skip
    if name in parsers:
        assert parsers[name]({**body, "a_key_of_next_year": 1})
    else:
        assert name in ("upload", "upload_refused", "error")  # read by gaung.plugins.meta
