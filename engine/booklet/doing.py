"""Actions in English: "move it to the folder “X”". Called by `sentence`."""

from __future__ import annotations

from collections.abc import Sequence

from dsl import ast
from dsl.schema import fold
from engine.booklet.naming import quoted
from engine.booklet.saying import Saying
from engine.show.words import listed


def actions(nodes: Sequence[ast.Action], say: Saying) -> str:
    """All of them, in the order in which they are done."""
    return listed([action(node, say) for node in nodes], "and")


def action(node: ast.Action, say: Saying) -> str:
    value = say.value
    match node:
        case ast.MoveToFolder(folder=folder):
            return f"move {say.order} to the folder {value(folder)}"
        case ast.AddTag(tag=tag):
            plain = isinstance(tag, (ast.Text, ast.Template))
            return f"tag {say.order} {'' if plain else 'with '}{value(tag)}"
        case ast.RemoveTag(tag=tag):
            return f"remove the tag {value(tag)}"
        case ast.AddNote(text=text):
            return f"note {value(text)}"
        case ast.Set(target=target):
            return f"set {say.field(target)} to {value(node.value)}"
        case ast.Clear(target=target):
            return f"empty {say.field(target)}"
        case ast.Increase(target=target, by=by):
            return f"increase {say.field(target)} by {value(by)}"
        case ast.Decrease(target=target, by=by):
            return f"decrease {say.field(target)} by {value(by)}"
        case ast.RemoveItem():
            return "remove the item"
        case ast.ApplyInventory():
            return "fill in missing item details from the inventory"
        case ast.AddItem():
            return _add_item(node, say)
        case ast.AddShipment(tracking=tracking, carrier=carrier):
            who = f" by {value(carrier)}" if carrier is not None else ""
            return f"add a shipment{who} with the tracking number {value(tracking)}"
        case ast.SplitItems(where=where, folder=folder):
            into = f" in the folder {value(folder)}" if folder is not None else ""
            return f"split off the items {say.relative(where, 'item')} into a new order{into}"
        case ast.SplitBy(key=key, folder=folder):
            into = f", the new orders into the folder {value(folder)}" if folder is not None else ""
            return f"split {say.order} into an order for each {say.bare(key, 'item')} among {say.its} items{into}"
        case ast.Submit(connection=connection):
            return f"send {say.order} to {_called(connection, say)}"
        case ast.Resubmit(connection=connection):
            return f"send {say.order} to {_called(connection, say)} once more"
        case ast.Cancel(connection=connection):
            return f"cancel {say.order} at {_called(connection, say)}"
        case ast.SendEmail(to=to, subject=subject, body=body, file=file):
            of = f"of {file.value}" if file is not None else value(body or ast.Text(""))
            return f"send an e-mail to {value(to)} with the subject {value(subject)} and the text {of}"
        case ast.PostTo(url=url):
            return f"post {say.order} to {value(url)}"
        case ast.Raise(event=event):
            return f"set off the event {value(event)}"
        case ast.Stop():
            return f"stop, so that no later rule for this event looks at {say.order}"
        case ast.Run():
            return _run(node, say)


def _add_item(node: ast.AddItem, say: Saying) -> str:
    quantity = say.value(node.quantity) if node.quantity is not None else "1"
    price = f" at {say.value(node.price)} each" if node.price is not None else ""
    return f"add {quantity} of the item {say.value(node.sku)}{price}"


def _called(connection: ast.Text, say: Saying) -> str:
    """By its label, without regard to how it is written."""
    spec = say.naming.schema.connection(connection.value)
    return spec.label if spec is not None else connection.value


def _run(node: ast.Run, say: Saying) -> str:
    schema = say.naming.schema
    spec = next(
        (
            each
            for each in schema.actions.values()
            if fold(each.id) == fold(f"{node.connection.value}.{node.action}")
        ),
        None,
    )
    what = quoted(spec.label if spec is not None else node.action.replace("_", " "))
    given = ", ".join(f"{say.naming.words(arg.name)}: {say.value(arg.value)}" for arg in node.args)
    said = f" ({given})" if given else ""
    return f"have {_called(node.connection, say)} do {what}{said}"
