// Entry of `dist/cli.js`: hands the command line what it needs of this process, and ends with its exit code.
import { promises as fs } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { namesBelow, nodeHost, saveFile } from '../host/node.js';
import { pooled } from '../host/pool.js';
import { changesIn } from '../host/watch.js';
import type { Store } from '../project/host.js';
import { loadParser, type Parser } from '../syntax/load.js';
import { interruptWith } from './interrupt.js';
import { run } from './run.js';
import { exit, type Terminal } from './terminal.js';

const built = __dirname;
const cwd = process.cwd();
const naming = namesBelow(cwd);

let wasm: Promise<readonly [Uint8Array, Uint8Array]> | undefined;
let parser: Promise<Parser> | undefined;
const readWasm = () => {
  wasm ??= Promise.all([fs.readFile(join(built, 'web-tree-sitter.wasm')), fs.readFile(join(built, 'tree-sitter-python.wasm'))]);
  return wasm;
};

const interrupt = interruptWith(() => {
  // Over the line of the progress, where a person sees one.
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}threadwise: interrupted\n`);
  process.exit(exit.interrupted);
});
process.on('SIGINT', interrupt.heard);

const host = nodeHost(naming);
const terminal: Terminal = {
  cwd,
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  async stdin() {
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(part as Buffer);
    return Buffer.concat(parts);
  },
  host: { ...host, store: (folder) => wholeStore(host.store(folder)) },
  parser() {
    parser ??= readWasm().then(([runtime, grammar]) => loadParser(runtime, grammar));
    return parser;
  },
  pool: (it, jobs) => async (files, options) => {
    const [runtime, grammar] = await readWasm();
    const workerFile = join(built, 'worker.js');
    await pooled({ naming, parser: it, workerFile, runtime, grammar, ...(jobs === undefined ? {} : { jobs }) })(files, options);
  },
  save: (path, text) => interrupt.whole(() => saveFile(resolve(cwd, path), text)),
  whole: interrupt.whole,
  changes: (folders) => changesIn(naming, folders),
  async serve() {
    const server = pathToFileURL(join(built, 'server.js')).href;
    await import(server);
    await new Promise(() => {});
  },
  platform: { node: process.version, platform: `${process.platform} ${process.arch}` },
};

/** A cache that is being saved would leave what it has of it behind. */
function wholeStore(store: Store): Store {
  return { ...store, save: (parts) => interrupt.whole(() => store.save(parts)) };
}
// A reader that went away, such as `head`, ends the output and nothing else.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

run(process.argv.slice(2), terminal).then((code) => {
  process.exitCode = code;
});
