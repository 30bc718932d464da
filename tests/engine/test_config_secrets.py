"""ordinance.yaml: a secret is never written there, never shown, and what only looks like one is left alone."""

from __future__ import annotations

import time

import pytest

from dsl.source import Source
from engine.config import read_config
from engine.wiring import integrations
from tests.engine.configs import only, read

SECRET = "8f14e45fceea167a"


@pytest.mark.parametrize(
    "line", ["mail: {password: %s}", "mail: {pasword: %s}", "post: {api_key: %s}", "post: {apikey: %s}"]
)
def test_a_secret_of_mail_or_post_is_refused_and_never_shown(line: str) -> None:
    source = Source("ordinance.yaml", "language: 1\n" + line % "hunter2-canary")
    _, shown, found = read_config(source, integrations())
    assert [each.code for each in found] in (["E390"], ["E280"])
    assert "canary" not in shown.text
    assert not any("canary" in f"{each}{each.span.source.text}" for each in found)


def test_a_secret_under_a_misspelt_name_is_not_shown_either() -> None:
    text = "language: 1\nconnections: {podos: {tokn: hunter2-canary}}"
    _, shown, found = read_config(Source("ordinance.yaml", text), integrations())
    assert [each.code for each in found] == ["E282"]
    assert "canary" not in shown.text


@pytest.mark.parametrize(
    "line",
    [
        f"podos: {{token: {SECRET}}}",
        f"podos: {{token: '{SECRET}', projct: x}}",
        f'podos: {{token: "{SECRET}"}}',
        f"podos: {{token: [{SECRET}]}}",
        f'podos: {{token: "Bearer ${{X}} {SECRET}"}}',
        f"podos: {{token: ${SECRET}}}",
        f"podos: {{token: &t {SECRET}}}",
        f"podos: {{token: a, token: {SECRET}}}",
        f"eu: {{uses: podos, token: {SECRET}}}",
        f"pov: {{customer_id: {SECRET}}}",
        f"podoz: {{api_key: {SECRET}}}",
        f"podos: {{apikey: {SECRET}}}",
        f"podos: {{auth: {{password: {SECRET}}}}}",
        f"podos: {{token: : {SECRET}}}",
        f"podos: {{token: {SECRET}",
        f"podos:\n    token: |\n      {SECRET}\n      {SECRET}",
        f"podos:\n    token: {SECRET}\n   label: x",
        f"podos:\n    token: {SECRET}: {SECRET}",
    ],
)
def test_a_literal_secret_is_an_error_and_appears_nowhere(line: str) -> None:
    text = f"language: 1\nconnections:\n  {line}\n"
    config, shown, found = read_config(Source("ordinance.yaml", text), integrations())
    assert found
    assert len(shown.text) == len(text)
    assert SECRET not in shown.text
    for finding in found:
        assert SECRET not in finding.message + str(finding.help) + finding.span.source.text
        assert all(SECRET not in note.message + note.span.source.text for note in finding.notes)
    assert SECRET not in repr(config)


def test_masking_takes_linear_time() -> None:
    for text in ("token" * 180_000, "connections: {podos: {token: [" + "x,\n" * 20_000 + "]}}"):
        began = time.process_time()
        read(text)
        assert time.process_time() - began < 8


def test_a_literal_secret_says_what_to_write_instead() -> None:
    finding = only(f"language: 1\nconnections:\n  podos-eu: {{uses: podos, token: {SECRET}}}\n")
    assert finding.code == "E390"
    assert '`token: "${PODOS_EU_TOKEN}"`' in (finding.help or "")


def test_what_only_looks_like_a_secret_is_left_alone() -> None:
    text = (
        "language: 1\nfolders: [Token tees]\nevents: [Password changed]\nconnections:\n"
        "  podos: {product_code_match: {TOKEN-TEE: SECRET-TEE}, default_mail_class: Standard}\n"
    )
    config, shown, found = read_config(Source("ordinance.yaml", text), integrations())
    assert list(found) == []
    assert shown.text == text
    assert config.connections[0].settings["product_code_match"] == {"TOKEN-TEE": "SECRET-TEE"}
