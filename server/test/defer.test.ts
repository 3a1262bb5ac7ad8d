// `defer`: what another tool reports of a line is its own to report, and ours to repair.
import { afterEach, describe, expect, it } from 'vitest';
import { peers } from '../src/project/peer-names.js';
import { table } from '../src/project/peers.js';
import { closeEditors, startEditor } from './editor.js';
import { nap } from './samples.js';
import { folderWith } from './terminal.js';

afterEach(closeEditors);

const tasks = `import asyncio
import threading


async def save():
    return 1


async def main():
    asyncio.create_task(save())
    save()
    if save():
        print("always")


def work():
    print("worked")


threading.Thread(work).start()
threading.Thread(target=work, args=(3)).start()
`;
const chain = 'import time\n\n\ndef wait():\n    time.sleep(1)\n\n\nasync def nap():\n    wait()\n';

const loops = `import threading

rows = []


def direct(row):
    with threading.Lock():
        rows.append(row)


def named(row):
    lock = threading.Lock()
    with lock:
        rows.append(row)


def each(items, save):
    for item in items:
        threading.Thread(target=lambda: save(item)).start()
    while items:
        key = items.pop()
        threading.Thread(target=lambda: save(key)).start()
    for item in items:

        def work():
            save(item)

        threading.Thread(target=work).start()
`;

async function found(config: string): Promise<readonly string[]> {
  const at = folderWith({ 'threadwise.toml': config, 'nap.py': nap, 'chain.py': chain, 'tasks.py': tasks });
  const { stdout } = await at.run(['check', '--output-format', 'json', '--exit-zero']);
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; path: string; range: { start: { line: number } } }[] };
  return findings.map((it) => `${it.path}:${it.range.start.line} ${it.rule}`);
}
const all = [
  'chain.py:9 blocking-sleep',
  'nap.py:5 blocking-sleep',
  'tasks.py:10 dropped-task',
  'tasks.py:11 unawaited-coroutine',
  'tasks.py:12 unawaited-coroutine',
  'tasks.py:20 malformed-thread-arguments',
  'tasks.py:21 malformed-thread-arguments',
];

describe('defer', () => {
  it('leaves everything to nobody where it is not said', async () => {
    expect(await found('')).toEqual(all);
  });

  it('leaves to a tool what it reports of one statement, and keeps what needs to see more', async () => {
    expect(await found('defer = ["ruff"]')).toEqual(all.filter((it) => !/nap|dropped/.test(it)));
    expect(await found('defer = ["pyright", "pylint"]')).toEqual(all.filter((it) => !/:11 |:20 /.test(it)));
  });

  it('leaves locks and lambdas to who tells them on the same line', async () => {
    const told = async (config: string): Promise<readonly number[]> => {
      const at = folderWith({ 'threadwise.toml': config, 'loops.py': loops });
      const { stdout } = await at.run([
        'check',
        '--select',
        'lock-per-call,late-bound-loop-variable',
        '--output-format',
        'json',
        '--exit-zero',
      ]);
      return (JSON.parse(stdout) as { findings: { range: { start: { line: number } } }[] }).findings.map((it) => it.range.start.line);
    };
    expect(await told('')).toEqual([7, 12, 19, 22, 28]);
    expect(await told('defer = ["ruff"]')).toEqual([12, 28]);
    expect(await told('defer = ["pylint"]')).toEqual([12, 22, 28]);
  });

  it('takes the names of tools, and says what it takes', async () => {
    const at = folderWith({ 'threadwise.toml': 'defer = ["rough"]', 'nap.py': nap });
    const { stderr, code } = await at.run(['check']);
    expect(code).toBe(2);
    expect(stderr).toContain('`"rough"`; it takes `ruff`');
  });

  it('still offers the fix in an editor, where nothing is shown', async () => {
    const editor = await startEditor({ files: { 'threadwise.toml': 'defer = ["ruff"]\n' } });
    await editor.open('nap.py', nap);
    expect(await editor.alarms('nap.py')).toEqual([]);
    const line = { line: 4, character: 4 };
    const [fix] = await editor.actions('nap.py', { start: line, end: line });
    expect(fix?.title).toBe('Sleep without blocking the loop');
    expect(editor.applied('nap.py', await editor.resolve(fix!))).toContain('await asyncio.sleep(1)');
  });

  it('names known tools with a code each', () => {
    const rows = table.flatMap((it) => Object.entries(it.codes));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(([peer, code]) => !(peers as readonly string[]).includes(peer) || !/^[A-Za-z][A-Za-z0-9-]+$/.test(code))).toEqual(
      [],
    );
  });
});
