from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.media.store import MediaStore
from gaung.core.posts.draft import PostFileError
from gaung.core.posts.file import Known, read_post
from gaung.core.posts.media import keep_all, scratch_store

WIB = timezone(timedelta(hours=7))

FULL = '''
title = "Cek DPT Online"
text = """
#TemanPemilih, sudah terdaftar?
#KPULampung"""
purpose = "edukasi"
origin = "provinsi"
at = 2026-11-25T19:30:00+07:00
deadline = 2026-11-25T20:30:00+07:00
link = "https://cekdptonline.kpu.go.id"
media = ["poster.jpg", "spot.mp4"]
[platform.tube]
title = "Cek DPT Online | KPU Lampung"
media = ["spot.mp4"]
privacy = "public"
[office."18.01"]
text = "Halo Lampung Selatan"
[office."18.01".platform.tube]
privacy = "private"
'''


def test_a_whole_post_file_is_read(read: Any, store: MediaStore) -> None:
    draft = read(FULL)
    assert (draft.title, draft.purpose, draft.origin, draft.link) == (
        "Cek DPT Online",
        "edukasi",
        "provinsi",
        "https://cekdptonline.kpu.go.id",
    )
    assert draft.text == "#TemanPemilih, sudah terdaftar?\n#KPULampung"
    assert (draft.at, draft.deadline) == (datetime(2026, 11, 25, 12, 30, tzinfo=UTC), datetime(2026, 11, 25, 13, 30, tzinfo=UTC))
    assert (draft.offices, draft.platforms) == (("18", "18.01", "18.02"), ("wall", "tube"))
    assert {name: media.kind for name, media in draft.media.items()} == {"poster.jpg": "image", "spot.mp4": "video"}
    assert draft.media["spot.mp4"].url == f"https://media.example.test/{draft.media['spot.mp4'].sha256}.mp4"
    assert draft.platform_layers["tube"]["options"] == {"privacy": "public"}
    assert draft.warnings == ()


def test_checking_keeps_nothing_and_scheduling_copies_the_media(folder: Path, known: Known, tmp_path: Path) -> None:
    path = folder / "post.toml"
    path.write_text('media = ["poster.jpg"]\n[to]\noffices = ["18"]\nplatforms = ["wall"]', "utf-8")
    real = MediaStore(tmp_path / "real")
    with scratch_store(None) as scratch:
        draft = read_post(path, store=scratch, known=known)
        assert draft.media["poster.jpg"].path.is_symlink()
        keep_all(draft, real)
    assert not scratch.root.exists()
    assert real.get(draft.media["poster.jpg"].sha256, real.to_json(draft.media["poster.jpg"])).path.is_file()


def test_a_file_that_changes_while_it_is_checked_is_not_kept(folder: Path, known: Known, tmp_path: Path) -> None:
    path = folder / "post.toml"
    path.write_text('media = ["poster.jpg"]\n[to]\noffices = ["18"]\nplatforms = ["wall"]', "utf-8")
    with scratch_store(None) as scratch:
        draft = read_post(path, store=scratch, known=known)
        (folder / "poster.jpg").write_bytes((folder / "peta.png").read_bytes())
        with pytest.raises(UserError, match=r"poster\.jpg: changed while the post was being checked"):
            keep_all(draft, MediaStore(tmp_path / "real"))


def test_a_time_without_an_offset_is_meant_in_the_offices_zone(read: Any) -> None:
    assert read("at = 2026-11-25T19:30:00").at == datetime(2026, 11, 25, 19, 30, tzinfo=WIB)
    assert read('at = "25/11/2026 19.30"').at == datetime(2026, 11, 25, 19, 30, tzinfo=WIB)


def test_left_out_times_are_now_and_two_hours_later(read: Any, known: Known) -> None:
    draft = read('text = "halo"')
    assert (draft.at, draft.deadline) == (known.now, known.now + timedelta(hours=2))
    assert draft.at.utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ('titel = "x"', "titel", "did you mean title?"),
        ("title = 3", "title", "must be text in quotes; it is 3"),
        ('media = "poster.jpg"', "media", "must be a list"),
        ('media = ["poster.jpg", 4]', "media[1]", "must be text"),
        ('purpose = "edukai"', "purpose", "did you mean edukasi?"),
        ('origin = "pusat"', "origin", "known: kpu_ri, provinsi, kabkota"),
        ('link = "cekdpt.go.id"', "link", "begin it with https://"),
        ('link = "https://"', "link", "no web address"),
        ("at = 2026-11-25", "at", "a day without a time"),
        ("at = 19:30:00", "at", "a time without a day"),
        ('at = "besok"', "at", "is no time"),
        ("at = 2026-11-24T11:58:00+07:00", "at", "is in the past"),
        ("deadline = 2026-11-24T11:00:00+07:00", "deadline", "has passed"),
        ("at = 2026-11-25T19:30:00\ndeadline = 2026-11-25T19:30:00", "deadline", "is not after at"),
        ('media = ["tidak_ada.jpg"]', "media[0]", "tidak_ada.jpg: there is no such file"),
        ('media = ["post.toml"]', "media[0]", "neither a picture nor a video"),
        ('format = "reel"\n', "format", "format belongs into [platform.X]"),
        ('[platform.tubb]\nprivacy = "public"', "platform.tubb", "did you mean tube?"),
        ('[platform.tube]\nprivasi = "public"', "platform.tube.privasi", "did you mean privacy?"),
        ('[platform.tube]\ntekst = "a"', "platform.tube.tekst", "did you mean text?"),
        ('[platform.tube]\nprivacy = "publik"', "platform.tube.privacy", "did you mean public?"),
        ("[platform.tube]\nprivacy = true", "platform.tube.privacy", "must be text in quotes"),
        ('[platform.tube]\nkids = "no"', "platform.tube.kids", "must be true or false"),
        ("[platform.tube]\nstart = 1.5", "platform.tube.start", "must be a whole number"),
        ("[platform.tube]\ntags = [1]", "platform.tube.tags", "must be a list of texts"),
        ('[platform.tube]\nformat = "rell"', "platform.tube.format", "did you mean reel?"),
        ('[platform.wall]\nmedia = ["lain.jpg"]', "platform.wall.media[0]", "there is no such file"),
        ("[platform.wall]\nat = 2026-11-01T10:00:00", "platform.wall.at", "is in the past"),
        ('[office."18.09"]\ntext = "a"', 'office."18.09"', "unknown office '18.09'"),
        ('[office.18.01]\ntext = "a"', "office.18.01", 'write [office."18.01"]'),
        ('[office."18.01".platform.wal]\ntext = "a"', 'office."18.01".platform.wal', "did you mean wall?"),
        ('[office."18.01".platform.tube]\nkids = 1', 'office."18.01".platform.tube.kids', "must be true or false"),
        ('[office."18.01"]\nformat = "reel"', 'office."18.01".format', "format belongs into [platform.X]"),
        ("office = 3", "office", "must be a table"),
    ],
)
def test_a_mistake_is_one_line_with_field_and_remedy(refuse: Any, text: str, field: str, said: str) -> None:
    ((where, message),) = refuse("\n" + text)
    assert where == field
    assert said in message


@pytest.mark.parametrize(
    ("to", "field", "said"),
    [
        ("", "to", "add a table [to]"),
        ('[to]\noffices = ["all"]\n', "to.platforms", "is missing; write platforms ="),
        ('[to]\nplatforms = ["wall"]\n', "to.offices", "is missing; write offices ="),
        ('[to]\noffices = []\nplatforms = ["wall"]\n', "to.offices", "is empty"),
        ('[to]\noffices = ["18.1"]\nplatforms = ["wall"]\n', "to.offices[0]", "did you mean 18.01?"),
        ('[to]\noffices = ["18"]\nplatforms = ["wall", "tubee"]\n', "to.platforms[1]", "did you mean tube?"),
        ('[to]\noffices = ["18", 18.01]\nplatforms = ["wall"]\n', "to.offices[1]", "must be text in quotes"),
        ('[to]\noffices = ["18"]\nplatforms = ["wall"]\nregions = []\n', "to.regions", "unknown key"),
    ],
)
def test_a_mistake_in_the_targets_is_one_line_with_remedy(refuse: Any, to: str, field: str, said: str) -> None:
    ((where, message),) = refuse('text = "halo"', to=to)
    assert where == field
    assert said in message


def test_all_problems_of_a_file_come_together(refuse: Any) -> None:
    text = 'titel = "x"\nat = 2020-01-01\nmedia = ["tidak_ada.jpg"]\n[platform.tube]\nprivasi = "public"\n[office."99"]\nlink = "x"'
    found = [field for field, _ in refuse(text, to='[to]\noffices = ["18"]\n')]
    assert sorted(found) == sorted(
        ["titel", "at", "media[0]", "platform.tube.privasi", 'office."99"', 'office."99".link', "to.platforms"]
    )  # fmt: skip


def test_a_file_that_is_no_toml_says_where(refuse: Any) -> None:
    ((field, message),) = refuse('title = "tidak ditutup')
    assert (field, "line 1" in message) == ("", True)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, store: MediaStore, known: Known) -> None:
    with pytest.raises(UserError, match=r"no\.toml: cannot be read"):
        read_post(tmp_path / "no.toml", store=store, known=known)
    (tmp_path / "latin.toml").write_bytes('title = "é"'.encode("latin-1"))
    with pytest.raises(UserError, match="is not UTF-8 text"):
        read_post(tmp_path / "latin.toml", store=store, known=known)


def test_a_byte_order_mark_does_no_harm(folder: Path, store: MediaStore, known: Known) -> None:
    path = folder / "post.toml"
    path.write_text('text = "halo"\n[to]\noffices = ["18"]\nplatforms = ["wall"]', "utf-8-sig")
    assert read_post(path, store=store, known=known).text == "halo"


def test_a_lying_extension_and_an_unused_table_are_warnings(read: Any, folder: Path) -> None:
    (folder / "poster.png").write_bytes((folder / "poster.jpg").read_bytes())
    to = '[to]\noffices = ["18"]\nplatforms = ["wall"]\n'
    draft = read('media = ["poster.png"]\n[platform.tube]\nkids = true\n[office."18.01"]\ntext = "a"', to=to)
    assert {(warning.field, warning.level) for warning in draft.warnings} == {
        ("media[0]", "warning"), ("platform.tube", "warning"), ('office."18.01"', "warning"),
    }  # fmt: skip
    assert draft.media["poster.png"].mime == "image/jpeg"


def test_offices_need_not_be_known_to_the_reader(folder: Path, store: MediaStore, known: Known) -> None:
    path = folder / "post.toml"
    path.write_text('text = "halo"\n[to]\noffices = ["all"]\nplatforms = ["all"]', "utf-8")
    draft = read_post(path, store=store, known=Known(platforms=known.platforms, now=known.now))
    assert (draft.offices, draft.platforms) == (("all",), ("wall", "tube"))


def test_the_error_is_a_user_error_with_its_problems(read: Any) -> None:
    with pytest.raises(UserError) as caught:
        read("title = 3\ntext = 4")
    assert isinstance(caught.value, PostFileError)
    assert [problem.code for problem in caught.value.problems] == ["wrong_type", "wrong_type"]
