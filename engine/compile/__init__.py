"""The compiled program: rules made into closures and an index, so that a rule that does not concern an order costs next
to nothing. `compile` makes it from the form; `engine.reference` says slowly what it must say."""

from engine.compile.program import Program, compile  # noqa: A004

__all__ = ["Program", "compile"]
