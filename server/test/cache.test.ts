// Facts that are kept between runs: nothing unchanged is scanned again, nothing old is believed, and a bad cache is no cache.
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { factsStamp } from '../../scripts/pages-plugin.mjs';
import { Engine } from '../src/engine/engine.js';
import { namesBelow, nodeHost } from '../src/host/node.js';
import { openProject } from '../src/lsp/project.js';
import { type FactsCache, openCache } from '../src/project/cache.js';
import type { Host } from '../src/project/host.js';
import { type Prepared, prepare } from '../src/project/prepare.js';
import { sampled } from './fast.js';
import { nap, web } from './samples.js';
import { folderWith, type Scratch, testParser } from './terminal.js';

const days = 86_400_000;
const plain = 'x = 1\n';
/** Files that changed long ago; `helper` is read only because `app` imports it, and `plain` concerns nobody. */
function project(files: Readonly<Record<string, string>> = {}): Scratch {
  const at = folderWith({ ...web, 'nap.py': nap, 'plain.py': plain, 'pyproject.toml': '[project]\n', ...files });
  for (const name of readdirSync(at.folder)) age(at, name);
  return at;
}
const age = (at: Scratch, name: string): void => utimesSync(join(at.folder, name), new Date(2020, 1, 1), new Date(2020, 1, 1));
const bin = (at: Scratch): string => join(at.folder, '.threadwise_cache/facts.bin');

interface Run {
  readonly findings: unknown;
  readonly scanned: number;
  readonly found: number;
}
async function run(at: Scratch, ...more: readonly string[]): Promise<Run> {
  const { stdout, stderr } = await at.run(['check', '--verbose', '--output-format', 'json', ...more]);
  const [, scanned, found] = /^(\d+) files? scanned, (\d+) as they were;/m.exec(stderr) ?? [];
  return { findings: JSON.parse(stdout).findings, scanned: Number(scanned), found: Number(found) };
}

describe('a second run', () => {
  it('scans nothing that is as it was, not even what other files ask for, and finds the same', async () => {
    const at = project();
    const first = await run(at);
    expect(first).toMatchObject({ scanned: 4, found: 0 });
    expect(first.findings).toHaveLength(2);
    expect(await run(at)).toEqual({ ...first, scanned: 0, found: 4 });
    expect(await run(at, '--no-cache')).toEqual({ ...first, scanned: Number.NaN, found: Number.NaN });
  });

  it('does not even read what concerns nobody', async () => {
    const at = project();
    const real = nodeHost(namesBelow(at.folder));
    const reads: string[] = [];
    const host: Host = {
      ...real,
      read(file, most) {
        reads.push(file);
        return real.read(file, most);
      },
    };
    await at.run(['check'], { host });
    expect(reads).toContain('plain.py');
    reads.length = 0;
    await at.run(['check'], { host });
    expect(reads).not.toContain('plain.py');
    expect(reads).toContain('nap.py');
  });

  it('scans the one file that changed', async () => {
    const at = project();
    await run(at);
    at.write('client.py', 'def fetch(url):\n    return url\n');
    const second = await run(at);
    expect(second).toMatchObject({ scanned: 1, found: 3 });
    expect(second.findings).toHaveLength(1);
  });

  it('sees a change that kept the size and the time', async () => {
    const at = project();
    await run(at);
    at.write('nap.py', nap.replace('sleep', 'sleeq'));
    age(at, 'nap.py');
    expect((await run(at)).findings).toHaveLength(1);
  });

  it('scans nothing where files were merely written again', async () => {
    const at = project();
    const first = await run(at);
    for (const name of ['nap.py', 'api.py', 'service.py', 'client.py']) at.write(name, at.read(name));
    expect(await run(at)).toEqual({ ...first, scanned: 0, found: 4 });
  });

  it('checks what it did not check before when it is named', async () => {
    const at = project();
    await run(at);
    expect(await run(at, 'plain.py')).toMatchObject({ scanned: 1, found: 0 });
    expect(await run(at, 'plain.py')).toMatchObject({ scanned: 0, found: 1 });
    expect(await run(at)).toMatchObject({ scanned: 0, found: 4 });
  });

  it('writes nothing where nothing is new', async () => {
    const at = project();
    await run(at);
    const { ino } = statSync(bin(at));
    await run(at);
    expect(statSync(bin(at)).ino).toBe(ino);
  });
});

describe('where it is kept', () => {
  it('in the folder of the project, out of the sight of git and of backups', async () => {
    const at = project({ 'deep/inside.py': nap });
    await at.run(['check', '.'], { cwd: 'deep' });
    expect(readdirSync(join(at.folder, '.threadwise_cache')).sort()).toEqual(['.gitignore', 'CACHEDIR.TAG', 'facts.bin']);
    expect(at.read('.threadwise_cache/.gitignore')).toMatch(/^\*$/m);
    expect(at.read('.threadwise_cache/CACHEDIR.TAG')).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n/);
  });

  it('nowhere, or elsewhere, when told so', async () => {
    const at = project();
    await at.run(['audit', '--no-cache']);
    expect(existsSync(bin(at))).toBe(false);
    await run(at, '--cache-dir', 'elsewhere/facts');
    expect(existsSync(bin(at))).toBe(false);
    expect(await run(at, '--cache-dir', 'elsewhere/facts')).toMatchObject({ scanned: 0, found: 4 });
  });

  it('a place that cannot be written is no error', async () => {
    const at = project({ occupied: 'a file' });
    const { code, stderr } = await at.run(['check', '--cache-dir', 'occupied/below']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('the language server shares it', async () => {
    const at = project();
    await run(at);
    const { ino } = statSync(bin(at));
    const host = nodeHost(namesBelow(at.folder));
    const parser = await testParser();
    const opened = await openProject({ host, parser, folder: '.', roots: ['.'], editor: {}, makeEngine: (it) => new Engine(it) });
    await opened.loadAll({ progress: () => undefined, cancelled: () => false });
    expect(opened.alarms().map((it) => it.rule)).toEqual(['blocking-network', 'blocking-sleep']);
    expect(opened.engine.counts().get('extract')).toBe(0);
    expect(statSync(bin(at)).ino).toBe(ino);
  });

  it('a loose file leaves nothing beside it', async () => {
    const at = project();
    const host = nodeHost(namesBelow(at.folder));
    const parser = await testParser();
    const opened = await openProject({ host, parser, folder: '.', roots: [], editor: {}, makeEngine: (it) => new Engine(it) });
    opened.open('nap.py', nap);
    await opened.ensure();
    expect(opened.alarms()).toHaveLength(1);
    expect(existsSync(bin(at))).toBe(false);
  });
});

describe('a bad cache is no cache', () => {
  it('cut off at any place, or with any byte changed', async () => {
    const at = project();
    const { findings } = await run(at);
    const whole = readFileSync(bin(at));
    for (const step of sampled([...Array(24).keys()], 6)) {
      const place = Math.floor((step / 24) * whole.length);
      writeFileSync(bin(at), whole.subarray(0, place));
      expect((await run(at)).findings).toEqual(findings);
      const changed = Buffer.from(whole);
      changed[place] = (changed[place] as number) ^ 0x55;
      writeFileSync(bin(at), changed);
      expect((await run(at)).findings).toEqual(findings);
    }
    expect(await run(at)).toEqual({ findings, scanned: 0, found: 4 });
  });

  it('or from another version, or something else altogether', async () => {
    const at = project();
    const first = await run(at);
    const whole = readFileSync(bin(at));
    for (const other of [
      whole.toString('latin1').replace(/^threadwise \w/, 'threadwise -'),
      '',
      'x',
      '{"a": 1}',
      `threadwise ${__FACTS__}\n`,
    ]) {
      writeFileSync(bin(at), other, 'latin1');
      expect(await run(at)).toEqual(first);
    }
  });
});

describe('the stamp', () => {
  it('changes with every source that decides about facts', async () => {
    const root = join(import.meta.dirname, '../..');
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['facts/scan', 'facts/pack', 'facts/unpack', 'syntax/prefilter', 'syntax/load'].map((it) => `server/src/${it}.ts`),
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'out',
      packages: 'external',
      logLevel: 'silent',
    });
    const sources = [...Object.keys(metafile.inputs), 'grammars/grammar.json'];
    expect(sources.length).toBeGreaterThan(20);
    const stamps = sources.map((one) => factsStamp((path) => `${readFileSync(join(root, path))}${path === one ? '#' : ''}`));
    expect(new Set([factsStamp(), ...stamps]).size).toBe(sources.length + 1);
    expect(factsStamp()).toBe(__FACTS__);
  });
});

describe('what is kept for how long', () => {
  const open = async (at: Scratch, now: number, more: { most?: number; stamp?: string } = {}): Promise<FactsCache> => {
    const host = nodeHost(namesBelow(at.folder));
    return openCache({ host, root: '.', store: host.store('.threadwise_cache'), now: () => now, ...more });
  };
  const look = async (cache: FactsCache, at: Scratch, ...files: readonly string[]): Promise<void> => {
    const parser = await testParser();
    const rest = async (file: string): Promise<Prepared> => prepare(parser, file, { bytes: readFileSync(join(at.folder, file)) }, true);
    for (const file of files) await cache.prepare(file, () => rest(file));
    await cache.save();
  };
  const now = Date.now();

  it('what was of no use for a month is dropped', async () => {
    const at = project();
    await look(await open(at, now), at, 'nap.py', 'api.py');
    await look(await open(at, now + 20 * days), at, 'nap.py');
    await look(await open(at, now + 31 * days), at, 'client.py');
    const later = await open(at, now + 31 * days);
    await look(later, at, 'nap.py', 'api.py', 'client.py');
    expect(later.counts()).toEqual({ found: 2, scanned: 1 });
  });

  it('where there is no room for all, the last used ones stay', async () => {
    const at = project({ 'a.py': nap, 'b.py': `${nap}# b\n`, 'c.py': `${nap}# c\n` });
    await look(await open(at, now), at, 'a.py', 'b.py');
    await look(await open(at, now + 2 * days), at, 'b.py');
    const one = statSync(bin(at)).size / 2;
    await look(await open(at, now + 2 * days, { most: one }), at, 'b.py', 'c.py', 'a.py');
    expect(statSync(bin(at)).size).toBeLessThan(2.5 * one);
    const later = await open(at, now + 4 * days);
    await look(later, at, 'a.py', 'b.py', 'c.py');
    expect(later.counts().found).toBeGreaterThan(0);
    expect(later.counts().scanned).toBeGreaterThan(0);
  });

  it('nothing, in a build that goes on while sources change', async () => {
    const at = project();
    await look(await open(at, now, { stamp: '' }), at, 'nap.py');
    expect(existsSync(bin(at))).toBe(false);
  });
});
