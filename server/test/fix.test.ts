// What fixing does to files, and what the baseline accepts.
import { chmodSync, closeSync, lstatSync, openSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interruptWith } from '../src/cli/interrupt.js';
import { namesBelow, nodeHost } from '../src/host/node.js';
import type { Host } from '../src/project/host.js';
import { folderWith, type Scratch } from './terminal.js';

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
const fixedNap = 'import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n';
const pool =
  'from concurrent.futures import ThreadPoolExecutor\n\n\ndef count(n):\n    total = 0\n    for i in range(3_000_000):\n        total += i * n % 7\n    return total\n\n\ndef main():\n    with ThreadPoolExecutor(max_workers=4) as pool:\n        return list(pool.map(count, [1, 2, 3, 4]))\n\n\nif __name__ == "__main__":\n    main()\n';

const json = async (at: Scratch, ...argv: readonly string[]) =>
  JSON.parse((await at.run(['check', '--output-format', 'json', ...argv])).stdout);

describe('fix', () => {
  it('makes the safe fixes, says so, and leaves the rest', async () => {
    const at = folderWith({ 'nap.py': nap, 'pool.py': pool });
    const { code, stdout, stderr } = await at.run(['fix', '--output-format', 'concise']);
    expect(at.read('nap.py')).toBe(fixedNap);
    expect(at.read('pool.py')).toBe(pool);
    expect(stderr).toBe('Made 1 fix in 1 file.\n');
    expect({ code, paths: stdout.split('\n').map((it) => it.split(':')[0]) }).toEqual({ code: 1, paths: ['pool.py', ''] });
  });

  it('makes those for review when told to, and the run is clean then', async () => {
    const at = folderWith({ 'pool.py': pool });
    expect((await at.run(['check', '--fix', '--unsafe-fixes'])).code).toBe(0);
    expect(at.read('pool.py')).toContain('ProcessPoolExecutor');
    expect((await at.run(['fix', '--unsafe-fixes'])).stderr).toBe('');
  });

  it('makes several in one file, with one import', async () => {
    const two = `${nap}\n\nasync def rest():\n    time.sleep(2)\n`;
    const at = folderWith({ 'two.py': two });
    expect((await at.run(['fix'])).code).toBe(0);
    expect(at.read('two.py')).toBe(`${fixedNap}\n\nasync def rest():\n    await asyncio.sleep(2)\n`);
  });

  it('keeps line ends, byte order mark, encoding and mode', async () => {
    const windows = `\u{feff}${nap.replaceAll('\n', '\r\n')}`;
    const latin = Buffer.from(`# coding: latin-1\n# caf\u00e9\n${nap}`, 'latin1');
    const at = folderWith({ 'windows.py': windows, 'latin.py': latin });
    chmodSync(join(at.folder, 'windows.py'), 0o755);
    expect((await at.run(['fix'])).code).toBe(0);
    expect(at.read('windows.py')).toBe(`\u{feff}${fixedNap.replaceAll('\n', '\r\n')}`);
    if (process.platform !== 'win32') expect(statSync(join(at.folder, 'windows.py')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(at.folder, 'latin.py'))).toEqual(Buffer.from(`# coding: latin-1\n# caf\u00e9\n${fixedNap}`, 'latin1'));
  });

  it('writes every file before an interrupt ends it, unless there is a second one', async () => {
    const written = async (interrupts: number) => {
      const at = folderWith({ 'a.py': nap, 'b.py': nap });
      const fixed = () => ['a.py', 'b.py'].filter((it) => at.read(it) === fixedNap);
      const atTheEnd: (readonly string[])[] = [];
      const interrupt = interruptWith(() => atTheEnd.push(fixed()));
      const disk = nodeHost(namesBelow(at.folder));
      const write: Host['write'] = async (file, bytes) => {
        if (file === 'b.py') for (let nth = 0; nth < interrupts; nth++) interrupt.heard();
        await disk.write(file, bytes);
      };
      await at.run(['fix'], { host: { ...disk, write }, whole: interrupt.whole });
      return atTheEnd[0];
    };
    expect(await written(0)).toBeUndefined();
    expect(await written(1)).toEqual(['a.py', 'b.py']);
    expect(await written(2)).toEqual(['a.py']);
  });

  it('shows the change with --diff, and makes none', async () => {
    const at = folderWith({ 'nap.py': nap });
    const { code, stdout, stderr } = await at.run(['check', '--diff']);
    expect(stdout).toBe(
      '--- a/nap.py\n+++ b/nap.py\n@@ -1,5 +1,5 @@\n-import time\n+import asyncio\n \n \n async def nap():\n-    time.sleep(1)\n+    await asyncio.sleep(1)\n',
    );
    expect(stderr).toBe('1 fix in 1 file; nothing was written\n');
    expect(code).toBe(1);
    expect(at.read('nap.py')).toBe(nap);
  });

  it('sends the fixed standard input to stdout, and the findings elsewhere', async () => {
    const at = folderWith({});
    const { code, stdout } = await at.run(['fix', '-'], { stdin: `\u{feff}${nap}` });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `\u{feff}${fixedNap}` });
    expect((await at.run(['fix', '-', '--quiet'], { stdin: pool })).stdout).toBe(pool);
  });

  it('leaves alone what a comment or the baseline accepts, and files it was not asked about', async () => {
    const accepted = nap.replace('sleep(1)', 'sleep(1)  # threadwise: ignore[blocking-sleep] on purpose');
    const at = folderWith({ 'accepted.py': accepted, 'nap.py': nap, 'other/nap.py': nap });
    await at.run(['baseline', 'nap.py', '--output', 'base.json']);
    await at.run(['fix', 'accepted.py', 'nap.py', '--baseline', 'base.json']);
    expect([at.read('accepted.py'), at.read('nap.py'), at.read('other/nap.py')]).toEqual([accepted, nap, nap]);
  });

  it('says what could not be written, with exit code 2', async () => {
    const at = folderWith({ 'nap.py': nap });
    const host = nodeHost(namesBelow(at.folder));
    const failing = { ...host, write: () => Promise.reject(new Error('may not be read or written')) };
    expect(await at.run(['fix'], { host: failing })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('threadwise: `nap.py` was not written: may not be read or written\n'),
    });
    expect(at.read('nap.py')).toBe(nap);
  });

  it('does not write over what changed in the meantime', async () => {
    const at = folderWith({ 'nap.py': nap });
    const host = nodeHost(namesBelow(at.folder));
    let reads = 0;
    const busy: Host = {
      ...host,
      read(file, most) {
        if (file === 'nap.py' && reads++ === 1) at.write('nap.py', `${nap}# typed just now\n`);
        return host.read(file, most);
      },
    };
    expect(await at.run(['fix'], { host: busy })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('changed on disk in the meantime'),
    });
    expect(at.read('nap.py')).toBe(`${nap}# typed just now\n`);
  });
});

describe('baseline', () => {
  it('accepts what is found now, and nothing new', async () => {
    const at = folderWith({ 'nap.py': nap });
    expect(await at.run(['baseline'])).toEqual({ code: 0, stdout: '', stderr: '.threadwise-baseline.json accepts 1 finding\n' });
    at.write('nap.py', `import os\n\n${nap}\n\nasync def rest():\n    time.sleep(2)\n`);
    const { findings } = await json(at, '--baseline', '.threadwise-baseline.json');
    expect(findings.map((it: { range: { start: { line: number } } }) => it.range.start.line)).toEqual([11]);
    const all = await json(at, '--baseline', '.threadwise-baseline.json', '--show-suppressed');
    expect(all.findings.map((it: { suppressed: { by: string } | null }) => it.suppressed?.by)).toEqual(['baseline', undefined]);
  });
});

describe('a file that is an output', () => {
  it('is replaced at once: a link stays a link, the mode stays, and nothing is left beside it', async () => {
    if (process.platform === 'win32') return;
    const at = folderWith({ 'nap.py': nap, 'out/real.json': 'old', 'out/keep.txt': '' });
    chmodSync(join(at.folder, 'out/real.json'), 0o600);
    const open = openSync(join(at.folder, 'out/real.json'), 'r');
    symlinkSync('real.json', join(at.folder, 'out/link.json'));
    symlinkSync('later.json', join(at.folder, 'out/dangling.json'));
    for (const name of ['link', 'dangling', 'new']) await at.run(['check', '--output-format', `json=out/${name}.json`]);
    // Who had the old file open still reads all of it.
    expect(readFileSync(open, 'utf8')).toBe('old');
    closeSync(open);
    expect(readdirSync(join(at.folder, 'out')).sort()).toEqual([
      'dangling.json',
      'keep.txt',
      'later.json',
      'link.json',
      'new.json',
      'real.json',
    ]);
    for (const name of ['real', 'later', 'new']) expect(JSON.parse(at.read(`out/${name}.json`)).findings).toHaveLength(1);
    expect(lstatSync(join(at.folder, 'out/link.json')).isSymbolicLink()).toBe(true);
    expect(statSync(join(at.folder, 'out/real.json')).mode & 0o777).toBe(0o600);
  });
});
