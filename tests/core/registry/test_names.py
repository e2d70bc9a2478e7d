import pytest

from gaung.core.registry.names import aliases, fold, plain


@pytest.mark.parametrize(
    "spelling", ["Kabupaten Lampung Selatan", "KAB. LAMPUNG SELATAN", "kab lampung selatan", "Lampung-Selatan", "Lampungselatan", "Lamsel"]
)
def test_every_spelling_of_a_regency_finds_it(spelling: str) -> None:
    assert {plain(spelling), fold(spelling)} & aliases("Kabupaten Lampung Selatan", "regency")


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("Lamteng", "Lampung Tengah"),
        ("Lamtim", "Lampung Timur"),
        ("Lampura", "Lampung Utara"),
        ("Lambar", "Lampung Barat"),
        ("Tuba", "Tulang Bawang"),
        ("Tubaba", "Tulang Bawang Barat"),
        ("Pesibar", "Pesisir Barat"),
    ],
)
def test_short_forms_are_those_of_regencies_alone(short: str, name: str) -> None:
    assert plain(short) in aliases(f"Kabupaten {name}", "regency")
    assert plain(short) not in aliases(name, "village")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Kotabumi", "kotabumi"),
        ("Kota Metro", "metro"),
        ("Kec.Natar", "natar"),
        ("Kecamatan Natar", "natar"),
        ("Desa Kampung Baru", "kampungbaru"),
        ("Kelumbayan", "kelumbayan"),
        ("Desa", "desa"),
        ("Provinsi Lampung", "lampung"),
        ("Karang Raja N.D.", "karangrajand"),
        ("Pekon Balak", "balak"),
    ],
)
def test_only_a_word_of_its_own_for_the_kind_is_left_out(name: str, key: str) -> None:
    assert fold(name) == key


def test_a_name_keeps_the_words_that_belong_to_it() -> None:
    assert aliases("Kampung Baru", "village") == {"kampungbaru"}
    assert aliases("Kota Agung", "district") == {"kotaagung"}
    assert aliases("Kecamatan Natar", "district") == {"kecamatannatar", "natar"}
