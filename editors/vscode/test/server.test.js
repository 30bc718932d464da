// `npm test`: the server as the extension starts it. ORDINANCE names the program; without it `ordinance` is looked for.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const { NotStarted, program, start } = require("../src/server");

const ORDINANCE = process.env.ORDINANCE || "ordinance";

function script(text) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "ordinance-")), "server");
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

function message(content) {
  const text = JSON.stringify({ jsonrpc: "2.0", ...content });
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

test("the setting names the program", () => {
  assert.equal(program("", "/shop"), "ordinance");
  assert.equal(program(undefined, ""), "ordinance");
  assert.equal(program(" /opt/ordinance ", "/shop"), "/opt/ordinance");
  assert.equal(program("${workspaceFolder}/.venv/bin/ordinance", "/shop"), "/shop/.venv/bin/ordinance");
  assert.equal(program("~/bin/ordinance", "/shop"), path.join(os.homedir(), "bin/ordinance"));
});

test("a program that is not there is named, with the way out", async () => {
  await assert.rejects(start("no-such-ordinance", "", () => {}), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.match(error.message, /“no-such-ordinance”/);
    assert.match(error.message, /uv tool install "ordinance\[lsp\]"/);
    return true;
  });
});

test("a program that may not be run is told apart", { skip: process.platform === "win32" }, async () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "ordinance-")), "server");
  fs.writeFileSync(file, "", { mode: 0o644 });
  await assert.rejects(start(file, "", () => {}), /may not be run/);
});

test("what the server says at its end is told", { skip: process.platform === "win32" }, async () => {
  const told = await new Promise((resolve) => {
    start(script('echo "Error: the language server is an extra that is not installed here" >&2; exit 2'), "", resolve);
  });
  assert.equal(told, "Ordinance's language server ended: the language server is an extra that is not installed here");
});

test("who writes to a server that has ended gets no error", { skip: process.platform === "win32" }, async () => {
  const server = await start(script("exit 2"), "", () => {});
  server.reader.resume();
  await new Promise((resolve) => server.reader.once("close", resolve));
  await new Promise((resolve, reject) => server.writer.write("x", (error) => (error ? reject(error) : resolve())));
});

test("a server that ends well says nothing", { skip: process.platform === "win32" }, async () => {
  let told = "";
  const server = await start(script("exit 0"), "", (sentence) => (told = sentence));
  server.reader.resume();
  await new Promise((resolve) => server.reader.once("close", resolve));
  assert.equal(told, "");
});

test("the real server answers, and says what is wrong with a rule", async () => {
  const server = await start(ORDINANCE, "", (sentence) => assert.fail(sentence));
  let answer = "";
  server.reader.setEncoding("utf8");
  const until = (pattern) =>
    new Promise((resolve) => {
      const look = () => pattern.test(answer) && resolve();
      server.reader.on("data", (text) => {
        answer += text;
        look();
      });
      look();
    });
  const uri = "file:///nowhere/shop.rules";
  server.writer.write(message({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } }));
  await until(/"capabilities"/);
  server.writer.write(message({ method: "initialized", params: {} }));
  const text = 'rule "a"\n  on "Order is Imported"\n  do add tog "x"\n';
  server.writer.write(
    message({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "ordinance", version: 1, text } } }),
  );
  await until(/publishDiagnostics/);
  server.writer.write(message({ id: 2, method: "shutdown", params: null }));
  await until(/"id": ?2/);
  server.writer.write(message({ method: "exit", params: null }));
  await new Promise((resolve) => server.reader.once("close", resolve));
  assert.match(answer, /"code":\s*"E1/);
});
