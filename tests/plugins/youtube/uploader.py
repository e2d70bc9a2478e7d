"""Run by test_resume in a process of its own, to be killed: uploads, writes each checkpoint to a file, and tells what was imported."""

import json
import sys
from pathlib import Path
from typing import Any

from gaung.core.records import Account, Content, Credentials, Media
from gaung.core.testkit.attempt import LiveAttempt
from gaung.plugins import youtube as plugin


class FileAttempt(LiveAttempt):
    """Checkpoints outlive the process."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def checkpoint(self, key: str, value: Any) -> None:
        """Save to the file as well."""
        super().checkpoint(key, value)
        self._path.write_text(json.dumps(self.checkpoints))


def main() -> None:
    """Publish the job."""
    job = json.loads(Path(sys.argv[1]).read_text())
    account = Account(
        id=1, office="18", platform="youtube", external_id=job["external_id"], handle="contoh_lampung",
        credentials=Credentials(job["credentials"]), settings=job["settings"],
    )  # fmt: skip
    media = Media(**{**job["media"], "store": Path(job["media"]["store"])})
    content = Content(format="video", title="Cek DPT Online", text="Cek namamu di DPT.", media=(media,))
    FileAttempt(Path(job["saved"])).run(plugin.gaung_publish, account, content)
    sys.stdout.write(json.dumps(sorted(sys.modules)))


if __name__ == "__main__":
    main()
