// `npm run bench -- agree [PACKAGE…]`: do the command line and the language server find the same? Fails where they do not.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { corpus } from './corpus.js';
import { openFolder } from './editor.js';
import { table } from './table.js';

/** Packages of a size that a folder in an editor has, with findings of several laws. */
const three = ['luigi', 'streamlink', 'distributed'];

interface Reported {
  readonly findings: readonly {
    readonly rule: string;
    readonly path: string;
    readonly severity: string;
    readonly message: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}
interface Pulled {
  readonly items: readonly {
    readonly uri: string;
    readonly items?: readonly {
      readonly code: string;
      readonly severity: number;
      readonly message: string;
      readonly range: { readonly start: { readonly line: number } };
    }[];
  }[];
}

export async function agree(names: readonly string[]): Promise<number> {
  const rows: (string | number)[][] = [];
  let failed = false;
  for (const { name, folder } of corpus(names.length > 0 ? names : three)) {
    const [terminal, editor] = await inCopy(folder, async (copy) => [ofTerminal(copy), await ofEditor(copy)] as const);
    const only = (own: readonly string[], other: readonly string[]) => own.filter((it) => !other.includes(it));
    const [terminalOnly, editorOnly] = [only(terminal, editor), only(editor, terminal)];
    for (const it of terminalOnly) process.stderr.write(`${name}: only in the terminal: ${it}\n`);
    for (const it of editorOnly) process.stderr.write(`${name}: only in the editor: ${it}\n`);
    failed ||= terminalOnly.length + editorOnly.length > 0;
    rows.push([name, terminal.length, editor.length, terminalOnly.length, editorOnly.length]);
  }
  const head = ['package', 'findings in the terminal', 'in the editor', 'only in the terminal', 'only in the editor'];
  process.stdout.write(`${table(head, rows)}\n`);
  return failed ? 1 : 0;
}

/** The server keeps facts in the folder it is opened on, which is none of the corpus's business. */
async function inCopy<T>(folder: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'threadwise-bench-')));
  try {
    cpSync(folder, copy, { recursive: true });
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function ofTerminal(folder: string): readonly string[] {
  const args = [resolve('dist/cli.js'), 'check', '--no-cache', '--exit-zero', '--output-format', 'json', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
  if (stdout === '') throw new Error(`nothing was checked in ${folder}: ${stderr}`);
  const { findings } = JSON.parse(stdout) as Reported;
  return findings.map((it) => `${it.path}:${it.range.start.line} ${it.severity} ${it.rule}: ${it.message}`).sort();
}

const severities = ['', 'error', 'warning', 'info', 'hint'];

async function ofEditor(folder: string): Promise<readonly string[]> {
  const client = await openFolder(folder);
  try {
    const { items } = (await client.request('workspace/diagnostic', { previousResultIds: [] })) as Pulled;
    const root = join(folder, '/');
    return items
      .flatMap(({ uri, items: own = [] }) => {
        const path = fileURLToPath(uri).slice(root.length);
        return own.map((it) => `${path}:${it.range.start.line + 1} ${severities[it.severity]} ${it.code}: ${it.message}`);
      })
      .sort();
  } finally {
    await client.stop();
  }
}
