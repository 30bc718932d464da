"""The language server, `ordinance lsp`: what an editor asks about a ruleset while somebody writes it.

`serving` starts it; `server` and `features` speak the protocol; `workspace` knows the open documents and the rulesets
they belong to, each a `live.Live`. `walk` and `marks` read a text that is being written, token by token; each
capability has a file of its own above these. Only this package needs the extra `lsp`.
"""
