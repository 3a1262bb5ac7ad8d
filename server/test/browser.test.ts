// The web server as a worker of a browser runs it: bundled in memory, without anything of Node.js, with files that come through the protocol.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import vm from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { defines, pagesForEsbuild } from '../../scripts/pages-plugin.mjs';
import { browserHost } from '../src/host/browser.js';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
let script = '';

beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['server/src/lsp/browser.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
    define: defines,
    plugins: [pagesForEsbuild],
    logLevel: 'error',
  });
  script = outputFiles[0]!.text;
});

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
const folder = 'vscode-remote://host+1/home%20of/app';
const files: Readonly<Record<string, string>> = {
  'api.py': 'from lib.client import fetch\n\n\nasync def handler(url):\n    return fetch(url)\n',
  'lib/__init__.py': '',
  'lib/client.py': 'import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5).text\n',
  'node_modules/nap.py': nap,
  'generated/nap.py': nap,
  '.gitignore': 'generated/\n',
  'naps/a b@c.py': nap,
};

describe('the web server', () => {
  it('reads the folder through the editor, and finds what two files make together', async () => {
    const worker = startWorker(files);
    const capabilities = { textDocument: { diagnostic: { relatedInformation: true } } };
    await worker.request('initialize', { processId: null, rootUri: null, workspaceFolders: [{ uri: folder, name: 'app' }], capabilities });
    worker.notify('initialized', {});
    const uri = `${folder}/api.py`;
    worker.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: files['api.py'] } });
    const { items } = await worker.request<Report>('textDocument/diagnostic', { textDocument: { uri } });
    expect(items).toMatchObject([{ code: 'blocking-network' }]);
    expect(items[0]!.relatedInformation.at(-1)).toMatchObject({ location: { uri: `${folder}/lib/client.py` } });
    // Each answer has what is new; the request after the last one would wait for ever.
    const known = new Map<string, string>();
    while (known.size < 2) {
      const previousResultIds = [...known].map(([own, value]) => ({ uri: own, value }));
      const report = await worker.request<{ items: { uri: string; resultId: string }[] }>('workspace/diagnostic', { previousResultIds });
      for (const it of report.items) known.set(it.uri, it.resultId);
    }
    expect([...known.keys()].sort()).toEqual([uri, `${folder}/naps/a%20b%40c.py`]);
    expect(worker.thrown).toEqual([]);
  });

  it('judges one file where there is no folder', async () => {
    const worker = startWorker({});
    await worker.request('initialize', { processId: null, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
    worker.notify('initialized', {});
    const uri = 'vscode-vfs://github/someone/repo/nap.py';
    worker.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: nap } });
    const { items } = await worker.request<Report>('textDocument/diagnostic', { textDocument: { uri } });
    expect(items).toMatchObject([{ code: 'blocking-sleep' }]);
    expect(worker.thrown).toEqual([]);
  });

  it('ends its worker after `exit`', async () => {
    const worker = startWorker({});
    await worker.request('initialize', { processId: null, rootUri: null, capabilities: {} });
    worker.notify('initialized', {});
    expect(await worker.request('shutdown')).toBeNull();
    worker.notify('exit');
    await worker.closed;
  });
});

describe('the host of a browser', () => {
  const host = browserHost(async () => {
    throw new Error('the client is gone');
  });

  it('walks URIs as others walk paths', () => {
    expect(host.join(folder, 'a b', '../c@d.py')).toBe(`${folder}/c%40d.py`);
    expect(host.parent(`${folder}/x.py`)).toBe(folder);
    expect(host.parent('vscode-remote://host+1')).toBeUndefined();
    expect(host.parent('untitled:Untitled-1')).toBe('untitled:');
    expect(host.name(`${folder}/a%20b.py`)).toBe('a b.py');
    expect(host.below(folder, `${folder}/lib/a%20b.py`)).toBe('lib/a b.py');
    expect(host.below(folder, folder)).toBe('');
    expect(host.below(folder, `${folder}-two/x.py`)).toBeUndefined();
    expect(host.below(folder, folder.replace('host+1', 'host+2'))).toBeUndefined();
    expect(host.resolve(folder, '../base.toml')).toBe('vscode-remote://host+1/home%20of/base.toml');
    expect(host.resolve(folder, '/etc/base.toml')).toBe('vscode-remote://host+1/etc/base.toml');
  });

  it('has an answer to every question when the client has none', async () => {
    expect(await host.list([folder], [])).toEqual({ files: [], unread: [{ file: folder, reason: 'cannot be read' }] });
    expect(await host.kind(folder)).toBeUndefined();
    expect([...(await host.entries(folder))]).toEqual([]);
    expect(await host.read(folder, 10)).toEqual({ problem: 'does not exist or cannot be read' });
  });
});

interface Report {
  readonly items: readonly { readonly code: string; readonly relatedInformation: readonly unknown[] }[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly uri: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Runs the bundle in a context of its own and answers what it asks its client about files. */
function startWorker(own: Readonly<Record<string, string>>) {
  const answers = new Map<number, (message: Message) => void>();
  const thrown: string[] = [];
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const scope: Record<string, unknown> & { onmessage?: (event: { data: unknown }) => void } = {
    ...browserNames(),
    close,
    addEventListener: () => {},
    postMessage(message: Message) {
      if (message.method === undefined) return answers.get(message.id!)?.(message);
      if (message.method === 'window/logMessage') thrown.push(...failures(message.params));
      if (message.id === undefined) return;
      const { id, method, params } = message;
      setTimeout(() => send({ id, result: fileAnswer(own, method, params?.uri ?? '') }), 0);
    },
  };
  scope.self = scope;
  vm.runInContext(script, vm.createContext(scope));
  // Bytes that arrive in a worker are its own, whoever sent them.
  const Bytes: Uint8ArrayConstructor = vm.runInContext('Uint8Array', scope);
  const post = (data: unknown) => scope.onmessage?.({ data });
  const send = (message: object) => post({ jsonrpc: '2.0', ...message });
  const bytes = (name: string) => new Bytes(readFileSync(require.resolve(name)));
  post({ runtime: bytes('web-tree-sitter/web-tree-sitter.wasm'), grammar: bytes('tree-sitter-python/tree-sitter-python.wasm') });
  let last = 0;
  return {
    thrown,
    closed,
    notify: (method: string, params?: object) => send({ method, ...(params && { params }) }),
    request<T>(method: string, params?: object): Promise<T> {
      const id = ++last;
      return new Promise((resolve, reject) => {
        answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result as T)));
        send({ id, method, ...(params && { params }) });
      });
    },
  };
}

/** As an editor answers whose folder holds these files. */
function fileAnswer(own: Readonly<Record<string, string>>, method: string, uri: string): unknown {
  const path = decodeURIComponent(uri).slice(decodeURIComponent(folder).length + 1);
  const inside = Object.keys(own).filter((it) => it.startsWith(path === '' ? '' : `${path}/`));
  const text = own[path];
  if (method === 'threadwise/read') return text === undefined ? null : new TextEncoder().encode(text);
  if (method === 'threadwise/stat') {
    if (text !== undefined) return { kind: 'file', size: text.length };
    return inside.length > 0 ? { kind: 'folder', size: 0 } : null;
  }
  if (method !== 'threadwise/entries' || !decodeURIComponent(uri).startsWith(decodeURIComponent(folder))) return null;
  const rest = inside.map((it) => it.slice(path === '' ? 0 : path.length + 1));
  const names = new Map(rest.map((it) => [it.split('/')[0]!, it.includes('/') ? 'folder' : 'file']));
  return [...names].map(([name, kind]) => ({ name, kind, link: false }));
}

/** Warnings and errors in the log. */
const failures = (params: unknown): string[] => {
  const { type, message } = params as { type: number; message: string };
  return type <= 2 ? [message] : [];
};

function browserNames(): Record<string, unknown> {
  const names = ['TextEncoder', 'TextDecoder', 'URL', 'WebAssembly', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
  const more = ['queueMicrotask', 'performance', 'MessageChannel', 'console', 'crypto'];
  return Object.fromEntries([...names, ...more].map((name) => [name, globalThis[name as keyof typeof globalThis]]));
}
