"""`gaung reshare ...` as people type it: claims, lists, withdrawals, and a review on a real terminal."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gaung.core.registry import consent, declaring
from gaung.core.registry.handles import read_handle
from gaung.core.store.db import Store
from gaung.core.testkit.ledger import add_post, publish
from gaung.core.testkit.platforms import installed
from gaung.core.testkit.registry import add_member, seed_areas

LINK = "https://www.instagram.com/contoh_agt_siti/p/DAbc123xyz_"
OTHER = "https://www.instagram.com/contoh_agt_budi/p/DAbc123xyZ0"


@pytest.fixture
def post(cli: Any) -> str:
    """A post that went out on Instagram, and the member A-0001, who agreed and has an account there."""
    store = Store(f"sqlite:///{cli.home}/gaung.db", actor="test")
    with store.write() as conn:
        seed_areas(conn)
        number = add_post(conn)
        publish(conn, number, "instagram")
        member = add_member(conn, "A-0001", agreed=False)
        consent.give(conn, member_id=member, version=consent.LATEST, how="cli", actor="test")
        platform = installed()[0]["instagram"]
        read = read_handle(platform, "contoh_agt_siti", lambda _: None)
        declaring.declare(conn, platform=platform, handle=read, member_id=member, how="cli", actor="test")
    store.close()
    return str(number)


def claim(cli: Any, post: str, url: str = LINK) -> Any:
    return cli.ok("reshare", "claim", "--post", post, "--member", "A-0001", "--url", url)


def test_a_claim_is_taken_listed_and_withdrawn(cli: Any, post: str) -> None:
    done = claim(cli, post, f"{LINK}/?igsh=abc&utm_source=x")
    assert (done["platform"], done["signal"], done["state"], done["new"]) == ("instagram", "link", "waiting", True)
    (listed,) = cli.ok("reshare", "list", "--post", post)
    assert set(listed) == {
        "id", "post", "member", "platform", "signal", "grade", "link", "first_seen", "source", "verifier", "withdrawn", "withdrawn_why",
    }  # fmt: skip
    assert (listed["member"], listed["grade"], listed["withdrawn"]) == ("A-0001", "claimed", None)
    assert "?" not in listed["link"]
    assert cli("reshare", "list", "--post", post).out.count("A-0001") == 1
    assert cli.ok("reshare", "withdraw", str(listed["id"]), "--why", "akun orang lain")["withdrawn_why"] == "akun orang lain"
    assert "withdrawn (claimed)" in cli("reshare", "list", "--post", post).out
    assert cli.ok("reshare", "list", "--post", post, "--unmatched") == []


def test_what_is_refused_is_one_line_without_the_link(cli: Any, post: str) -> None:
    for arguments in (
        ["--member", "A-0001", "--url", "https://www.instagram.com/contoh_agt_siti/"],
        ["--member", "A-0001", "--url", "https://example.org/contoh_agt_siti/x"],
        ["--member", "A-0001", "--platform", "facebook", "--url", LINK],
        ["--member", "A-9999", "--url", LINK],
        ["--member", "A-0001", "--url", LINK, "--at", "kemarin"],
        ["--member", "A-0001", "--platform", "instagram", "--capture", "/tidak/ada.jpg"],
    ):
        answer = cli("reshare", "claim", "--post", post, *arguments)
        assert answer.code == 1, arguments
        assert answer.line
        assert "contoh_agt" not in answer.err
        assert answer.out == ""


def test_what_makes_no_sense_is_a_usage_error(cli: Any, post: str) -> None:
    for arguments in (
        ["claim", "--post", post, "--member", "A-0001"],
        ["claim", "--post", post, "--member", "A-0001", "--url", LINK, "--capture", "x.jpg"],
        ["claim", "--post", post, "--member", "A-0001", "--capture", "x.jpg"],
        ["list", "--post", post, "--unmatched", "--grade", "claimed"],
        ["review", "--accept", "1", "--undo", "2"],
        ["review", "--why", "x"],
        ["withdraw", "1"],
    ):
        assert cli("reshare", *arguments).code == 2, arguments


def test_an_import_tells_what_it_did_and_fails_only_if_nothing_was_taken(cli: Any, post: str) -> None:
    path = cli.home.parent / "bukti.csv"
    path.write_text(f"No Anggota;Tautan\nA-0001;sudah {LINK}\nA-9999;{LINK}\n", "utf-8")
    tried = cli.ok("reshare", "import", str(path), "--post", post, "--dry-run")
    assert (tried["imported"], tried["rejected"], tried["dry_run"]) == (1, 1, True)
    answer = cli("reshare", "import", str(path), "--post", post)
    assert answer.code == 0
    assert "2 rows, 1 imported" in answer.out
    assert "1 links are new." in answer.out
    assert "Row 3: member_no: There is no member of that number." in answer.out
    path.write_text(f"No Anggota;Tautan\nA-9999;{LINK}\n", "utf-8")
    assert cli("reshare", "import", str(path), "--post", post).code == 1


def test_elsewhere_than_on_a_terminal_a_review_is_a_list_and_options(cli: Any, post: str) -> None:
    number = str(claim(cli, post, OTHER)["id"])
    assert OTHER in cli("reshare", "review").out
    (waits,) = cli.ok("reshare", "review", "--post", post)
    assert (waits["id"], waits["body"], waits["state"]) == (int(number), "PPS", "unproved")
    assert cli.ok("reshare", "review", "--accept", number)["state"] == "accepted"
    assert cli.ok("reshare", "review") == []
    assert cli.ok("reshare", "review", "--undo", number)["state"] == "unproved"
    answer = cli("reshare", "review", "--refuse", number)
    assert (answer.code, "A refusal needs a reason." in answer.line) == (1, True)
    assert cli.ok("reshare", "review", "--refuse", number, "--why", "unggahan lain")["why"] == "unggahan lain"
    assert cli("reshare", "review", "--undo", "77").code == 1


def _type(home: Path, keys: list[str]) -> str:
    """Run the review on a terminal of its own; each time it asks, the next key is pressed."""
    master, slave = pty.openpty()
    command = [sys.executable, "-P", "-m", "gaung.cli", "--home", str(home), "reshare", "review"]
    running = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "dumb"})
    os.close(slave)
    said, left = "", list(keys)
    try:
        while piece := os.read(master, 4096):
            said += piece.decode()
            if left and said.rstrip().endswith((" left)", "member's]:")):
                time.sleep(0.3)  # reading a key throws away what was typed before
                os.write(master, left.pop(0).encode())
    except OSError:  # Linux says so when the program has closed its side
        pass
    assert running.wait(timeout=60) == 0, said
    os.close(master)
    return said


def test_on_a_terminal_claims_come_one_by_one_with_undo(cli: Any, post: str) -> None:
    claim(cli, post, OTHER)
    claim(cli, post)
    said = _type(cli.home, ["a", "u", "a", "r", "bukan unggahan ini\n"])
    assert "2 claims wait." in said
    assert "Nothing was decided" not in said
    assert "2 decided, 0 not looked at." in said
    assert cli.ok("reshare", "review") == []
    assert [one["grade"] for one in cli.ok("reshare", "list", "--post", post)] == ["reviewed"]
    assert [json.loads(line)["data"]["decision"] for line in cli("events", "tail", "--event", "claim.reviewed").out.splitlines()] == [
        "accepted", "undone", "accepted", "refused",
    ]  # fmt: skip
