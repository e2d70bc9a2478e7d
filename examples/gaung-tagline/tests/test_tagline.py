"""What the policy adds, and what it leaves alone."""

import pytest

import gaung_tagline
from gaung.core.records import Account, Content, Credentials

ACCOUNT = Account(id=1, office="18", platform="any", external_id="1", handle="contoh_a", credentials=Credentials({}))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Halo", "Halo\n#KPULampung #KPUMelayani"),
        ("Halo #kpulampung!", "Halo #kpulampung!\n#KPUMelayani"),
        ("Halo\n", "Halo\n#KPULampung #KPUMelayani"),
        ("", "#KPULampung #KPUMelayani"),
        ("#KPULampungSelatan", "#KPULampungSelatan\n#KPULampung #KPUMelayani"),
    ],
)
def test_missing_tags_are_added_on_a_line_of_their_own(text: str, becomes: str) -> None:
    changed = gaung_tagline.gaung_prepare(ACCOUNT, Content(format="text", title="t", text=text))
    assert changed is not None
    assert changed.text == becomes


def test_a_text_that_has_both_tags_is_left_alone() -> None:
    assert gaung_tagline.gaung_prepare(ACCOUNT, Content(format="text", title="t", text="#KPUMelayani dan #KPULampung")) is None
