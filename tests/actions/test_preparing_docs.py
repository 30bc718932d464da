"""The examples of docs/submitting.md are read by the code that merchants' own files are read by."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from actions.preparing.spec import SubmissionSpec
from actions.preparing.variants import VariantCatalogue
from events.failure import FailureKind

PAGE = (Path(__file__).parents[2] / "docs" / "submitting.md").read_text(encoding="utf-8")


def example(language: str, holding: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(block for block in blocks if holding in block)


def test_the_variant_catalogue_of_the_page_is_read_whole() -> None:
    catalogue, problems = VariantCatalogue.read(example("csv", "gfn_product_id"))
    assert problems == ()
    assert [str(variant) for variant in catalogue.variants] == [
        "Navy Blue / M",
        "Navy Blue / XXL",
        "Grey / M",
    ]


def test_the_printer_of_the_page_is_a_printer() -> None:
    spec = SubmissionSpec.model_validate(YAML(typ="safe").load(example("yaml", "items:")))
    assert [field.name for field in spec.items.fields] == ["print_sku", "print_url"]
    assert spec.reason(FailureKind.INVALID_ADDRESS) == "invalid_address"


def test_the_page_names_every_kind_of_failure() -> None:
    table = PAGE.partition("## Kinds of failure")[2]
    assert [kind for kind in FailureKind if not re.search(rf"\b{kind.value}\b", table)] == []
