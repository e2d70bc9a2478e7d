"""Figures for machines: what Prometheus reads at `/metrics` of `gaung run`, `worker`, `dispatcher` and `serve`."""
