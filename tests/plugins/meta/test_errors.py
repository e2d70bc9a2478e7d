"""Every documented Graph code becomes the right error, by its code and subcode alone."""

import json
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.plugins.meta import errors, failure
from gaung.plugins.meta.table import BLOCK_WAIT, ROWS

APP, ACCOUNT = "app", "account"

# Transcribed by hand from the fact sheet, sections 1.4, 2.4 and 3.7; not from the table under test.
DOCUMENTED: list[tuple[int, int | None, type[PlatformError] | str]] = [
    (1, None, Transient), (2, None, Transient), (3, None, Rejected), (4, None, APP), (10, None, AuthRevoked), (17, None, ACCOUNT),
    (32, None, ACCOUNT), (100, None, Rejected), (100, 33, Rejected), (102, None, AuthRevoked), (104, None, Rejected),
    (190, None, AuthRevoked), (200, None, AuthRevoked), (210, None, AuthRevoked), (299, None, AuthRevoked), (341, None, APP),
    (368, None, ACCOUNT), (459, None, AuthRevoked), (506, None, Rejected), (613, None, ACCOUNT), (1609005, None, Rejected),
    (1705, None, AuthRevoked), (3001, 1504028, Rejected), (80001, None, ACCOUNT), (80002, None, ACCOUNT), (80000, None, ACCOUNT),
    (80003, None, ACCOUNT), (80004, None, ACCOUNT), (80004, 2446079, ACCOUNT), (80005, None, ACCOUNT), (80006, None, ACCOUNT),
    (80008, None, ACCOUNT), (80009, None, ACCOUNT), (80014, None, ACCOUNT),
    *((code, subcode, AuthRevoked) for code in (102, 190) for subcode in (458, 459, 460, 463, 464, 467, 492)),
    (6000, None, Transient), (6000, 1363042, AuthRevoked), (6000, 1363023, Rejected), (6000, 1363022, Rejected), (6000, 1363030, Transient),
    (6000, 1363019, Transient), (6000, 1363037, Transient),
    (-2, 2207003, Transient), (-2, 2207020, Transient), (-1, 2207001, Transient), (-1, 2207032, Transient), (-1, 2207053, Transient),
    (1, 2207057, Rejected), (4, 2207051, ACCOUNT), (9, 2207042, ACCOUNT), (24, 2207006, Transient), (24, 2207008, Transient),
    (25, 2207050, AuthRevoked), (100, 2207023, Rejected), (100, 2207028, Rejected), (100, 2207035, Rejected), (100, 2207036, Rejected),
    (100, 2207037, Rejected), (100, 2207040, Rejected), (352, 2207026, Rejected), (9004, 2207052, Rejected), (9007, 2207027, Transient),
    (36000, 2207004, Rejected), (36001, 2207005, Rejected), (36003, 2207009, Rejected), (36004, 2207010, Rejected),
]  # fmt: skip


def reply(effect: Effect = Effect.READ, status: int = 400, headers: dict[str, str] | None = None, **error: Any) -> Reply:
    body = {"error": {"message": "words", "type": "OAuthException", **error}}
    return Reply(status, headers or {}, json.dumps(body).encode(), effect)


def judge(answer: Reply, **more: tuple[str, ...]) -> PlatformError:
    failed = failure.parse(answer.json(), answer.status)
    assert failed is not None
    return errors.to_error(failed, answer, **more)


@pytest.mark.parametrize(("code", "subcode", "expected"), DOCUMENTED)
@pytest.mark.parametrize("effect", list(Effect))
def test_every_documented_code_has_its_error(code: int, subcode: int | None, expected: type[PlatformError] | str, effect: Effect) -> None:
    parts: dict[str, Any] = {"code": code} if subcode is None else {"code": code, "error_subcode": subcode}
    error = judge(reply(effect, **parts))
    if isinstance(expected, str):
        assert isinstance(error, RateLimited)
        assert error.scope == expected
    elif expected is Transient and effect is Effect.PUBLISH:
        assert type(error) is Ambiguous
    else:
        assert type(error) is expected
    assert error.code == (str(code) if subcode is None else f"{code}/{subcode}")
    assert error.message == "words"


def test_the_table_says_nothing_that_is_not_documented() -> None:
    assert {(row.code, row.subcode) for row in ROWS} <= {(code, subcode) for code, subcode, _ in DOCUMENTED}


def test_no_code_stands_twice_in_the_table() -> None:
    pairs = [(row.code, row.subcode) for row in ROWS]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize(
    ("status", "error", "calm", "publishing"),
    [
        (400, {"code": 77777}, Rejected, Rejected),
        (403, {"code": 77777, "error_subcode": 5}, Rejected, Rejected),
        (400, {"code": 77777, "is_transient": True}, Transient, Ambiguous),
        (500, {"code": 77777}, Transient, Ambiguous),
        (200, {"code": 77777}, Transient, Ambiguous),
        (400, {}, Transient, Ambiguous),
        (503, {"code": 100}, Rejected, Rejected),
        (200, {"code": 190}, AuthRevoked, AuthRevoked),
    ],
)
def test_an_unknown_code_is_refused_only_by_a_clear_answer(
    status: int, error: dict[str, Any], calm: type[PlatformError], publishing: type[PlatformError]
) -> None:
    assert type(judge(reply(Effect.PREPARE, status, **error))) is calm
    assert type(judge(reply(Effect.PUBLISH, status, **error))) is publishing


def test_a_long_subcode_speaks_for_itself_and_a_short_one_does_not() -> None:
    assert type(judge(reply(code=-9, error_subcode=2207026))) is Rejected
    assert type(judge(reply(code=77777, error_subcode=463, status=500))) is Transient
    assert errors.lookup(None, 2207042) == errors.lookup(9, 2207042)


@pytest.mark.parametrize(("code", "subcode"), [(368, None), (4, 2207051)])
def test_a_block_waits_long(code: int, subcode: int | None) -> None:
    error = judge(reply(code=code, error_subcode=subcode))
    assert isinstance(error, RateLimited)
    assert error.retry_after == BLOCK_WAIT


def test_the_longer_of_both_waits_counts_for_an_account_and_minutes_are_minutes() -> None:
    usage = json.dumps({"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 5}]})
    error = judge(reply(code=80001, headers={"x-business-use-case-usage": usage, "retry-after": "17"}))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 300
    error = judge(reply(code=4, headers={"x-business-use-case-usage": usage, "retry-after": "17"}))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 17


def test_the_platforms_words_reach_people_without_the_token() -> None:
    answer = reply(code=190, message="Malformed access token EAAGsecret", error_user_msg="Log in again")
    error = judge(answer, secrets=("EAAGsecret", ""))
    assert str(error) == "190: Malformed access token *** (Log in again)"


@pytest.mark.parametrize("data", [{"start_offset": "5"}, '{"start_offset": "5"}'], ids=["object", "text"])
def test_error_data_is_read_in_both_forms(data: object) -> None:
    failed = failure.parse({"error": {"code": "6000", "error_data": data}}, 400)
    assert failed is not None
    assert (failed.code, failed.data) == (6000, {"start_offset": "5"})
    assert "message" not in repr(failed)


@pytest.mark.parametrize("body", [{}, {"error": None}, [], "text", {"data": []}])
def test_an_answer_without_an_error_is_none(body: object) -> None:
    assert failure.parse(body, 200) is None
