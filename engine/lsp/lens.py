"""What the editor says above a rule: how many samples make it fire, and which.

Called by `lenses`, with what `engine.firing` counted in a thread of its own.
"""

from __future__ import annotations

from engine.firing import Fired


def title(fired: Fired, rule: str) -> str:
    """`fires for 3 of 12 samples`"""
    if not fired.samples:
        return "no samples to try this rule on"
    count, of = len(fired.by_rule.get(rule, ())), fired.samples
    return f"fires for {count if count else 'none'} of {of} sample{'' if of == 1 else 's'}"


def told(fired: Fired, rule: str) -> str:
    """Which samples these are, and how to ask why."""
    firing = fired.by_rule.get(rule, ())
    shown = firing[:8]
    lines = [f"“{rule}” {title(fired, rule)}."]
    lines += [f"{each.place}: order {each.order}, after “{each.event}”" for each in shown]
    if len(firing) > len(shown):
        lines.append(f"and {len(firing) - len(shown)} more")
    alone = [each for each in shown if ", line " not in each.place]
    if alone:
        event = "" if alone[0].event == "Order is Imported" else f' --event "{alone[0].event}"'
        lines.append(
            f'Why, in the folder of the rules: ordinance why --order {alone[0].place}{event} --rule "{rule}"'
        )
    elif fired.samples and not firing:
        lines.append(f'Why not, in the folder of the rules: ordinance why --order FILE --rule "{rule}"')
    elif not fired.samples:
        lines.append(
            "Put orders into samples/; `ordinance import --redact` writes them without personal data."
        )
    return "\n".join(lines)
