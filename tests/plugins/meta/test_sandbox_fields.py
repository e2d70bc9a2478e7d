"""Field selection and paging of the imitated Graph API."""

from urllib.parse import parse_qs, urlsplit

import pytest

from gaung.plugins.meta.sandbox_error import GraphError
from gaung.plugins.meta.sandbox_fields import page, select, split, timestamp

KNOWN = {"id", "message", "from", "reactions", "shares"}
NODE = {
    "id": "1_2", "message": "Halo", "from": {"id": "1", "name": "Contoh"}, "shares": None,
    "reactions": {"data": [{"id": "3", "type": "LIKE"}], "summary": {"total_count": 9}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("message", {"id": "1_2", "message": "Halo"}),
        ("id", {"id": "1_2"}),
        ("", {"id": "1_2"}),
        ("shares,message", {"id": "1_2", "message": "Halo"}),
        ("from{name}", {"id": "1_2", "from": {"name": "Contoh", "id": "1"}}),
        ("reactions.limit(0).summary(total_count)", {"id": "1_2", "reactions": NODE["reactions"]}),
        ("reactions{type}", {"id": "1_2", "reactions": {"data": [{"type": "LIKE", "id": "3"}], "summary": {"total_count": 9}}}),
    ],
)
def test_only_what_is_asked_and_always_the_id(fields: str, expected: dict[str, object]) -> None:
    assert select(NODE, fields, KNOWN) == expected


def test_an_unknown_field_is_code_100() -> None:
    with pytest.raises(GraphError, match="nonexisting field") as caught:
        select(NODE, "message,likes_of_friends", KNOWN)
    assert caught.value.code == 100


@pytest.mark.parametrize("fields", ["a{b", "a)b", "a{b}}"])
def test_a_syntax_error_is_code_100(fields: str) -> None:
    with pytest.raises(GraphError) as caught:
        split(fields)
    assert caught.value.code == 100


def walk(count: int, limit: str) -> list[dict[str, object]]:
    nodes, answers, params = [{"id": str(number)} for number in range(count)], [], {"limit": limit}
    while True:
        answer = page(nodes, params, "http://host/v26.0/1/feed", dict)
        answers.append(answer)
        following = answer.get("paging", {}).get("next")
        if not following:
            return answers
        params = {key: values[0] for key, values in parse_qs(urlsplit(following).query).items()}


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (3, 1), (4, 2), (7, 3)])
def test_pages_hold_everything_once_and_end_without_next(count: int, pages: int) -> None:
    answers = walk(count, "3")
    assert len(answers) == pages
    assert [node["id"] for answer in answers for node in answer["data"]] == [str(number) for number in range(count)]  # type: ignore[attr-defined]
    assert ("paging" in answers[-1]) == (count > 0)
    if count:
        assert set(answers[-1]["paging"]["cursors"]) == {"before", "after"}  # type: ignore[index]


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "x"}, {"limit": "101"}, {"after": "nonsense"}])
def test_a_wrong_cursor_or_limit_is_code_100(params: dict[str, str]) -> None:
    with pytest.raises(GraphError) as caught:
        page([{"id": "1"}], params, "http://host", dict)
    assert caught.value.code == 100


def test_timestamps_have_no_colon_in_the_offset() -> None:
    assert timestamp(1790000000.9) == "2026-09-21T14:13:20+0000"
