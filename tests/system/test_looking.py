"""Looks for reshares by the real processes of `gaung run`: swept, pushed and handed in, with a worker killed in the middle."""

import json
import signal
import socket
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

AREAS = """\
code,name,level,parent
18.01,Kabupaten Lampung Selatan,regency,18
18.01.04,Natar,district,18.01
18.01.04.2001,Hajimena,village,18.01.04
"""
NAMES = {"A-0001": "siti", "A-0002": "budi", "A-0003": "citra"}
STEPS = [0.0003, 0.002]
"""Hours after publication: at once, and so late that a member can have shared by then."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def handle(name: str) -> str:
    return f"contohagt.{name}"


class Corps:
    """Three members with an account each, known to the sandbox and to Gaung, and what they do."""

    def __init__(self, home: Any) -> None:
        self.home, self.sandbox = home, home.sandbox
        (home.path / "areas.csv").write_text(AREAS, "utf-8")
        day = datetime.now(UTC).date() - timedelta(days=1)
        rows = [f"{number},Contoh {name},PPS,18.01.04.2001,2023-12-04,{handle(name)},{day},2026-1" for number, name in NAMES.items()]
        head = "member_no,name,body,area,term_start,facebook,consent_at,consent_text"
        (home.path / "members.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
        home.gaung("area", "import", str(home.path / "areas.csv"))
        assert home.gaung("member", "import", str(home.path / "members.csv"))["imported"] == len(NAMES)
        people = [{"platform": "facebook", "handle": handle(name), "traits": ["page"]} for name in NAMES.values()]
        self.tell("people", {"people": people})

    def tell(self, what: str, body: dict[str, Any]) -> Any:
        """By the sandbox's control API, while everybody asks it."""
        request = urllib.request.Request(f"{self.sandbox.base_url}/_sandbox/{what}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def share(self, name: str, signal: str, delivery: dict[str, Any]) -> str:
        """Somebody does it; the address to show for it."""
        account = self.owner_of(delivery["external_id"])
        deed = {"do": "deed", "platform": "facebook", "handle": handle(name), "signal": signal, "account": account}
        (done,) = self.tell("acts", {"acts": [{**deed, "post": delivery["external_id"]}]})["acts"]
        return str(done["url"])

    def owner_of(self, post: str) -> str:
        return next(str(one.account) for one in self.sandbox.platform("facebook").posts() if one.id == post)

    def reshares(self) -> list[tuple[str, str, str]]:
        """Member, signal and grade of all that counts."""
        found = self.home.gaung("reshare", "list", "--post", "1")
        return sorted((row["member"], row["signal"], row["grade"]) for row in found)


def looks(home: Any, kind: str) -> dict[str, int]:
    """How chores of a kind stand, those that are none left out."""
    for row in home.gaung("reshare", "sweep", "--status")["looks"]:
        if row["look"] == kind:
            return {name: row[name] for name in ("due", "running", "blocked", "later", "done", "resting") if row[name]}
    return {}


def workers(process: Any) -> list[psutil.Process]:
    return [child for child in psutil.Process(process.pid).children(recursive=True) if "worker" in child.cmdline()]


@pytest.mark.timeout(180)
def test_shares_are_swept_pushed_and_handed_in_once_though_a_worker_is_killed(make_home: Any, sandbox: Any) -> None:
    port = free_port()
    home = make_home({"GAUNG_ENDORSEMENT__SWEEP_HOURS": json.dumps(STEPS), "GAUNG_SERVE__PORT": str(port)})
    sandbox.world.quotas |= {"facebook.public_content_access": 1, "facebook.share_webhooks": 0}  # shares are shown, and not pushed
    corps = Corps(home)
    home.accounts("facebook", 2)
    process = home.start("run")
    home.until(lambda: workers(process))
    corps.tell("webhooks", {"url": f"http://127.0.0.1:{port}/webhooks"})

    home.post()
    home.until(lambda: {row["state"] for row in home.deliveries()} == {"published"})
    first, second = home.deliveries()
    sandbox.fault("facebook.sharedposts", "slow", seconds=1.5, times=1)
    corps.share("siti", "shared_post", first)
    corps.share("budi", "comment_mention", second)
    home.until(lambda: sandbox.journal("facebook.sharedposts"))
    for worker in workers(process):
        worker.kill()

    home.until(lambda: looks(home, "sweep") == {"done": 2}, 60)
    link = corps.share("citra", "shared_post", first)  # after the last look: only the link tells of it
    home.gaung("reshare", "claim", "--post", "1", "--member", "A-0003", "--url", link)
    wanted = [("A-0001", "shared_post", "observed"), ("A-0002", "comment_mention", "observed"), ("A-0003", "link", "matched")]
    home.until(lambda: corps.reshares() == wanted, 60)

    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert home.start("run", "--until-idle").wait(60) == 0
    assert corps.reshares() == wanted
    assert set(looks(home, "notice")) == {"done"}
    assert set(home.posts().values()) == {1}


@pytest.mark.timeout(120)
def test_what_a_killed_house_had_begun_and_had_been_told_is_done_once_by_the_next(make_home: Any, sandbox: Any) -> None:
    port = free_port()
    home = make_home({"GAUNG_ENDORSEMENT__SWEEP_HOURS": json.dumps(STEPS[-1:]), "GAUNG_SERVE__PORT": str(port)})
    sandbox.world.quotas |= {"facebook.public_content_access": 1, "facebook.share_webhooks": 0}
    corps = Corps(home)
    home.accounts("facebook", 1)
    sandbox.fault("facebook.sharedposts", "slow", seconds=6, times=1)
    corps.tell("webhooks", {"url": f"http://127.0.0.1:{port}/webhooks"})
    home.post()
    assert home.start("run", "--until-idle").wait(60) == 0
    (delivery,) = home.deliveries()
    corps.share("siti", "shared_post", delivery)
    process = home.start("run")  # not until idle: the look is due some seconds after publication
    home.until(lambda: sandbox.journal("facebook.sharedposts"))
    for worker in workers(process):
        worker.suspend()  # in the middle of the look, and whatever is pushed now is answered and not followed
    corps.share("budi", "comment_mention", delivery)
    home.until(lambda: looks(home, "notice"))
    for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
        one.kill()
    assert process.wait(20) == -signal.SIGKILL
    assert looks(home, "notice").keys() & {"due", "running"}
    assert corps.reshares() == []

    home.gaung("reshare", "claim", "--post", "1", "--member", "A-0003", "--url", corps.share("citra", "shared_post", delivery))
    assert home.start("run", "--until-idle").wait(60) == 0
    grades = [row for row in corps.reshares() if row[0] != "A-0003" or row[1] == "link"]  # the look may have seen what Citra shared, too
    assert grades == [("A-0001", "shared_post", "observed"), ("A-0002", "comment_mention", "observed"), ("A-0003", "link", "matched")]
    assert (looks(home, "sweep"), set(looks(home, "notice")), looks(home, "verify")) == ({"done": 1}, {"done"}, {"done": 1})
    told = [(event["member"], event["data"]["signal"]) for event in home.events("reshare.recorded")]
    assert sorted(told) == sorted({(member, signal) for member, signal, _ in corps.reshares()})
    assert set(home.posts().values()) == {1}
