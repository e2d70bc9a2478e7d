"""Credentials are sealed at rest, keys rotate, and no secret passes `redact`."""

import base64
import stat
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet

from gaung.core import redaction
from gaung.core.config import load
from gaung.core.errors import UserError
from gaung.core.secrets import Box, create_key, key_path, key_warning, load_box, redact, remember


def test_what_is_sealed_can_be_opened_and_cannot_be_read(tmp_path: Path) -> None:
    assert create_key(load(tmp_path))
    box = load_box(load(tmp_path))
    sealed = box.seal({"access_token": "EAAB-sangat-rahasia"})
    assert "rahasia" not in sealed
    opened = box.open(sealed)
    assert opened["access_token"] == "EAAB-sangat-rahasia"
    assert "rahasia" not in repr(opened)


def test_init_makes_a_private_key_once(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert create_key(settings)
    first = key_path(settings).read_text()
    assert not create_key(settings)
    assert key_path(settings).read_text() == first
    assert stat.S_IMODE(key_path(settings).stat().st_mode) == 0o600
    assert key_warning(settings) is None


def test_a_key_that_others_may_read_is_warned_of(tmp_path: Path) -> None:
    settings = load(tmp_path)
    create_key(settings)
    key_path(settings).chmod(0o644)
    assert "chmod 600" in (key_warning(settings) or "")


def test_a_new_key_on_top_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Box([old]).seal({"t": "lama-sekali-rahasia"})
    (tmp_path / "secret.key").write_text(f"{new}\n# the old one\n{old}\n")
    box = load_box(load(tmp_path))
    assert box.open(sealed)["t"] == "lama-sekali-rahasia"
    assert Box([new]).open(box.rotate(sealed))["t"] == "lama-sekali-rahasia"


def test_the_key_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Fernet.generate_key().decode()
    monkeypatch.setenv("GAUNG_SECRET_KEY", key)
    settings = load(tmp_path)
    assert load_box(settings).open(Box([key]).seal({"a": "b"})) == {"a": "b"}
    assert key not in repr(settings)
    assert key_warning(settings) is None


@pytest.mark.parametrize(("text", "words"), [(None, "gaung init"), ("not a key", "no usable key"), ("", "no usable key"), ("\xff", "read")])
def test_a_missing_or_broken_key_says_what_to_do(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / "secret.key").write_text(text, "latin-1")
    with pytest.raises(UserError) as caught:
        load_box(load(tmp_path))
    assert words in str(caught.value)
    assert "not a key" not in str(caught.value) or text == "\xff"


def test_the_wrong_key_says_so_without_showing_anything() -> None:
    sealed = Box([Fernet.generate_key()]).seal({"t": "rahasia-lain-lagi"})
    with pytest.raises(UserError, match="not the key they were sealed with") as caught:
        Box([Fernet.generate_key()]).open(sealed)
    assert "rahasia-lain-lagi" not in str(caught.value)


def test_opened_values_are_redacted_in_every_form_they_may_take() -> None:
    token = 'act.Tok/en+1!"25%&x'
    box = Box([Fernet.generate_key()])
    box.open(box.seal({"access_token": token, "client_id": "1234-public.apps"}))
    plain = base64.b64encode(f"user:{token}".encode()).decode()
    for form in (token, quote(token), quote(token, safe=""), plain, base64.urlsafe_b64encode(token.encode()).decode()):
        text = f"GET /x?access_token={form} said no"
        assert token not in redact(text)
        assert form not in redact(text)
    assert redact("app 1234-public.apps waits") == "app 1234-public.apps waits"


def test_short_words_and_unknown_texts_pass_unchanged() -> None:
    remember(["short"])
    assert redact("a short text with dGhpcyBpcyBub3Qgc2VjcmV0IGF0IGFsbA==") == "a short text with dGhpcyBpcyBub3Qgc2VjcmV0IGF0IGFsbA=="


def test_the_longer_of_two_secrets_that_begin_alike_is_hidden_whole() -> None:
    remember(["EAABsamestart", "EAABsamestart-and-more"])
    assert redact("x EAABsamestart-and-more y EAABsamestart.") == "x *** y ***."


def test_cost_does_not_grow_with_the_number_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", {})
    monkeypatch.setattr(redaction, "_starts", {})
    remember(f"EAAGsameapp{number:06d}" * 8 for number in range(11_520))
    line = "(#100) Invalid parameter: the url https://example.org/media/poster.jpg could not be fetched " * 3
    started = time.perf_counter()
    for _ in range(100):
        assert redact(line) == line
    assert (time.perf_counter() - started) / 100 < 0.005  # a pass over all secrets would take more than ten times as long
    assert redact("EAAGsameapp000007" * 8) == "***"


def test_old_secrets_go_first_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", {})
    monkeypatch.setattr(redaction, "_starts", {})
    monkeypatch.setattr(redaction, "MOST", 3)
    remember([f"rahasia-nomor-{number}" for number in range(5)])
    assert redact("rahasia-nomor-0 rahasia-nomor-4") == "rahasia-nomor-0 ***"
    assert len(redaction._known) == 3
