"""The page's HTML: every post as a card, grouped by account handle, by platform, or by time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from gaung.core.sandbox.base import SandboxPost

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox
    from gaung.core.sandbox.world import StoredFile

GROUPS = {"akun": "Per akun", "platform": "Per platform", "waktu": "Terbaru"}
MOST = 300
_ZONE = ZoneInfo("Asia/Jakarta")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_KINDS = {
    "text": "teks", "photo": "foto", "image": "foto", "carousel": "rangkaian foto", "album": "rangkaian foto",
    "reel": "reel", "reels": "reel", "video": "video",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What of the sandbox to show, and how."""

    platform: str = ""
    handle: str = ""
    group: str = "akun"
    everything: bool = False
    base_url: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str], sandbox: "Sandbox") -> "View":
        """Read the page's address; what it does not know it leaves out."""
        platform, group = query.get("platform", ""), query.get("urut", "")
        return cls(
            platform=platform if platform in sandbox.platforms else "",
            handle=query.get("akun", ""),
            group=group if group in GROUPS else "akun",
            everything="semua" in query,
            base_url=sandbox.world.base_url,
        )

    def link(self, **change: Any) -> str:
        """Address of this view with something changed, escaped for an attribute."""
        view = replace(self, **change)
        query = {"platform": view.platform, "akun": view.handle, "urut": "" if view.group == "akun" else view.group}
        if view.everything:
            query["semua"] = "1"
        return escape("/?" + urlencode({key: value for key, value in query.items() if value}))


@dataclass(frozen=True, slots=True)
class Shown:
    """A post together with whose it is."""

    platform: str
    title: str
    tint: int
    handle: str
    post: SandboxPost


def render(sandbox: "Sandbox", view: View, nonce: str) -> str:
    """The whole page."""
    every = collect(sandbox)
    fitting = [one for one in every if view.platform in ("", one.platform) and view.handle in ("", one.handle)]
    kept = fitting if view.everything else fitting[:MOST]
    template = Template(files("gaung.core.sandbox").joinpath("page.html").read_text("utf-8"))
    return template.substitute(
        nonce=nonce,
        numbers=_numbers(sandbox, every),
        filters=_filters(sandbox, every, view),
        feeds=_feeds(kept, view) or _empty(sandbox),
        more=_more(len(fitting) - len(kept), view),
        total=len(every),
        hues=_hues(sandbox.platforms),
        now=_when(sandbox.world.now()),
    )


def collect(sandbox: "Sandbox") -> list[Shown]:
    """Every post of every account, newest first."""
    every = [
        Shown(name, sandbox.titles.get(name, name), index, account.handle, post)
        for index, (name, platform) in enumerate(sandbox.platforms.items())
        for account in platform.accounts.values()
        for post in account.posts
    ]
    return sorted(every, key=lambda one: one.post.created_at, reverse=True)


def _numbers(sandbox: "Sandbox", every: list[Shown]) -> str:
    accounts = sum(len(platform.accounts) for platform in sandbox.platforms.values())
    by_hand = sum(one.post.made_by == "hand" for one in every)
    hidden = sum(not one.post.visible for one in every)
    pairs = (("Akun", accounts), ("Unggahan", len(every)), ("Buatan tangan", by_hand), ("Tersembunyi", hidden))
    return "".join(f"<div><dt>{name}</dt><dd>{number}</dd></div>" for name, number in pairs)


def _filters(sandbox: "Sandbox", every: list[Shown], view: View) -> str:
    parts = [_chip("Semua", view.link(platform=""), not view.platform, len(every))]
    for index, name in enumerate(sandbox.platforms):
        number = sum(one.platform == name for one in every)
        title = sandbox.titles.get(name, name)
        parts.append(_chip(title, view.link(platform=name), view.platform == name, number, f"p{index}"))
    parts.append('<span class="gap"></span>')
    parts += [_chip(title, view.link(group=group), view.group == group) for group, title in GROUPS.items()]
    if view.handle:
        parts.append(f'<a class="chip on" href="{view.link(handle="")}" title="Tampilkan semua akun">@{escape(view.handle)} ✕</a>')
    return "".join(parts)


def _chip(title: str, link: str, on: bool, number: int | None = None, tint: str = "") -> str:
    count = "" if number is None else f" <b>{number}</b>"
    dot = f'<i class="dot {tint}"></i>' if tint else ""
    current = ' aria-current="true"' if on else ""
    return f'<a class="chip{" on" if on else ""}" href="{link}"{current}>{dot}{escape(title)}{count}</a>'


def _feeds(kept: list[Shown], view: View) -> str:
    if view.group == "waktu":
        return f'<div class="grid">{"".join(_card(one, view) for one in kept)}</div>' if kept else ""
    groups: dict[str, list[Shown]] = {}
    for one in sorted(kept, key=lambda one: (one.handle, one.title)):
        groups.setdefault(one.handle if view.group == "akun" else one.title, []).append(one)
    return "".join(_group(name, groups[name], view) for name in sorted(groups))


def _group(name: str, cards: list[Shown], view: View) -> str:
    mark = "@" if view.group == "akun" else ""
    inside = "".join(_card(one, view) for one in cards)
    return f'<section><h2>{mark}{escape(name)} <small>{len(cards)} unggahan</small></h2><div class="grid">{inside}</div></section>'


def _card(one: Shown, view: View) -> str:
    post = one.post
    badges = (
        f'<span class="badge p{one.tint}">{escape(one.title)}</span><span class="kind">{escape(_KINDS.get(post.kind, post.kind))}</span>'
    )
    if post.made_by == "hand":
        badges += '<span class="badge hand">Buatan tangan</span>'
    if not post.visible:
        badges += '<span class="badge hidden">Tersembunyi</span>'
    handle = f'<a class="handle" href="{view.link(handle=one.handle)}">@{escape(one.handle)}</a>'
    title = f"<h3>{escape(post.title)}</h3>" if post.title else ""
    text = f'<p class="text">{escape(post.text)}</p>' if post.text.strip() else ""
    faded = "" if post.visible else " faded"
    return (
        f'<article class="card{faded}"><header>{badges}</header>{_media(post.files)}<div class="body">{title}{text}</div>'
        f"<footer>{handle}<time>{_when(post.created_at)}</time>{_link(post.url, view.base_url)}</footer></article>"
    )


def _media(stored: "list[StoredFile]") -> str:
    items = "".join(_medium(file) for file in stored)
    if len(stored) < 2:
        return f'<div class="media">{items}</div>' if items else ""
    return f'<div class="media many" data-count="{len(stored)} berkas · geser">{items}</div>'


def _medium(file: "StoredFile") -> str:
    source = escape(file.url_path)
    if file.mime.startswith("image/"):
        return f'<img src="{source}" alt="" loading="lazy">'
    if file.mime.startswith("video/"):
        return f'<video src="{source}#t=0.1" controls preload="none" playsinline></video>'
    return f'<a class="file" href="{source}">{escape(file.mime)}, {len(file.data)} bita</a>'


def _link(url: str, base_url: str) -> str:
    """A link where the sandbox itself answers; elsewhere there is nothing to see, so the address is shown as text."""
    if url.startswith(f"{base_url}/"):
        return f'<a class="url" href="{escape(url)}">{escape(url)}</a>'
    return f'<span class="url" title="Alamat tiruan: tidak ada di internet">{escape(url)}</span>' if url else ""


def _more(left: int, view: View) -> str:
    if left <= 0:
        return ""
    return f'<p class="more"><a class="chip" href="{view.link(everything=True)}">Tampilkan {left} unggahan lainnya</a></p>'


def _empty(sandbox: "Sandbox") -> str:
    have = any(platform.accounts for platform in sandbox.platforms.values())
    hint = "Jadwalkan satu pos dengan <code>gaung post schedule</code>." if have else "Belum ada akun di sini."
    return f'<p class="empty"><b>Belum ada unggahan.</b><br>{hint}</p>'


def _when(at: float) -> str:
    """A time as people in Lampung read it."""
    when = datetime.fromtimestamp(at, _ZONE)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H.%M.%S} WIB"


def _hues(names: Iterable[str]) -> str:
    """A colour of its own for every platform, whichever there are: steps of the golden angle lie far apart."""
    return "".join(f".p{index}{{--hue:{(215 + 137 * index) % 360}}}" for index, _ in enumerate(names))
