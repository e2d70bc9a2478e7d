"""People of the imitated Facebook and what they do with a Page's posts, shown as far as Meta's pages say that an app is shown it.

Traits: `page` (a Page of their own: its author is named), `tester` (a person who granted `user_posts` to the app: the posts are shown, but
not their author), `private` (nothing is shown). Whoever has none is an ordinary person: `sharedposts` leaves them out, `tagged` shows
their public posts without `from`.

Switches in `world.quotas`: `facebook.public_content_access` 1: the app has Page Public Content Access, which Meta gives on application only
(`grant_all`), and without which `sharedposts` and posts of others are not shown; `facebook.share_webhooks` 0: shares on somebody's own
timeline are not pushed, which Meta neither promises nor denies; `facebook.usernames` 0: `from{username}` is refused.
Sources: fact sheet 2.7, 2.8 and 6. Nothing here is shared with the plugin's own reading of addresses and texts.
"""

import itertools
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_fields import page_of, select, timestamp
from gaung.plugins.meta.sandbox_graph import Call
from gaung.plugins.meta.sandbox_people import Crowd, People, Shelf

if TYPE_CHECKING:
    from gaung.plugins.facebook.sandbox import FacebookSandbox

TRAITS = ("page", "tester", "private")
DEEDS = ("shared_post", "tagged_post", "comment_mention", "private_share", "story")
SITE = "https://www.facebook.com"
FIELDS = frozenset((
    "id", "message", "story", "created_time", "updated_time", "permalink_url", "from", "status_type", "attachments", "parent_id", "privacy",
    "is_published",
))  # fmt: skip
COMMENT_FIELDS = frozenset(("id", "message", "created_time", "permalink_url", "from", "parent", "comment_count", "like_count"))
PROFILE_FIELDS = frozenset(("id", "name", "username", "link", "category"))
_FIRST_PAGE, _FIRST_PERSON = 61_550_000_000_000, 100_081_000_000_000
_KNOWN_BY_WORDS = 40
"""Letters of a text of ours that somebody recognises when it is copied."""


class FacebookPeople(Crowd):
    """`/{post}/sharedposts`, `/{page}/tagged`, and the posts, comments and profiles of others as nodes."""

    def __init__(self, facebook: "FacebookSandbox") -> None:
        self.facebook, self.world = facebook, facebook.world
        self._count = itertools.count(1)
        self.kept = People(facebook.world, lambda handle: handle.casefold().replace(".", ""))

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """A profile with an id of its kind."""
        first = _FIRST_PAGE if "page" in traits else _FIRST_PERSON
        return self.kept.add(handle, str(first + 17 * next(self._count)), traits, TRAITS)

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """One deed, with the truth about who is shown it."""
        owner, original = self.facebook.accounts[account], self._original(account, post)
        if signal not in DEEDS:
            raise KeyError(f"nobody can do {signal} on Facebook")
        number = self.facebook.new_id()
        named = "page" in profile.traits and "private" not in profile.traits and not profile.gone
        shown = {
            "tagged_post": True, "shared_post": self._access, "comment_mention": self._access and bool(self.world.webhook_url),
        }  # fmt: skip
        deed = Deed(
            platform="facebook", signal=signal, profile=profile, account=account, post=post, url="", at=self.world.now(),
            names=named and shown.get(signal, False), proves=named and self._access and signal in ("shared_post", "tagged_post"),
            extra={"number": number, "original": original},
        )  # fmt: skip
        deed.extra["message"] = self._message(deed, owner, original)
        # Who only copies our words names nothing: the post proves who said them, not where they are from.
        deed.proves = deed.proves and (signal == "shared_post" or _public(original) in deed.extra["message"])
        deed.url = self.address(deed)
        thing = f"{number}_{self.facebook.new_id()}" if signal == "comment_mention" else f"{profile.external_id}_{number}"
        self.kept.keep(deed, thing, self._shelves(deed, original))
        self._push(deed, owner, original)
        return deed

    def address(self, deed: Deed) -> str:
        """Where people see it, in the shapes that Facebook's own apps hand out."""
        profile, number = deed.profile, str(deed.extra["number"])
        if deed.signal == "story":
            return f"{SITE}/stories/{profile.external_id}/{number}/"
        if int(number) % 2:
            return f"https://m.facebook.com/story.php?story_fbid={number}&id={profile.external_id}&mibextid=Nif5oz"
        return f"{SITE}/{profile.handle}/posts/{number}?__tn__=%2CO"

    async def sharedposts(self, call: Call) -> dict[str, Any]:
        """`GET /{post}/sharedposts`: public shares of Pages, and of people who granted `user_posts`; never of anybody else."""
        self._allowed()
        call.allow("fields", "limit", "after", "before", "summary")
        owner, post = self.facebook.reader(call, call.path["node"]), call.path["node"]
        if all(one.id != post for one in owner.posts):
            raise missing(post)
        return self._listed(call, [deed for deed in self.kept.on("shares", post) if _readable(deed)])

    async def tagged(self, call: Call) -> dict[str, Any]:
        """`GET /{page}/tagged`: all public posts that name the Page."""
        owner = self.facebook.owner(call)
        call.allow("fields", "limit", "after", "before", "summary")
        deeds = self.kept.on("tags", owner.external_id)
        return self._listed(call, [deed for deed in deeds if "private" not in deed.profile.traits])

    def node(self, call: Call, identity: str) -> dict[str, Any] | None:
        """A post or comment of somebody, or a Page of somebody; None where it is neither. What is not shown is missing."""
        fields = call.params.get("fields", "")
        deed, profile = self.kept.thing(identity), self.kept.profile(identity)
        if deed is None and profile is None:
            return None
        if not self._access:
            raise missing(identity)
        if deed is not None:
            if not _readable(deed):
                raise missing(identity)
            known = COMMENT_FIELDS if deed.signal == "comment_mention" else FIELDS
            return select(self._show(deed, fields), fields, known, ("created_time", "message", "id"))
        if profile is None or not _named(profile):
            raise missing(identity)
        node = {"id": profile.external_id, "name": _name(profile), "username": profile.handle, "link": f"{SITE}/{profile.handle}"}
        return select(node, fields, PROFILE_FIELDS, ("name", "id"))

    def _listed(self, call: Call, deeds: list[Deed]) -> dict[str, Any]:
        fields = call.params.get("fields", "")
        return page_of(
            [str(deed.extra["id"]) for deed in deeds], {**call.params, "access_token": call.raw_token},
            str(call.request.url.replace(query="")),
            lambda place: select(self._show(deeds[place], fields), fields, FIELDS, ("created_time", "message", "id")),
        )  # fmt: skip

    def _show(self, deed: Deed, fields: str) -> dict[str, Any]:
        """The node of a deed. Of people `from` is withheld: it is given only when the requester is the author (page/tagged)."""
        original: SandboxPost = deed.extra["original"]
        shares = deed.signal == "shared_post"
        node = {
            "id": deed.extra["id"],
            "message": deed.extra["message"] or None,
            "created_time": timestamp(deed.at),
            "permalink_url": f"{SITE}/{deed.profile.external_id}/posts/{deed.extra['number']}",
            "parent_id": original.id if shares else None,
            "attachments": {"data": [self._attached(original)]} if shares else None,
            "status_type": "shared_story" if shares else "mobile_status_update",
        }
        if _named(deed.profile):
            node["from"] = {"id": deed.profile.external_id, "name": _name(deed.profile)}
            if "username" in fields:
                node["from"]["username"] = deed.profile.handle
        if "username" in fields and not self.world.quota("facebook.usernames", 1):
            raise wrong("Tried accessing nonexisting field (username) on node type (User)")
        return node

    def _attached(self, original: SandboxPost) -> dict[str, Any]:
        target = original.extra.get("video") or original.id.partition("_")[2]
        return {"type": "share", "target": {"id": target, "url": _public(original)}, "url": _public(original)}

    def _message(self, deed: Deed, owner: SandboxAccount, original: SandboxPost) -> str:
        """Copies of our text where it can be told from every other, else a link."""
        if deed.signal not in ("tagged_post", "comment_mention"):
            return "Ayo sebarkan!" if int(deed.extra["number"]) % 3 else ""
        alone = len(original.text) >= _KNOWN_BY_WORDS and sum(post.text == original.text for post in owner.posts) == 1
        if deed.signal == "tagged_post" and alone and int(deed.extra["number"]) % 3:
            return f"Dari @{owner.handle}:\n{original.text.upper()} \U0001f44d"
        return f"@{owner.handle} sudah lihat ini? {_public(original)}?ref=share"

    def _shelves(self, deed: Deed, original: SandboxPost) -> list[Shelf]:
        shelves = {
            "shared_post": [("shares", original.id), ("counted", original.id)],
            "private_share": [("counted", original.id)],
            "tagged_post": [("tags", deed.account)],
        }
        return shelves.get(deed.signal, [])

    def _push(self, deed: Deed, owner: SandboxAccount, original: SandboxPost) -> None:
        """`feed` for shares, `mention` for posts and comments that name the Page; people's names are left out of mentions."""
        profile, push, at = deed.profile, self.facebook.pusher.push, int(deed.at)
        if "private" in profile.traits:
            return
        sender: dict[str, Any] = {}
        if _named(profile):
            sender = {"sender_id": profile.external_id, "sender_name": _name(profile)}
        if deed.signal == "shared_post" and _named(profile) and self.world.quota("facebook.share_webhooks", 1):
            author = {"id": profile.external_id, "name": _name(profile)}
            push(owner.external_id, "feed", {
                "from": author, "item": "share", "verb": "add", "share_id": deed.extra["number"], "post_id": original.id,
                "link": _public(original), "message": deed.extra["message"], "published": 1, "created_time": at,
            })  # fmt: skip
        elif deed.signal == "tagged_post":
            said = {"post_id": deed.extra["id"], "message": deed.extra["message"], "created_time": at}
            push(owner.external_id, "mention", {**said, "item": "post", "verb": "add", **sender})
        elif deed.signal == "comment_mention":
            said = {"post_id": f"1_{deed.extra['number']}", "comment_id": deed.extra["id"], "message": deed.extra["message"]}
            push(owner.external_id, "mention", {**said, "item": "comment", "verb": "add", "created_time": at, **sender})

    def _original(self, account: str, identity: str) -> SandboxPost:
        """By the id of the post, or of the video that it shows."""
        self.facebook.settle()
        for post in self.facebook.accounts[account].posts:
            if identity in (post.id, post.extra.get("video")):
                return post
        raise KeyError(identity)

    @property
    def _access(self) -> bool:
        """Whether the app has Page Public Content Access."""
        return bool(self.world.quota("facebook.public_content_access", 0))

    def _allowed(self) -> None:
        if not self._access:
            raise GraphError(10, "(#10) To use 'Page Public Content Access', your use of this endpoint must be reviewed and approved.")


def _named(profile: SandboxProfile) -> bool:
    return "page" in profile.traits and "private" not in profile.traits


def _readable(deed: Deed) -> bool:
    """Whether this app may read the post: public, and of a Page or of somebody who granted `user_posts`."""
    return "private" not in deed.profile.traits and bool(deed.profile.traits & {"page", "tester"})


def _name(profile: SandboxProfile) -> str:
    return profile.handle.replace(".", " ").title()


def _public(original: SandboxPost) -> str:
    """Where people see one of our posts; a video has an address of its own."""
    video = original.extra.get("video")
    if not video:
        return original.url
    return f"{SITE}/reel/{video}" if original.kind == "reel" else f"{SITE}/{original.account}/videos/{video}"
