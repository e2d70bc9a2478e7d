"""A worker killed by -9 in the middle of an upload loses nothing: another one goes on from the saved checkpoints."""

import json
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gaung.core.records import Account, Content, Media, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox

SCRIPT = Path(__file__).with_name("uploader.py")


def test_a_worker_killed_between_chunks_is_followed_by_one_that_goes_on(
    sandbox: TestSandbox,
    tiktok: TikTokSandbox,
    account: Account,
    video: Content,
    spot: Media,
    live_attempt: Callable[..., LiveAttempt],
    tmp_path: Path,
) -> None:
    given, saved = tmp_path / "given", tmp_path / "saved.json"
    given.write_bytes(pickle.dumps((account, video)))
    sandbox.fault("tiktok.upload", "slow", seconds=1.5, skip=2)
    worker = subprocess.Popen([sys.executable, str(SCRIPT), str(given), str(saved)])
    deadline = time.monotonic() + 60
    while len(sandbox.journal("tiktok.upload")) < 3:
        assert time.monotonic() < deadline
        assert worker.poll() is None
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL

    again = live_attempt(checkpoints=json.loads(saved.read_text()), number=2)
    again.run(plugin.gaung_publish, account, video)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert [post.files[0].data for post in tiktok.posts()] == [spot.path.read_bytes()]
    assert len(sandbox.journal("tiktok.video.init")) == 1
    taken = [entry.status for entry in sandbox.journal("tiktok.upload") if entry.status in (201, 206)]
    assert taken == [206, 206, 206, 206, 201]
