// Runs inside the extension host, beside the installed extension: the tests that the workspace's name stands for, with a report after each.
const { renameSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vscode = require('vscode');
const { makeContext } = require('./context.cjs');

/** Keyed by the name of the workspace folder. */
const suites = {
  extension: () => require('./extension-tests.cjs'),
  web: () => require('./web-tests.cjs'),
};
const limit = 90_000;

exports.activate = async () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const results = process.env.THREADWISE_TEST_RESULTS;
  const suite = folder && suites[basename(folder.fsPath)];
  if (!results || !suite) return;
  const report = { tests: [], running: undefined, done: false };
  const publish = () => {
    const path = join(results, `${basename(folder.fsPath)}.json`);
    // Renamed into place, so that a reader never sees half a report.
    writeFileSync(`${path}.tmp`, JSON.stringify(report));
    renameSync(`${path}.tmp`, path);
  };
  for (const test of suite()) {
    report.running = test.name;
    publish();
    const started = Date.now();
    const error = await within(limit, test.run(makeContext(vscode, folder))).then(
      () => undefined,
      (reason) => String(reason?.stack ?? reason),
    );
    report.tests.push({ name: test.name, ok: error === undefined, ...(error && { error }), ms: Date.now() - started });
  }
  report.done = true;
  publish();
};

async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the test did not end within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
