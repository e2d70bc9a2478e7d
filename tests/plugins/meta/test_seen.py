"""What somebody said is weighed against our publications: a link tells more than words, and nobody is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from gaung.plugins.meta.looking import Ours
from gaung.plugins.meta.seen import Seen
from gaung.plugins.meta.times import moment, moment_or_none

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini"


def post(code: str, minutes: float = 0) -> Ours:
    return Ours(f"id-{code}", frozenset({f"id-{code}", code}), TEXT, NOW + timedelta(minutes=minutes))


def said(*names: str, words: str = TEXT) -> Seen:
    return Seen("9", "contoh_agt_siti", "17841", "https://x.id/contoh_agt_siti", NOW + timedelta(hours=1), words, frozenset(names))


@pytest.mark.parametrize(
    ("names", "found"),
    [((), "baru"), (("lama",), "lama"), (("baru",), "baru"), (("lain",), "baru"), (("id-lama",), "lama"), (("lama", "baru"), "lama baru")],
)
def test_a_copy_that_links_to_one_of_ours_is_a_copy_of_that_one(names: tuple[str, ...], found: str) -> None:
    own = [post("lama"), post("baru", 30)]
    assert [one.publication for one in own if said(*names).refers(one, lambda: own)] == [f"id-{code}" for code in found.split()]


def test_a_publication_whose_address_is_not_known_is_found_by_the_listing() -> None:
    this = Ours("id-baru", frozenset({"id-baru"}), TEXT, NOW)
    assert said("baru").refers(this, lambda: [post("baru")])


def test_a_link_needs_no_listing_and_a_text_does() -> None:
    assert said("baru", words="lihat").refers(post("baru"), lambda: None)
    assert not said().refers(post("baru"), lambda: None)


def test_as_one_of_ours_it_has_all_its_ids_and_a_time() -> None:
    own = said().own("kode", None)
    assert own is not None
    assert (own.publication, own.ids, own.at) == ("9", frozenset({"9", "kode"}), NOW + timedelta(hours=1))
    assert Seen("9", None, None, None, None, TEXT, frozenset()).own() is None


def test_nothing_of_a_person_is_in_its_repr() -> None:
    shown = repr(said("https://x.id/contoh_agt_siti"))
    assert "contoh_agt" not in shown
    assert "terdaftar" not in shown


def test_a_moment_has_an_offset_or_is_none() -> None:
    assert moment("2026-11-24T10:00:00+0000") == moment("2026-11-24T17:00:00+07:00") == datetime(2026, 11, 24, 10, tzinfo=UTC)
    for wrong in ("2026-11-24T10:00:00", "kemarin", ""):
        with pytest.raises(ValueError, match=r"offset|isoformat"):
            moment(wrong)
        assert moment_or_none(wrong) is None
    assert moment_or_none(1795539600) is None
