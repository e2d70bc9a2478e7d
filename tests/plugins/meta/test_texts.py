"""When words of somebody's are a copy of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaung.plugins.meta.texts import addresses, core_of, likeness, words

OURS = "#TemanPemilih, sudah terdaftar? Cek namamu di https://cekdptonline.kpu.go.id\n#KPULampung #KPUMelayani"


@pytest.mark.parametrize(
    "theirs",
    [
        OURS,
        OURS.upper(),
        "Repost \U0001f501 @kpulampung\n\n  #TemanPemilih , sudah terdaftar?\u200b Cek namamu di:\nbit.ly/x",
        "\U0001d413eman: TemanPemilih sudah terdaftar Cek namamu di sini",
        f"...{OURS}... mantap",
    ],
)
def test_capitals_signs_links_and_tags_at_the_end_do_not_count(theirs: str) -> None:
    assert likeness(theirs, OURS)


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        "Cek namamu di",
        "sudah terdaftar? cek namamu",
        "#TemanPemilih, sudah terdaftar? Cek nama di",
        "TemanPemilihsudah terdaftar cek namamu di",
    ],
)
def test_a_part_or_other_words_are_no_copy(theirs: str) -> None:
    assert likeness(theirs, OURS) == 0


def test_a_copy_with_our_hashtags_is_liker_than_one_without() -> None:
    bare = OURS.replace("#KPULampung #KPUMelayani", "")
    assert likeness(OURS, OURS) > likeness(f"{bare} #KPULain", OURS) == likeness(bare, OURS) == likeness(OURS, bare) > 0


@pytest.mark.parametrize(
    "ours", ["", "Selamat pagi!", "#KPULampung #KPUMelayani", "https://kpu.go.id", "a b c d", "Selamatpagisemuanyayangjauh"]
)
def test_a_text_of_ours_that_anybody_could_write_is_never_recognised(ours: str) -> None:
    assert core_of(ours) == ""
    assert likeness(ours, ours) == 0


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_compared(ours: str, theirs: str) -> None:
    assert likeness(theirs, ours) in (0, len(core_of(ours)), len(words(ours)))
    assert words(words(ours)) == words(ours)
    assert likeness(ours, ours) == (len(words(ours)) if core_of(ours) else 0)
    assert isinstance(addresses(theirs), list)


def test_addresses_are_found_without_a_scheme_and_without_the_full_stop() -> None:
    text = "lihat instagram.com/p/DAbc12/?igsh=1, atau (https://www.facebook.com/1_2)! www.x.id/a. kpu.go.id"
    assert addresses(text) == ["instagram.com/p/DAbc12/?igsh=1", "https://www.facebook.com/1_2", "www.x.id/a"]
