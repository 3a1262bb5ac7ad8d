// The rules of the house that a machine can check: who imports whom, names, headers, lengths, and what must not be in the repository.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { indexFile, ruleFiles, rulesIndex } from '../../scripts/rules-index.js';
import { fast } from './fast.js';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/**
 * Which parts of the server a part may import besides itself, and which packages. A part is a folder below `server/src`, or a file where a
 * file is named. The order is the order of the layers: nothing imports what stands below it.
 */
const table: Readonly<Record<string, { readonly parts: readonly string[]; readonly packages: readonly string[] }>> = {
  model: { parts: [], packages: [] },
  limits: { parts: [], packages: [] },
  syntax: { parts: ['model', 'limits'], packages: ['web-tree-sitter'] },
  facts: { parts: ['model', 'limits', 'syntax'], packages: [] },
  knowledge: { parts: ['model'], packages: ['valibot'] },
  link: { parts: ['model', 'limits', 'knowledge', 'facts'], packages: [] },
  fixes: { parts: ['model'], packages: [] },
  rules: { parts: ['model', 'fixes'], packages: [] },
  engine: { parts: ['model', 'limits', 'syntax', 'facts', 'knowledge', 'link', 'fixes', 'rules'], packages: [] },
  map: { parts: ['model', 'engine'], packages: [] },
  'project/host': { parts: ['model', 'facts/scan'], packages: [] },
  project: {
    parts: [
      'model',
      'limits',
      'project/host',
      'engine',
      'facts/scan',
      'facts/pack',
      'facts/unpack',
      'syntax/chunks',
      'syntax/prefilter',
      'syntax/load',
      'knowledge',
      'rules/index',
    ],
    packages: ['toml-eslint-parser', 'valibot', 'lru-cache', 'ignore'],
  },
  host: {
    parts: ['model', 'limits', 'project/host', 'project/prepare', 'facts/scan', 'facts/pack', 'facts/unpack', 'syntax/load'],
    packages: ['node:', 'tinyglobby', 'ignore'],
  },
  lsp: {
    parts: ['model', 'limits', 'project', 'project/host', 'engine', 'map', 'host', 'rules/index', 'knowledge/load', 'syntax/load'],
    packages: ['node:', 'vscode-languageserver', 'vscode-languageserver-textdocument', 'threadwise:pages'],
  },
  cli: {
    parts: ['model', 'limits', 'project', 'project/host', 'engine', 'map', 'host', 'rules/index', 'knowledge', 'syntax', 'facts', 'link'],
    packages: ['node:', 'commander', 'picocolors', 'diff', 'fastest-levenshtein', 'threadwise:pages'],
  },
};

/** In lines. Tests may be longer: they are a list of which one entry is read at a time. */
const longest = (path: string) => (path.includes('/test/') ? 600 : 400);
/** Files that are longer still, each with the reason why splitting it would make it harder to read. */
const longFiles: Readonly<Record<string, string>> = {
  'server/src/model.ts': 'the vocabulary is read in one go',
  'server/src/knowledge/libraries.ts': 'two lines for each library, and nothing else',
};

const files = trackedFiles();
const sources = files.filter((path) => /\.(ts|mjs|cjs)$/.test(path) && !path.startsWith('test-fixtures/'));
const serverSources = sources.filter((path) => path.startsWith('server/src/'));

describe('who may import whom', () => {
  it('every part of the server is in the table', () => {
    expect([...new Set(serverSources.map(partOf))].filter((part) => !(part in table))).toEqual([]);
  });

  it('the parts of the server import what the table allows', () => {
    expect(serverSources.flatMap((path) => importsOf(path).flatMap((wanted) => complaint(path, wanted)))).toEqual([]);
  });

  it('only the entries of the language server import a host: the rest is handed one', () => {
    const entries = ['server/src/lsp/main.ts', 'server/src/lsp/browser.ts'];
    const importers = serverSources.filter(
      (path) => path.startsWith('server/src/lsp/') && importsOf(path).some((it) => it.includes('/host/') && !it.includes('project/host')),
    );
    expect(importers.filter((path) => !entries.includes(path))).toEqual([]);
  });

  it('only `syntax/load` and `syntax/parse` know the parser', () => {
    const importers = serverSources.filter((path) => importsOf(path).includes('web-tree-sitter'));
    expect(importers.filter((path) => !/\/syntax\/(load|parse|flat)\.ts$/.test(path))).toEqual([]);
  });

  it('the client knows the protocol and nothing of the server', () => {
    const wanted = sources
      .filter((path) => path.startsWith('client/src/'))
      .flatMap((path) => importsOf(path).map((it) => `${path}: ${it}`));
    expect(wanted.filter((it) => it.includes('server/'))).toEqual([]);
  });

  it('an import inside the project ends in `.js`, `.mjs` or `.json`, as TypeScript wants it', () => {
    const inside = sources.filter((path) => path.endsWith('.ts')).flatMap((path) => importsOf(path).map((it) => ({ path, it })));
    expect(inside.filter(({ it }) => it.startsWith('.') && !/\.(js|mjs|cjs|json)$/.test(it))).toEqual([]);
  });

  it.skipIf(fast)('reads every import that esbuild sees', async () => {
    const options = {
      bundle: true,
      write: false,
      metafile: true,
      packages: 'external',
      platform: 'node',
      outdir: 'out',
      logLevel: 'silent',
    } as const;
    const { metafile } = await build({ ...options, absWorkingDir: root, entryPoints: [...serverSources], external: ['threadwise:pages'] });
    const seen = Object.entries(metafile.inputs).flatMap(([path, { imports }]) =>
      imports.map((it) => ({ path, wanted: it.original ?? it.path })),
    );
    expect(seen.filter(({ path, wanted }) => path.endsWith('.ts') && !importsOf(path).includes(wanted))).toEqual([]);
  });

  it('reads imports of every form', () => {
    const text = [
      "import a from './a.js';",
      "import type { B } from './b.js';",
      'import {\n  c,\n  type D,\n} from "./c.js";',
      "import './d.js';",
      "export { e } from './e.js';",
      "export * from './f.js';",
      "const g = await import('./g.js');",
      "// import h from './h.js';",
      "const text = `\nimport i from './i.js'`;",
    ].join('\n');
    expect(importsIn(text)).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js', './f.js', './g.js']);
  });
});

describe('files', () => {
  it('each source file begins with a sentence that says what it is', () => {
    const sentence = /^\/\/ [A-Z`'"].*[.:?]$/;
    const first = (path: string) =>
      read(path).split('\n')[0]?.startsWith('#!') === true ? read(path).split('\n')[1] : read(path).split('\n')[0];
    expect(sources.filter((path) => !sentence.test(first(path) ?? ''))).toEqual([]);
  });

  it('no source file is longer than 400 lines, no test longer than 600, without a reason', () => {
    const length = (path: string) => read(path).split('\n').length - 1;
    const long = sources.filter((path) => length(path) > longest(path)).filter((path) => !(path in longFiles));
    expect(long.map((path) => `${path}: ${length(path)} lines`)).toEqual([]);
    expect(Object.keys(longFiles).filter((path) => !existsSync(join(root, path)) || length(path) <= longest(path))).toEqual([]);
  });

  it('names are in kebab-case and say something', () => {
    const names = sources.map((path) => path.slice(path.lastIndexOf('/') + 1));
    expect(names.filter((name) => !/^[a-z0-9-]+(\.(test|config|d))*\.(ts|mjs|cjs|mts)$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(utils?|helpers?|misc|common|manager|data|info)\./.test(name))).toEqual([]);
  });

  it('each text file ends with a line end and has no carriage return', () => {
    const texts = files.filter((path) => /\.(ts|mjs|cjs|json|md|yml|toml|css|html)$/.test(path) && !path.startsWith('test-fixtures/'));
    expect(texts.filter((path) => read(path) !== '' && !read(path).endsWith('\n'))).toEqual([]);
    expect(texts.filter((path) => read(path).includes('\r'))).toEqual([]);
  });
});

describe('rules', () => {
  const rules = ruleFiles(root);
  const stems = (folder: string) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [name.slice(0, -'.md'.length)] : []))
      : [];

  it('each has three files with one name: the rule, its page and its fixtures', () => {
    const ids = rules.map(({ id }) => id).sort();
    expect(stems('docs/rules').sort()).toEqual(ids);
    expect(stems('test-fixtures/rules').sort()).toEqual(ids);
  });

  it('each says the name of its file and the law of its folder', async () => {
    for (const { folder, id } of rules) {
      const { default: rule } = await import(join(root, `server/src/rules/${folder}/${id}.ts`));
      expect({ id: rule.id, folder: folder.replace(/^\d-/, '') }).toEqual({ id, folder: rule.law });
    }
  });

  it('the index lists them all (`npm run gen` writes it, and so does UPDATE=1)', () => {
    const wanted = rulesIndex(root);
    const current = read(indexFile);
    if (process.env.UPDATE && current !== wanted) writeFileSync(join(root, indexFile), wanted);
    else expect(current).toBe(wanted);
  });
});

describe('the repository', () => {
  it('names no folder of one machine and no host of a registry', () => {
    const folder = /(?<![\w.\-/])\/(?:work|tmp|root|home)\/\w/;
    const hosts = [
      'registry.npmjs',
      'registry.yarnpkg',
      'files.pythonhosted',
      'pypi.org/simple',
      'index.crates',
      'proxy.golang',
      'deb.debian',
    ];
    const bad = files
      .filter((path) => isText(path) && path !== 'server/test/tidy.test.ts')
      .flatMap((path) => {
        const text = read(path);
        return folder.test(text) || hosts.some((host) => text.includes(host)) ? [`${path}: ${folder.exec(text)?.[0] ?? 'a host'}`] : [];
      });
    expect(bad).toEqual([]);
  });

  it('keeps what is built, fetched or cached out', () => {
    expect(files.filter((path) => /\.(wasm|vsix|pyc)$|^dist\/|node_modules\/|__pycache__/.test(path))).toEqual([]);
  });

  it('links in its pages lead somewhere', () => {
    const pages = files.filter(
      (path) => path.endsWith('.md') && !/^test-fixtures\/(?:rules|fixes)\//.test(path) && !path.startsWith('test-fixtures/analysis/'),
    );
    const dead = pages.flatMap((path) =>
      [
        ...read(path)
          .replace(/^```.*?^```/gms, '')
          .matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)(?:#[^)]*)?\)/g),
      ]
        .map((match) => normalize(join(dirname(path), match[1]!)))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('its manifest names files that are there or are built, exact versions, and scripts without hooks', () => {
    const manifest = JSON.parse(read('package.json'));
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies } as Record<string, string>);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)|^(install|prepare)$|:prepublish$/.test(name))).toEqual([]);
    const named = [
      manifest.main,
      manifest.browser,
      ...Object.values(manifest.bin as Record<string, string>),
      ...(manifest.icon ? [manifest.icon] : []),
    ];
    const builds = read('scripts/bundles.mjs');
    expect(
      named.filter((path: string) => !existsSync(join(root, path)) && !builds.includes(`'${path.replace(/^(\.\/)?dist\//, '')}'`)),
    ).toEqual([]);
    const scripts = Object.values(manifest.scripts as Record<string, string>).flatMap((line) => line.match(/\S+\.(?:mjs|ts)/g) ?? []);
    expect(scripts.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** What git tracks, and what it would track if somebody added it: a mistake shows before it is committed. */
function trackedFiles(): readonly string[] {
  const out = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return [...new Set(out.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path))).sort();
}

/** `server/src/link/races.ts` → `link`; `server/src/project/host.ts` is a part of its own. */
function partOf(path: string): string {
  const [first = '', ...rest] = path
    .replace(/^server\/src\//, '')
    .replace(/\.(js|ts|json)$/, '')
    .split('/');
  return first === 'project' && rest[0] === 'host' ? 'project/host' : first;
}

function complaint(path: string, wanted: string): readonly string[] {
  const part = partOf(path);
  const allowed = table[part];
  if (!allowed) return [];
  const says = [`${path}: ${part} may not import \`${wanted}\``];
  if (!wanted.startsWith('.')) {
    return allowed.packages.some((it) => wanted === it || wanted.startsWith(it.endsWith(':') ? it : `${it}/`)) ? [] : says;
  }
  const target = normalize(join(dirname(path), wanted))
    .replace(/^server\/src\//, '')
    .replace(/\.(js|json)$/, '');
  const targetPart = partOf(target);
  const fits = targetPart === part || allowed.parts.some((it) => it === targetPart || it === target);
  return fits ? [] : says;
}

function importsOf(path: string): readonly string[] {
  return importsIn(read(path));
}

/** Statements begin at the start of a line, which keeps comments and most texts out; template literals are dropped first. */
function importsIn(text: string): readonly string[] {
  const code = text.replace(/^\s*\/\/.*$/gm, '').replace(/`(?:\\.|[^`\\])*`/g, '``');
  const statement = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...code.matchAll(statement)].map((match) => match[1] ?? match[2]!);
}

function isText(path: string): boolean {
  return !/\.(png|gif|jpg|ico|wasm|vsix)$/.test(path);
}
