"""A log file that several processes append to, and that any of them may rotate.

One file per role, not per process: a home would fill with thousands of small files, and `tail -f` would not know which one to follow.
A line is one `write` to a descriptor opened for appending, which the kernel does not mix with another's. Rotation happens under a lock file
and is seen by the others through the changed inode.
"""

import contextlib
import os
import threading
from pathlib import Path

MAX_BYTES = 20_000_000
KEPT = 5


class SharedFile:
    """Appends lines to `path`; at `max_bytes` it becomes `path.1`, and so on up to `path.KEPT`. Raises OSError when it cannot be opened."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        self.path, self.max_bytes, self.kept = path, max_bytes, kept
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle = self._open()

    def write(self, text: str) -> None:
        """Append `text`, which ends with a newline."""
        with self._lock:
            if not self._current():
                self.close()
                self._handle = self._open()
            if os.fstat(self._handle).st_size >= self.max_bytes:
                self._rotate()
            os.write(self._handle, text.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Close the descriptor."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    def _open(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def _current(self) -> bool:
        """Whether our descriptor still is the file at `path`: another process may have rotated it, or a person deleted it."""
        if self._handle < 0:
            return False
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        ours = os.fstat(self._handle)
        return (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev)

    def _rotate(self) -> None:
        import fcntl

        with open(self.path.with_suffix(".lock"), "w") as lock:  # noqa: PTH123 - a plain handle for flock
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._current():  # nobody was faster
                for number in range(self.kept - 1, 0, -1):
                    with contextlib.suppress(FileNotFoundError):
                        self._numbered(number).replace(self._numbered(number + 1))
                self.path.replace(self._numbered(1))
            self.close()
            self._handle = self._open()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
