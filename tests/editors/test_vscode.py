"""The extension's parts agree with one another and with the language; what it does is tested by `make vsix`, with npm."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dsl import words
from dsl.colours.textmate import SCOPE
from engine.lsp.lenses import COMMAND

ROOT = Path(__file__).parents[2]
HOME = ROOT / "editors" / "vscode"
PACKAGE: dict[str, Any] = json.loads((HOME / "package.json").read_text("utf-8"))
LANGUAGE: dict[str, Any] = json.loads((HOME / "language-configuration.json").read_text("utf-8"))
SOURCES = {path.name: path.read_text("utf-8") for path in (HOME / "src").glob("*.js")}


def test_it_has_the_version_of_the_product() -> None:
    assert (
        PACKAGE["version"]
        == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    )


def test_the_language_is_that_of_the_grammar() -> None:
    (language,) = PACKAGE["contributes"]["languages"]
    (grammar,) = PACKAGE["contributes"]["grammars"]
    assert language["extensions"] == [".rules"]
    assert grammar["language"] == language["id"]
    assert grammar["scopeName"] == SCOPE
    assert json.loads((HOME / grammar["path"]).read_text("utf-8"))["scopeName"] == SCOPE
    assert (HOME / language["configuration"]).is_file()


def test_every_setting_and_command_is_one_that_the_code_knows() -> None:
    code = SOURCES["extension.js"]
    for command in PACKAGE["contributes"]["commands"]:
        assert f'registerCommand("{command["command"]}"' in code
    settings = PACKAGE["contributes"]["configuration"]["properties"]
    (setting,) = re.findall(r'^const SETTING = "(.+)";$', code, re.MULTILINE)
    assert setting in settings
    # The library reads this one by the client's id.
    assert settings.keys() - {setting} == {"ordinance.trace.server"}
    # The server's own, which the library registers: two of a name would keep the client from starting.
    assert COMMAND not in code


def test_a_folder_that_is_not_trusted_names_no_program() -> None:
    trust = PACKAGE["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert trust["restrictedConfigurations"] == ["ordinance.path"]


@pytest.mark.parametrize("text", ["artwork_url", "podos-eu", "49.90"])
def test_a_name_is_one_word_to_the_editor(text: str) -> None:
    assert re.fullmatch(LANGUAGE["wordPattern"], text)


def test_a_statement_is_followed_by_an_indent() -> None:
    (enter,) = LANGUAGE["onEnterRules"]
    pattern = re.compile(enter["beforeText"]["pattern"])
    indented = {word for word in words.STATEMENTS if pattern.search(f'{word} "Send to podOS"')}
    assert indented == set(words.STATEMENTS) - {"list"}, "a list stands on one line"
    assert not pattern.search('  do add tag "rule"')


def test_what_is_packed_names_no_registry_and_keeps_no_lock() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "editors"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert not [
        path for path in listed if path.endswith(("package-lock.json", ".vsix")) or "node_modules" in path
    ]
    assert "package-lock=false" in (HOME / ".npmrc").read_text("utf-8").splitlines()
    for path in listed:
        assert not re.search(r"registry\b.*\.(?:org|com|net)", (ROOT / path).read_text("utf-8"))
