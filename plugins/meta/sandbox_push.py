"""Pushes of the imitated platforms: signed, in batches, some of them twice, out of a thread of their own.

As Meta does it: first a handshake, then `POST` with the updates of several accounts in one body; what is not answered with 200 is tried
again, a few times, later and later; some updates come twice. There is no order, and no id of a delivery. Source: fact sheet 1.7.
"""

import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
from typing import Any

from gaung.core.sandbox.world import World

MOST = 100
"""Updates in one body; Meta sends up to 1,000."""
TWICE = 5
"""Every fifth update is delivered once more."""
WAITS = (0.0, 0.2, 0.5, 1.0)
"""Seconds before each try; Meta goes on for 36 hours."""
_IDLE_SECONDS = 1.0

Update = tuple[str, str, dict[str, Any]]
"""Account, field, value."""


class Pusher:
    """The pushing side of one app on one platform. `dropped` counts updates that were given up."""

    def __init__(self, world: World, platform: str, obj: str, secret: str, verify_token: str, *, flat: bool = False) -> None:
        self.world = world
        self.dropped = 0
        self._platform, self._object, self._secret, self._verify_token, self._flat = platform, obj, secret, verify_token, flat
        self._queue: queue.Queue[Update] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._shaken = ""
        self._count = 0

    def push(self, account: str, field: str, value: dict[str, Any]) -> None:
        """Send an update soon; nothing is kept where `world.webhook_url` is empty."""
        if not self.world.webhook_url:
            return
        with self._lock:
            self._queue.put((account, field, value))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"push-{self._platform}", daemon=True)
                self._thread.start()

    def wait(self, seconds: float = 10.0) -> bool:
        """Wait until everything is delivered or dropped; False when that takes longer."""
        ends = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < ends:
            time.sleep(0.01)
        return not self._queue.unfinished_tasks

    def _run(self) -> None:
        import httpx2

        with httpx2.Client(timeout=10.0, verify=self.world.webhook_url.startswith("https:")) as client:
            while True:
                batch = self._batch()
                if not batch:
                    return
                try:
                    self._deliver(client, batch)
                finally:
                    for _ in batch:
                        self._queue.task_done()

    def _batch(self) -> list[Update]:
        """What waits, at most `MOST`; nothing: the thread may end."""
        try:
            batch = [self._queue.get(timeout=_IDLE_SECONDS)]
        except queue.Empty:
            with self._lock:
                if self._queue.empty():
                    self._thread = None
                    return []
            return self._batch()
        while len(batch) < MOST:
            try:
                batch.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return batch

    def _deliver(self, client: Any, batch: list[Update]) -> None:
        again = [update for number, update in enumerate(batch, self._count) if number % TWICE == 0]
        self._count += len(batch)
        for updates in filter(None, (batch, again)):
            body = json.dumps({"object": self._object, "entry": [self._entry(update) for update in updates]}).encode()
            if not any(self._once(client, body, wait) for wait in WAITS):
                self.dropped += len(updates)

    def _entry(self, update: Update) -> dict[str, Any]:
        """With `flat` every second entry has the envelope of Instagram Login."""
        account, field, value = update
        head = {"id": account, "time": int(self.world.now())}
        if self._flat and secrets.randbelow(2):
            return {**head, "field": field, "value": value}
        return {**head, "changes": [{"field": field, "value": value}]}

    def _once(self, client: Any, body: bytes, wait: float) -> bool:
        import httpx2

        time.sleep(wait)
        url = f"{self.world.webhook_url}/{self._platform}"
        signature = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        try:
            return self._shake(client, url) and client.post(url, content=body, headers=headers).status_code == 200
        except httpx2.HTTPError:
            return False

    def _shake(self, client: Any, url: str) -> bool:
        """The handshake, once for each address."""
        if self._shaken != url:
            challenge = str(secrets.randbelow(1 << 31))
            query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self._verify_token}
            reply = client.get(url, params=query)
            if reply.status_code != 200 or reply.text != challenge:
                return False
            self._shaken = url
        return True
