"""Measuring: a workload of our own, the peers beside us in one run. See docs/performance.md; `make bench`."""
