"""Who acts (`GAUNG_ACTOR`), and which office's things are shown and may be changed (`GAUNG_OFFICE`)."""

import getpass
import os


def actor() -> str:
    """`GAUNG_ACTOR`, else the OS user; recorded with every change."""
    named = os.environ.get("GAUNG_ACTOR", "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no passwd entry, as in a bare container
        return f"uid{os.getuid()}"


def office_scope() -> str | None:
    """The office code in `GAUNG_OFFICE`; None: everything is in sight."""
    return os.environ.get("GAUNG_OFFICE", "").strip() or None
