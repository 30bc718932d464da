"""Conditions and values in English, from the tree.

Called by `doing` and `sentence`. A condition is a clause ("its total is more than $50"), a value a noun ("its total"), and
what is asked of items follows them ("whose print URL is missing"). Nothing is escaped here: the formats do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsl import ast, printer
from engine.booklet.functions import CALLS
from engine.booklet.naming import Naming, quoted
from engine.booklet.tree import mentions
from engine.show.words import listed

ORDER_OF_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}
SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
THAN = {"<": "less than", ">": "more than"}
CONDITIONS = (ast.Comparison, ast.HasTag, ast.Quantified, ast.Not, ast.And, ast.Or)


@dataclass(frozen=True)
class Saying:
    """it: whether the order was the last thing spoken of, so that it is "it". moved: whether the event is a move, whose
    `from` and `to` are folders. definitions: by name, to tell a condition from a value."""

    naming: Naming
    definitions: dict[str, ast.Expr]
    it: bool = True
    moved: bool = False

    @property
    def apart(self) -> Saying:
        """Where items are spoken of as well, so that "it" could be either."""
        return replace(self, it=False)

    @property
    def order(self) -> str:
        return "it" if self.it else "the order"

    @property
    def its(self) -> str:
        return "its" if self.it else "the order's"

    # -- conditions ---------------------------------------------------------------------------------------------

    def condition(self, node: ast.Expr, negated: bool = False) -> str:
        match node:
            case ast.Not(operand=operand):
                return self.condition(operand, not negated)
            case ast.Comparison():
                return self._comparison(replace(node, negated=node.negated != negated))
            case ast.HasTag(tag=tag):
                return f"{self.order} is {'not ' if node.negated != negated else ''}tagged {self.value(tag)}"
            case ast.Quantified():
                return self._quantified(node, negated)
            case ast.And(operands=operands):
                # Not both of two is one of two turned round; so no sentence begins with "it is not so that".
                return self._joined(operands, "or" if negated else "and", negated)
            case ast.Or(operands=operands):
                return self._joined(operands, "and" if negated else "or", negated)
            case ast.Name(name=name) if self.is_condition(node):
                return f"the condition {quoted(name)} is {'not ' if negated else ''}met"
            case _:
                return f"{self.value(node)} is {'not ' if negated else ''}true"

    def is_condition(self, node: ast.Expr) -> bool:
        seen = set()
        while isinstance(node, ast.Name) and node.name in self.definitions and node.name not in seen:
            seen.add(node.name)
            node = self.definitions[node.name]
        return isinstance(node, CONDITIONS)

    def simple(self, node: ast.Expr) -> bool:
        """One fact, which needs no `if` of its own."""
        while isinstance(node, ast.Not):
            node = node.operand
        return not isinstance(node, (ast.And, ast.Or))

    def _joined(self, operands: Sequence[ast.Expr], word: str, negated: bool) -> str:
        said = []
        for operand in operands:
            inner, turned = operand, negated
            while isinstance(inner, ast.Not):
                inner, turned = inner.operand, not turned
            clause = self.condition(inner, turned)
            if isinstance(inner, (ast.And, ast.Or)):
                alternatives = isinstance(inner, ast.Or) != turned
                two = len(inner.operands) == 2
                lead = "either" if alternatives else "both" if two else "all of this:"
                clause = f"{lead} {clause}" if alternatives != (word == "or") else clause
            said.append(clause)
        return listed(said, word)

    def _comparison(self, node: ast.Comparison) -> str:
        if (place := self._folder(node)) is not None:
            return place
        if isinstance(node.left, ast.Lookup) and node.operator in ("is present", "is missing"):
            found = (node.operator == "is present") != node.negated
            return self._looked_up(node.left, "gives something" if found else "gives nothing")
        return f"{self.value(node.left)} {self.predicate(node)}"

    def _looked_up(self, node: ast.Lookup, gives: str) -> str:
        return f"the table {quoted(node.table)} {gives} for {listed(map(self.value, node.args), 'and')}"

    def _folder(self, node: ast.Comparison) -> str | None:
        """`order.folder is "X"`, and where a move came from and led to, as people say it."""
        path = node.left
        if not (isinstance(path, ast.Path) and node.operator in ("is", "is one of")):
            return None
        which = printer.write(path)
        said = {
            "order.folder": ("is in", "is not in"),
            "event.to": ("was moved to", "was not moved to"),
            "event.from": ("comes from", "does not come from"),
        }.get(which)
        members = node.args
        if said is None or (path.root == "event" and not self.moved):
            return None
        verb = said[node.negated]
        if any(isinstance(member, ast.Name) for member in members):
            return f"{self.order} {verb} a folder of {listed([self._members(members)], 'or')}"
        return f"{self.order} {verb} the folder {listed(map(self.value, members), 'or')}"

    def predicate(self, node: ast.Comparison) -> str:
        """What is said of the left side: "is “US”", "does not contain “x”"."""
        many, no = self.naming.many(node.left), node.negated
        verb = ("are" if many else "is") + (" not" if no else "")
        does = "do" if many else "does"
        args = [self.value(arg) for arg in node.args]
        match node.operator:
            case "is missing" | "is present":
                there = (node.operator == "is present") != no
                return f"{'are' if many else 'is'} {'filled in' if there else 'missing'}"
            case "is exactly":
                return f"{verb} exactly {args[0]}, to the letter"
            case "is one of":
                return self._among(node, many, no)
            case "contains":
                verb = "include" if many else "contain"
                return f"{does} not {verb} {args[0]}" if no else f"{verb if many else 'contains'} {args[0]}"
            case "starts with" | "ends with":
                start = node.operator.split()[0].removesuffix("s")
                return f"{does} not {start} with {args[0]}" if no else f"{start}s with {args[0]}"
            case "matches":
                return f"{'does not match' if no else 'matches'} the pattern {args[0]}"
            case "<" | ">":
                return f"{verb} {THAN[node.operator]} {args[0]}"
            case "<=" | ">=":
                # "not at least 5" is less than 5, and is said so.
                if no:
                    return f"is {'more' if node.operator == '<=' else 'less'} than {args[0]}"
                return f"is {args[0]} or {'less' if node.operator == '<=' else 'more'}"
            case "is between":
                return f"{verb} from {args[0]} to {args[1]}"
            case "is before" | "is after":
                return f"{verb} {node.operator.removeprefix('is ')} {args[0]}"
            case "is older than" | "is newer than":
                return f"{verb} {'more' if node.operator == 'is older than' else 'less'} than {args[0]} ago"
            case _:
                return f"{verb} {args[0]}"

    def _among(self, node: ast.Comparison, many: bool, no: bool) -> str:
        a_list = any(isinstance(arg, ast.Name) for arg in node.args)
        if many and a_list:
            return f"{'include nothing' if no else 'include one'} of {self._members(node.args)}"
        if many:
            said = listed(map(self.value, node.args), "or")
            return f"do not include {said}" if no else f"include {said}"
        if a_list:
            return f"is {'not ' if no else ''}in {self._members(node.args)}"
        args = [self.value(arg) for arg in node.args]
        if no and len(args) > 1:
            return f"is neither {listed(args, 'nor')}"
        return f"is {'not ' if no else ''}{listed(args, 'or')}"

    def _members(self, args: Sequence[ast.Expr]) -> str:
        return listed(
            [
                f"the list {quoted(arg.name)}" if isinstance(arg, ast.Name) else self.value(arg)
                for arg in args
            ],
            "or",
        )

    def _quantified(self, node: ast.Quantified, negated: bool) -> str:
        has = f"{self.order} has"
        what = self.relative(node.where, node.over)
        kind = {"any": "no", "no": "any"}.get(node.kind, node.kind) if negated else node.kind
        match kind:
            case "any":
                return f"{has} {'an' if node.over == 'item' else 'a'} {node.over} {what}"
            case "no":
                return f"{has} no {node.over} {what}"
        if negated:
            return f"not every {node.over} of {self.order} is one {what}"
        return f"{has} only {node.over}s {what}"

    def relative(self, where: ast.Expr, over: str) -> str:
        """What is asked of an item: "whose print URL is missing and whose SKU is “A”", or "for which ..."."""
        operands = where.operands if isinstance(where, (ast.And, ast.Or)) else (where,)
        word = "or" if isinstance(where, ast.Or) else "and"
        if all(
            isinstance(one, ast.Comparison) and isinstance(one.left, ast.Path) and one.left.root == over
            for one in operands
        ):
            said = [
                f"whose {self.naming.noun(one.left)} {self.apart.predicate(one)}"
                for one in operands
                if isinstance(one, ast.Comparison) and isinstance(one.left, ast.Path)
            ]
            return listed(said, word)
        return f"for which {self.apart.condition(where)}"

    # -- values -------------------------------------------------------------------------------------------------

    def value(self, node: ast.Expr) -> str:
        match node:
            case ast.Text(value=value):
                return quoted(value)
            case ast.Template(parts=(part,)):
                return self.value(part)
            case ast.Template(parts=parts):
                pieces = [p.value if isinstance(p, ast.Text) else f"[{self.value(p)}]" for p in parts]
                return quoted("".join(pieces))
            case ast.Path():
                return self.field(node)
            case ast.Name(name=name):
                return f"the value {quoted(name)}"
            case ast.Call(function=function, args=args):
                return CALLS[function]([self.value(arg) for arg in args])
            case ast.Lookup(output=output):
                what = f"the {self.naming.words(output)} that" if output else "what"
                return f"{what} {self._looked_up(node, 'gives')}"
            case ast.Aggregate():
                return self._aggregate(node)
            case ast.Now():
                return "the current time"
            case ast.Today():
                return "today's date"
            case ast.Arithmetic(op=op, left=left, right=right):
                return f"{self._term(left, op)} {SIGNS[op]} {self._term(right, op, right=True)}"
            case ast.Minus(operand=operand):
                return f"minus {self._term(operand, '*', right=True)}"
            case _ if isinstance(node, CONDITIONS):
                return f"whether {self.condition(node)}"
            case _:
                return printer.write(node)

    def bare(self, node: ast.Expr, over: str) -> str:
        """A value of items, where it is said anyway whose it is: "quantity times price"."""
        return _Bare(self.naming, self.definitions, False, self.moved, over).value(node)

    def field(self, path: ast.Path) -> str:
        if path.root == "order":
            return f"{self.its if path.nth is None else f'order {path.nth}’s'} {self.naming.noun(path)}"
        name = path.steps[-1].name if path.steps and isinstance(path.steps[-1], ast.Field) else ""
        if path.root == "event" and self.moved and name in ("from", "to"):
            return f"the folder that {self.order} {'left' if name == 'from' else 'was moved to'}"
        if path.root == "event" and name in ("from", "to"):
            return f"the event's {'old' if name == 'from' else 'new'} value"
        if path.root == "event" and name == "message":
            return "the message"
        if path.root == "event" and name == "provider_order_id":
            return "the printer's order number"
        return f"the {path.root}'s {self.naming.noun(path)}"

    def _term(self, node: ast.Expr, op: str, *, right: bool = False) -> str:
        said = self.value(node)
        if not isinstance(node, ast.Arithmetic):
            return said
        inner, outer = ORDER_OF_BINDING[node.op], ORDER_OF_BINDING[op]
        return f"({said})" if inner < outer or (right and inner == outer) else said

    def _aggregate(self, node: ast.Aggregate) -> str:
        over = node.over or _over(node.body)
        where = f" {self.relative(node.where, over)}" if node.where is not None else ""
        rows = f"{self.its} {over}s{where}"
        if node.body is None:
            return f"the number of {rows}"
        body = self.bare(node.body, over)
        return (
            f"the sum of {body} over {rows}" if node.kind == "sum" else f"the {node.kind} {body} among {rows}"
        )


@dataclass(frozen=True)
class _Bare(Saying):
    over: str = "item"

    def field(self, path: ast.Path) -> str:
        return self.naming.noun(path) if path.root == self.over else Saying.field(self, path)


def _over(body: ast.Expr | None) -> str:
    """What an aggregate's body is about."""
    return "shipment" if mentions(body, "shipment") else "item"
