import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.media.store import MediaStore, hash_of


def test_a_file_is_copied_in_under_its_hash(store: MediaStore, make_image: Any) -> None:
    path = make_image("poster.png")
    media = store.add(path)
    path.unlink()
    assert media.path == store.root / media.sha256[:2] / f"{media.sha256}.png"
    assert hash_of(media.path) == media.sha256
    assert (media.name, media.mime, media.url) == ("poster.png", "image/png", f"http://127.0.0.1:8085/media/{media.sha256}.png")


def test_the_same_bytes_are_stored_once_whatever_their_name(store: MediaStore, make_image: Any, tmp_path: Path) -> None:
    first = store.add(make_image("a.png"))
    second = store.add(Path(shutil.copy(first.path, tmp_path / "b.png")))
    assert (second.sha256, second.name) == (first.sha256, "b.png")
    assert store.check().files == 1


def test_another_machine_gets_the_media_from_its_json(store: MediaStore, make_video: Any) -> None:
    media = store.add(make_video("spot.mp4", audio="aac"))
    elsewhere = MediaStore(store.root, None)
    told = json.loads(json.dumps(store.to_json(media)))
    assert elsewhere.from_json(told) == media
    assert elsewhere.get(media.sha256, json.dumps(told)) == media
    assert elsewhere.get(media.sha256, told).url is None


def test_media_that_is_not_in_the_store_is_named(store: MediaStore, make_image: Any, tmp_path: Path) -> None:
    media = store.add(make_image("poster.png"))
    with pytest.raises(UserError, match=r"poster\.png .* is not in the media store"):
        MediaStore(tmp_path / "other").get(media.sha256, store.to_json(media))


def test_a_damaged_stored_file_is_found_and_replaced(store: MediaStore, make_image: Any) -> None:
    path = make_image("poster.png")
    media = store.add(path)
    media.path.write_bytes(b"x" * media.size)
    assert "does not match its hash" in store.check(deep=True).problems[0]
    assert hash_of(store.add(path).path) == media.sha256
    assert store.check(deep=True).problems == ()


def test_nothing_is_left_of_a_file_that_is_refused(store: MediaStore, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("bukan gambar")
    with pytest.raises(UserError, match=r"note\.txt"):
        store.add(tmp_path / "note.txt")
    assert store.check().files == 0


def test_two_processes_may_add_the_same_file_at_once(store: MediaStore, make_noise: Any) -> None:
    path = make_noise("poster.png")
    script = (
        "import sys; from pathlib import Path; from gaung.core.media.store import MediaStore\n"
        "sys.stdin.read()\n"
        "for _ in range(20): print(MediaStore(Path(sys.argv[1])).add(Path(sys.argv[2])).sha256)"
    )
    command = [sys.executable, "-c", script, str(store.root), str(path)]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate("")[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert {line for answer in answers for line in answer} == {hash_of(path)}
    assert [found.name for found in store.root.rglob("*") if found.is_file()] == [f"{hash_of(path)}.png"]


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path, make_image: Any) -> None:
    (tmp_path / "file").write_text("")
    store = MediaStore(tmp_path / "file" / "store")
    with pytest.raises(UserError, match=r"media store .* cannot be written"):
        store.add(make_image("poster.png"))
    assert "cannot be written" in store.check().problems[0]


def test_check_removes_only_old_temporary_files(store: MediaStore) -> None:
    store.root.mkdir()
    old, new = store.root / ".incoming-1-a", store.root / ".incoming-2-b"
    old.touch()
    new.touch()
    os.utime(old, (0, time.time() - 2 * 24 * 3600))
    assert store.check().problems == ()
    assert (old.exists(), new.exists()) == (False, True)
