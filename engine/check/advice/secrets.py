"""Texts that look like a secret (W517): a key or a password that everybody reads who reads the rules.

The forms are those that services give their own keys so that they can be found (GitHub's secret scanning lists them), a
password in a web address, and what somebody calls a token or a password. Reports show such a text masked.
"""

from __future__ import annotations

import re
from itertools import chain

from engine import form as f
from engine.check.scope import Scope

SHORTEST = 12
LOOKS = re.compile(
    r"""
      (?P<stripe>\b[rsp]k_(?:live|test)_[A-Za-z0-9]{10,})
    | (?P<github>\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{20,}))
    | (?P<slack>\bxox[abeprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/\w+)
    | (?P<shopify>\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32})
    | (?P<woocommerce>\bc[ks]_[0-9a-f]{40}\b)
    | (?P<aws>\bAKIA[0-9A-Z]{16}\b)
    | (?P<google>\bAIza[0-9A-Za-z_-]{35})
    | (?P<jwt>\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.)
    | (?P<key>-----BEGIN\ [A-Z ]*PRIVATE\ KEY-----)
    | (?P<password>\b[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s:@{]+@)
    | (?P<named>(?i:\b(?:access_|auth_|api_?)?(?:token|key|secret|password|passwd|pwd|signature)\s*[=:]\s*)(?=[^\s&]*[0-9])[^\s&{}"']{8,})
    | (?P<bearer>(?i:\bbearer|\bbasic)\s+(?=\S*[0-9])[A-Za-z0-9._~+/=-]{16,})
    """,
    re.VERBOSE,
)
NAMES = {
    "stripe": "a key of Stripe", "github": "a token of GitHub", "slack": "a key of Slack", "shopify": "a token of Shopify",
    "woocommerce": "a key of WooCommerce", "aws": "a key of Amazon's cloud", "google": "a key of Google", "jwt": "a token",
    "key": "a private key", "password": "a web address with a password", "named": "a password or a token", "bearer": "a token",
}  # fmt: skip


def advise(rule: f.RuleForm, scope: Scope) -> None:
    values = f.walk(tuple(act.values for act in rule.acts))
    for node in chain(f.nodes_of(rule.when, rule.where, *[act.where for act in rule.acts]), values):
        if isinstance(node, f.Const) and isinstance(node.value, str) and len(node.value) >= SHORTEST:
            found = LOOKS.search(node.value)
            if found is not None:
                scope.report.add(
                    "W517",
                    f"this looks like {NAMES[found.lastgroup or 'jwt']}, which everybody can read here",
                    node.span,
                    help="take it out of the rules, and have a new one given to you; "
                    "secrets stand in the environment, and ordinance.yaml names them: `${NAME}`",
                )
