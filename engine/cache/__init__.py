"""What opening a ruleset may leave out because it was done before: kept in memory by a `Session`, between runs on disk.

`session` holds a ruleset statement by statement; `judging` says what each depends on; `keeping` writes it all into one
file, `packed` reads it back piece by piece. `dsl.disk` keeps such files, and believes none that it cannot verify.
"""
