"""What Mastodon tells of an account and its statuses, number by number. A record: loaded at every start, with no client behind it."""

from gaung.core.records import Metric

_ACCOUNT = "entities/Account"
_STATUS = "entities/Status"
_SEEN = "as far as this instance has heard of it from others"

METRICS = (
    Metric(
        name="followers", of="account", title="Pengikut", definition="Accounts that follow it, on whatever instance.",
        version="followers_count", api="followers_count", source=_ACCOUNT,
    ),
    Metric(
        name="following", of="account", title="Mengikuti", definition="Accounts that it follows.",
        version="following_count", api="following_count", source=_ACCOUNT,
    ),
    Metric(
        name="posts", of="account", title="Status", definition="Statuses of the account, boosts and answers among them.",
        version="statuses_count", api="statuses_count", source=f"{_ACCOUNT}; unconfirmed: that boosts are counted",
    ),
    Metric(
        name="likes", of="publication", title="Favorit", definition=f"How many accounts have the status among their favourites, {_SEEN}.",
        version="favourites_count", api="favourites_count", source=_STATUS,
    ),
    Metric(
        name="comments", of="publication", title="Balasan", definition=f"Answers to the status, {_SEEN}.",
        version="replies_count", api="replies_count", source=_STATUS,
    ),
    Metric(
        name="shares", of="publication", title="Di-boost", definition=f"How often the status was boosted, {_SEEN}.",
        version="reblogs_count", api="reblogs_count", source=_STATUS,
    ),
)  # fmt: skip
