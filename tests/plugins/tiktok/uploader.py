"""A worker of its own: publishes what it is handed and writes every checkpoint to a file, until somebody kills it."""

import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from gaung.core.testkit.attempt import LiveAttempt
from gaung.plugins import tiktok as plugin


class FileAttempt(LiveAttempt):
    """Keeps its checkpoints where another process finds them."""

    path: Path

    def checkpoint(self, key: str, value: Any) -> None:
        super().checkpoint(key, value)
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self.checkpoints))
        draft.replace(self.path)


def main() -> None:
    given, saved = map(Path, sys.argv[1:])
    account, content = pickle.loads(given.read_bytes())
    attempt = FileAttempt()
    attempt.path = saved
    attempt.run(plugin.gaung_publish, account, content)
    os._exit(3)  # the test kills it long before


if __name__ == "__main__":
    main()
