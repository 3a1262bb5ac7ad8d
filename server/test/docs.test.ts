// What README and docs promise is there: links, rules, commands, settings, and the output they show.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lawsFile, lawsPage } from '../../scripts/laws-page.js';
import { formatNames } from '../src/cli/formats.js';
import { entrySchema } from '../src/knowledge/schema.js';
import { limits } from '../src/limits.js';
import { checkValues, keys, knowledgeKeys } from '../src/project/schema.js';
import { readToml } from '../src/project/toml.js';
import { rules } from '../src/rules/index.js';
import { folderWith, type Scratch, scratch } from './terminal.js';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((it) => (it.endsWith('.md') ? [`docs/${it}`] : []))];
const rulePages = readdirSync(join(root, 'docs/rules')).map((it) => `docs/rules/${it}`);
const manifest = JSON.parse(read('package.json')) as { name: string; version: string; scripts: Record<string, string> };
const readme = read('README.md');

let here: Scratch;
beforeAll(() => {
  here = scratch();
});
afterAll(() => here.remove());
/** The command line in the folder of `package.json`. */
const cli = (argv: readonly string[]) => here.run(argv, { cwd: relative(here.folder, root) });

describe.each([...pages, ...rulePages])('%s', (page) => {
  const prose = read(page).replace(/^(`{3,})[^`\n]*\n.*?^\1$/gms, '');

  it('links to files that exist', () => {
    const targets = [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map((it) => it[1]!).filter((it) => !/^(https?|mailto):/.test(it));
    expect(targets.filter((it) => !existsSync(join(root, dirname(page), it)))).toEqual([]);
  });

  it('links to headings that exist', () => {
    const anchors = [...prose.matchAll(/^#+ (.+)$/gm)].map((it) => it[1]!.toLowerCase().replace(/[^\w\- ]/g, ''));
    const wanted = [...prose.matchAll(/\]\(#([^)\s]+)\)/g)].map((it) => it[1]!);
    expect(wanted.filter((it) => !anchors.some((one) => one.replaceAll(' ', '-') === it))).toEqual([]);
  });
});

describe('commands', () => {
  it.each(pages)('npm scripts named in %s exist', (page) => {
    const named = [...read(page).matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)].map((it) => it[1]!);
    expect(named.filter((it) => !(it in manifest.scripts))).toEqual([]);
  });

  it('of the command line named in README and docs are in its help, and so are the options in README', async () => {
    const help = (await cli(['--help'])).stdout;
    const known = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?= )/gm)].map((it) => it[1]!);
    const named = pages.flatMap((page) => [...read(page).matchAll(/(?:`|^|\$ )(?:threadwise|node dist\/cli\.js) ([a-z][a-z-]*)/gm)]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.map((it) => it[1]!).filter((it) => !known.includes(it))).toEqual([]);

    const all = await Promise.all(known.map(async (it) => (await cli([it, '--help'])).stdout));
    const options = [...readme.replace(/code --install-extension/g, '').matchAll(/(?<=[\s`])--[a-z][a-z-]+/g)].map((it) => it[0]);
    expect(options.filter((it) => !all.some((text) => text.includes(it)))).toEqual([]);
  });

  it('show in README what they print (UPDATE=1 writes it anew)', async () => {
    const blocks = [...readme.matchAll(/```console\n\$ node dist\/cli\.js (.+)\n([\s\S]*?)```/g)];
    expect(blocks.length).toBeGreaterThan(0);
    let wanted = readme;
    for (const [, command = '', shown = ''] of blocks) {
      const { stdout } = await cli(command.split(' '));
      wanted = wanted.replace(shown, () => stdout);
    }
    if (process.env.UPDATE === '1' && wanted !== readme) writeFileSync(join(root, 'README.md'), wanted);
    expect(readme).toBe(wanted);
  });
});

describe('README', () => {
  it('has relative images that are in the repository', () => {
    const images = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map((it) => it[1]!);
    expect(images).not.toEqual([]);
    expect(images.filter((it) => /^[a-z]+:|^\//.test(it) || !existsSync(join(root, it)))).toEqual([]);
  });

  it('names the built extension as `npm run package` does', () => {
    const named = [...readme.matchAll(/dist\/[\w.-]+\.vsix/g)].map((it) => it[0]);
    expect([...new Set(named)]).toEqual([`dist/${manifest.name}-${manifest.version}.vsix`]);
  });

  it('shows a configuration that is valid', () => {
    const blocks = [...readme.matchAll(/```toml\n([\s\S]*?)```/g)].map((it) => readToml(it[1]!));
    expect(blocks.length).toBeGreaterThan(0);
    const tables = blocks.map((it) => ('error' in it ? undefined : (it.value as { tool?: { threadwise?: object } }).tool?.threadwise));
    expect(tables).not.toContain(undefined);
    expect(tables.flatMap((it) => checkValues(it as Record<string, unknown>).complaints)).toEqual([]);
  });
});

describe('rules', () => {
  const rows = (page: string) =>
    read(page)
      .split('\n')
      .filter((it) => it.startsWith('|'));

  it('each is in docs/laws.md under its law, and no other is (`npm run gen` writes it, and so does UPDATE=1)', () => {
    const wanted = lawsPage(rules);
    const stale = read(lawsFile) !== wanted;
    if (stale && process.env.UPDATE === '1') writeFileSync(join(root, lawsFile), wanted);
    expect(stale).toBe(false);
  });

  it('README names each law with rules that exist', () => {
    const told = rows('README.md').flatMap((it) => /^\| \[[^\]]+\]\(docs\/laws\.md#[^)]+\) \| `(\w+)`/.exec(it)?.[1] ?? []);
    expect(told).toEqual(['loop', 'worker', 'owner', 'finish', 'circle']);
    const named = rows('README.md').flatMap((it) => [...it.matchAll(/\[`([a-z-]+)`\]\(docs\/rules\/\1\.md\)/g)].map((one) => one[1]));
    expect(named.filter((it) => !rules.some((one) => one.id === it))).toEqual([]);
  });
});

describe('docs/knowledge.md', () => {
  const text = read('docs/knowledge.md');
  const blocks = (language: string) => [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((it) => it[1]!);

  it('names every key of an entry and of the table, and no other', () => {
    const entry = entrySchema.pipe[0].entries;
    expect(rowNames(text).sort()).toEqual([...Object.keys(entry), ...knowledgeKeys].sort());
  });

  it('has an example that works as told', async () => {
    const at = folderWith({
      'app.py': blocks('python')[0]!,
      'threadwise/acme.json': blocks('json')[0]!,
      'pyproject.toml': blocks('toml')[0]!,
    });
    const { code, stdout } = await at.run(['check', '--output-format', 'concise']);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/^app\.py:5:5:.*blocking-sleep/) });
  });
});

describe('docs/configuration.md', () => {
  const text = read('docs/configuration.md');

  it('names every key, and no other', () => {
    expect(rowNames(text)).toEqual(keys);
  });

  it('shows a configuration that is valid', () => {
    const shown = readToml(/```toml\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
    const table = 'error' in shown ? undefined : (shown.value as { tool?: { threadwise?: Record<string, unknown> } }).tool?.threadwise;
    expect(checkValues(table ?? { none: 1 }).complaints).toEqual([]);
  });
});

describe('docs/command-line.md', () => {
  const text = read('docs/command-line.md');

  it('names every option of `check`, and no other', async () => {
    const help = (await cli(['check', '--help'])).stdout;
    const known = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((it) => it[1]!).filter((it) => it !== '--help');
    const told = new Set([...text.matchAll(/(?<=[\s`])--[a-z][a-z-]+/g)].map((it) => it[0]));
    expect(known.filter((it) => !told.has(it))).toEqual([]);
    expect([...told].filter((it) => !known.includes(it))).toEqual([]);
  });

  it('names every output format, and no other', () => {
    expect(rowNames(text).filter((it) => !it.startsWith('--'))).toEqual([...formatNames]);
  });
});

/** The first cells of all table rows that are code. */
const rowNames = (text: string) => [...text.matchAll(/^\| `([\w-]+)` +\|/gm)].map((it) => it[1]!);

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');
  const quoted = (words: string) => [...words.matchAll(/[`']([\w/]+)[`']/g)].map((it) => it[1]!);

  it('has the table of imports that tidy.test.ts enforces', () => {
    const enforced = [...read('server/test/tidy.test.ts').matchAll(/^ {2}'?([a-z/]+)'?: \{\s*parts: \[([^\]]*)\]/gm)];
    expect(enforced.length).toBeGreaterThan(10);
    const section = /^\| part +\| imports[\s\S]*?\n\n/m.exec(text)?.[0] ?? '';
    const told = [...section.matchAll(/^\| `([\w/]+)` +\|(.*)\|$/gm)];
    const asTable = (all: readonly RegExpMatchArray[]) => Object.fromEntries(all.map((it) => [it[1], quoted(it[2]!)]));
    expect(asTable(told)).toEqual(asTable(enforced));
  });

  it('names files and bounds that exist', () => {
    const files = [...text.matchAll(/`((?:syntax|facts|knowledge|link|fixes|rules|engine|project|host|lsp|cli)\/[\w-]+\.ts)`/g)];
    expect(files.length).toBeGreaterThan(20);
    expect(files.map((it) => it[1]!).filter((it) => !existsSync(join(root, 'server/src', it)))).toEqual([]);
    const bounds = pages.flatMap((page) => [...read(page).matchAll(/\blimits\.(\w+)/g)]).map((it) => it[1]!);
    expect(bounds.filter((it) => it !== 'ts' && !(it in limits))).toEqual([]);
  });
});
