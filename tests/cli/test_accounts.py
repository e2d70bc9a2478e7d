"""`gaung account ...` against the real plugins and their sandbox."""

import json
from pathlib import Path
from typing import Any

import pytest

ADD = ["account", "add", "--office", "18", "--platform", "facebook", "--external-id", "1001", "--handle", "contoh_lampung", "--credentials"]
SECRET = "EAAG-sangat-rahasia"


def credentials(cli: Any, text: str) -> str:
    path: Path = cli.home.parent / "kunci.json"
    path.write_text(text, "utf-8")
    return str(path)


def test_an_account_is_added_listed_and_removed(cli: Any) -> None:
    path = credentials(cli, json.dumps({"access_token": SECRET}))
    assert cli.ok(*ADD, path) == {"id": 1, "replaced": False, "released": 0}
    assert cli.ok(*ADD, path) == {"id": 1, "replaced": True, "released": 0}
    assert cli.ok("account", "list") == [
        {
            "id": 1,
            "office": "18",
            "platform": "facebook",
            "external_id": "1001",
            "handle": "contoh_lampung",
            "status": "active",
            "limits": {},
        }
    ]
    assert "contoh_lampung" in cli("account", "list", "--platform", "facebook", "--office", "18").out
    assert cli.ok("account", "list", "--platform", "youtube") == []
    assert "No account. Run: gaung account add" in cli("account", "list", "--platform", "youtube").out
    assert cli.ok("account", "remove", "1") == {"id": 1, "cancelled": 0}
    assert [one["status"] for one in cli.ok("account", "list", "--status", "removed")] == ["removed"]


def test_credentials_may_come_from_standard_input(cli: Any) -> None:
    answer = cli.program(*ADD, "-", "--json", input=json.dumps({"access_token": SECRET}))
    assert (answer.returncode, json.loads(answer.stdout)["id"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{{"access_token": "{SECRET}"', "kunci.json is not JSON (line 1, column"),
        (f'{{"token": "{SECRET}"}}', "no field token"),
        ("{}", "field access_token is missing"),
        (f'["{SECRET}"]', "not a JSON object"),
        ('{"access_token": ""}', "is empty"),
    ],
)
def test_wrong_credentials_are_one_line_without_the_token(cli: Any, text: str, words: str) -> None:
    answer = cli(*ADD, credentials(cli, text))
    assert answer.code == 1
    assert words in answer.line
    assert SECRET not in answer.err + answer.out
    assert cli.ok("account", "list") == []


def test_a_credentials_file_that_cannot_be_read_is_one_line(cli: Any) -> None:
    assert "no-such.json cannot be read (No such file or directory)" in cli(*ADD, "no-such.json").line
    path = cli.home.parent / "kunci.bin"
    path.write_bytes(b"\xff\xfe\x00")
    assert "is not a text file" in cli(*ADD, str(path)).line


def test_every_platforms_credentials_are_taken_as_documented(cli: Any) -> None:
    cli.account(platform="facebook", access_token="EAAG-page-token")
    cli.account(platform="instagram", access_token="EAAG-page-token")
    cli.account(platform="youtube", external_id="UC1", client_id="1.apps", client_secret="GOCSPX-12", refresh_token="1//refresh")
    cli.account(platform="tiktok", client_key="aw1", client_secret="secret-12", access_token="act.12345", refresh_token="rft.12345")
    assert [one["platform"] for one in cli.ok("account", "list")] == ["facebook", "instagram", "tiktok", "youtube"]


def test_accounts_are_checked_against_the_platform(cli: Any, aimed: Any) -> None:
    made = aimed.platform("facebook").add_account("1001", "contoh_lampung")
    number = cli.account(external_id="1001", **made.credentials)
    (found,) = cli.ok("account", "check", str(number))
    assert {"id", "ok", "who", "scopes", "expires_at", "limits", "problem"} <= set(found)
    assert (found["id"], found["ok"], found["problem"]) == (number, True, None)
    aimed.platform("facebook").break_token("1001", "revoke")
    answer = cli("account", "check", "--all", "--json")
    assert answer.code == 1
    assert not answer.json[0]["ok"]
    assert made.credentials["access_token"] not in answer.out + answer.err
    assert cli.ok("account", "list")[0]["status"] == "needs_reauth"
    assert "needs_reauth" in cli("explain", "account", str(number)).out


def test_adding_can_check_at_once(cli: Any, aimed: Any) -> None:
    made = aimed.platform("facebook").add_account("1001", "contoh_lampung")
    path = credentials(cli, json.dumps(made.credentials))
    assert cli.ok(*ADD, path, "--check")["check"]["ok"]
    wrong = credentials(cli, json.dumps({"access_token": SECRET}))
    answer = cli(*ADD, wrong, "--check", "--json")
    assert (answer.code, answer.json["check"]["ok"]) == (1, False)
    assert "The account was added all the same" in answer.err


def test_accounts_are_imported_from_a_table(cli: Any) -> None:
    path = cli.home.parent / "akun.csv"
    head = "office,platform,external_id,handle,credentials"
    good = f'18,facebook,1001,contoh_1,"{{""access_token"": ""{SECRET}""}}"'
    path.write_text(f"{head}\n{good}\n18.99,{good[3:]}\n", "utf-8")
    found = cli.ok("account", "import", str(path))
    keys = ["rows", "imported", "updated", "unchanged", "rejected", "rejects_file", "seconds"]
    assert [key for key in found if key in keys] == keys
    assert (found["rows"], found["imported"], found["rejected"]) == (2, 1, 1)
    path.write_text(f"{head}\n18.99,{good[3:]}\n", "utf-8")
    answer = cli("account", "import", str(path))
    assert answer.code == 1
    assert "Row 2: Unknown office 18.99." in answer.out
    assert SECRET not in answer.out + answer.err


def test_credentials_are_sealed_anew_so_that_the_old_key_may_go(cli: Any) -> None:
    from cryptography.fernet import Fernet

    cli.ok(*ADD, credentials(cli, json.dumps({"access_token": SECRET})))
    key = cli.home / "secret.key"
    old, new = key.read_text("ascii").strip(), Fernet.generate_key().decode()
    key.write_text(f"{new}\n{old}\n", "ascii")
    assert cli.ok("account", "reseal") == {"resealed": 1}
    key.write_text(f"{new}\n", "ascii")
    assert cli.ok("account", "reseal") == {"resealed": 1}
    key.write_text(f"{old}\n", "ascii")
    answer = cli("account", "reseal")
    assert (answer.code, "Put the former key back" in answer.line) == (1, True)
