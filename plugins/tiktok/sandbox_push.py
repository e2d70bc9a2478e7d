"""What TikTok pushes to the app's callback address: events of posts, signed. Off while `world.webhook_url` is empty.

Source: Webhooks; at least once, in any order, tried again when the answer is not 200. Here three tries within a few seconds.
"""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from gaung.core.sandbox.world import World
from gaung.plugins.tiktok.sandbox_state import State, Task

_WAITS = (0.0, 0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Pushed:
    """A delivery that was tried: the raw body, its signature, and how each try was answered (0: not at all)."""

    event: str
    body: bytes = field(repr=False)
    signature: str
    answers: list[int] = field(default_factory=list)


class Push:
    """Sends from a thread of its own, so that the platforms' loop never waits for the receiver."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.sent: list[Pushed] = []
        self._pending: list[Future[None]] = []
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-tiktok-push")

    def ended(self, task: Task) -> None:
        """Tell that a publish ended, one way or the other."""
        kind = "INBOX_SHARE" if task.kind == "inbox" else "DIRECT_PUBLISH"
        base = {"publish_id": task.publish_id, "publish_type": kind}
        if task.state == "failed":
            self._tell(task, "post.publish.failed", {**base, "reason": task.fault})
        elif task.state == "inbox":
            self._tell(task, "post.publish.inbox_delivered", base)
        else:
            self._tell(task, "post.publish.complete", base)
            if task.post is not None and task.post.visible and not self.state.world.quota("tiktok.post_id_delay", 0):
                self._tell(task, "post.publish.publicly_available", {**base, "post_id": task.post.id})

    def event(self, name: str, open_id: str, content: Mapping[str, Any]) -> Pushed:
        """A signed event as it would be sent."""
        body = {
            "client_key": self.state.client_key, "event": name, "create_time": int(self.state.world.now()), "user_openid": open_id,
            "content": json.dumps(content),
        }  # fmt: skip
        raw = json.dumps(body).encode()
        # The receiver's clock is the real one, whatever the sandbox's says.
        return Pushed(name, raw, sign(self.state.client_secret, int(time.time()), raw))

    def wait(self, seconds: float) -> bool:
        """Wait until everything is delivered or given up; False when that takes longer."""
        left = wait(self._pending, timeout=seconds).not_done
        self._pending = list(left)
        return not left

    def _tell(self, task: Task, name: str, content: Mapping[str, Any]) -> None:
        if not self.state.world.webhook_url:
            return
        pushed = self.event(name, task.open_id, content)
        self.sent.append(pushed)
        self._pending.append(self._thread.submit(_deliver, self.state.world, pushed))


def sign(secret: str, at: int, raw: bytes) -> str:
    """The header `TikTok-Signature`."""
    return f"t={at},s={hmac.new(secret.encode(), f'{at}.'.encode() + raw, hashlib.sha256).hexdigest()}"


def _deliver(world: World, pushed: Pushed) -> None:
    headers = {"content-type": "application/json", "tiktok-signature": pushed.signature}
    for seconds in _WAITS:
        time.sleep(seconds)
        request = urllib.request.Request(f"{world.webhook_url}/tiktok", data=pushed.body, headers=headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - the address is the sandbox's own setting
                pushed.answers.append(reply.status)
        except urllib.error.HTTPError as error:
            pushed.answers.append(error.code)
        except (OSError, ValueError):
            pushed.answers.append(0)
        if pushed.answers[-1] == 200:
            return
