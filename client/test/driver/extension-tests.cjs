// The tests that run in the extension host of a desktop-like window, in this order: the later ones change files that the earlier ones read.
const assert = require('node:assert/strict');

const extensionId = 'threadwise.threadwise';
const pool = 'cpu-bound-thread-pool';
const network = 'blocking-network';

module.exports = [
  {
    name: 'opening a Python file starts the extension',
    async run({ vscode, open, until }) {
      const extension = vscode.extensions.getExtension(extensionId);
      assert(extension, 'the extension is not installed');
      const document = await open('report.py');
      assert.equal(document.languageId, 'python');
      await until('the extension to be active', () => extension.isActive);
    },
  },
  {
    name: 'a thread pool is blamed for a loop two modules away',
    async run({ vscode, open, alarm, alarms }) {
      const document = await open('report.py');
      const it = await alarm('report.py', pool);
      assert.equal(alarms('report.py').length, 1);
      assert.equal(it.severity, vscode.DiagnosticSeverity.Warning);
      assert.match(document.lineAt(it.range.start.line).text, /pool\.map\(measure, SEEDS\)/);
      assert.match(it.message, /`measure`/);
      assert.match(it.message, /GIL/);
    },
  },
  {
    name: 'a coroutine is blamed for a request that two plain functions hide',
    async run({ vscode, open, alarm, alarms }) {
      const document = await open('api.py');
      const it = await alarm('api.py', network);
      assert.equal(alarms('api.py').length, 1);
      assert.equal(it.severity, vscode.DiagnosticSeverity.Warning);
      assert.equal(document.getText(it.range), 'load_page');
      assert.match(it.message, /`requests\.get`/);
      assert.deepEqual([alarms('service.py'), alarms('client.py')], [[], []], 'the helpers are fine where they are');
    },
  },
  {
    name: 'the rule of an alarm links to its page',
    async run({ alarm }) {
      const { code } = await alarm('api.py', network);
      assert.equal(typeof code, 'object');
      assert.match(code.target.toString(), /blocking-network/);
    },
  },
  {
    name: 'related information walks through every file down to the cause',
    async run({ alarm, vscode }) {
      const first = await steps(vscode, await alarm('report.py', pool));
      assert.deepEqual(inOrder(first), ['report.py', 'pipeline.py', 'dice.py']);
      assert.match(lineIn('dice.py', first), /for _ in range\(THROWS\)/);
      const second = await steps(vscode, await alarm('api.py', network));
      assert.deepEqual(inOrder(second), ['api.py', 'service.py', 'client.py']);
      assert.match(lineIn('client.py', second), /requests\.get\(url, timeout=5\)/);
    },
  },
  {
    name: 'the hover over an alarm shows its evidence',
    async run({ open, alarm, hover, until }) {
      await open('api.py');
      await alarm('api.py', network);
      const text = await until('a hover', () => hover('api.py', 'load_page(url)\n'));
      for (const word of ['load_page', 'fetch', 'requests.get']) assert(text.includes(word), `\`${word}\` is not in: ${text}`);
    },
  },
  {
    name: 'the hover over threads that resize pictures says that the GIL is released',
    async run({ open, alarms, hover, until }) {
      await open('thumbnails.py');
      const text = await until('a hover', () => hover('thumbnails.py', 'map(shrink'));
      assert.match(text, /GIL/);
      assert.match(text, /releas/);
      assert.deepEqual(alarms('thumbnails.py'), []);
    },
  },
  {
    name: 'the hover over an alarm says why a rewrite is refused',
    async run({ open, alarm, hover, until }) {
      await open('shared.py');
      await alarm('shared.py', pool);
      const text = await until('a hover', () => hover('shared.py', 'pool.map'));
      assert.match(text, /ProcessPoolExecutor.*`found`/);
    },
  },
  {
    name: 'an edit in a helper ends the alarm two files away, and undoing it brings the alarm back',
    async run({ vscode, open, alarm, noAlarm, type }) {
      await open('api.py');
      await alarm('api.py', network);
      await type('client.py', 'requests.get(url, timeout=5).text', 'url');
      await noAlarm('api.py', network);
      await type('client.py', 'return url', 'return requests.get(url, timeout=5).text');
      await alarm('api.py', network);
      await vscode.workspace.saveAll(false);
    },
  },
  {
    name: 'a file with a syntax error does not stop the analysis',
    async run({ open, alarm, noAlarm, type, vscode }) {
      await open('broken.py');
      await type('broken.py', 'import time', 'import time  # still broken');
      // Answers that depend on a change made after the broken file came in.
      await type('client.py', 'requests.get(url, timeout=5).text', 'url');
      await noAlarm('api.py', network);
      await type('client.py', 'return url', 'return requests.get(url, timeout=5).text');
      await alarm('api.py', network);
      await vscode.workspace.saveAll(false);
    },
  },
  {
    name: 'the fix for a blocked loop is applied, saved, and ends the alarm',
    async run({ open, alarm, noAlarm, actions, apply, onDisk, vscode }) {
      await open('api.py');
      const offered = await actions('api.py', await alarm('api.py', network));
      const fix = offered.find((it) => /in a thread/.test(it.title));
      assert(fix, titles(offered));
      assert.equal(fix.disabled, undefined);
      assert(vscode.CodeActionKind.QuickFix.contains(fix.kind), fix.kind.value);
      await apply(fix);
      assert.equal(onDisk('api.py'), afterToThread);
      await noAlarm('api.py', network);
    },
  },
  {
    name: 'the rewrite to processes is applied, saved, and ends the alarm',
    async run({ open, alarm, noAlarm, actions, apply, onDisk }) {
      await open('report.py');
      const offered = await actions('report.py', await alarm('report.py', pool));
      const fix = offered.find((it) => /ProcessPoolExecutor/.test(it.title));
      assert(fix, titles(offered));
      assert.equal(fix.disabled, undefined);
      await apply(fix);
      assert.equal(onDisk('report.py'), afterProcesses);
      await noAlarm('report.py', pool);
    },
  },
  {
    name: 'where Git is turned off, the audit of changed files ends without an error',
    async run({ vscode }) {
      assert.equal(vscode.workspace.getConfiguration('git').get('enabled'), false);
      await assert.doesNotReject(Promise.resolve(vscode.commands.executeCommand('threadwise.auditChangedFiles')));
    },
  },
  {
    name: 'the restart command brings the alarms back',
    async run({ vscode, open, alarm, noAlarm, type }) {
      await open('shared.py');
      await alarm('shared.py', pool);
      await vscode.commands.executeCommand('threadwise.restart');
      // An edit that only a living server can answer.
      await type('shared.py', 'range(5_000_000)', 'range(5)');
      await noAlarm('shared.py', pool);
      await type('shared.py', 'range(5)', 'range(5_000_000)');
      await alarm('shared.py', pool);
    },
  },
];

const afterToThread = `"""A coroutine that leaves the event loop without knowing it."""

import asyncio
import logging

from service import load_page

log = logging.getLogger(__name__)


async def handler(url):
    page = await asyncio.to_thread(load_page, url)
    log.info("%s has %d characters", url, len(page))
    return page
`;

const afterProcesses = `"""Prints the average throw for several seeds."""

from concurrent.futures import ProcessPoolExecutor

from pipeline import measure

SEEDS = [11, 23, 42, 97]


def main():
    with ProcessPoolExecutor(max_workers=4) as pool:
        for average in pool.map(measure, SEEDS):
            print(average)


if __name__ == "__main__":
    main()
`;

/** File and line of each step of the evidence; every step has to point at text that exists, and to say something. */
async function steps(vscode, diagnostic) {
  const all = [];
  for (const { location, message } of diagnostic.relatedInformation ?? []) {
    const document = await vscode.workspace.openTextDocument(location.uri);
    const file = location.uri.path.split('/').at(-1);
    assert(document.validateRange(location.range).isEqual(location.range), `a step points outside of ${file}`);
    assert(document.getText(location.range).trim(), `a step points at nothing in ${file}`);
    assert(message, `a step in ${file} says nothing`);
    all.push({ file, line: document.lineAt(location.range.start.line).text });
  }
  return all;
}

/** The files in the order in which the evidence first enters them. */
const inOrder = (all) => [...new Set(all.map((it) => it.file))];

/** The last line that the evidence shows of a file. */
const lineIn = (file, all) => all.filter((it) => it.file === file).at(-1)?.line;

function titles(offered) {
  return `offered: ${offered.map((it) => it.title).join(', ') || 'nothing'}`;
}
