"""Local servers that behave as the printers do, for trying a ruleset without an account and for the adapters' tests.

They share nothing with the adapters: both are written from the published shapes, so that a misunderstanding shows.
"""
