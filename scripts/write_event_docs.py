"""Writes the tables of docs/events.md from core/event_schema.py; tests/core/test_event_schema.py checks that they are current."""

from pathlib import Path

from gaung.core.event_schema import DATA, EVENTS, IDS

PAGE = Path(__file__).parent.parent / "docs" / "events.md"
MARK = "<!-- generated from core/event_schema.py: python scripts/write_event_docs.py -->"


def tables() -> str:
    """The generated part of the page."""
    lines = ["", "| id | meaning |", "|---|---|", *(f"| `{name}` | {words} |" for name, (_, words) in IDS.items())]
    lines += ["", "## Names", "", "| event | says | always carries |", "|---|---|---|"]
    lines += [f"| `{name}` | {words} | {', '.join(f'`{key}`' for key in ids) or '-'} |" for name, (words, ids) in EVENTS.items()]
    lines += ["", "## Keys of `data`", "", "A key means the same in every event.", "", "| key | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {words} |" for name, (_, words) in DATA.items()), ""])


def page(text: str) -> str:
    """The page with its generated part renewed."""
    return text[: text.index(MARK) + len(MARK)] + "\n" + tables()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
