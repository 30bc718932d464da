// The extension: starts the language server for rules files and the files beside them, and says where it is missing.
"use strict";

const vscode = require("vscode");
const { CloseAction, ErrorAction, LanguageClient } = require("vscode-languageclient/node");
const { program, start } = require("./server");

const FILES = [
  "**/*.rules",
  "**/ordinance.yaml",
  "**/inventory.csv",
  "**/tables/*.csv",
  "**/emails/*.txt",
  "**/samples/*.{json,jsonl}",
  "**/integrations/*.{yaml,yml}",
];
const SETTING = "ordinance.path";
const ANEW = 3;

/** The library's own words for a server that ended come beside ours, so they stay in its output. */
class Client extends LanguageClient {
  error(message, data, show) {
    super.error(message, data, said ? false : show);
  }
}

let client;
let said = "";

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("ordinance.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTING)) return restart();
    }),
  );
  await begin();
}

async function deactivate() {
  await end();
}

async function restart() {
  await end();
  await begin();
}

async function begin() {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const command = program(vscode.workspace.getConfiguration("ordinance").get("path"), folder);
  said = "";
  let restarts = 0;
  let first;
  try {
    // Before there is a client: it would say in other words once more that it could not be started.
    first = await start(command, folder, tell);
  } catch (error) {
    tell(error.message);
    return;
  }
  const server = () => {
    const now = first ?? start(command, folder, tell);
    first = undefined;
    return Promise.resolve(now);
  };
  const mine = new Client("ordinance", "Ordinance", server, {
    documentSelector: FILES.map((pattern) => ({ scheme: "file", pattern })),
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // One that ended with a sentence would end with it again.
      closed: () => ({ action: !said && ++restarts <= ANEW ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
    },
    initializationFailedHandler: () => false,
  });
  client = mine;
  try {
    await mine.start();
  } catch (error) {
    tell(`Ordinance's language server could not be started: ${error.message ?? error}`);
  }
}

async function end() {
  const old = client;
  client = undefined;
  if (!old) return;
  try {
    await old.dispose();
  } catch {
    // It was never there, or is gone already: then there is nothing to end.
  }
}

/** Once for each start: a sentence, and a way to the setting. */
async function tell(sentence) {
  if (said) return;
  said = sentence;
  const way = "Set the path";
  if ((await vscode.window.showWarningMessage(sentence, way)) === way) {
    await vscode.commands.executeCommand("workbench.action.openSettings", SETTING);
  }
}

module.exports = { activate, deactivate };
