"""Adapters that are data: a provider's HTTP interface described in `adapter.yaml`, and the one engine that follows it.

POV and SPOD ship so; a ruleset's own `integrations/*.yaml` adds a private printer without a line of Python.
"""
