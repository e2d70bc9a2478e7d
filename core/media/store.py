"""The content-addressed media store: a folder that may be shared by several machines.

A file is there whole or not at all: it is copied under a temporary name, synced, hashed again and renamed. Two processes that
add the same bytes at once both rename the same bytes to the same name.
"""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gaung.core.errors import UserError
from gaung.core.media.facts import Facts, read_facts
from gaung.core.records import Media

_CHUNK = 1 << 20
_INCOMING = ".incoming-"
_STALE_SECONDS = 24 * 3600
_FACTS = tuple(field.name for field in fields(Facts))
_KEYS = ("sha256", "name", *_FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCheck:
    """What `doctor` shows of the store. `size` in bytes; no problems: all is well."""

    files: int
    size: int
    problems: tuple[str, ...]


class MediaStore:
    """Media under `root`; `public_base` is the URL below which platforms fetch them, if there is one."""

    def __init__(self, root: Path, public_base: str | None = None) -> None:
        self.root = root
        self.public_base = public_base

    def add(self, path: Path, name: str = "", *, link: bool = False) -> Media:
        """Copy a file in and answer its facts. `name` is what people call it (default: the file's name).

        `link` only points to the file instead, for a store that lives as long as one check.

        Raises `UserError` when it is no picture or video, is damaged, or cannot be read, or the store cannot be written.
        """
        name = name or path.name
        facts = read_facts(path, name)
        with self._incoming() as target:
            try:
                digest = _link(path, target) if link else _copy(path, target)
                if digest != hash_of(target):
                    raise UserError(f"{name}: was not copied whole into {self.root}.", "Check the disk and try again.")
                if target.stat().st_size != facts.size:
                    raise UserError(f"{name}: changed while it was copied.", "Try again once it is written.")
            except OSError as error:
                raise UserError(f"{name}: cannot be copied to {self.root} ({error.strerror}).", "Check space and permissions.") from None
            media = self._media(digest, name, asdict(facts))
            self._settle(target, media)
        return media

    def add_bytes(self, data: bytes, name: str) -> Media:
        """Store bytes made by Gaung itself, such as a rendition."""
        with self._incoming() as target:
            _write(target, data)
            return self.add(target, name)

    def from_json(self, value: Mapping[str, Any]) -> Media:
        """The media that `to_json` wrote down, in this store."""
        return self._media(value["sha256"], value["name"], {key: value[key] for key in _FACTS if key in value})

    def get(self, sha256: str, facts: Mapping[str, Any] | str) -> Media:
        """The media of that hash, its facts as JSON text or mapping. Raises `UserError` when the bytes are not in the store."""
        value = json.loads(facts) if isinstance(facts, str) else facts
        media = self.from_json({**value, "sha256": sha256})
        if not media.path.is_file():
            raise UserError(
                f"{media.name} ({sha256[:12]}) is not in the media store {self.root}.", "Point media.store at the folder it was added to."
            )
        return media

    @staticmethod
    def to_json(media: Media) -> dict[str, Any]:
        """A media as JSON values, without where it is."""
        return {key: getattr(media, key) for key in _KEYS}

    def check(self, *, deep: bool = False) -> StoreCheck:
        """Look the store over; `deep` hashes every file. Temporary files older than a day are removed."""
        problems: list[str] = []
        files = size = 0
        try:
            with self._incoming() as probe:
                _write(probe, b"probe")
        except UserError as error:
            return StoreCheck(files=0, size=0, problems=(str(error),))
        self._sweep()
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            files, size = files + 1, size + path.stat().st_size
            if deep and hash_of(path) != path.stem:
                problems.append(f"{path}: does not match its hash; delete it and add the file again")
        return StoreCheck(files=files, size=size, problems=tuple(problems))

    def _media(self, sha256: str, name: str, facts: dict[str, Any]) -> Media:
        return Media(sha256=sha256, name=name, store=self.root, public_base=self.public_base, **facts)

    def _settle(self, target: Path, media: Media) -> None:
        final = media.path
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.is_file() and final.stat().st_size == media.size and hash_of(final) == media.sha256:
            return
        target.replace(final)
        _sync_folder(final.parent)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            path = self.root / f"{_INCOMING}{os.getpid()}-{secrets.token_hex(8)}"
            path.touch(exist_ok=False)
        except OSError as error:
            raise UserError(
                f"the media store {self.root} cannot be written ({error.strerror}).", "Set media.store to a folder you may write."
            ) from None
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for path in self.root.glob(f"{_INCOMING}*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink(missing_ok=True)


def hash_of(path: Path) -> str:
    """The sha256 of a file, as hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("wb") as writer:
        while piece := reader.read(_CHUNK):
            digest.update(piece)
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def _link(source: Path, target: Path) -> str:
    target.unlink()
    target.symlink_to(source.resolve())
    return hash_of(target)


def _write(target: Path, data: bytes) -> None:
    with target.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
