"""The sandbox's podOS, from the published shapes and nothing of the adapter's."""

from actions.sandbox.podos.progress import Pace
from actions.sandbox.podos.site import Podos

__all__ = ["Pace", "Podos"]
