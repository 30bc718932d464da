"""What every test run has: the switch that rewrites the expected sections of the cases."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

# The machine may be busy, and CI must not find today what it did not find yesterday: `make fuzz` looks further.
settings.register_profile("ordinance", deadline=None, derandomize=True)
settings.load_profile("ordinance")

# What is counted is counted in Python, whether or not somebody has built the core here; its tests ask for it by name.
os.environ["ORDINANCE_CORE"] = "off"

# Whoever runs the tests in the background (`make test &` in a script) has them deaf to Ctrl-C, and all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of what a test run keeps is met by the next, or by whoever runs it."""
    os.environ["ORDINANCE_CACHE"] = str(tmp_path_factory.mktemp("cache"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite the expected sections of tests/cases; read the diff line by line before committing it",
    )
