"""Whose a sighting is, by time, by id and by handle."""

from datetime import UTC, datetime, timedelta

from gaung.core.ledger.matching import Holder, Holders

DAY = timedelta(days=1)
ZERO = datetime(2026, 11, 1, tzinfo=UTC)


def holder(number: int, since: int, until: int | None = None, *, handle: str = "siti", external_id: str | None = None) -> Holder:
    """Days from `ZERO`."""
    return Holder(
        id=number, platform="toy", member_id=number, declared_at=ZERO + since * DAY, ended_at=None if until is None else ZERO + until * DAY,
        recordable=True, handle_key=handle, external_id=external_id,
    )  # fmt: skip


def whose(holders: Holders, day: float, author: str | None = "siti", author_id: str | None = None) -> int | None:
    found = holders.whose(author=author, author_id=author_id and f"id:{author_id}", at=ZERO + day * DAY)
    return None if found is None else found.id


def test_it_belongs_to_who_held_the_account_then() -> None:
    both = Holders([holder(2, 10, 20), holder(1, 0, 10)])
    assert [whose(both, day) for day in (0, 5, 9.9, 10, 19)] == [1, 1, 1, 2, 2]


def test_else_to_the_next_who_declared_it_and_never_to_one_that_had_ended() -> None:
    both = Holders([holder(1, 5, 10), holder(2, 15, 20)])
    assert whose(both, 1) == 1
    assert whose(both, 12) == 2
    assert whose(both, 20) is None
    assert whose(both, 25) is None


def test_the_platform_id_goes_before_the_handle() -> None:
    renamed = Holders([holder(1, 0, handle="lama", external_id="111"), holder(2, 0, handle="siti")])
    assert whose(renamed, 1, "siti", "111") == 1
    assert whose(renamed, 1, "baru", "111") == 1
    assert whose(renamed, 1, None, "111") == 1
    assert whose(renamed, 1, "siti", "999") == 2


def test_a_handle_that_went_to_somebody_else_does_not_fit() -> None:
    known = Holders([holder(1, 0, external_id="111")])
    assert whose(known, 1, "siti", "222") is None
    assert whose(known, 1, "siti", None) == 1


def test_what_was_learned_is_known_from_then_on() -> None:
    one = holder(1, 0)
    holders = Holders([one])
    holders.learn(one, "111")
    assert whose(holders, 1, "nama_baru", "111") == 1
    assert whose(holders, 1, "siti", "222") is None


def test_tokens_may_be_several_for_one_handle() -> None:
    rotated = Holders([holder(1, 0, external_id="111")], lambda text: (f"new-{text}", f"old-{text}"))
    at = ZERO + DAY
    assert rotated.whose(author="old-siti", author_id=None, at=at)
    assert rotated.whose(author=None, author_id="new-id:111", at=at)
    assert rotated.whose(author="siti", author_id=None, at=at) is None


def test_no_handle_is_in_a_repr() -> None:
    assert "siti" not in repr(holder(1, 0, external_id="98765"))
    assert "98765" not in repr(holder(1, 0, external_id="98765"))
