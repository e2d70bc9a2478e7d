"""Where an error came from, without its words: what a plugin's own mistake says may hold somebody's handle or link."""

import traceback


def where(error: BaseException) -> str:
    """One line for each frame, outermost first."""
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__))
