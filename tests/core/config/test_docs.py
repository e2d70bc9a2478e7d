"""Every setting of core is documented with its default."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gaung.core.config import Settings

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "settings.md"


def keys(model: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= keys(field.annotation, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = field.default
    return found


@pytest.mark.checkout
def test_every_setting_is_documented_with_its_default() -> None:
    rows = {
        line.split("|")[1].strip(" `"): line.split("|")[2].strip(" `") for line in PAGE.read_text("utf-8").splitlines() if line[:3] == "| `"
    }
    wanted = keys(Settings)
    del wanted["plugins"]
    assert set(rows) == {*wanted, "plugins.P.*"}
    for key, default in wanted.items():
        if isinstance(default, float) and default.is_integer():
            default = int(default)
        shown = str([int(one) for one in default]) if isinstance(default, list) else str(default)
        assert default is None or rows[key] == shown, key
