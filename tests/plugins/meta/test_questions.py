"""Batches and numbers as Meta may answer them: odd, short, garbled, in parts."""

import json
import math
from typing import Any

import pytest

from gaung.core import http, pacing
from gaung.core.errors import AuthRevoked, RateLimited, Rejected, Transient
from gaung.plugins.meta import questions, usage
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.measuring import Words, measured
from gaung.plugins.meta.numbers import at, days, insight
from gaung.plugins.meta.questions import Question

Server = Any
WORDS = Words(title="Meta", rights="a right")


def part(body: Any, code: int = 200, **headers: str) -> dict[str, Any]:
    rows = [{"name": name, "value": value} for name, value in headers.items()]
    return {"code": code, "headers": rows, "body": body if isinstance(body, str) else json.dumps(body)}


def error(code: int, subcode: int | None = None, message: str = "no") -> dict[str, Any]:
    return part({"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}}, 400)


def ask(*names: str) -> list[Question]:
    return [Question(name, {"metric": name}, {"views": insight(name)}, name) for name in names]


def value(number: Any, name: str = "a") -> dict[str, Any]:
    return part({"data": [{"name": name, "period": "lifetime", "values": [{"value": number}]}]})


def values(replies: Any) -> dict[str | None, float | None]:
    return {one.publication: one.value for one in measured(replies, WORDS).measures}


def test_a_batch_is_one_post_of_reads_that_counts_as_many(server: Server, graph: Graph) -> None:
    server.say([value(1), value(2, "b")])
    seen = []
    with http.watched(lambda method, url, effect, reply: seen.append((method, effect, reply is None))):
        assert values(questions.together(graph, ask("a", "b"))) == {"a": 1, "b": 2}
    assert seen == [("POST", http.Effect.READ, True)] * 2 + [("POST", http.Effect.READ, False)]
    [asked] = server.asked
    assert (asked.method, asked.path) == ("POST", "/prefix/v26.0/")
    assert json.loads(asked.form["batch"]) == [
        {"method": "GET", "relative_url": "a?metric=a"},
        {"method": "GET", "relative_url": "b?metric=b"},
    ]
    assert asked.form["access_token"] == "EAAGtoken"
    assert set(asked.query) == {"appsecret_proof"}


@pytest.mark.parametrize("garbage", [b"<html>busy</html>", b"", {"data": []}, [], [value(1)], "soon"])
def test_an_answer_that_is_no_list_of_all_parts_is_asked_another_time(server: Server, graph: Graph, garbage: Any) -> None:
    server.say(garbage)
    with pytest.raises(Transient):
        questions.together(graph, ask("a", "b"))


ODD = [None, "soon", 7, {}, {"code": 200}, part("<html>"), part("[1]"), part('"x"'), {"code": "200", "body": None}, part("{", 500)]


@pytest.mark.parametrize("odd", ODD)
def test_a_garbled_part_is_asked_once_more_and_then_unknown(server: Server, graph: Graph, odd: Any) -> None:
    server.say([value(1), odd])
    server.say([value(2, "b")])
    assert values(questions.together(graph, ask("a", "b"))) == {"a": 1, "b": 2}
    server.say([value(1), odd])
    server.say([odd])
    assert values(questions.together(graph, ask("a", "b"))) == {"a": 1, "b": None}
    assert [len(json.loads(asked.form["batch"])) for asked in server.asked] == [2, 1, 2, 1]


def test_where_no_part_is_answered_the_look_is_taken_another_time(server: Server, graph: Graph) -> None:
    server.say([None, error(2)])
    with pytest.raises(Transient):
        questions.together(graph, ask("a", "b"))
    assert len(server.asked) == 1


@pytest.mark.parametrize(("code", "subcode"), [(100, None), (100, 33), (10, None), (200, None), (230, None), (3, None), (3001, 1504028)])
def test_a_refused_part_is_unknown_and_the_others_are_told(server: Server, graph: Graph, code: int, subcode: int | None) -> None:
    server.say([value(1), error(code, subcode), value(3, "c")])
    replies = questions.together(graph, ask("a", "b", "c"))
    assert values(replies) == {"a": 1, "b": None, "c": 3}
    [why] = [one.why for one in measured(replies, WORDS).measures if one.value is None]
    assert f"({code}" in why
    assert len(server.asked) == 1, "a refusal is not asked again"


@pytest.mark.parametrize(
    ("code", "subcode", "raises"),
    [(190, 463, AuthRevoked), (102, 460, AuthRevoked), (4, None, RateLimited), (32, None, RateLimited), (80001, None, RateLimited),
     (80002, None, RateLimited), (368, None, RateLimited)],
)  # fmt: skip
def test_what_is_about_the_account_is_raised(server: Server, graph: Graph, code: int, subcode: int | None, raises: Any) -> None:
    server.say([value(1), error(code, subcode)])
    with pytest.raises(raises):
        questions.together(graph, ask("a", "b"))


def test_a_limit_of_a_part_says_how_long_by_the_parts_own_headers(server: Server, graph: Graph) -> None:
    usage = json.dumps({"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 3}]})
    limited = {**error(80001), "headers": [{"name": "X-Business-Use-Case-Usage", "value": usage}]}
    server.say([value(1), limited])
    with pytest.raises(RateLimited) as caught:
        questions.together(graph, ask("a", "b"))
    assert caught.value.retry_after == 180.0


def test_a_pause_that_every_part_asks_for_is_asked_for_once_and_for_the_longest(server: Server, graph: Graph) -> None:
    def used(minutes: int) -> str:
        return json.dumps({"1": [{"type": "pages", "call_count": 95, "estimated_time_to_regain_access": minutes}]})

    parts = [
        {**value(1, name), "headers": [{"name": "X-Business-Use-Case-Usage", "value": used(place)}]} for place, name in enumerate("abc", 7)
    ]
    server.say(parts, x_app_usage=json.dumps({"call_count": 91}))
    with pacing.collect() as reports:
        assert values(questions.together(graph, ask("a", "b", "c"))) == {"a": 1, "b": 1, "c": 1}
    assert {(report.scope, report.retry_after) for report in reports} == {("app", usage.PAUSE_SECONDS), ("account", 540.0)}
    assert len(reports) == 2


def test_a_refused_batch_is_refused(server: Server, graph: Graph) -> None:
    server.say({"error": {"message": "Invalid appsecret_proof", "code": 100}}, 400)
    with pytest.raises(Rejected):
        questions.together(graph, ask("a"))


def test_fields_that_are_refused_together_are_asked_one_by_one(server: Server, graph: Graph) -> None:
    fields = {"shares": ("shares", at("shares", "count")), "likes": ("reactions.limit(0)", at("reactions", "summary", "total_count"))}
    server.say([error(10)])
    server.say([part({"shares": {"count": 3}, "id": "1"}), error(10)])
    measures = measured(questions.together(graph, [Question.of_fields("1", fields, "1")]), WORDS).measures
    assert {one.name: one.value for one in measures} == {"shares": 3, "likes": None}
    sent = [[item["relative_url"] for item in json.loads(asked.form["batch"])] for asked in server.asked]
    assert sent == [["1?fields=shares%2Creactions.limit%280%29"], ["1?fields=shares", "1?fields=reactions.limit%280%29"]]


def test_the_fields_of_what_is_gone_are_not_asked_again(server: Server, graph: Graph) -> None:
    fields = {"a": ("a", at("a")), "b": ("b", at("b"))}
    server.say([error(100, 33)])
    replies = questions.together(graph, [Question.of_fields("1", fields, "1")])
    assert ([reply.gone for reply in replies], len(server.asked)) == ([True], 1)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"values": [{"value": 210}]}, 210), ({"total_value": {"value": 5}}, 5), ({"values": [{"value": 0}]}, 0), ({"values": []}, None),
        ({"values": [{"value": None}]}, None), ({"values": [{"value": {"like": 3}}]}, None), ({"values": [{"value": "7"}]}, None),
        ({"values": [{"value": True}]}, None), ({"values": [{"value": -1}]}, None), ({"values": "x"}, None), ({}, None),
        ({"total_value": 5}, None), ({"values": [7]}, None), ({"values": [{"value": math.inf}]}, None),
        ({"values": [{"value": math.nan}]}, None),
    ],
)  # fmt: skip
def test_only_a_number_is_a_number(row: dict[str, Any], found: float | None) -> None:
    assert insight("a")({"data": [{"name": "b", "values": [{"value": 1}]}, {"name": "a", **row}]}) == found


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": None}, {"data": "x"}, {"data": [None, 7, "a"]}, {"data": [{"name": "b"}]}])
def test_no_data_is_not_zero(body: Any) -> None:
    assert insight("a")(body) is None
    assert days("a")(body) == []


def test_of_days_the_last_one_that_ended_is_told_and_says_when(server: Server, graph: Graph) -> None:
    rows = [
        {"value": 5, "end_time": "2026-11-22T08:00:00+0000"}, {"value": 6, "end_time": "2026-11-23T08:00:00+0000"},
        {"value": 7, "end_time": "2999-11-24T08:00:00+0000"}, {"value": 8}, {"end_time": "2026-11-23T09:00:00+0000"},
    ]  # fmt: skip
    server.say({"data": [{"name": "m", "period": "day", "values": rows}]})
    [one] = measured(questions.singly(graph, [Question("1/insights", {"metric": "m"}, {"views": days("m")})]), WORDS).measures
    assert (one.value, one.as_of.isoformat()) == (6, "2026-11-23T08:00:00+00:00")
