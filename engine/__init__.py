"""What we DO: check, compile, decide, explain; the wiring and the command line."""
