"""What Facebook's API tells of people who pass our posts on, signal by signal."""

from gaung.core.records import Signal

SHARED_PAGE = "PagePost sharedposts reference (v26.0)"
TAGGED_PAGE = "Page tagged reference (v26.0)"
MENTION_PAGE = "unconfirmed: the reference of the webhook `mention` names an author only for Workplace; payloads with one were reported"

SIGNALS = (
    Signal(
        name="shared_post",
        title="Membagikan ulang kiriman",
        proves="`GET /{post}/sharedposts` lists the post, or `GET /{post}` of it names ours as `parent_id` or attachment, "
        "and `from` names who shared.",
        source=SHARED_PAGE,
    ),
    Signal(
        name="tagged_post",
        title="Menandai Halaman dan memuat kiriman",
        proves="`GET /{page}/tagged`, or a pushed `mention` that was looked up, shows a post that names our Page and holds our post, "
        "its link or its text, and `from` names its author.",
        source=TAGGED_PAGE,
    ),
    Signal(
        name="comment_mention",
        title="Menyebut Halaman dalam komentar",
        proves="A pushed `mention` led to a comment that names our Page and holds the link of our post, and `from` names its author.",
        source=MENTION_PAGE,
    ),
)
