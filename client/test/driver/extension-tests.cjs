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
      assert.match(document.lineAt(it.range.start.line).text, /pool\.map\(measure, LIMITS\)/);
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
      assert.equal(document.getText(it.range), 'load_page(url)');
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
      const first = await alarm('report.py', pool);
      assert.deepEqual(await steps(vscode, first), ['report.py', 'pipeline.py', 'primes.py']);
      assert.match(await lastLine(vscode, first), /for number in range|while divisor|divisor/);
      const second = await alarm('api.py', network);
      assert.deepEqual(await steps(vscode, second), ['api.py', 'service.py', 'client.py']);
      assert.match(await lastLine(vscode, second), /requests\.get\(url, timeout=5\)/);
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
      const fix = offered.find((it) => /asyncio\.to_thread/.test(it.title));
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

from service import load_page


async def handler(url):
    page = await asyncio.to_thread(load_page, url)
    return page.upper()
`;

const afterProcesses = `"""Counts primes below several limits."""

from concurrent.futures import ProcessPoolExecutor

from pipeline import measure

LIMITS = [200_000, 300_000, 400_000, 500_000]


def main():
    with ProcessPoolExecutor(max_workers=4) as pool:
        for count in pool.map(measure, LIMITS):
            print(count)


if __name__ == "__main__":
    main()
`;

/** The files of the related information in order, each once; every step has to point at text that exists. */
async function steps(vscode, diagnostic) {
  const files = [];
  for (const { location, message } of diagnostic.relatedInformation ?? []) {
    const document = await vscode.workspace.openTextDocument(location.uri);
    assert(document.validateRange(location.range).isEqual(location.range), `a step points outside of ${location.uri.path}`);
    assert(document.getText(location.range).trim(), `a step points at nothing in ${location.uri.path}`);
    assert(message, 'a step says nothing');
    const file = location.uri.path.split('/').at(-1);
    if (files.at(-1) !== file) files.push(file);
  }
  return files;
}

async function lastLine(vscode, diagnostic) {
  const { location } = diagnostic.relatedInformation.at(-1);
  const document = await vscode.workspace.openTextDocument(location.uri);
  return document.lineAt(location.range.start.line).text;
}

function titles(offered) {
  return `offered: ${offered.map((it) => it.title).join(', ') || 'nothing'}`;
}
