// Runs each built bundle: code that works unbundled proves nothing about the files that users get.
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const shop = join(root, 'test-fixtures/projects/shop');
const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
let scratch = '';

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/set-up.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  scratch = mkdtempSync(join(tmpdir(), 'threadwise-bundles-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('dist/cli.js', () => {
  it('says its version', () => {
    const { status, stdout } = cli(['--version']);
    expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: version });
  });

  it('reports a defect in a small file, in JSON on stdout, with exit code 1', () => {
    writeFileSync(join(scratch, 'nap.py'), 'import time\n\n\nasync def nap():\n    time.sleep(1)\n');
    const { status, stdout } = cli(['check', '--output-format', 'json', 'nap.py']);
    const { version: format, tool, findings, summary } = JSON.parse(stdout);
    expect({ status, format, tool, summary }).toEqual({
      status: 1,
      format: 1,
      tool: version,
      summary: { files: 1, analysed: 1, failed: [] },
    });
    expect(findings).toMatchObject([{ rule: 'blocking-sleep', path: 'nap.py', range: { start: { line: 5, column: 5 } } }]);
  });

  it.skipIf(process.platform === 'win32')(
    'ends with exit code 130 and one line when it is interrupted, and leaves no file behind',
    async () => {
      const folder = join(scratch, 'interrupted');
      mkdirSync(folder);
      const child = spawn(process.execPath, [join(dist, 'cli.js'), 'check', '--output-format', 'json=out.json', '-'], { cwd: folder });
      let [out, errors] = ['', ''];
      child.stdout.on('data', (text) => (out += text));
      child.stderr.on('data', (text) => (errors += text));
      // More than a pipe holds: once it is gone, somebody reads, and waits for the rest.
      await new Promise((resolve) => child.stdin.write('import asyncio\n'.repeat(300_000), resolve));
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGINT');
      expect([await ended, out, errors, readdirSync(folder)]).toEqual([130, '', 'threadwise: interrupted\n', []]);
    },
  );

  it('has the rule pages in it', () => {
    const { status, stdout } = cli(['explain', 'blocking-sleep']);
    expect(status).toBe(0);
    expect(stdout).toContain('time.sleep');
  });

  it('can be started by its name, as an installed command is', () => {
    expect(readFileSync(join(dist, 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    if (process.platform !== 'win32') expect(statSync(join(dist, 'cli.js')).mode & 0o111).toBe(0o111);
  });

  it('reports in the demo project what its files mark, and nothing else', () => {
    const marked = readdirSync(shop, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.py'))
      .flatMap((path) =>
        readFileSync(join(shop, path), 'utf8')
          .split('\n')
          .flatMap((text, at) => markOf(text).map((rule) => `${path.replaceAll('\\', '/')}:${at + 1} ${rule}`)),
      );
    const { stdout } = cli(['check', '--output-format', 'json', '.'], shop);
    const found = JSON.parse(stdout).findings.map(
      (it: { path: string; rule: string; range: { start: { line: number } } }) => `${it.path}:${it.range.start.line} ${it.rule}`,
    );
    expect(found.sort()).toEqual(marked.sort());
    expect(marked).toHaveLength(3);
  });
});

describe('npm run audit', () => {
  // npm itself says where the command was typed.
  const audit = (args: readonly string[], typedIn: string) =>
    spawnSync(process.execPath, [join(root, 'scripts/audit.mjs'), ...args], {
      cwd: root,
      env: { ...process.env, INIT_CWD: typedIn },
      encoding: 'utf8',
    });

  it('takes a path from where it was typed, and has the exit code of the audit', () => {
    writeFileSync(join(scratch, 'nap.py'), 'import time\n\n\nasync def nap():\n    time.sleep(1)\n');
    writeFileSync(join(scratch, 'fine.py'), 'import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n');
    const bad = audit(['nap.py'], scratch);
    expect({ status: bad.status, names: bad.stdout.includes('nap.py') }).toEqual({ status: 1, names: true });
    expect(audit(['fine.py'], scratch).status).toBe(0);
    expect(audit(['missing.py'], scratch).status).toBe(2);
  });

  it('audits the demo project where no path is given', () => {
    const { status, stdout } = audit(['--fail-on', 'never'], scratch);
    expect(status).toBe(0);
    expect(stdout).toContain('cpu-bound-thread-pool');
  });
});

describe('dist/server.js', () => {
  it('answers `initialize` over stdio, and ends with code 0 after `shutdown` and `exit`', async () => {
    const server = spawn(process.execPath, [join(dist, 'server.js'), '--stdio'], { cwd: scratch, stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    server.stderr.on('data', (text) => {
      errors += text;
    });
    const send = (message: object) => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...message });
      server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    const answers = messages(server.stdout);
    const ended = new Promise((resolve) => server.on('exit', resolve));
    try {
      send({ id: 1, method: 'initialize', params: { processId: process.pid, rootUri: null, capabilities: {} } });
      const { result } = await answers(1);
      expect(result, errors).toMatchObject({ capabilities: { textDocumentSync: expect.anything() }, serverInfo: { version } });
      send({ method: 'initialized', params: {} });
      send({ id: 2, method: 'shutdown' });
      expect(await answers(2)).toMatchObject({ result: null });
      send({ method: 'exit' });
      expect(await ended, errors).toBe(0);
    } finally {
      server.kill();
    }
  });
});

describe('dist/worker.js', () => {
  it('loads in a worker thread and waits there for work', async () => {
    const worker = new Worker(join(dist, 'worker.js'), { stdout: true, stderr: true });
    const outcome = await new Promise<string>((resolve) => {
      worker.on('error', (error) => resolve(String(error.stack)));
      worker.on('exit', (code) => resolve(`ended with code ${code}`));
      worker.on('online', () => setTimeout(resolve, 300, 'waits'));
    });
    await worker.terminate();
    expect(outcome).toBe('waits');
  });
});

describe('dist/extension.js', () => {
  it('loads in the editor, and can be switched on and off', () => {
    const module = { exports: {} as Record<string, unknown> };
    const require = createRequire(join(dist, 'extension.js'));
    const load = (id: string) => (id === 'vscode' ? anything() : require(id));
    const names = ['module', 'exports', 'require', '__dirname', '__filename'];
    vm.compileFunction(readFileSync(join(dist, 'extension.js'), 'utf8'), names)(
      module,
      module.exports,
      load,
      dist,
      join(dist, 'extension.js'),
    );
    expect(module.exports).toEqual({ activate: expect.any(Function), deactivate: expect.any(Function) });
  });
});

describe('dist/web', () => {
  it('extension.js loads in a browser, where only `vscode` can be required', () => {
    const module = { exports: {} as Record<string, unknown> };
    const load = (id: string) => {
      if (id === 'vscode') return anything();
      throw new Error(`\`${id}\` does not exist in a browser`);
    };
    vm.runInContext(readFileSync(join(dist, 'web/extension.js'), 'utf8'), browser({ module, exports: module.exports, require: load }));
    expect(module.exports).toEqual({ activate: expect.any(Function), deactivate: expect.any(Function) });
  });

  it('server.js loads in a worker of a browser, and listens', () => {
    const listeners: string[] = [];
    const context = browser({ addEventListener: (name: string) => listeners.push(name), postMessage: () => {}, close: () => {} });
    vm.runInContext(readFileSync(join(dist, 'web/server.js'), 'utf8'), context);
    expect(listeners.includes('message') || typeof (context as { onmessage?: unknown }).onmessage === 'function').toBe(true);
  });
});

describe('dist', () => {
  it('holds both wasm files, as they came', () => {
    const { grammar, runtime } = JSON.parse(readFileSync(join(root, 'grammars/grammar.json'), 'utf8'));
    for (const { file, package: name } of [grammar, runtime]) {
      expect(readFileSync(join(dist, file)).equals(readFileSync(join(root, 'node_modules', name, file))), file).toBe(true);
    }
  });

  it('passes on the licenses of the packages that are in it', () => {
    const text = readFileSync(join(dist, 'third-party-licenses.txt'), 'utf8');
    for (const name of ['tree-sitter-python', 'web-tree-sitter', 'vscode-languageserver', 'vscode-languageclient', 'commander'])
      expect(text).toContain(`${name} `);
  });

  it('names no folder of the machine it was built on', () => {
    const built = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
    expect(built.filter((path) => readFileSync(join(dist, path), 'utf8').includes(root)).map((path) => relative(dist, path))).toEqual([]);
    expect(existsSync(join(dist, 'cli.js'))).toBe(true);
  });
});

function cli(args: readonly string[], cwd = scratch): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(dist, 'cli.js'), ...args], { cwd, encoding: 'utf8' });
}

function markOf(line: string): readonly string[] {
  const rule = /# alarm: \[([a-z-]+)\]/.exec(line)?.[1];
  return rule === undefined ? [] : [rule];
}

/** Reads framed messages; the result waits for the answer with a given id. */
function messages(stream: NodeJS.ReadableStream): (id: number) => Promise<{ result?: unknown }> {
  let bytes = Buffer.alloc(0);
  const answers = new Map<number, object>();
  const waiting = new Map<number, (answer: object) => void>();
  stream.on('data', (part: Buffer) => {
    bytes = Buffer.concat([bytes, part]);
    for (;;) {
      const start = bytes.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(bytes.toString('utf8', 0, Math.max(start, 0)))?.[1]);
      if (start < 0 || bytes.length < start + 4 + length) return;
      const message = JSON.parse(bytes.toString('utf8', start + 4, start + 4 + length));
      bytes = bytes.subarray(start + 4 + length);
      if (message.method !== undefined) continue;
      answers.set(message.id, message);
      waiting.get(message.id)?.(message);
    }
  });
  return (id) =>
    new Promise((resolve) => {
      const answer = answers.get(id);
      if (answer) resolve(answer);
      else waiting.set(id, resolve);
    });
}

/** Stands for the whole `vscode` module: each of its names is a class, a function, and has every member. */
function anything(): unknown {
  return new Proxy(class {}, {
    get: (target, name) =>
      name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => 0 : name === 'then' ? undefined : anything(),
    apply: () => anything(),
  });
}

/** What a worker of a browser has, and nothing of Node.js. */
function browser(more: object): object {
  const {
    TextEncoder,
    TextDecoder,
    URL,
    WebAssembly,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    queueMicrotask,
    performance,
    MessageChannel,
  } = globalThis;
  const scope = {
    TextEncoder,
    TextDecoder,
    URL,
    WebAssembly,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    queueMicrotask,
    performance,
    MessageChannel,
    console,
    ...more,
  };
  return vm.createContext(Object.assign(scope, { self: scope }));
}
