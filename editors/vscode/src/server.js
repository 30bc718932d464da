// Starting `ordinance lsp`, and saying in words why it could not be started. Knows nothing of the editor, so that it is
// tested without one; `extension.js` is its only caller.
"use strict";

const { spawn } = require("node:child_process");
const os = require("node:os");
const path = require("node:path");
const { PassThrough } = require("node:stream");

/** As much of what the server said last as a person would read. */
const TAIL = 2000;

/** Why the server is not there, as a sentence. */
class NotStarted extends Error {}

/** The program that the setting means. `folder`: the workspace's, "" where none is open. */
function program(setting, folder) {
  const written = (setting || "").trim() || "ordinance";
  const placed = written.replaceAll("${workspaceFolder}", folder);
  return placed === "~" || placed.startsWith("~/") ? path.join(os.homedir(), placed.slice(1)) : placed;
}

/**
 * What the running server says and hears, `{reader, writer}`, once its process is there; it ends when `writer` does.
 * `died(sentence)` is called where it ends with an error later. Rejects with NotStarted where there is no such program.
 */
function start(command, folder, died) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ["lsp"], { cwd: folder || undefined, windowsHide: true });
    let said = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text) => {
      said = (said + text).slice(-TAIL);
    });
    // Who writes to a process that has just ended is told of it by the end of what it says, not by an error of its own.
    const writer = new PassThrough();
    writer.pipe(child.stdin).on("error", () => {});
    child.once("error", (error) => reject(new NotStarted(whyNot(command, error))));
    child.once("spawn", () => resolve({ reader: child.stdout, writer }));
    // All of stderr is read by then, which at `exit` it need not be.
    child.once("close", (code) => {
      if (code) died(whyEnded(said, code));
    });
  });
}

function whyNot(command, error) {
  if (error.code === "ENOENT") {
    return (
      `There is no program “${command}” here, so rules are coloured and nothing more. ` +
      "Install Ordinance with its language server (uv tool install \"ordinance[lsp]\"), or set the path where it is."
    );
  }
  if (error.code === "EACCES") return `“${command}” may not be run. Set the path of the program “ordinance”.`;
  return `“${command}” could not be started: ${error.message}.`;
}

/** What the server itself said last, which for a missing extra is how it is installed. */
function whyEnded(said, code) {
  const last = said.trim().split("\n").pop().replace(/^(?:ordinance|Error): /i, "");
  return last ? `Ordinance's language server ended: ${last}` : `Ordinance's language server ended with the code ${code}.`;
}

module.exports = { NotStarted, program, start };
