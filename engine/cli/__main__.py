"""`python -m engine.cli`: the command line from its source, without an installed `ordinance`."""

from engine.cli import main

main()
