"""The whole way by the command line alone: accounts, a post, `run --until-idle`, and what it says afterwards."""

import json
from typing import Any

import pytest


@pytest.mark.slow
def test_a_post_goes_from_the_file_to_the_platforms_once(cli: Any, aimed: Any) -> None:
    facebook, tiktok = aimed.platform("facebook"), aimed.platform("tiktok")
    for number, office in enumerate(("18", "18.01", "18.02")):
        made = facebook.add_account(f"100{number}", f"contoh_{number}")
        cli.account(office, external_id=made.external_id, **made.credentials)
    made = tiktok.add_account("t1", "contoh_tiktok")
    cli.account("18", "tiktok", "t1", **made.credentials)
    post = cli.ok("post", "schedule", cli.file(platforms='["facebook", "tiktok"]'), "--skip-problems")
    assert (post["deliveries"], post["skipped"]) == (3, 1)
    ran = cli.program("run", "--until-idle", "--quiet")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    found = cli.ok("delivery", "list", "--post", "1")
    assert [one["state"] for one in found] == ["published", "skipped", "published", "published"]
    out = [one for one in found if one["state"] == "published"]
    assert all(one["url"] and one["external_id"] and one["published_at"] and one["attempts"] == 1 for one in out)
    assert sorted(one["external_id"] for one in out) == sorted(seen.id for seen in facebook.posts())
    lines = [json.loads(line) for line in cli("events", "tail", "--delivery", str(out[0]["id"])).out.splitlines()]
    assert [line["event"] for line in lines] == ["delivery.queued", "delivery.publishing", "delivery.published"]
    assert "It went out at" in cli("explain", "delivery", str(out[0]["id"])).out
    assert cli.ok("post", "watch", "1")["moving"] == 0
    done = cli.ok("post", "delete", "1")
    assert (len(done["deleted"]), done["failed"]) == (3, [])
    assert facebook.posts() == []
