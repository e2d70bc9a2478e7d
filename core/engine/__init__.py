"""What makes deliveries move: dispatcher, workers and their supervisor.

`context.Engine`     settings, store, plugins and key of one process
`dispatcher`         claims what is due and rings the broker; sweeps what dead workers left
`worker`             one Dramatiq process: takes messages, calls hooks through `runner`
`runner`             one piece of work from lease to outcome
`decisions`          which outcome follows from which answer or error: the only place that decides about retries
`commits`            one thread a process that commits for all of its workers at once
`leases`             renews leases while hooks run
`broker`             the Redis-protocol doorbell, embedded or given
`supervisor`, `run`  child processes, respawned; `gaung run`, `gaung worker`
"""
