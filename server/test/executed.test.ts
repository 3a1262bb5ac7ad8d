// Runs every fixture section with `run: true` in real Python, before and after each fix, under fork and under spawn.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, type Parser } from '../src/syntax/load.js';
import {
  compileErrors,
  execute,
  findPython,
  lacking,
  type Missing,
  type Python,
  type Ran,
  type StartMethod,
  withPackages,
} from './executed.js';
import { readPage, type Section } from './page.js';
import { type Files, judge } from './spec.js';

const pages = ['test-fixtures/rules', 'test-fixtures/fixes', 'test-fixtures/analysis', 'docs/rules']
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((it) => it.endsWith('.md'))
  .sort()
  .map((path) => readPage(path, readFileSync(path, 'utf8')));
const sections = pages.flatMap((it) => it.sections).filter((it) => it.run);

let parser: Parser;
let plain: Python | Missing;
let packed: Python | Missing;
beforeAll(async () => {
  if (process.env.THREADWISE_FAST === '1') return;
  const require = createRequire(import.meta.url);
  const bytes = (name: string) => readFileSync(require.resolve(name));
  parser = await loadParser(bytes('web-tree-sitter/web-tree-sitter.wasm'), bytes('tree-sitter-python/tree-sitter-python.wasm'));
  plain = await findPython();
  packed = plain;
  if (!('missing' in plain) && sections.some((it) => it.packages.length > 0)) {
    packed = await withPackages(plain, 'test-fixtures/requirements.txt');
  }
}, 600_000);

const ran = new Map<Section, Map<string, Promise<Ran>>>();

/** A program that starts no processes runs the same under every method: once is enough. */
function runOnce(section: Section, files: Files, python: Python, method: StartMethod): Promise<Ran> {
  const run = (): Promise<Ran> => execute(python, files, section.main, method, section.heartbeat);
  if ([...files.values()].some((it) => /multiprocessing|Pool|joblib|os\.fork/.test(it))) return run();
  const known = ran.get(section) ?? new Map<string, Promise<Ran>>();
  ran.set(section, known);
  const text = JSON.stringify([...files]);
  const found = known.get(text) ?? run();
  known.set(text, found);
  return found;
}
const runAsWritten = (section: Section, python: Python, method: StartMethod): Promise<Ran> =>
  runOnce(section, new Map(section.files.map((it) => [it.path, it.text])), python, method);

/** What may be left of the longest time without a turn: a machine with other work gives turns late. */
const freed = 0.5;

async function compare(section: Section, python: Python, method: StartMethod): Promise<void> {
  const before = await runAsWritten(section, python, method);
  if (section.cured) return cure(section, python, method, before);
  const own = section.outputs.get('');
  if (own === undefined) expect(before, before.errors).toMatchObject({ code: 0 });
  else expect(shown(before), before.errors).toBe(own);
  for (const { repair, files: repaired } of judge(section, parser).repairs) {
    const again = (): Promise<Ran> => execute(python, repaired, section.main, method, section.heartbeat);
    let after = await runOnce(section, repaired, python, method);
    const text = `after \`${repair.id}\` under ${method}\n${after.errors}`;
    expect(shown(after), text).toBe(section.outputs.get(repair.id) ?? shown(before));
    if (!section.heartbeat) continue;
    const free = (): boolean => after.gap !== undefined && before.gap !== undefined && after.gap < before.gap * freed;
    for (let tries = 1; tries < 4 && !free(); tries++) after = await again(); // others may have had the processor meanwhile
    expect(free(), `the loop stood still for ${before.gap} s before \`${repair.id}\` and for ${after.gap} s after it`).toBe(true);
  }
}
/** What it printed, and its exit code on a line of its own unless that is 0. */
const shown = ({ output, code }: Ran): string => (code === 0 ? output : `${output}exit ${code}\n`);

/** What a fix repairs fails before it, and where it does not fail it says the same after it. */
async function cure(section: Section, python: Python, method: StartMethod, before: Ran): Promise<void> {
  if (method === 'spawn') expect(before.code, before.output).not.toBe(0);
  for (const { repair, files } of judge(section, parser).repairs) {
    const after = await runOnce(section, files, python, method);
    expect(after, `after \`${repair.id}\` under ${method}\n${after.errors}`).toMatchObject({ code: 0 });
    if (before.code === 0) expect(after.output).toBe(before.output);
  }
}

describe.each(['fork', 'spawn'] as const)('under %s', (method) => {
  if (process.env.THREADWISE_FAST === '1') {
    it.skip('nothing is executed by the fast tests', () => {});
    return;
  }
  it('every process sees the start method, and the script is the main module', async ({ skip }) => {
    if ('missing' in plain) return skip(plain.missing);
    if (!plain.methods.includes(method)) return skip(`this platform has no ${method}`);
    const main = 'import lib\nif __name__ == "__main__":\n    lib.main()\n';
    const child = 'def child():\n    print("child", multiprocessing.get_start_method(), flush=True)\n    raise SystemExit(3)\n';
    const rest =
      'def main():\n    p = multiprocessing.Process(target=child)\n    p.start()\n    p.join()\n    raise SystemExit(p.exitcode + 1)\n';
    const files = new Map([
      ['main.py', main],
      ['lib.py', `import multiprocessing\n${child}${rest}`],
    ]);
    expect(await execute(plain, files, 'main.py', method)).toMatchObject({ output: `child ${method}\n`, code: 4 });
  });

  for (const section of sections) {
    it(`${section.page}: ${section.title}`, { timeout: 300_000 }, async ({ skip }) => {
      const python = section.packages.length > 0 ? packed : plain;
      if ('missing' in python) return skip(python.missing);
      if (!python.methods.includes(method)) return skip(`this platform has no ${method}`);
      const lack = await lacking(python, section.needs);
      if (lack !== undefined) return skip(lack);
      await compare(section, python, method);
    });
  }
});

describe.skipIf(process.env.THREADWISE_FAST === '1')('every repair of every page', () => {
  it('is Python to Python, too', { timeout: 300_000 }, async ({ skip }) => {
    if ('missing' in plain) return skip(plain.missing);
    const repaired = pages
      .flatMap((page) => page.sections)
      .flatMap((section) => judge(section, parser).repairs.flatMap(({ repair, files }) => changedFiles(section, repair.id, files)));
    expect(repaired.length).toBeGreaterThan(100);
    // A page may be broken on purpose, or newer than this Python.
    const broken = await compileErrors(
      plain,
      repaired.map((it) => ({ name: it.name, text: it.before })),
    );
    const names = new Set(broken.map((it) => it.name));
    expect(
      await compileErrors(
        plain,
        repaired.filter((it) => !names.has(it.name)),
      ),
    ).toEqual([]);
  });
});

function changedFiles(
  section: Section,
  fix: string,
  after: Files,
): { readonly name: string; readonly before: string; readonly text: string }[] {
  return section.files.flatMap(({ path, text: before }) => {
    const text = after.get(path) ?? before;
    return text === before ? [] : [{ name: `${section.page}: ${section.title}: ${fix}: ${path}`, before, text }];
  });
}
