"""A part of a file that behaves as a file of its own, so that a multipart request can stream it."""

import io
from pathlib import Path
from typing import Any


class Slice(io.RawIOBase):
    """Bytes `start` to `end` of `path`, read only."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._start = start
        self._size = max(0, min(end, path.stat().st_size) - start)
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the current place, never past the end of the slice."""
        view = memoryview(buffer)
        self._file.seek(self._start + self._at)
        read = self._file.readinto(view[: max(0, min(len(view), self._size - self._at))])
        self._at += read
        return read

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As a file does."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The current place within the slice."""
        return self._at

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
