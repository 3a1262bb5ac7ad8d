// Runs the command line inside the test process, in a folder of its own.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../src/cli/run.js';
import type { Terminal } from '../src/cli/terminal.js';
import { namesBelow, nodeHost, saveFile } from '../src/host/node.js';
import type { Host } from '../src/project/host.js';
import { loadParser, type Parser } from '../src/syntax/load.js';

const root = join(import.meta.dirname, '../..');

let loaded: Promise<Parser> | undefined;
export function testParser(): Promise<Parser> {
  const wasm = (path: string) => readFileSync(join(root, 'node_modules', path));
  loaded ??= loadParser(wasm('web-tree-sitter/web-tree-sitter.wasm'), wasm('tree-sitter-python/tree-sitter-python.wasm'));
  return loaded;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Scratch {
  readonly folder: string;
  /** Creates folders on the way. */
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  run(argv: readonly string[], more?: RunOptions): Promise<Outcome>;
  remove(): void;
}
export interface RunOptions {
  /** Below the folder. */
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the files on disk. */
  readonly host?: Host;
  readonly tty?: boolean;
  readonly whole?: Terminal['whole'];
  /** What `--watch` hears. */
  readonly changes?: () => AsyncIterable<readonly string[]>;
  readonly columns?: number;
}

export function scratch(files: Readonly<Record<string, string | Uint8Array>> = {}): Scratch {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'threadwise-')));
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    async run(argv, { cwd = '.', stdin = '', env = {}, tty = false, columns, host, changes, whole } = {}) {
      const here = join(folder, cwd);
      const out: Buffer[] = [];
      const errors: string[] = [];
      const code = await run(argv, {
        cwd: here,
        env,
        stdout: {
          write: (it: string | Uint8Array) => out.push(Buffer.from(it as string)),
          isTTY: tty,
          ...(columns === undefined ? {} : { columns }),
        },
        stderr: { write: (it: string | Uint8Array) => errors.push(String(it)) },
        stdin: async () => Buffer.from(stdin as string),
        host: host ?? nodeHost(namesBelow(here)),
        parser: testParser,
        ...(changes === undefined ? {} : { changes }),
        ...(whole === undefined ? {} : { whole }),
        save: (path, text) => saveFile(resolve(here, path), text),
      });
      return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: errors.join('') };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A folder that goes when the test that makes it ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Scratch {
  const it = scratch(files);
  onTestFinished(() => it.remove());
  return it;
}
