"""What a change of a ruleset means: what is written differently, and which orders come out differently, by which rules.

Called by `ordinance diff`. One order under two versions: `comparing`, `differences`; many of them: `documents`, `spreading`,
`summary`; how all of it is printed: `formats`. Deciding is the same that a dry run calls.
"""
