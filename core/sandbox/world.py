"""What all platforms of one sandbox share: clock, media, timing and quotas, all of them adjustable while it runs."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gaung.core.sandbox.numbers import Numbers
from gaung.core.sandbox.people import Deed


@dataclass(slots=True)
class StoredFile:
    """Bytes that a platform received or fetched, shown on the sandbox page at `url_path`."""

    sha256: str
    mime: str
    data: bytes

    @property
    def url_path(self) -> str:
        """Where the sandbox itself serves the bytes."""
        return f"/_sandbox/files/{self.sha256}"


@dataclass(slots=True)
class World:
    """State shared by the platforms of one sandbox.

    `processing_seconds` is how long a platform works on a video or container; `processing_fails` maps a platform's name to how many of its
    next processings fail. `quotas` overrides a documented quota by its name (`instagram.publish`, `youtube.videos.insert`, ...).
    `base_url` is the server's own address without a trailing slash, known once it is bound. `deeds` is what people did with posts.
    `webhook_url` is where notices are pushed, `/NAME` of the platform added (`http://127.0.0.1:8085/webhooks`); empty: nowhere.
    `numbers` is what there is to measure.
    """

    base_url: str = ""
    clock_offset: float = 0.0
    processing_seconds: float = 1.0
    processing_fails: dict[str, int] = field(default_factory=dict)
    quotas: dict[str, int] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    webhook_url: str = ""
    numbers: Numbers = field(default_factory=Numbers)

    def now(self) -> float:
        """Seconds since the epoch by the sandbox's clock, which tests may move ahead."""
        return time.time() + self.clock_offset

    def today(self) -> datetime:
        """`now()` as an aware datetime."""
        return datetime.fromtimestamp(self.now(), UTC)

    def keep(self, data: bytes, mime: str) -> StoredFile:
        """Keep bytes by their hash and answer where they are shown."""
        digest = hashlib.sha256(data).hexdigest()
        return self.files.setdefault(digest, StoredFile(digest, mime, data))

    def fails_now(self, platform: str) -> bool:
        """Whether this processing is to fail; counts one off."""
        left = self.processing_fails.get(platform, 0)
        if left > 0:
            self.processing_fails[platform] = left - 1
        return left > 0

    def quota(self, name: str, documented: int) -> int:
        """The quota in force: the override, else the documented figure."""
        return self.quotas.get(name, documented)
