"""People on the imitated instance and on others, and what they do with a status: boosts, statuses that link to it, messages.

A handle without a host is of this instance. Nobody is told of a `direct_message`. The trait `hidden` takes an account out of the list of
who boosted, as an instance does with people it has limited.
"""

import itertools
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung_mastodon.sandbox_reply import SITE, account_json, status_json

if TYPE_CHECKING:
    from gaung_mastodon.sandbox import MastodonSandbox

DEEDS = ("boost", "quote_link", "direct_message")


class People:
    """All of them, with what they wrote."""

    def __init__(self, side: "MastodonSandbox") -> None:
        self.side = side
        self.profiles: dict[str, SandboxProfile] = {}
        self._written: dict[str, tuple[SandboxProfile, SandboxPost]] = {}
        self._numbers = itertools.count(1)

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """A new account. Raises KeyError for a handle that is taken."""
        self._free(handle)
        profile = SandboxProfile(handle=handle, external_id=str(900_000 + next(self._numbers)), traits=frozenset(traits))
        self.profiles[handle.lower()] = profile
        return profile

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """Another handle: Mastodon has none, so this is somebody who moved and deleted what was before."""
        self._free(handle)
        del self.profiles[profile.handle.lower()]
        profile.former.append(profile.handle)
        profile.handle = handle
        self.profiles[handle.lower()] = profile

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """Do it, and say what the API shows of it."""
        status = next((one for one in self.side.accounts[account].posts if one.id == post), None)
        if status is None or signal not in DEEDS:
            raise KeyError(post if status is None else signal)
        url = ""
        if signal == "boost":
            status.extra["boosters"].append(profile)
        elif signal == "quote_link":
            url = self._write(profile, f"Penting: {status.url}").url
        deed = Deed(
            platform="mastodon", signal=signal, profile=profile, account=account, post=post, url=url, at=self.side.world.now(),
            names=signal == "boost" and "hidden" not in profile.traits, proves=signal == "quote_link", extra={"status": status},
        )  # fmt: skip
        self.side.world.deeds.append(deed)
        return deed

    def undo(self, deed: Deed) -> None:
        """Take it back."""
        if not deed.undone and deed.signal == "boost":
            deed.extra["status"].extra["boosters"].remove(deed.profile)
        self._written.pop(deed.url, None)
        deed.undone = True

    def vanish(self, profile: SandboxProfile) -> None:
        """The account is deleted."""
        for deed in self.side.world.deeds:
            if deed.profile is profile:
                self.undo(deed)
        self.profiles.pop(profile.handle.lower(), None)
        profile.gone = True

    async def reblogged_by(self, request: Request, account: SandboxAccount) -> Response:
        """`GET /api/v1/statuses/:id/reblogged_by`: 40 unless asked, 80 at most, the next page in the header Link."""
        post = self.side.statuses.find(request.path_params["id"], account)
        shown = [one for one in post.extra["boosters"] if "hidden" not in one.traits]
        query = request.query_params
        size = min(80, int(query["limit"]) if query.get("limit", "").isdecimal() else 40)
        start = int(query["max_id"]) if query.get("max_id", "").isdecimal() else 0
        following = f"{request.url.replace(query=f'limit={size}&max_id={start + size}')}"
        headers = {"link": f'<{following}>; rel="next", <{request.url}>; rel="prev"'} if start + size < len(shown) else {}
        return JSONResponse([account_json(self.side.base_url, _person(one)) for one in shown[start : start + size]], headers=headers)

    async def search(self, request: Request, _: SandboxAccount) -> Response:
        """`GET /api/v2/search`, for addresses of statuses only."""
        wanted = request.query_params.get("q", "").partition("?")[0]
        found: list[dict[str, Any]] = []
        if wanted in self._written:
            profile, post = self._written[wanted]
            found.append(status_json(self.side.base_url, _person(profile), post))
        for account in self.side.accounts.values():
            found += [status_json(self.side.base_url, account, post) for post in account.posts if post.url == wanted]
        return JSONResponse({"accounts": [], "statuses": found[:1], "hashtags": []})

    def _write(self, profile: SandboxProfile, text: str) -> SandboxPost:
        name, _, host = profile.handle.partition("@")
        place = f"https://{host}" if host else SITE
        number = str(112_000_000_000_000_000 + next(self._numbers))
        extra = {"visibility": "public", "sensitive": False, "language": "id", "app": "Web", "media": [], "boosters": []}
        at = self.side.world.now()
        post = SandboxPost(
            id=number, account=profile.external_id, kind="text", text=text, created_at=at, url=f"{place}/@{name}/{number}", extra=extra
        )
        self._written[post.url] = (profile, post)
        return post

    def _free(self, handle: str) -> None:
        if handle.lower() in self.profiles or any(one.handle.lower() == handle.lower() for one in self.side.accounts.values()):
            raise KeyError(handle)


def _person(profile: SandboxProfile) -> SandboxAccount:
    return SandboxAccount(external_id=profile.external_id, handle=profile.handle, name=profile.handle, credentials={})
