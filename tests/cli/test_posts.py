"""`gaung post ...` and `gaung delivery ...`: from a file to deliveries and what becomes of them."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

LATER = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)


@pytest.fixture
def post(cli: Any) -> int:
    """A post for two offices, at a time to come."""
    cli.account("18")
    cli.account("18.01")
    return int(cli.ok("post", "schedule", cli.file(more=f"at = {LATER.isoformat()}"))["id"])


def test_checking_tells_problems_and_stores_nothing(cli: Any) -> None:
    cli.account("18")
    cli.account("18", "youtube", "UC1", client_id="1.apps", client_secret="GOCSPX-12", refresh_token="1//refresh")
    path = cli.file(platforms='["facebook", "youtube"]')
    answer = cli("post", "check", path, "--json")
    assert answer.code == 1
    assert answer.json["deliveries"] == 1
    errors = [problem for problem in answer.json["problems"] if problem["level"] == "error"]
    assert [(problem["office"], problem["platform"]) for problem in errors] == [("18", "youtube")]
    assert {"office", "platform", "field", "code", "message"} <= set(errors[0])
    assert "1 deliveries, " in cli("post", "check", path).out
    assert cli.ok("post", "list") == []


def test_a_post_that_can_go_everywhere_passes_the_check(cli: Any) -> None:
    cli.account("18")
    answer = cli("post", "check", cli.file(), "--json")
    assert answer.code == 0
    assert answer.json["deliveries"] == 1


def test_scheduling_echoes_the_absolute_times(cli: Any) -> None:
    cli.account("18")
    done = cli.ok("post", "schedule", cli.file(more="at = 2099-11-25T19:30:00"))
    assert set(done) == {"id", "at", "deadline", "deliveries", "skipped", "problems"}
    assert (done["id"], done["at"], done["deadline"]) == (1, "2099-11-25T19:30:00+07:00", "2099-11-25T21:30:00+07:00")
    human = cli("post", "schedule", cli.file(more="at = 2099-11-25T19:30:00"))
    assert "25 Nov 2099 19:30:00 WIB" in human.out
    assert "gaung post watch 2" in human.err


def test_a_dry_run_stores_nothing(cli: Any) -> None:
    cli.account("18")
    done = cli.ok("post", "schedule", cli.file(), "--dry-run")
    assert (done["id"], done["deliveries"]) == (None, 1)
    assert "would be scheduled" in cli("post", "schedule", cli.file(), "--dry-run").out
    assert cli.ok("post", "list") == []


def test_a_problem_keeps_everything_back_unless_skipped(cli: Any) -> None:
    cli.account("18")
    cli.account("18", "youtube", "UC1", client_id="1.apps", client_secret="GOCSPX-12", refresh_token="1//refresh")
    path = cli.file(platforms='["facebook", "youtube"]')
    refused = cli("post", "schedule", path, "--json")
    assert (refused.code, refused.json["id"], refused.json["skipped"]) == (1, None, 1)
    assert "Nothing was stored" in refused.line
    assert cli.ok("post", "list") == []
    done = cli.ok("post", "schedule", path, "--skip-problems")
    assert (done["id"], done["deliveries"], done["skipped"]) == (1, 1, 1)
    found = cli.ok("delivery", "list", "--post", "1")
    assert [(one["platform"], one["state"]) for one in found] == [("facebook", "scheduled"), ("youtube", "skipped")]
    assert found[1]["error"]["message"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('texxt = "x"', "texxt"),
        ('media = ["no.jpg"]', "no.jpg"),
        ("at = 2020-01-01T00:00:00", "in the past"),
        ("at = 2099-01-01T10:00:00\ndeadline = 2099-01-01T09:00:00", "deadline"),
    ],
)
def test_a_wrong_file_is_one_line_for_each_mistake(cli: Any, more: str, words: str) -> None:
    cli.account("18")
    for verb in ("check", "schedule"):
        answer = cli("post", verb, cli.file(more=more))
        assert (answer.code, answer.out) == (1, "")
        assert words in answer.line
        assert "post.toml" in answer.line
        told = cli("post", verb, cli.file(more=more), "--json")
        assert (told.code, told.json["deliveries"]) == (1, 0)
        assert words in str(told.json["problems"])


def test_several_mistakes_are_several_lines(cli: Any) -> None:
    answer = cli("post", "check", cli.file(more='texxt = "x"\nmedia = ["no.jpg"]'))
    assert len(answer.err.splitlines()) == 2
    assert all(line.startswith("Error: ") for line in answer.err.splitlines())


def test_posts_are_listed_and_shown(cli: Any, post: int) -> None:
    (found,) = cli.ok("post", "list")
    assert (found["id"], found["title"], found["states"], found["deliveries"]) == (post, "Cek DPT Online", {"scheduled": 2}, 2)
    assert found["at"].endswith("+07:00")
    assert "Cek DPT Online" in cli("post", "list").out
    shown = cli.ok("post", "show", str(post))
    assert shown["document"]["platforms"] == ["facebook"]
    assert "[cek] :smile:" in cli("post", "show", str(post)).out  # no markup, no emoji codes


def test_a_post_is_moved_and_cancelled(cli: Any, post: int) -> None:
    moved = cli.ok("post", "reschedule", str(post), "--at", "2099-01-01T10:00")
    assert (moved["moved"], moved["at"], moved["deadline"]) == (2, "2099-01-01T10:00:00+07:00", "2099-01-01T12:00:00+07:00")
    assert "01 Jan 2099 11:00:00 WIB" in cli("post", "reschedule", str(post), "--at", "2099-01-01T11:00").out
    assert "2 deliveries of post 1 are cancelled." in cli("post", "cancel", str(post)).out
    assert cli.ok("post", "cancel", str(post)) == {"id": post, "cancelled": 0, "left": []}
    assert "Nothing of post 1 is failed" in cli("post", "retry", str(post)).line


def test_watching_ends_when_everything_rests(cli: Any, post: int) -> None:
    cli("post", "cancel", str(post))
    answer = cli("post", "watch", str(post))
    assert answer.code == 0
    assert answer.line == "post 1: 2 cancelled"
    assert "facebook" in answer.out
    assert cli.ok("post", "watch", str(post))["states"] == {"facebook": {"cancelled": 2}}


def test_watching_says_that_nothing_runs(cli: Any, post: int) -> None:
    cancel = [sys.executable, "-P", "-m", "gaung.cli", "--home", str(cli.home), "--quiet", "post", "cancel", str(post)]
    meanwhile = subprocess.Popen(["/bin/sh", "-c", 'sleep 0.5; exec "$@" >/dev/null', "sh", *cancel])
    answer = cli("post", "watch", str(post))
    meanwhile.wait()
    assert "Start `gaung run`" in answer.err
    assert "2 cancelled" in answer.err


def test_deleting_cancels_what_has_not_gone_out(cli: Any, post: int) -> None:
    done = cli.ok("post", "delete", str(post))
    assert done == {"id": post, "cancelled": 2, "deleted": [], "by_hand": [], "failed": [], "left": []}
    assert "0 publications of post 1 are deleted" in cli("post", "delete", str(post)).out


def test_a_calendar_is_imported(cli: Any) -> None:
    cli.account("18")
    path = cli.home.parent / "kalender.csv"
    head = "at,title,text,purpose,origin,media,link,offices,platforms"
    path.write_text(f"{head}\n2099-11-25 19:30,Satu,Isi,edukasi,provinsi,,,18,facebook\n", "utf-8")
    done = cli.ok("post", "import", str(path))
    assert (done["rows"], done["imported"], done["rejected"], done["posts"]) == (1, 1, 0, [1])
    assert "1 unchanged" in cli("post", "import", str(path)).out


def test_deliveries_are_listed_and_settled(cli: Any, post: int) -> None:
    found = cli.ok("delivery", "list", "--office", "18.01")
    assert [one["id"] for one in found] == [2]
    assert found[0]["scheduled_at"].endswith("+07:00")
    assert "2 scheduled" in cli("delivery", "list", "--post", str(post)).out
    assert "only what is unconfirmed can be settled" in cli("delivery", "settle", "1", "--not-there").line
    assert "No delivery fits." in cli("delivery", "list", "--state", "failed").out


def test_settling(cli: Any, post: int) -> None:
    from sqlalchemy import update

    from gaung.core.store.db import Store
    from gaung.core.store.tables import deliveries

    store = Store(f"sqlite:///{cli.home}/gaung.db", actor="test")
    with store.write() as conn:
        conn.execute(update(deliveries).values(state="unconfirmed", due_at=None, number=1, attempts=1))
    store.close()
    done = cli.ok("delivery", "settle", "1", "--published", "https://www.facebook.com/1_2", "--external-id", "1_2")
    assert (done["state"], done["url"], done["external_id"]) == ("published", "https://www.facebook.com/1_2", "1_2")
    assert cli.ok("delivery", "settle", "2", "--not-there")["state"] == "scheduled"
    assert "gaung run" in cli("explain", "delivery", "2").out


def test_everything_can_be_explained(cli: Any, post: int) -> None:
    for what, number in (("post", post), ("delivery", 1), ("account", 1)):
        told = cli.ok("explain", what, str(number))
        assert (told["kind"], told["id"]) == (what, number)
        assert told["text"]
        assert told["commands"]
        assert told["commands"][0] in cli("explain", what, str(number)).out


def test_an_office_sees_its_own(cli: Any, post: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_OFFICE", "18.01")
    assert [one["office"] for one in cli.ok("delivery", "list")] == ["18.01"]
    assert [one["code"] for one in cli.ok("office", "list")] == ["18.01"]
    assert "There is no delivery 1" in cli("explain", "delivery", "1").line
    assert cli.ok("post", "cancel", str(post))["cancelled"] == 1


def test_who_acts_is_recorded(cli: Any, post: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_ACTOR", "tim-konten")
    cli("post", "cancel", str(post))
    assert '"actor": "tim-konten"' in cli("events", "tail", "--event", "post.cancelled").out
