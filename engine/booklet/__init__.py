"""The documentation of a ruleset, `ordinance doc`: one page that a merchant reads, made from the tree.

`naming`, `functions`, `saying`, `doing` and `occasions` put fields, values, conditions, actions and events into English;
`sentence` makes a rule's sentence of them. `content` gathers all that the page tells, with `grids`, `indexes`, `settings`
and `flow`; `html` and `markdown` write it. What a sentence says is held by the text cases in `tests/booklet/`.
"""
