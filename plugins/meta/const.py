"""Numbers that both platforms' records tell: a module of its own, for a record is loaded at every start, the Graph client is not."""

LOOK_REQUESTS = 60
"""Requests of one look at one publication. Six looks at each of ten posts a day are then at most 3,600 calls in 24 hours, of the 4,800 that
Meta allows a Page with a single engaged user, or an Instagram account with a single impression; the others are for publishing and
measuring (docs/measuring.md). Source: Graph API, rate limits."""

MEASURE_REQUESTS = 13_000
"""Calls of one app a day for measuring. Sixteen accounts with ten posts a day, each looked at thirteen times within four weeks for at
most six calls, and a handful for each account: some 780 calls an account, 12,500 in all at the very most, less than 4,800 for each account,
which is the least that Meta allows. Source: Graph API, rate limits."""
