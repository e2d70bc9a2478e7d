from decimal import Decimal

import pytest

from gaung.core.figures import NotANumber, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44.414", "44414"), ("232425", "232425"), ("1.234.567", "1234567"), ("80,6", "80.6"), ("1.234,5", "1234.5"), ("80.65", "80.65"),
        ("1,234,567.5", "1234567.5"), (" 22 000 ", "22000"), ("-3", "-3"), ("0", "0"),
    ],
)  # fmt: skip
def test_a_dot_stands_between_thousands_and_a_comma_before_decimals(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "sekitar 80", "1.23.4", "1,2,3", "12.5.2023", "NaN", "1e5"])
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotANumber, match=r"which is no number; write 44\.414"):
        number(text)
