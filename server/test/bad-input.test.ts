// What people really have on disk: each gets a clear answer, and none takes down the run.
import { chmodSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, type Scratch } from './terminal.js';

const defect = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';

/** Runs `check` and reads its JSON. */
async function check(at: Scratch, argv: readonly string[] = ['.']) {
  const { code, stdout, stderr } = await at.run(['check', '--output-format', 'json', ...argv]);
  const { findings, summary } = JSON.parse(stdout === '' ? '{}' : stdout) as {
    findings?: { rule: string; path: string; range: { start: { line: number; column: number }; end: { line: number; column: number } } }[];
    summary?: { files: number; analysed: number; failed: { path: string; reason: string }[] };
  };
  const places = findings?.map((one) => `${one.path}:${one.range.start.line}:${one.range.start.column} ${one.rule}`);
  return { code, stderr, findings: findings ?? [], places, summary };
}
const sound = ['sound.py:5:5 blocking-sleep'];

describe('a file that is not as Python wants it', () => {
  it('with a syntax error is analysed in part, and said to be', async () => {
    const at = folderWith({ 'sound.py': defect, 'torn.py': `${defect}\n\ndef torn(:\n    pass\n` });
    const { code, places, summary, stderr } = await check(at);
    expect(places).toEqual([...sound, 'torn.py:5:5 blocking-sleep']);
    expect(summary).toEqual({
      files: 2,
      analysed: 2,
      failed: [{ path: 'torn.py', reason: 'syntax error in line 8; the rest was analysed' }],
    });
    expect(stderr).toBe('warning: torn.py: syntax error in line 8; the rest was analysed\n');
    expect(code).toBe(1);
  });

  it('with a syntax error alone does not fail the run', async () => {
    const at = folderWith({ 'torn.py': 'import asyncio\ndef torn(:\n' });
    expect(await check(at)).toMatchObject({ code: 0, places: [], summary: { failed: [{ path: 'torn.py' }] } });
  });

  it('that is empty is no problem, also when it is named', async () => {
    const at = folderWith({ 'empty.py': '' });
    expect(await check(at, ['empty.py'])).toMatchObject({
      code: 0,
      places: [],
      stderr: '',
      summary: { files: 1, analysed: 1, failed: [] },
    });
  });

  it('of 5 MB in one line is too large, and the run is not complete', async () => {
    const at = folderWith({ 'sound.py': defect, 'wide.py': `import asyncio; x = "${'y'.repeat(5_000_000)}"\n` });
    const { code, places, summary, stderr } = await check(at);
    expect({ code, places }).toEqual({ code: 2, places: sound });
    expect(summary?.failed).toEqual([{ path: 'wide.py', reason: 'larger than 4 MB' }]);
    expect(stderr).toBe('error: wide.py: larger than 4 MB\n');
  });

  it('with a line of a megabyte is shown around the mark', async () => {
    const at = folderWith({
      'wide.py': `import time\nasync def nap():\n    x = "${'y'.repeat(1_000_000)}"; time.sleep(1); z = "${'y'.repeat(1_000)}"\n`,
    });
    const { code, stdout } = await at.run(['check'], { columns: 80 });
    expect(code).toBe(1);
    const shown = stdout.split('\n').find((line) => line.includes('time.sleep(1)'));
    expect(shown).toMatch(/^ 3 │ ….*time\.sleep\(1\).*…$/);
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .filter((line) => line.includes('│'))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('with a NUL byte is listed and passed over', async () => {
    const at = folderWith({ 'sound.py': defect, 'nul.py': `${defect}\0` });
    const { code, places, summary } = await check(at);
    expect({ code, places }).toEqual({ code: 1, places: sound });
    expect(summary?.failed).toEqual([{ path: 'nul.py', reason: 'contains a NUL byte' }]);
  });

  it('that is not UTF-8 is listed and passed over', async () => {
    const at = folderWith({ 'sound.py': defect, 'latin.py': Buffer.from(`# caf\u00e9\n${defect}`, 'latin1') });
    const { code, places, summary } = await check(at);
    expect({ code, places }).toEqual({ code: 1, places: sound });
    expect(summary?.failed).toEqual([{ path: 'latin.py', reason: 'not valid UTF-8' }]);
  });

  it('that is not UTF-8 fails the run when it is the very file that was named', async () => {
    const at = folderWith({ 'latin.py': Buffer.from('# caf\u00e9\n', 'latin1') });
    expect(await check(at, ['latin.py'])).toMatchObject({ code: 2, stderr: 'error: latin.py: not valid UTF-8\n' });
  });

  it('in the encoding that it declares is read', async () => {
    const latin = Buffer.from(`# -*- coding: latin-1 -*-\nimport time\nasync def nap():\n    "\u00e9\u00ff"; time.sleep(1)\n`, 'latin1');
    const at = folderWith({ 'latin.py': latin });
    expect(await check(at)).toMatchObject({ places: ['latin.py:4:11 blocking-sleep'], summary: { failed: [] } });
  });

  it('that declares an encoding we do not read is listed', async () => {
    const at = folderWith({ 'ebcdic.py': Buffer.concat([Buffer.from('# coding: cp037\n# '), Buffer.from([0xc1, 0xc2])]) });
    const { summary } = await check(at);
    expect(summary?.failed).toEqual([{ path: 'ebcdic.py', reason: 'declares the encoding `cp037`, which is not read' }]);
  });
});

describe('positions', () => {
  it('do not count a byte order mark', async () => {
    const at = folderWith({ 'bom.py': `\u{feff}async def nap(): import time; time.sleep(1)\n` });
    expect((await check(at)).places).toEqual(['bom.py:1:31 blocking-sleep']);
  });

  it('count lines that end in CR LF once', async () => {
    const at = folderWith({ 'sound.py': defect.replaceAll('\n', '\r\n') });
    expect((await check(at)).places).toEqual(sound);
  });

  it('count code points: an emoji before the finding is one column', async () => {
    const at = folderWith({ 'emoji.py': 'import time\nasync def nap():\n    x = "\u{1f600}\u{1f600}"; time.sleep(1)\n' });
    const { findings } = await check(at);
    expect(findings.map((it) => it.range)).toEqual([{ start: { line: 3, column: 15 }, end: { line: 3, column: 25 } }]);
  });

  it('of the mark under the code follow the width of what is above it', async () => {
    const at = folderWith({ 'emoji.py': 'import time\nasync def nap():\n\tx = "\u{1f600}\u6f22"; time.sleep(1)\n' });
    const { stdout } = await at.run(['check'], {});
    const lines = stdout.split('\n');
    const code = lines.findIndex((line) => line.includes('time.sleep(1)'));
    expect(lines[code]).toBe(' 3 │     x = "\u{1f600}\u6f22"; time.sleep(1)');
    // Tab 4, `x = "` 5, two wide characters 4, `"; ` 3.
    expect(lines[code + 1]).toMatch(/^ {3}│ {17}━{10}(?!━)/);
  });
});

describe('a folder', () => {
  it('with a loop of links is walked once', async () => {
    const at = folderWith({ 'pkg/sound.py': defect });
    symlinkSync(at.folder, join(at.folder, 'pkg/up'));
    symlinkSync(join(at.folder, 'pkg'), join(at.folder, 'pkg/self'));
    symlinkSync('selfish', join(at.folder, 'selfish'));
    expect(await check(at)).toMatchObject({ code: 1, places: ['pkg/sound.py:5:5 blocking-sleep'], summary: { files: 1, failed: [] } });
  });

  it('with a link to a folder elsewhere is followed, and a file is reported under its own name', async () => {
    const other = folderWith({ 'lib/sound.py': defect });
    const at = folderWith({ 'own.py': defect });
    symlinkSync(join(other.folder, 'lib'), join(at.folder, 'linked'));
    symlinkSync(join(at.folder, 'own.py'), join(at.folder, 'again.py'));
    expect((await check(at)).places).toEqual(['linked/sound.py:5:5 blocking-sleep', 'own.py:5:5 blocking-sleep']);
  });

  it('with a link to nothing says so, and is not complete', async () => {
    const at = folderWith({ 'sound.py': defect });
    symlinkSync('gone.py', join(at.folder, 'dangling.py'));
    const { code, places, stderr } = await check(at);
    expect({ code, places, stderr }).toEqual({ code: 2, places: sound, stderr: 'error: dangling.py: is a link to nothing\n' });
  });

  // Whoever may read everything has no unreadable file but those of the system.
  const everything = process.getuid?.() === 0;
  it.skipIf(process.platform === 'win32' || (everything && !existsSync('/proc/self/mem')))(
    'with a file that cannot be read goes on',
    async () => {
      const at = folderWith({ 'sound.py': defect });
      if (everything) symlinkSync('/proc/self/mem', join(at.folder, 'closed.py'));
      else at.write('closed.py', defect);
      if (!everything) chmodSync(join(at.folder, 'closed.py'), 0o000);
      const { code, places, summary, stderr } = await check(at);
      expect({ code, places }).toEqual({ code: 2, places: sound });
      expect(summary?.failed.map((it) => it.path)).toEqual(['closed.py']);
      expect(stderr).toMatch(/^error: closed\.py: (may not be read|could not be read)/);
    },
  );

  it('whose name ends in .py is a folder', async () => {
    const at = folderWith({ 'odd.py/sound.py': defect });
    mkdirSync(join(at.folder, 'empty.py'));
    expect((await check(at)).places).toEqual(['odd.py/sound.py:5:5 blocking-sleep']);
  });

  it('without Python is no failure, but is said', async () => {
    const at = folderWith({ 'readme.md': '' });
    expect(await check(at)).toMatchObject({ code: 0, stderr: 'warning: there is no Python file in what was named\n' });
  });
});

describe('a path that does not exist', () => {
  it('is wrong usage, and the nearest name is told', async () => {
    const at = folderWith({ 'render/tiles.py': defect });
    expect(await at.run(['check', 'rendr/tiles.py'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'threadwise: `rendr/tiles.py` does not exist; the nearest existing path is `render/tiles.py`\n',
    });
    expect((await at.run(['check', 'nothing-like-it.py'])).stderr).toBe('threadwise: `nothing-like-it.py` does not exist\n');
  });

  it('fails the run beside paths that exist', async () => {
    const at = folderWith({ 'sound.py': defect });
    expect((await at.run(['check', 'sound.py', 'missing.py', '--exit-zero'])).code).toBe(2);
  });
});

describe('names that could steer a terminal', () => {
  it.skipIf(process.platform === 'win32')('are shown without their control characters', async () => {
    const at = folderWith({ 'a\u001b[31m.py': 'import time\nasync def nap():\n    x = "\u001b[2J\u202e"; time.sleep(1)\n' });
    const { stdout } = await at.run(['check']);
    expect(stdout).toContain('time.sleep(1)');
    expect([...stdout].filter((it) => it === '\u001b' || it === '\u202e')).toEqual([]);
  });
});
