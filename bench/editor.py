"""From a keystroke to its findings, in a ruleset that a person edits: through the protocol, as an editor has it.

`python -m bench.editor [RULES] [KEYS]`: a rule in the middle of one file is written letter by letter; each time is taken from
sending the change to having the findings of that version. The pause that the server makes before it looks is in it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from bench import ordinance, workload

TYPED = '\nrule "Written just now {}"\n  on "Event 3"\n  when order.shipping.country is "DE" and order.order_total > $20\n  do add tag "new"\n'


async def measured(rules: int, keys: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        text = ordinance.text(workload.rules(rules))
        (root / "ordinance.yaml").write_text(ordinance.config(20), "utf-8")
        (root / "shop.rules").write_text(text, "utf-8")
        client = LanguageClient("bench", "1")
        seen: dict[int, float] = {}
        told = asyncio.Event()

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            if params.version is not None:
                seen.setdefault(params.version, time.perf_counter())
                told.set()

        async def shown(version: int) -> None:
            while max(seen, default=0) < version:
                told.clear()
                await told.wait()

        await client.start_io(sys.executable, "-m", "engine.cli", "lsp")
        await client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), root_uri=root.as_uri())
        )
        client.initialized(types.InitializedParams())
        uri = (root / "shop.rules").as_uri()
        begun = time.perf_counter()
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "ordinance", 1, text))
        )
        await shown(1)
        opening = time.perf_counter() - begun
        line = text[: text.find("\nrule ", len(text) // 2)].count("\n")
        column, times, completions = 0, list[float](), list[float]()
        typed = "".join(TYPED.format(number) for number in range(keys // len(TYPED) + 1))
        for number in range(keys):
            key = typed[number]
            at = types.Position(line, column)
            version = number + 2
            begun = time.perf_counter()
            client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    types.VersionedTextDocumentIdentifier(version, uri),
                    [types.TextDocumentContentChangePartial(types.Range(at, at), key)],
                )
            )
            line, column = (line + 1, 0) if key == "\n" else (line, column + 1)
            if number % 5 == 0:
                asked = time.perf_counter()
                await client.text_document_completion_async(
                    types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
                )
                completions.append(time.perf_counter() - asked)
            await shown(version)
            times.append(time.perf_counter() - begun)
            await asyncio.sleep(0.02)
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()
        return {"opening": [opening], "keystroke": times, "completion": completions}


def main(arguments: list[str]) -> None:
    rules, keys = (int(each) for each in [*arguments, "1000", "300"][:2])
    for name, times in asyncio.run(measured(rules, keys)).items():
        late = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(
            f"{rules:,} rules, {name}: median {median(times) * 1000:.1f} ms, p95 {late * 1000:.1f} ms ({len(times)} times)"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
