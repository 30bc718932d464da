"""The documentation of a ruleset, `ordinance doc`: one page that a merchant reads, made from the tree.

`naming`, `saying`, `doing` and `occasions` put fields, conditions, actions and events into English; `sentence` makes a
rule's sentence of them. `content` gathers all that the page tells, `picture` lays out which events lead to which, and
`html` and `markdown` write it. What a sentence says is held by the text cases in `tests/booklet/`.
"""
