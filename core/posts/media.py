"""The files that a post names: read while it is checked, copied into the store once it is scheduled."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gaung.core.errors import UserError
from gaung.core.media.sniff import extension_warning
from gaung.core.media.store import MediaStore
from gaung.core.posts.draft import PostDraft
from gaung.core.records import Media, Problem


@contextmanager
def scratch_store(public_base: str | None) -> Iterator[MediaStore]:
    """A store for checking a post without keeping anything: it only points to the files."""
    with tempfile.TemporaryDirectory(prefix="gaung-check-") as folder:
        yield MediaStore(Path(folder), public_base)


def gather(names: Mapping[str, str], folder: Path, store: MediaStore) -> tuple[dict[str, Media], list[Problem]]:
    """Read every file by the name it is written with.

    `names` maps a written name to the field that names it first. Answers the media that can be used, and errors and warnings.
    """
    media: dict[str, Media] = {}
    problems: list[Problem] = []
    for name, field in names.items():
        try:
            media[name] = replace(store.add(folder / name, name, link=True), name=Path(name).name)
        except UserError as error:
            problems.append(Problem(code="bad_media", message=str(error), field=field))
            continue
        if said := extension_warning(name, media[name].mime):
            problems.append(Problem(code="lying_extension", message=said, field=field, level="warning"))
    return media, problems


def keep(media: Iterable[Media], store: MediaStore) -> None:
    """Copy checked media into the real store. Raises `UserError` when a file has changed since it was checked."""
    for item in media:
        kept = store.add(item.path, item.name)
        if kept.sha256 != item.sha256:
            raise UserError(f"{item.name}: changed while the post was being checked.", "Try again once it is written.")


def keep_all(draft: PostDraft, store: MediaStore) -> None:
    """Copy all media of a draft into the real store."""
    keep(draft.media.values(), store)
