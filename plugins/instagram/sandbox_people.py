"""People of the imitated Instagram and what they do with an account's media, shown as far as Meta's pages say that an app is shown it.

Traits: `professional` (business or creator: `business_discovery` shows its media to everybody), `private` (nothing is shown). Whoever has
none is an ordinary public account.

Switches in `world.quotas`: `instagram.comment_usernames` 0: `mentioned_comment` has no
`username`; `instagram.discovery_page`: media in one answer at most.
Sources: fact sheet 3.8 to 3.11 and 6. Nothing here is shared with the plugin's own reading of addresses and texts.
"""

import itertools
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.plugins.instagram.sandbox_nodes import USER_FIELDS
from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_fields import cursor, page_of, select, timestamp
from gaung.plugins.meta.sandbox_graph import Call
from gaung.plugins.meta.sandbox_people import Crowd, People

if TYPE_CHECKING:
    from gaung.plugins.instagram.sandbox import InstagramSandbox

TRAITS = ("professional", "private")
DEEDS = ("tagged_media", "mention", "comment_mention", "collaborator", "linked_media", "repost", "story", "private_share")
SITE = "https://www.instagram.com"
TAG_FIELDS = ("id", "caption", "media_type", "permalink", "timestamp", "username", "like_count", "comments_count")
COLLABORATORS = 3
"""Co-authors of one media at most. Source: IG User media reference, parameter `collaborators`."""
_LOOKED_UP = ("business_discovery", "mentioned_media", "mentioned_comment")
_KNOWN_BY_WORDS = 40
"""Letters of a text of ours that somebody recognises when it is copied."""


class InstagramPeople(Crowd):
    """`/{ig-user}/tags`, `/{ig-media}/collaborators`, and the looked-up fields of an account."""

    def __init__(self, instagram: "InstagramSandbox") -> None:
        self.instagram, self.world = instagram, instagram.world
        self.kept = People(instagram.world, str.casefold)
        self._count = itertools.count(1)

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """A profile with an id as IG Users have them."""
        return self.kept.add(handle, f"17841{500_000_000_000 + 17 * next(self._count)}", traits, TRAITS)

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """One deed, with the truth about who is shown it. KeyError where nobody can do it, or no more collaborators fit."""
        owner, original = self.instagram.accounts[account], self.instagram.media[post]
        if signal not in DEEDS or original.account != account:
            raise KeyError(f"nobody can do {signal} with {post}")
        if signal == "collaborator":
            self._invitable(profile, post)
        seen = "private" not in profile.traits and not profile.gone
        pushed = signal in ("mention", "comment_mention")
        # Whom we invited and who accepted, the API tells of private accounts, too.
        named = signal == "collaborator" or (seen and (signal == "tagged_media" or (pushed and bool(self.world.webhook_url))))
        listed = signal in ("tagged_media", "mention", "linked_media")
        number = next(self._count)
        deed = Deed(
            platform="instagram", signal=signal, profile=profile, account=account, post=post, url="", at=self.world.now(), names=named,
            proves=seen and listed and "professional" in profile.traits, shown_as=profile.handle if pushed else "",
            extra={"number": number, "code": f"D{number:09x}"},
        )  # fmt: skip
        deed.extra["caption"] = self._caption(deed, owner, original)
        deed.url = self.address(deed)
        self.kept.keep(deed, f"{'1789' if signal == 'comment_mention' else '1801'}9{number:012d}", self._shelves(deed))
        if pushed and seen:
            self._push(deed)
        return deed

    def _invitable(self, profile: SandboxProfile, post: str) -> None:
        there = self.kept.on("collaborators", post)
        if len(there) >= COLLABORATORS or any(deed.profile is profile for deed in there):
            raise KeyError("three collaborators are the most, each of them once")

    def address(self, deed: Deed) -> str:
        """Where people see it: with the handle from a professional's browser, without it from everybody else's app."""
        handle, code = deed.profile.handle, deed.extra["code"]
        if deed.signal in ("story", "private_share"):
            return f"{SITE}/stories/{handle}/{deed.extra['number']}/"
        if deed.signal == "collaborator":
            return ""  # the very address of our own post
        if "professional" in deed.profile.traits:
            return f"{SITE}/{handle}/p/{code}/?img_index=1"
        return f"{SITE}/p/{code}/?igsh=MTc4MmM1YmI2Ng=="

    async def tags(self, call: Call) -> dict[str, Any]:
        """`GET /{ig-user}/tags`: public media in which the account is tagged."""
        owner = self.instagram.owned(call)
        call.allow("fields", "limit", "after", "before", "posted_after", "posted_before", "media_type", "summary")
        deeds = [deed for deed in self.kept.on("tags", owner.external_id) if "private" not in deed.profile.traits]
        fields = call.params.get("fields", "")
        return page_of(
            [str(deed.extra["id"]) for deed in deeds], {**call.params, "access_token": call.raw_token},
            str(call.request.url.replace(query="")), lambda place: select(self._media(deeds[place]), fields, TAG_FIELDS),
        )  # fmt: skip

    async def collaborators(self, call: Call) -> dict[str, Any]:
        """`GET /{ig-media}/collaborators`: who was invited, and what became of it."""
        post = self._own(call)
        call.allow("fields", "limit", "after", "before", "summary")
        invited = [{"id": "17841400000000001", "username": "contoh_diundang", "invite_status": "Pending"}]
        accepted = [
            {"id": deed.profile.external_id, "username": deed.profile.handle, "invite_status": "Accepted"}
            for deed in self.kept.on("collaborators", post.id)
        ]
        nodes, fields = (accepted + invited if accepted else []), call.params.get("fields", "")
        return page_of(
            [node["id"] for node in nodes], {**call.params, "access_token": call.raw_token}, str(call.request.url.replace(query="")),
            lambda place: select(nodes[place], fields, ("id", "username", "invite_status")),
        )  # fmt: skip

    def user(self, call: Call, account: SandboxAccount) -> dict[str, Any]:
        """An account, with whatever is looked up through it."""
        fields = call.params.get("fields", "")
        node = self.instagram.numbers.user(account)
        for name, found in ((name, re.search(rf"\b{name}\.(\w+)\(([^)]*)\)", fields)) for name in _LOOKED_UP):
            if found is not None:
                node[name] = getattr(self, f"_{name}")(account, found[1], found[2], fields)
        return select(node, fields, (*USER_FIELDS, *_LOOKED_UP))

    def _business_discovery(self, _: SandboxAccount, by: str, handle: str, fields: str) -> dict[str, Any]:
        """A professional account and its media, newest first, with cursors. Offices' accounts are: others could not publish."""
        user, every = self._shown_to_all(handle) if by == "username" else ({}, [])
        if not user:
            said = f"The user with username: {handle} cannot be found."
            raise GraphError(110, "Invalid user id", subcode=2207013, title="Cannot find User", told=said)
        asked = re.search(r"\bmedia((?:\.\w+\([^)]*\))*)\{", fields)
        options = dict(re.findall(r"\.(\w+)\(([^)]*)\)", asked[1])) if asked else {}
        limit = min(int(options.get("limit", 25)), self.world.quota("instagram.discovery_page", 50))
        places = [place for place, node in enumerate(every) if cursor(node["id"]) == options.get("after")]
        shown = every[places[0] + 1 if places else 0 :][:limit]
        media: dict[str, Any] = {"data": shown}
        if shown:
            media["paging"] = {"cursors": {"after": cursor(shown[-1]["id"])}}
        return {**user, "media": media}

    def _shown_to_all(self, handle: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """An office's account, or a professional's profile, with its media; nothing where there is none of that name."""
        for account in self.instagram.accounts.values():
            if account.handle.casefold() == handle.casefold():
                posts = sorted((post for post in account.posts if post.visible), key=lambda post: post.created_at, reverse=True)
                return {"id": account.external_id, "username": account.handle}, [
                    _without_owner(self.instagram.numbers.media(post, account)) for post in posts
                ]
        profile = self.kept.profile(handle)
        if profile is None or "professional" not in profile.traits or "private" in profile.traits:
            return {}, []
        if profile.handle.casefold() != handle.casefold():
            return {}, []
        listed = ("tagged_media", "mention", "linked_media")
        deeds = [deed for deed in self.kept.on("profile", profile.external_id) if deed.signal in listed]
        return {"id": profile.external_id, "username": profile.handle}, [self._media(deed) for deed in deeds]

    def _mentioned_media(self, account: SandboxAccount, by: str, identity: str, _: str) -> dict[str, Any]:
        """A media whose caption mentions this account."""
        return self._media(self._mentioning(account, by == "media_id", identity, "mention"))

    def _mentioned_comment(self, account: SandboxAccount, by: str, identity: str, fields: str) -> dict[str, Any]:
        """A comment that mentions this account, below a media of somebody."""
        deed = self._mentioning(account, by == "comment_id", identity, "comment_mention")
        if "username" in fields and not self.world.quota("instagram.comment_usernames", 1):
            raise wrong("Tried accessing nonexisting field (username)")
        media = {"id": f"1801{deed.extra['number']:013d}", "permalink": f"{SITE}/p/{deed.extra['code']}/"}
        return {
            "id": deed.extra["id"], "text": deed.extra["caption"], "timestamp": timestamp(deed.at), "username": deed.profile.handle,
            "like_count": 0, "media": media,
        }  # fmt: skip

    def _mentioning(self, account: SandboxAccount, known: bool, identity: str, signal: str) -> Deed:
        deed = self.kept.thing(identity)
        hidden = deed is None or deed.signal != signal or deed.account != account.external_id or "private" in deed.profile.traits
        if deed is None or hidden or not known:
            raise missing(identity)
        return deed

    def _media(self, deed: Deed) -> dict[str, Any]:
        """Somebody's media. `owner` is withheld: it is given only to the owner (IG Media reference)."""
        return {
            "id": deed.extra["id"], "caption": deed.extra["caption"] or None, "media_type": "IMAGE", "timestamp": timestamp(deed.at),
            "permalink": f"{SITE}/p/{deed.extra['code']}/", "username": deed.profile.handle, "like_count": 0, "comments_count": 0,
        }  # fmt: skip

    def _own(self, call: Call) -> SandboxPost:
        post = self.instagram.media.get(call.path["node"])
        if post is None or post.account != call.token.subject:
            raise missing(call.path["node"])
        return post

    def _caption(self, deed: Deed, owner: SandboxAccount, original: SandboxPost) -> str:
        """Copies of our text where it can be told from every other, else a link."""
        mark = "" if deed.signal == "linked_media" else f" @{owner.handle}"
        alone = len(original.text) >= _KNOWN_BY_WORDS and sum(post.text == original.text for post in owner.posts) == 1
        if alone and deed.extra["number"] % 3:
            return f"Repost{mark}\n\n{original.text.upper()} \U0001f44d"
        return f"Lihat {original.url}?igsh=abc{mark}"

    def _shelves(self, deed: Deed) -> list[tuple[str, str]]:
        shelves = {
            "tagged_media": ("tags", deed.account), "collaborator": ("collaborators", deed.post), "repost": ("reposts", deed.post),
            "story": ("passed_on", deed.post), "private_share": ("passed_on", deed.post),
        }  # fmt: skip
        return [shelves[deed.signal]] if deed.signal in shelves else []

    def _push(self, deed: Deed) -> None:
        """`mentions`; `comment_id` is absent when the mention stands in a caption."""
        media, comment = deed.extra["id"], deed.extra["id"]
        value = {"media_id": media} if deed.signal == "mention" else {"media_id": f"1801{deed.extra['number']:013d}", "comment_id": comment}
        self.instagram.pusher.push(deed.account, "mentions", value)


def _without_owner(node: dict[str, Any]) -> dict[str, Any]:
    """As everybody sees a media: `owner` is given only to the owner (IG Media reference)."""
    return {key: value for key, value in node.items() if key not in ("owner", "children") and value is not None}
