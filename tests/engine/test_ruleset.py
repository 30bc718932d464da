"""A whole folder: what is read, in which order, and that all mistakes of all files come in one run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl import ast
from engine import loading
from engine.config import UNREADABLE
from engine.folder import DiskFolder, FolderError, MemoryFolder, find_ruleset
from engine.loading import load
from engine.ruleset import Ruleset
from engine.wiring import integrations

RULES = """\
rule "Late"
  on "Order is Imported"
  do add tag "late"
     send email to order.email subject "Late" body from "emails/late.txt"

table mail_class from "tables/mail.csv"

test "late orders are tagged"
  given order "samples/tee.json"
  when "Order is Imported" happens
  expect rule "Late" fired
"""
CSV = "country,-> method\nUS,USPS\notherwise,DHL\n"

SHOP = {
    "ordinance.yaml": "language: 1\nfolders: [New]\n",
    "shop.rules": RULES,
    "tables/mail.csv": CSV,
    "samples/tee.json": "{}",
    "samples/more/many.jsonl": "{}\n",
    "samples/README.md": "no order",
    "emails/late.txt": "Sorry, {order.customer.first_name}",
    "inventory.csv": "code,name,weight\nTEE-1,Blue tee,0.4\n",
}


def memory(files: dict[str, str | bytes]) -> MemoryFolder:
    return MemoryFolder(
        {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
    )


def read(files: dict[str, str | bytes]) -> Ruleset:
    return load(memory(files), integrations())


def changed(**files: str | bytes | None) -> Ruleset:
    """The shop with some files changed (`/` and `.` written `__` and `_dot_`), or left out where None."""
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in files.items()}
    whole = {**SHOP, **named}
    return read({path: data for path, data in whole.items() if data is not None})


def findings(read: Ruleset) -> list[tuple[str, str, str]]:
    return [(d.code, d.span.source.path, d.message) for d in read.diagnostics]


def test_a_folder_is_read_whole() -> None:
    shop = read(dict(SHOP))
    assert findings(shop) == []
    assert [file.path for file in shop.files] == ["shop.rules"]
    assert [type(s) for s in shop.files[0].statements] == [ast.Rule, ast.Table, ast.Test]
    assert [(list(t.inputs), list(t.outputs)) for t in shop.tables.values()] == [(["country"], ["method"])]
    assert list(shop.tables) == ["mail_class"]
    assert shop.inventory["tee-1"].name == "Blue tee"
    assert shop.emails == {"emails/late.txt": "Sorry, {order.customer.first_name}"}
    assert shop.samples == ("samples/more/many.jsonl", "samples/tee.json")
    assert [folder.name for folder in shop.config.folders] == ["New"]
    assert set(shop.sources) == {
        "ordinance.yaml",
        "shop.rules",
        "tables/mail.csv",
        "emails/late.txt",
        "inventory.csv",
    }


def test_rules_files_come_in_path_order() -> None:
    shop = changed(b_dot_rules="# b\n", a__z_dot_rules="# z\n", shop_dot_rules=RULES)
    assert [file.path for file in shop.files] == ["a/z.rules", "b.rules", "shop.rules"]


def test_or_in_the_order_of_the_configuration() -> None:
    shop = changed(ordinance_dot_yaml="language: 1\nrules: [shop.rules, b.rules]\n", b_dot_rules="# b\n")
    assert findings(shop) == []
    assert [file.path for file in shop.files] == ["shop.rules", "b.rules"]


def test_a_file_in_that_order_which_is_not_there_and_one_that_is_left_out() -> None:
    shop = changed(
        ordinance_dot_yaml="language: 1\nrules: [shp.rules, b.rules, tables/mail.csv]\n", b_dot_rules="# b\n"
    )
    assert findings(shop) == [
        ("E284", "ordinance.yaml", "this ruleset has no rules file `shp.rules`"),
        ("E284", "ordinance.yaml", "this ruleset has no rules file `tables/mail.csv`"),
        ("W580", "shop.rules", "`rules:` in ordinance.yaml does not name this file, so its rules never run"),
    ]
    assert "`shop.rules`" in (shop.diagnostics[0].help or "")
    assert [file.path for file in shop.files] == ["b.rules"]


def test_where_that_order_cannot_be_read_all_files_are() -> None:
    shop = changed(ordinance_dot_yaml="language: 1\nrules: shop.rules\n", b_dot_rules="# b\n")
    assert [code for code, _, _ in findings(shop)] == ["E381"]
    assert [file.path for file in shop.files] == ["b.rules", "shop.rules"]


def test_without_a_configuration_the_rules_are_read_all_the_same() -> None:
    shop = changed(ordinance_dot_yaml=None)
    assert findings(shop) == [("E181", "ordinance.yaml", "this folder has no `ordinance.yaml`")]
    assert "`ordinance new DIR`" in (shop.diagnostics[0].help or "")
    assert shop.config == UNREADABLE
    assert len(shop.files) == 1
    other = changed(ordinance_dot_yaml=None, ordinance_dot_yml="language: 1\n")
    assert other.diagnostics[0].help == "rename `ordinance.yml` to `ordinance.yaml`"


def test_a_ruleset_without_rules() -> None:
    assert findings(read({"ordinance.yaml": "language: 1\n"})) == [
        ("W584", "ordinance.yaml", "this ruleset has no rules: none of its files ends in `.rules`")
    ]
    assert findings(read({})) == [("E181", "ordinance.yaml", "this folder has no `ordinance.yaml`")]


def test_a_folder_below_that_is_a_ruleset_of_its_own_is_not_part_of_this_one() -> None:
    shop = changed(shops__eu__ordinance_dot_yaml="language: 1\n", shops__eu__eu_dot_rules="rule broken")
    assert findings(shop) == []
    assert [file.path for file in shop.files] == ["shop.rules"]


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("tables__mail_dot_csv", "this ruleset has no table `tables/mail.csv`"),
        ("emails__late_dot_txt", "this ruleset has no file `emails/late.txt`"),
        ("samples__tee_dot_json", "this ruleset has no sample `samples/tee.json`"),
    ],
)
def test_a_file_that_rules_name_and_that_is_not_there(missing: str, message: str) -> None:
    shop = changed(**{missing: None})
    assert findings(shop) == [("E284", "shop.rules", message)]
    assert message.split("`")[1] in shop.diagnostics[0].span.text


def test_a_file_that_a_setting_names() -> None:
    config = "language: 1\nconnections:\n  podos: {catalogue: podos/variants.csv}\n"
    shop = changed(ordinance_dot_yaml=config)
    assert findings(shop) == [("E284", "ordinance.yaml", "this ruleset has no file `podos/variants.csv`")]
    shop = changed(ordinance_dot_yaml=config, podos__variants_dot_csv="variant_id\n1\n")
    assert findings(shop) == []
    assert shop.sources["podos/variants.csv"].text == "variant_id\n1\n"


@pytest.mark.parametrize(
    "path", ["../tables/mail.csv", "/tables/mail.csv", "tables/../../mail.csv", "tables\\\\mail.csv"]
)
def test_a_file_outside_the_folder_is_never_looked_for(path: str) -> None:
    shop = changed(shop_dot_rules=f'table mail_class from "{path}"\n')
    assert [(code, file) for code, file, _ in findings(shop)] == [("E284", "shop.rules")]
    assert "path" in (shop.diagnostics[0].help or "")
    assert shop.tables == {}


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"code,name\nTEE-1,Caf\xe9\n", "this file is not UTF-8 text: the byte 0xe9 stands here", (2, 10)),
        (b"\xff\xfec\0", "this file is UTF-16 text, and UTF-8 is expected", (1, 1)),
    ],
)
def test_a_file_in_another_encoding(data: bytes, message: str, place: tuple[int, int]) -> None:
    shop = changed(inventory_dot_csv=data)
    assert findings(shop) == [("E180", "inventory.csv", message)]
    assert (shop.diagnostics[0].span.line, shop.diagnostics[0].span.column) == place
    assert shop.diagnostics[0].help == "in Excel, save it as `CSV UTF-8`"


def test_a_byte_order_mark_and_crlf_are_accepted() -> None:
    marked = {path: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for path, text in SHOP.items()}
    shop = read(dict(marked))
    assert findings(shop) == []
    assert shop.inventory["tee-1"].name == "Blue tee"
    assert shop.emails["emails/late.txt"] == "Sorry, {order.customer.first_name}"


def test_a_file_that_is_too_large() -> None:
    shop = changed(ordinance_dot_yaml="#" + "x" * 1_000_000)
    assert findings(shop) == [
        (
            "E184",
            "ordinance.yaml",
            "`ordinance.yaml` is larger than 1 MB, the most that is read of such a file",
        )
    ]


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Locked(MemoryFolder):
        def read(self, path: str) -> bytes:
            if path == "inventory.csv":
                raise PermissionError(13, "Permission denied")
            if path == "shop.rules":
                raise FileNotFoundError(path)
            return super().read(path)

    shop = load(Locked(memory(dict(SHOP)).files), integrations())
    assert findings(shop) == [
        ("E180", "inventory.csv", "this file cannot be read: permission denied"),
        ("E180", "shop.rules", "this file cannot be read: it is not there any more"),
    ]


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.rules"))).write_text("")
    except OSError:
        pytest.skip("this disk has only names that are text")
    (tmp_path / "ordinance.yaml").write_text("language: 1\n")
    shop = load(DiskFolder(tmp_path), integrations())
    assert findings(shop)[0] == ("E180", "caf\\udce9.rules", "the name of this file is not UTF-8 text")


def test_an_inventory_with_wrong_lines_is_read_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = changed(inventory_dot_csv="code,weight\nTEE-1,heavy\nTEE-2,0.4\n")
    assert [(code, path) for code, path, _ in findings(shop)] == [("E389", "inventory.csv")]
    assert shop.diagnostics[0].span.text == "TEE-1,heavy"
    assert list(shop.inventory) == ["tee-2"]
    many = changed(inventory_dot_csv="code,weight\n" + "TEE,heavy\n" * 30)
    assert len(many.diagnostics) == loading.MOST_LINES + 1
    assert many.diagnostics[-1].message == "10 more lines of this file are wrong"


def test_a_printer_of_the_shops_own_is_read_with_its_mistakes() -> None:
    shop = changed(integrations__mine_dot_yaml="label: Mine\n")
    assert findings(shop) == [
        ("E391", "integrations/mine.yaml", "`submission` is missing: what the printer asks of an order")
    ]
    assert shop.private == ("integrations/mine.yaml",)


def test_the_mistakes_of_all_files_come_in_one_run() -> None:
    shop = changed(
        ordinance_dot_yaml="language: 1\nfolder: [New]\n",
        inventory_dot_csv="code,weight\nTEE-1,heavy\n",
        shop_dot_rules=RULES + 'rule "Broken"\n',
        tables__mail_dot_csv="country,-> method\nUS\notherwise,DHL\n",
    )
    found = findings(shop)
    assert {path for _, path, _ in found} == {
        "ordinance.yaml",
        "inventory.csv",
        "shop.rules",
        "tables/mail.csv",
    }
    assert [d.order for d in shop.diagnostics] == sorted(d.order for d in shop.diagnostics)


def test_a_literal_secret_is_in_no_text_that_is_kept() -> None:
    shop = changed(ordinance_dot_yaml="language: 1\nconnections:\n  podos: {token: 8f14e45fceea167a}\n")
    assert [code for code, _, _ in findings(shop)] == ["E390"]
    assert "8f14e45fceea167a" not in shop.sources["ordinance.yaml"].text


def test_the_digest_is_of_all_that_deciding_depends_on_and_of_nothing_else() -> None:
    same = read(dict(SHOP)).digest
    assert len(same) == 64
    assert changed(samples__tee_dot_json='{"id": 1}', README_dot_md="words").digest == same
    others = {
        changed(**{name: "# other\n"}).digest
        for name in (
            "ordinance_dot_yaml",
            "tables__mail_dot_csv",
            "inventory_dot_csv",
            "emails__late_dot_txt",
        )
    }
    others |= {changed(shop_dot_rules=RULES + "# other\n").digest, changed(b_dot_rules="").digest}
    moved = {
        **SHOP,
        "tables/post.csv": CSV,
        "shop.rules": RULES.replace("tables/mail.csv", "tables/post.csv"),
    }
    del moved["tables/mail.csv"]
    others.add(read(dict(moved)).digest)
    assert len(others) == 7
    assert same not in others


def test_the_same_folder_on_disk_and_in_memory_is_the_same_ruleset(tmp_path: Path) -> None:
    for path, text in SHOP.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, newline="")
    disk, kept = load(DiskFolder(tmp_path), integrations()), read(dict(SHOP))
    assert (disk.digest, disk.files, disk.config) == (kept.digest, kept.files, kept.config)


def test_a_folder_that_is_not_there_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(FolderError):
        load(DiskFolder(tmp_path / "none"), integrations())


def test_the_ruleset_of_a_place_is_the_nearest_one_above(tmp_path: Path) -> None:
    (tmp_path / "shop" / "tables").mkdir(parents=True)
    (tmp_path / "shop" / "ordinance.yaml").write_text("language: 1\n")
    (tmp_path / "shop" / "a.rules").write_text("")
    shop = tmp_path / "shop"
    for place in (shop, shop / "tables", shop / "a.rules"):
        assert find_ruleset(place) == shop
    assert find_ruleset(tmp_path) == tmp_path
    assert find_ruleset(tmp_path / "none") == tmp_path / "none"


BYTES = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([text.encode() for text in SHOP.values()]),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from([*SHOP, "b.rules", "integrations/x.yaml"]), BYTES), st.booleans())
def test_no_bytes_of_any_file_make_loading_raise(files: dict[str, bytes], whole: bool) -> None:
    shop = read({**SHOP, **files} if whole else dict(files))
    for finding in shop.diagnostics:
        assert 0 <= finding.span.start <= finding.span.end <= len(finding.span.source.text)
    assert load(memory({**SHOP, **files} if whole else dict(files)), integrations()).digest == shop.digest
