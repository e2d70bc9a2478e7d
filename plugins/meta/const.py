"""Numbers that both platforms' records tell: a module of its own, for a record is loaded at every start, the Graph client is not."""

LOOK_REQUESTS = 80
"""Requests of one look at one publication. Six looks at each of ten posts a day are then at most 4,800 calls in 24 hours: what Meta allows
a Page with a single engaged user, or an Instagram account with a single impression. Source: Graph API, rate limits."""
