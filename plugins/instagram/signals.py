"""What Instagram's API tells of people who pass our posts on, signal by signal."""

from gaung.core.records import Signal

TAGS_PAGE = "IG User tags reference (2026-08-12)"
MENTIONS_PAGE = "IG User mentioned_media reference (v26.0)"
COMMENT_PAGE = "IG User mentioned_comment reference"
COLLABORATORS_PAGE = "unconfirmed: Business SDK 26.0.3, igmedia.py (`collaborators`); no reference page was seen"
DISCOVERY_PAGE = "IG User business_discovery reference; Business SDK 26.0.3, iguser.py"

SIGNALS = (
    Signal(
        name="tagged_media",
        title="Menandai akun dan memuat kiriman",
        proves="`GET /{ig-user}/tags` shows a public media in which our account is tagged, with `username`, "
        "and its caption holds our post's link or text.",
        source=TAGS_PAGE,
    ),
    Signal(
        name="mention",
        title="Menyebut akun dalam keterangan",
        proves="A pushed `mentions` led to `mentioned_media`, which names `username`, and its caption holds our post's link or text.",
        source=MENTIONS_PAGE,
    ),
    Signal(
        name="comment_mention",
        title="Menyebut akun dalam komentar",
        proves="A pushed `mentions` led to `mentioned_comment`, which names `username`, and the comment holds our post's link or text.",
        source=COMMENT_PAGE,
    ),
    Signal(
        name="collaborator",
        title="Menjadi kolaborator kiriman",
        proves="`GET /{ig-media}/collaborators` names the account with an accepted invitation: the post stands on its profile, too.",
        source=COLLABORATORS_PAGE,
    ),
    Signal(
        name="linked_media",
        title="Mengunggah ulang kiriman",
        proves="`business_discovery` of the professional account in the link lists the linked media, "
        "and its caption holds our post's link or text.",
        source=DISCOVERY_PAGE,
    ),
)
