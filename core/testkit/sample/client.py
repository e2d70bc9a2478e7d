"""The calls of the sample platform. Each sends one request, once; nothing in here repeats any."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, RateLimited, Rejected
from gaung.core.http import Effect, Reply, call, lost
from gaung.core.records import Account, Media
from gaung.core.urls import join

ERRORS: Mapping[str, type[PlatformError]] = {
    "token_expired": AuthExpired,
    "token_revoked": AuthRevoked,
    "text_too_long": Rejected,
    "media_unknown": Rejected,
    "media_not_ready": Rejected,
    "not_found": Rejected,
    "not_allowed": Rejected,
}
"""The platform's own codes. A code that is not here is a refusal all the same."""

MISSING = "not_found"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the platform lists it, and the platform's clock then."""

    id: str
    url: str
    text: str
    created_at: datetime
    server_now: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody did with a post; author None where the platform does not say."""

    id: str = field(repr=False)
    kind: str
    post: str
    author: str | None = field(repr=False)
    author_id: str | None = field(repr=False)
    url: str | None = field(repr=False)
    at: datetime


class Client:
    """The sample platform for one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def upload(self, media: Media) -> str:
        """Send a file: nobody sees it before a post shows it. Answers its id."""
        with media.path.open("rb") as file:
            reply = self.send("POST", "media", Effect.PREPARE, content=iter(lambda: file.read(65536), b""), kind=media.mime)
        return named(reply, "id")

    def media_state(self, media_id: str) -> str:
        """`processing`, `ready` or `failed`. Raises `Rejected("not_found")` for one that is gone."""
        return named(self.send("GET", f"media/{media_id}", Effect.READ), "state")

    def post(self, text: str, media: list[str]) -> tuple[str, str]:
        """Publish. Answers id and URL."""
        reply = self.send("POST", "posts", Effect.PUBLISH, json_body={"text": text, "media": media})
        return named(reply, "id"), named(reply, "url")

    def read_post(self, post_id: str) -> str | None:
        """The URL of a post, None when there is none of that id."""
        try:
            return named(self.send("GET", f"posts/{post_id}", Effect.READ), "url")
        except Rejected as error:
            if error.code == MISSING:
                return None
            raise

    def posts(self) -> Iterator[Post]:
        """The account's posts, newest first, page after page."""
        before = ""
        while True:
            reply = self.send("GET", "posts", Effect.READ, params={"before": before})
            body = body_of(reply)
            for item in body.get("posts") or ():
                when = datetime.fromtimestamp(float(item["created_at"]), UTC)
                yield Post(str(item["id"]), str(item["url"]), str(item["text"]), when, reply.server_now())
            following = str(body.get("next") or "")
            if following in ("", before):
                return
            before = following

    def delete(self, post_id: str) -> None:
        """Remove a post. To delete twice does no harm."""
        self.send("DELETE", f"posts/{post_id}", Effect.PREPARE)

    def shares(self, post_id: str) -> tuple[int, list[Share]]:
        """How often a post was shared, and by whom, page after page."""
        found: list[Share] = []
        after = ""
        while True:
            reply = self.send("GET", f"posts/{post_id}/shares", Effect.READ, params={"after": after})
            body = body_of(reply)
            found += [share_of(reply, item) for item in body.get("shares") or ()]
            following = str(body.get("next") or "")
            if following in ("", after):
                return int(body.get("count") or 0), found
            after = following

    def page(self, handle: str) -> list[Share]:
        """What somebody shows on their own page. Raises `Rejected("not_found")` where there is none."""
        reply = self.send("GET", f"people/{handle}/shares", Effect.READ)
        return [share_of(reply, item) for item in body_of(reply).get("shares") or ()]

    def share(self, share_id: str) -> Share | None:
        """One share, None when there is none of that id."""
        try:
            reply = self.send("GET", f"shares/{share_id}", Effect.READ)
        except Rejected as error:
            if error.code == MISSING:
                return None
            raise
        return share_of(reply, body_of(reply))

    def me(self) -> tuple[str, str]:
        """Id and handle of whoever the token stands for."""
        reply = self.send("GET", "me", Effect.READ)
        return named(reply, "id"), named(reply, "handle")

    def numbers(self) -> tuple[datetime, Mapping[str, Any]]:
        """The account's numbers by the platform's names, and as of when."""
        reply = self.send("GET", "me/numbers", Effect.READ)
        return told_at(reply), body_of(reply)

    def post_numbers(self, posts: list[str]) -> tuple[datetime, Mapping[str, Mapping[str, Any]]]:
        """Numbers of posts by their id, and as of when; those that are gone are not among them."""
        reply = self.send("GET", "numbers", Effect.READ, params={"ids": ",".join(posts)})
        return told_at(reply), {str(item["id"]): item for item in body_of(reply).get("posts") or () if isinstance(item, dict)}

    def refresh(self) -> str:
        """A new access token for the refresh token."""
        return named(
            self.send("POST", "token", Effect.PREPARE, json_body={"refresh_token": self._account.credentials["refresh_token"]}), "token"
        )

    def send(self, method: str, path: str, effect: Effect, *, kind: str = "", **more: Any) -> Reply:
        """One request. Raises what the answer means."""
        headers = {"authorization": f"Bearer {self._account.credentials['token']}"} | ({"content-type": kind} if kind else {})
        reply = call(method, join(str(self._account.settings["api_url"]), path), effect=effect, headers=headers, **more)
        if not reply.ok:
            raise self.refusal(reply)
        return reply

    def refusal(self, reply: Reply) -> PlatformError:
        """The error that an answer of 4xx or 5xx stands for."""
        if reply.status >= 500:
            return lost(reply.effect, f"HTTP {reply.status}", code=str(reply.status))
        error = body_of(reply).get("error")
        code, message = (str(error.get(key) or "") for key in ("code", "message")) if isinstance(error, dict) else ("", "")
        if reply.status == 429 or code == "rate_limited":
            return RateLimited(message, scope="account", retry_after=reply.retry_after(), code=code or "429")
        return ERRORS.get(code, Rejected)(message or f"HTTP {reply.status}", code=code or str(reply.status))


def body_of(reply: Reply) -> Mapping[str, Any]:
    """The JSON object of an answer; keys that are not known are passed over. Raises `Ambiguous` or `Transient` when it is none."""
    body = reply.json()
    if not isinstance(body, dict):
        raise lost(reply.effect, "the answer is no JSON object", code="bad_reply")
    return body


def share_of(reply: Reply, item: Any) -> Share:
    """A share. Raises `Transient` for one that is unreadable."""
    by = item.get("by") if isinstance(item, dict) else None
    who = by if isinstance(by, dict) else {}
    try:
        at = datetime.fromisoformat(item["at"])
        return Share(str(item["id"]), str(item["kind"]), str(item["post"]), who.get("handle"), who.get("id"), item.get("url"), at)
    except (KeyError, TypeError, ValueError):
        raise lost(reply.effect, "the answer has an unreadable share", code="bad_reply") from None


def told_at(reply: Reply) -> datetime:
    """When the numbers of an answer were so. Raises `Transient` where it does not say."""
    try:
        return datetime.fromisoformat(named(reply, "as_of"))
    except ValueError:
        raise lost(reply.effect, "the answer has no readable as_of", code="bad_reply") from None


def named(reply: Reply, key: str) -> str:
    """A text that the answer must have. Raises `Ambiguous` (of a publishing call) or `Transient` that names the key."""
    value = body_of(reply).get(key)
    if not isinstance(value, str) or not value:
        raise lost(reply.effect, f"the answer has no {key}", code="bad_reply")
    return value
