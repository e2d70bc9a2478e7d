"""Bronze, part one: what comes out on the platform."""

from gaung.core.errors import Rejected
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import Run
from gaung.core.testkit.conformance.verdicts import NotApplicable, expect, rule


@rule(1, "formats-publish", "bronze")
def formats_publish(kit: Kit) -> None:
    """Every format of the record publishes a content that validation lets through, as one post that everybody sees."""
    for sample in kit.samples:
        expect(not sample.why_not, f"{sample.rule.name}: no content of the kit passes validation: {sample.why_not}")
    for run in kit.runs:
        expect(run.published is not None, f"{run.sample.name} ended with {run.said}")
        posts = len(run.facts["posts"])
        expect(posts == 1, f"{run.sample.name} is said to be published, and the account has {posts} posts")


@rule(2, "receipt-exists", "bronze")
def receipt_exists(kit: Kit) -> None:
    """A receipt belongs to the platform: its id is that of the post which was made, and its URL leads to it."""
    for run in _visible(kit):
        receipt, post = run.published, run.facts["posts"][0]
        if receipt is None:
            continue
        ids = {post.id, *(value for value in post.extra.values() if isinstance(value, str))}
        expect(receipt.external_id in ids, f"{run.sample.name}: the receipt's id {receipt.external_id!r} is none of the post {post.id!r}")
        url = (receipt.url or "").rstrip("/")
        leads = url == post.url.rstrip("/") or (_host(url) == _host(post.url) and str(receipt.external_id) in url)
        expect(leads, f"{run.sample.name}: the receipt's URL {receipt.url!r} does not lead to the post, which is at {post.url}")


@rule(3, "content-arrives", "bronze")
def content_arrives(kit: Kit) -> None:
    """The text and all media of a content are in the post."""
    for run in _visible(kit):
        post, content = run.facts["posts"][0], run.content
        shown = f"{post.title}\n{post.text}"
        expect(content.text in shown, f"{run.sample.name}: the post says {shown.strip()!r}, the content says {content.text!r}")
        files, wanted = len(post.files), len(content.media)
        expect(files >= wanted, f"{run.sample.name}: the post has {files} files, the content has {wanted}")


@rule(4, "video-unchanged", "bronze")
def video_unchanged(kit: Kit) -> None:
    """The bytes of a video reach the platform as they are in the media store."""
    videos = [(run, media) for run in _visible(kit) for media in run.content.media if media.kind == "video"]
    if not videos:
        raise NotApplicable("no format carries a video")
    for run, media in videos:
        arrived = {file.sha256 for file in run.facts["posts"][0].files}
        expect(media.sha256 in arrived, f"{run.sample.name}: the post has no file with the bytes of {media.name}")


@rule(5, "twice-is-two", "bronze")
def twice_is_two(kit: Kit) -> None:
    """Two deliveries of one content are two posts with ids of their own, unless the platform refuses the second by itself."""
    for learnt in kit.shapes:
        first = kit.start(learnt.sample).drive()
        kit.advance(600)
        second = kit.start(learnt.sample, account=first.account, text=first.content.text).drive()
        posts = len(kit.posts(first.account))
        if isinstance(second.error, Rejected):
            expect(posts == 1, f"{learnt.sample.name}: the second was refused, and there are {posts} posts")
            continue
        expect(posts == 2, f"{learnt.sample.name}: published twice, and there are {posts} posts; the second ended with {second.said}")
        one, other = first.published, second.published
        expect(one and other and one.external_id != other.external_id, f"{learnt.sample.name}: both receipts have the id {one}")


@rule(6, "effects-honest", "bronze")
def effects_honest(kit: Kit) -> None:
    """Nothing becomes visible before a request that says `Effect.PUBLISH`."""
    for run in kit.runs:
        for number, request in enumerate(run.requests):
            earlier = run.requests[:number]
            if request.visible and not any(one.effect.value == "publish" for one in earlier):
                blamed = earlier[-1] if earlier else request
                expect(False, f"{run.sample.name}: the post was there after {blamed}, and no request had said Effect.PUBLISH")
        published = any(request.effect.value == "publish" for request in run.requests)
        expect(published or not run.facts["posts"], f"{run.sample.name}: was published without a request that says Effect.PUBLISH")


@rule(7, "mutation-marked", "bronze")
def mutation_marked(kit: Kit) -> None:
    """`marks_mutation` is as declared: every publishing request runs inside `attempt.mutating()`, or core marks it and no plugin does."""
    for run in kit.runs:
        if not kit.record.marks_mutation:
            expect(run.attempt.mutations == 0, f"{run.sample.name}: uses attempt.mutating(), but the record has marks_mutation=False")
            continue
        for request in run.requests:
            wrong = request.effect.value == "publish" and not request.marked
            expect(not wrong, f"{run.sample.name}: {request} was sent outside attempt.mutating()")


def _visible(kit: Kit) -> list[Run]:
    return [run for run in kit.runs if run.published is not None and run.facts["posts"]]


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).netloc
