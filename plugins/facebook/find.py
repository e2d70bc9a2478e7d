"""Looking for a post of unknown outcome: by the ids that were saved, then among what the Page published. Read-only."""

from collections.abc import Iterator

from gaung.core.errors import Rejected
from gaung.core.records import Account, Attempt, CannotTell, Content, FindAnswer, NotThere, Published, Unfinished
from gaung.plugins.facebook.client import Facebook, Listed
from gaung.plugins.facebook.const import SITE
from gaung.plugins.facebook.parse import Post
from gaung.plugins.facebook.publish import published


def find(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Settle an attempt. A read that Facebook refuses says nothing about the post: `CannotTell`."""
    api = Facebook(account)
    try:
        if content.format in ("reel", "video"):
            return _find_video(api, content, attempt)
        return _find_post(api, content, attempt, str(account.settings.get("app_id") or ""))
    except Rejected as error:
        return CannotTell(f"Facebook refuses to show: {error}")


def _find_video(api: Facebook, content: Content, attempt: Attempt) -> FindAnswer:
    """The video's own status decides; only a video sent in one call has no id of its own until it is answered."""
    video = str(attempt.checkpoints.get("video_id") or "")
    if not video:
        return _one(api, _matching(_appeared(_read(api.videos(), attempt), attempt), content), attempt)
    state = api.video(video)
    if state is None:
        return NotThere(f"there is no video {video}")
    if state.problem is not None:
        return NotThere(f"video {video} failed: {state.problem}")
    if state.published:
        return published(api, video)
    if not state.uploaded:
        return NotThere(f"Facebook has not taken up the bytes of video {video}, so nothing was published")
    if state.idle and attempt.checkpoints.get("finished") != video:
        return Unfinished("finish", f"video {video} is there, not published")
    return Unfinished("check", f"Facebook is working on video {video}")


def _find_post(api: Facebook, content: Content, attempt: Attempt, app_id: str) -> FindAnswer:
    known = attempt.checkpoints.get("post_id")
    if known:
        if api.exists(str(known)):
            return published(api, str(known))
        return CannotTell(f"Facebook answered that {known} was published, but it is not there any more")
    pages = _read(api.published_posts(), attempt)
    tells = any(post.application for page in pages for post in page.posts)
    same = _matching(_appeared(pages, attempt), content)
    return _one(api, [post for post in same if _by_app(post, app_id, tells)], attempt)


def _read(pages: Iterator[Listed], attempt: Attempt) -> list[Listed]:
    """Pages of a listing, newest first, as far back as the mutation."""
    started, read = attempt.mutation_started_at, []
    for page in pages:
        read.append(page)
        oldest = min((post.created_at for post in page.posts), default=None)
        if started is None or (oldest is not None and oldest < started and not attempt.appeared(oldest, page.server_now)):
            break
    return read


def _appeared(pages: list[Listed], attempt: Attempt) -> list[Post]:
    """What can stem from this attempt by its time, and is not another delivery's."""
    posts = [(post, page.server_now) for page in pages for post in page.posts if post.id not in attempt.owned_ids]
    return [post for post, now in posts if attempt.appeared(post.created_at, now)]


def _matching(posts: list[Post], content: Content) -> list[Post]:
    """Posts of exactly the text that was sent; Facebook trims its ends."""
    sent = content.text if content.format == "text" else content.text_with_link
    return [post for post in posts if post.message.strip() == sent.strip()]


def _by_app(post: Post, app_id: str, tells: bool) -> bool:
    """Whether an app, and by its id ours, can have made a post. One without an app is hand-made, if Facebook names the app of others."""
    if post.application is None:
        return not tells
    return not app_id or post.application == app_id


def _one(api: Facebook, posts: list[Post], attempt: Attempt) -> FindAnswer:
    if len(posts) > 1:
        posts = _by_photo(api, posts, attempt) or posts
    if not posts:
        return NotThere("no post of this text appeared on the Page at that time")
    if len(posts) > 1:
        return CannotTell(f"{len(posts)} posts of this text appeared at that time: {', '.join(post.id for post in posts)}")
    return Published(posts[0].id, posts[0].url or f"{SITE}/{posts[0].id}")


def _by_photo(api: Facebook, posts: list[Post], attempt: Attempt) -> list[Post]:
    """The post that shows a photo which only this attempt uploaded."""
    photos = attempt.checkpoints.get("photos")
    if not isinstance(photos, dict) or not photos:
        return []
    try:
        story = api.photo_story(str(next(iter(photos.values()))))
    except Rejected:
        return []
    return [post for post in posts if post.id == story]
