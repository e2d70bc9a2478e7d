"""Names the key that was probably meant."""

import difflib
from collections.abc import Iterable


def meant(wrong: str, known: Iterable[str]) -> str:
    """`Did you mean "x"?`, or the known names when none is near; for the hint of a UserError."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong.lower(), names, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known here: {', '.join(names)}." if names else "Remove it."
