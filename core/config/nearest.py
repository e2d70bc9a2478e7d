"""Names the key that was probably meant."""

import difflib
from collections.abc import Iterable


def meant(wrong: str, known: Iterable[str]) -> str:
    """`Did you mean "x"?`, or the known names when none is near; for the hint of a UserError."""
    names = sorted(known)
    padded = _padded(wrong)
    if padded in names:
        return f'Did you mean "{padded}"?'
    near = difflib.get_close_matches(wrong.lower(), names, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known here: {', '.join(names)}." if names else "Remove it."


def _padded(code: str) -> str:
    """An area's code as it is written: spreadsheets make `18.1` of `18.01`."""
    head, _, rest = code.partition(".")
    return ".".join([head, *(part.zfill(2) for part in rest.split("."))])
