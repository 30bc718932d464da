"""The formats for programs, each checked against what its reader documents."""

from __future__ import annotations

from typing import Any

import pytest
import simplejson

from dsl.diagnostics import Diagnostic, Fix, Note
from dsl.source import NOWHERE
from engine.report import FORMATS, render
from tests.report.findings import finding, marked

FOLDER = finding("rule\n  do move to folder «“Retuns”»\n", way_out="the folders are `New`,\n`Returns`")
ADVICE = Diagnostic("W501", "never met", marked("when «a»", "a.rules"), None, (Note("for", marked("«b»")),))
LONG = finding('«"""a\nb"""»')
ANYWHERE = Diagnostic("E181", "100% wrong", NOWHERE)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_its_last_line(name: str) -> None:
    assert render([FOLDER, ADVICE, LONG, ANYWHERE], name).endswith("\n")


def test_concise_is_one_line_a_finding() -> None:
    assert render([FOLDER, ADVICE, ANYWHERE], "concise", folder="shop") == (
        "error[E181]: 100% wrong\n"
        "shop/a.rules:1:6: warning[W501]: never met\n"
        "shop/rules/eu.rules:2:21: error[E201]: unknown folder `Returns`\n"
    )
    assert render([], "concise") == ""


def test_json_is_one_object_a_line() -> None:
    nowhere, advice, folder = map(
        simplejson.loads, render([FOLDER, ADVICE, ANYWHERE], "json", folder="shop").splitlines()
    )
    assert folder.pop("title", "absent") != "absent"

    assert folder == {
        "schema": "ordinance.findings/1",
        "code": "E201",
        "severity": "error",
        "message": "unknown folder `Returns`",
        "help": "the folders are `New`,\n`Returns`",
        "path": "shop/rules/eu.rules",
        "start": {"line": 2, "column": 21},
        "end": {"line": 2, "column": 29},
        "notes": [],
        "fixes": [],
    }
    assert advice["severity"] == "warning"
    assert advice["notes"] == [
        {
            "message": "for",
            "path": "shop/rules/eu.rules",
            "start": {"line": 1, "column": 1},
            "end": {"line": 1, "column": 2},
        }
    ]
    assert (nowhere["path"], nowhere["start"], nowhere["end"]) == (None, None, None)


def fixable() -> Diagnostic:
    place = marked("rule\n  do move to folder «Retuns»\n")
    return Diagnostic("E203", "unknown folder", place, fixes=(Fix.write(place, '"Returns"'),))


def test_json_carries_the_ways_out_that_can_be_applied() -> None:
    (fix,) = simplejson.loads(render([fixable()], "json", folder="shop"))["fixes"]
    assert (fix["title"], fix["safe"]) == ('write `"Returns"`', True)
    assert fix["edits"] == [
        {
            "path": "shop/rules/eu.rules",
            "start": {"line": 2, "column": 21},
            "end": {"line": 2, "column": 27},
            "text": '"Returns"',
        }
    ]


def test_sarif_carries_them_as_replacements() -> None:
    """SARIF 2.1.0, 3.55 fix, 3.56 artifactChange, 3.57 replacement."""
    (fix,) = sarif(fixable())["runs"][0]["results"][0]["fixes"]
    assert fix["description"]["text"] == 'write `"Returns"`'
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "my%20shop/rules/eu.rules"}
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": '"Returns"'}
    assert replacement["deletedRegion"] == {"startLine": 2, "startColumn": 21, "endLine": 2, "endColumn": 27}


def test_github_commands_are_escaped_as_the_runner_reads_them() -> None:
    odd = finding("«a»", "100%: a, b", path="a,b:c%.rules")
    assert render([odd], "github") == (
        "::error file=a%2Cb%3Ac%25.rules,line=1,col=1,endColumn=2,title=E201::100%25: a, b\n"
    )
    assert render([FOLDER], "github") == (
        "::error file=rules/eu.rules,line=2,col=21,endColumn=29,title=E201"
        "::unknown folder `Returns`%0Athe folders are `New`,%0A`Returns`\n"
    )


def test_github_has_no_columns_over_several_lines_and_no_file_for_a_finding_that_stands_nowhere() -> None:
    assert render([LONG], "github").startswith("::error file=rules/eu.rules,line=1,endLine=2,title=E201::")
    assert render([ANYWHERE], "github") == "::error title=E181::100%25 wrong\n"


def test_github_a_message_cannot_start_a_command_of_its_own() -> None:
    evil = finding("«a»", "x\n::set-env name=A::b\r::stop-commands::x")
    assert render([evil], "github").count("\n") == 1


def check_location(location: dict[str, Any]) -> None:
    """SARIF 2.1.0, 3.29 physicalLocation, 3.4 artifactLocation, 3.30 region."""
    physical = location["physicalLocation"]
    assert isinstance(physical["artifactLocation"]["uri"], str)
    region = physical["region"]
    assert region["startLine"] >= 1
    assert region["endLine"] >= region["startLine"]
    assert region["startColumn"] >= 1
    assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])


def sarif(*findings: Diagnostic) -> dict[str, Any]:
    log: dict[str, Any] = simplejson.loads(render(findings, "sarif", folder="my shop"))
    return log


@pytest.mark.parametrize("findings", [(), (FOLDER,), (FOLDER, ADVICE, LONG, ANYWHERE)])
def test_sarif_has_the_members_that_the_standard_requires(findings: tuple[Diagnostic, ...]) -> None:
    log = sarif(*findings)
    assert log["version"] == "2.1.0"  # 3.13.2
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]  # 3.13.4
    driver = run["tool"]["driver"]  # 3.14.6, 3.18.2
    assert driver["name"]  # 3.19.8
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")  # 3.14.17
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)  # 3.49.3
    assert len(run["results"]) == len(findings)  # present, even when empty: 3.14.23
    for result in run["results"]:
        assert result["message"]["text"]  # 3.27.11, 3.11
        assert result["level"] in ("none", "note", "warning", "error")  # 3.27.10
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # 3.27.6
        for location in result["locations"]:  # 3.27.12
            check_location(location)
        for location in result.get("relatedLocations", []):  # 3.27.22
            check_location(location)
            assert location["id"] >= 0
            assert location["message"]["text"]
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")  # 3.50.3


def test_sarif_says_where_and_what() -> None:
    (result,) = sarif(FOLDER)["runs"][0]["results"]
    assert result["message"]["text"] == "unknown folder `Returns`\nthe folders are `New`,\n`Returns`"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "my%20shop/rules/eu.rules"},
                "region": {"startLine": 2, "startColumn": 21, "endLine": 2, "endColumn": 29},
            }
        }
    ]
    assert sarif(ANYWHERE)["runs"][0]["results"][0]["locations"] == []
