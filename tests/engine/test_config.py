"""`ordinance.yaml` as merchants write it, well and badly. What is expected is from language.md section 1 and the guides."""

from __future__ import annotations

import pytest

from actions.catalogue import general
from dsl.schema import StoreSpec
from engine.config import Config, FolderName
from engine.wiring import RESERVED, integrations
from tests.engine.configs import only, read

FROM_THE_LANGUAGE = """\
language: 1
store: {name: Acme Tees, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Artwork needed, SKU problems, In production, Shipped]     # new orders land in the first
connections:
  podos:                                    # the name rules use
    project: acme-12345
    token: ${PODOS_TOKEN}
    after_import_move_to: In production
    after_shipment_move_to: Shipped
    default_mail_class: Standard
    shipping_class_match: {Free Shipping: Standard, Express Worldwide: DHL Express}
    product_code_match: {OLD-TEE: NEW-TEE}
  podos-eu: {uses: podos, label: podOS EU, project: acme-eu, token: "${PODOS_EU_TOKEN}"}
  pov:
    customer_id: ${POV_CUSTOMER_ID}
    order_mode: test
events: [Artwork approved, Back in stock]
buttons: [Approve artwork]
"""


def test_the_example_of_the_language_is_read_without_a_finding() -> None:
    config, found = read(FROM_THE_LANGUAGE)
    assert found == []
    assert config.store == StoreSpec("Acme Tees", "USD", "lb", "America/New_York")
    assert [f.name for f in config.folders] == [
        "New",
        "Artwork needed",
        "SKU problems",
        "In production",
        "Shipped",
    ]
    assert [(c.name, c.uses, c.label) for c in config.connections] == [
        ("podos", "podos", "podOS"),
        ("podos-eu", "podos", "podOS EU"),
        ("pov", "pov", integrations()["pov"].label),
    ]
    assert config.connections[0].settings == {
        "project": "acme-12345",
        "token": "${PODOS_TOKEN}",
        "after_import_move_to": "In production",
        "after_shipment_move_to": "Shipped",
        "default_mail_class": "Standard",
        "shipping_class_match": {"Free Shipping": "Standard", "Express Worldwide": "DHL Express"},
        "product_code_match": {"OLD-TEE": "NEW-TEE"},
    }
    assert config.connections[2].settings == {"customer_id": "${POV_CUSTOMER_ID}", "order_mode": "test"}
    assert [e.name for e in config.events] == ["Artwork approved", "Back in stock"]
    assert [b.name for b in config.buttons] == ["Approve artwork"]
    assert (config.rules, config.chain_limit, config.unread) == (None, 100, frozenset())


def test_places_are_those_of_the_file() -> None:
    config, _ = read(FROM_THE_LANGUAGE)
    podos = config.connections[0]
    assert (podos.span.text, podos.span.line) == ("podos", 5)
    assert (podos.spans["after_import_move_to"].text, podos.spans["after_import_move_to"].line) == (
        "In production",
        8,
    )
    assert [f.span.text for f in config.folders][1:3] == ["Artwork needed", "SKU problems"]


def test_only_the_language_must_be_said() -> None:
    config, found = read("language: 1\n")
    assert found == []
    assert config == Config()
    assert config.store == StoreSpec("", "USD", "lb", "UTC")


def test_folders_with_the_ids_of_order_desk() -> None:
    config, found = read("language: 1\nfolders: {New: 1, Prepared: 2, Shipped: 40112, Late: }\n")
    assert found == []
    assert config.folders == (
        FolderName("New", 1),
        FolderName("Prepared", 2),
        FolderName("Shipped", 40112),
        FolderName("Late"),
    )
    assert config.folders_by_id == {1: "New", 2: "Prepared", 40112: "Shipped"}


def test_an_explicit_order_of_files_and_a_limit_of_chains() -> None:
    config, found = read("language: 1\nrules: [b.rules, a.rules]\nchain_limit: 20\n")
    assert found == []
    assert config.rules is not None
    assert [one.name for one in config.rules] == ["b.rules", "a.rules"]
    assert config.chain_limit == 20


def test_what_yaml_1_1_would_turn_into_truth_stays_text() -> None:
    text = "language: 1\nfolders: [NO, on, Off, yes, n]\nconnections:\n  podos: {shipping_class_match: {NO: on}}\n"
    config, found = read(text)
    assert found == []
    assert [folder.name for folder in config.folders] == ["NO", "on", "Off", "yes", "n"]
    assert config.connections[0].settings == {"shipping_class_match": {"NO": "on"}}


def test_numbers_without_quotes_are_text_with_all_their_zeros_where_text_is_wanted() -> None:
    text = "language: 1\nconnections:\n  podos: {project: 00123, product_code_match: {007: 1.50}, product_code_skip: [010, X]}\n"
    config, found = read(text)
    assert found == []
    assert config.connections[0].settings == {
        "project": "00123",
        "product_code_match": {"007": "1.50"},
        "product_code_skip": ["010", "X"],
    }


def test_a_folder_and_a_choice_are_found_without_regard_to_capitals_and_kept_in_their_own_spelling() -> None:
    text = "language: 1\nfolders: [New, Shipped]\nconnections:\n  pov: {order_mode: LIVE, after_import_move_to: ' shipped '}\n"
    config, found = read(text)
    assert found == []
    assert config.connections[0].settings == {"order_mode": "live", "after_import_move_to": "Shipped"}


@pytest.mark.parametrize(
    ("line", "code", "place", "message", "help"),
    [
        ("folder: [New]", "E280", "folder", "ordinance.yaml has no setting `folder`", "`folders`"),
        ("store: {curency: USD}", "E280", "curency", "`store` has no setting `curency`", "`currency`"),
        ("store: {currency: usd}", "E383", "usd", "`usd` is not the code of a currency", "write `USD`"),
        ("store: {currency: $}", "E383", "$", "`$` is not the code of a currency", "three capitals"),
        ("store: {currency: UDS}", "W581", "UDS", "`UDS` is no currency", "`USD`"),
        ("store: {weight_unit: lbs}", "E386", "lbs", "`lbs` is not a weight unit", "`lb`"),
        ("store: {timezone: America/New_Yrok}", "E386", "America/New_Yrok", "is not a time zone", "`America/New_York`"),
        ("store: {timezone: ../../etc/passwd}", "E386", "../../etc/passwd", "is not a time zone", "America/New_York"),
        ("store: Acme", "E381", "Acme", "`store` is a group of settings, and this is `Acme`", "store: {"),
        ("store: {name: [A]}", "E381", "[A]", "`name` is text, and this is a list", None),
        ("folders: New", "E381", "New", "`folders` is a list, and this is `New`", "folders: [First"),
        ("folders: [New, {A: 1}]", "E387", "{A: 1}", "expected the name of a folder, found a group", "one line"),
        ("folders: [New, ' ']", "E387", "' '", "expected the name of a folder", "one line"),
        ('folders: ["a\\nb"]', "E387", '"a\\nb"', "expected the name of a folder", "one line"),
        ("folders: [New, Late, new]", "E480", "new", "the folder `new` is named twice", "capital letters"),
        ("folders: {New: 1, Late: 1}", "E480", "1", "the folders `New` and `Late` have the same id 1", None),
        ("folders: {New: one}", "E381", "one", "a folder's id is a whole number above 0, and this is `one`", None),
        ("folders: {New: -1}", "E381", "-1", "a folder's id is a whole number above 0", None),
        ("events: [A, a]", "E480", "a", "the event `a` is named twice", None),
        ("buttons: {Go: 1}", "E381", "{Go: 1}", "`buttons` is a list, and this is a group of settings", "buttons: ["),
        ("chain_limit: 0", "E381", "0", "`chain_limit` is a whole number from 1 to 10,000, and this is `0`", None),
        ("chain_limit: .inf", "E381", ".inf", "`chain_limit` is a whole number", None),
        ("chain_limit: .nan", "E381", ".nan", "`chain_limit` is a whole number", None),
        ("chain_limit: " + "9" * 5000, "E381", "9" * 5000, "and this is a long text", None),
        ("chain_limit: yes", "E381", "yes", "`chain_limit` is a whole number", None),
        ("chain_limit: true", "E381", "true", "`chain_limit` is a whole number", None),
        ("connections: podos", "E381", "podos", "`connections` is a group of connections", "`podos:`"),
        ("connections: {podos: yes}", "E381", "yes", "`podos` is a group of settings", None),
        ("connections: {podoz: }", "E281", "podoz", "there is no integration `podoz`", "`podos`"),
        ("connections: {eu: {uses: podo}}", "E281", "podo", "there is no integration `podo`", "`podos`"),
        ("connections: {eu: {uses: [podos]}}", "E381", "[podos]", "`uses` is the name of an integration", None),
        ("connections: {podOS: }", "E387", "podOS", "`podOS` is not a name for a connection", "`podos`"),
        ("connections: {pod os: {uses: podos}}", "E387", "pod os", "is not a name for a connection", "`pod-os`"),
        ("connections: {order: {uses: podos}}", "E387", "order", "a word of the language", "`my-order`"),
        ("connections: {podos: {projct: x}}", "E282", "projct", "podOS has no setting `projct`", "`project`"),
        ("connections: {podos: {project: }}", "E381", "", "`project` is text, and this is nothing", None),
        ("connections: {podos: {project: [x]}}", "E381", "[x]", "`project` is text, and this is a list", None),
        ("connections: {podos: {label: }}", "E381", "", "`label` is text on one line", None),
        ("connections: {pov: {order_mode: prod}}", "E386", "prod", "`order_mode` is `test` or `live`", "`test`, `live`"),
        ("connections: {podos: {product_code_skip: A}}", "E381", "A", "is a list, and this is `A`", "[A]"),
        ("connections: {podos: {product_code_match: [A]}}", "E381", "[A]", "is a group of pairs", "{OLD: NEW"),
        ("connections: {podos: {product_code_match: {A: }}}", "E381", "", "`product_code_match: A` is text", None),
        ("connections: {podos: {product_code_match: {A: [B]}}}", "E381", "[B]", "is text, and this is a list", None),
        ("connections: {podos: {after_import_move_to: X}}", "E283", "X", "there is no folder `X`", "folders: ["),
        ("connections: {inksoft: {share_all_stores: yes}}", "E381", "yes", "is `true` or `false`", None),
        ("connections: {podos: {token: }}", "E381", "", "`token` is a reference to a secret", "${PODOS_TOKEN}"),
        ("mail: {servr: smtp.example.com}", "E280", "servr", "`mail` has no setting `servr`", "`server`"),
        ("mail: smtp.example.com", "E381", "smtp.example.com", "`mail` is a group of settings", None),
        ("mail: {security: ssl}", "E386", "ssl", "`starttls` or `tls` or `none`, and this is `ssl`", "`tls`"),
        ("mail: {port: smtp}", "E381", "smtp", "`port` is a number, and this is `smtp`", None),
        ("mail: {password: }", "E381", "", "`password` is a reference to a secret", "${MAIL_PASSWORD}"),
        ("post: [x]", "E381", "[x]", "`post` is a group of settings, and this is a list", None),
    ],
)  # fmt: skip
def test_a_slip_gives_one_finding_at_its_place(
    line: str,
    code: str,
    place: str,
    message: str,
    help: str | None,  # noqa: A002
) -> None:
    found = [d for d in read(f"language: 1\n{line}\n")[1] if d.code != "W582"]
    assert [d.code for d in found] == [code]
    assert (found[0].span.line, found[0].span.text) == (2, place)
    assert message in found[0].message
    if help is not None:
        assert help in (found[0].help or "")


def test_how_emails_and_posts_leave() -> None:
    config, found = read(
        "language: 1\n"
        "mail: {server: smtp.example.com, port: 465, security: TLS, user: shop, password: '${MAIL_PASSWORD}', "
        "from: Acme Tees <orders@acme.example>}\n"
        "post: {store_id: 00123, api_key: '${POST_API_KEY}'}\n"
    )
    assert found == []
    assert config.mail == {
        "server": "smtp.example.com", "port": 465, "security": "tls", "user": "shop",
        "password": "${MAIL_PASSWORD}", "from": "Acme Tees <orders@acme.example>",
    }  # fmt: skip
    assert config.post == {"store_id": "00123", "api_key": "${POST_API_KEY}"}
    assert (read("language: 1\n")[0].mail, read("language: 1\n")[0].post) == (None, None)


def test_a_folder_of_a_setting_is_looked_for_in_the_list() -> None:
    finding = only(
        "language: 1\nfolders: [New, Shipped]\nconnections:\n  podos: {after_import_move_to: Shiped}\n"
    )
    assert finding.code == "E283"
    assert finding.help == "a folder with a similar name exists: `Shipped`"


def test_where_the_folders_could_not_be_read_no_setting_is_blamed_for_it() -> None:
    config, found = read(
        "language: 1\nfolders: New\nconnections:\n  podos: {after_import_move_to: Shipped}\n"
    )
    assert [d.code for d in found] == ["E381"]
    assert config.unread == {"folders"}
    assert config.connections[0].settings == {"after_import_move_to": "Shipped"}


def test_what_could_not_be_read_is_marked_and_the_rest_is_kept() -> None:
    config, _ = read(
        "language: 1\nfolders: [New, {}]\nevents: 7\nconnections: {podoz: {}, pov: {}}\nbuttons: [Go]\n"
    )
    assert config.unread == {"folders", "events", "connections"}
    assert [f.name for f in config.folders] == ["New"]
    assert [c.name for c in config.connections] == ["pov"]
    assert [b.name for b in config.buttons] == ["Go"]


def test_all_mistakes_are_found_in_one_run_in_the_order_of_the_file() -> None:
    text = "language: 1\nstore: {currency: euro}\nfolders: [New, new]\nconnections:\n  podos: {projct: x, order: y}\nbuton: [A]\n"
    assert [d.code for d in read(text)[1]] == ["E383", "E480", "E282", "E282", "E280"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("folders: [New]\n", "this file does not say in which version of the language its rules are"),
        ("language: 2\n", "expected language 1, found `2`"),
        ("language: one\n", "expected language 1, found `one`"),
        ("language: true\n", "expected language 1, found `true`"),
        ("language: [1]\n", "expected language 1, found a list"),
        ("", "this file does not say in which version of the language its rules are"),
        ("# only a comment\n", "this file does not say in which version of the language its rules are"),
    ],
)
def test_the_version_of_the_language(text: str, message: str) -> None:
    finding = only(text)
    assert (finding.code, finding.message) == ("E380", message)
    assert "`language: 1`" in (finding.help or "")


def test_two_connections_may_not_be_called_the_same() -> None:
    for line in (
        "{podos: {}, eu: {uses: podos, label: podOS}}",
        "{podos: {}, eu: {uses: podos, label: PODOS}}",
        "{eu: {uses: podos, label: One}, us: {uses: pov, label: one}}",
        "{eu: {uses: podos}, us: {uses: pov, label: EU}}",
    ):
        finding = only(f"language: 1\nconnections: {line}\n")
        assert finding.code == "E481"
        assert len(finding.notes) == 1


def test_a_connection_may_have_its_own_name_as_its_label() -> None:
    assert read("language: 1\nconnections: {eu: {uses: podos, label: EU}, us: {uses: podos}}\n")[1] == []


def test_no_connection_can_have_the_first_word_of_a_general_events_id() -> None:
    assert {entry.id.split(".")[0] for entry in general().events} <= RESERVED
    for word in sorted(RESERVED):
        assert only(f"language: 1\nconnections:\n  {word}: {{uses: podos}}\n").code == "E387"


def test_a_setting_that_nothing_uses_yet_is_named() -> None:
    config, found = read("language: 1\nconnections: {inksoft: {share_all_stores: true}}\n")
    assert [d.code for d in found] == ["W582"]
    assert config.connections[0].settings == {"share_all_stores": True}
