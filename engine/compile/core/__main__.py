"""`python -m engine.compile.core` (`make core`): builds the core into its place and says whether it is in use. Exit code 0, or
2 where it cannot be built."""

from __future__ import annotations

import sys

from engine.compile.core import HERE, loaded, switched_off
from engine.compile.core.building import CannotBuild, built


def main() -> int:
    if loaded(HERE) is None:
        try:
            path = built(HERE)
        except CannotBuild as error:
            print(f"the core cannot be built: {error}", file=sys.stderr)
            return 2
        print(f"The core in C is built: {path}")
    if switched_off():
        print("It is not used, because ORDINANCE_CORE is off.")
    else:
        print("The core in C is in use, from the next start on. ORDINANCE_CORE=off switches it off.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
