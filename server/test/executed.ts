// Executes the files of a fixture section in real Python, under one start method, with pinned packages where it needs them.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from './spec.js';

/** An interpreter of at least 3.9. */
export interface Python {
  readonly executable: string;
  /** `3.11.7`. */
  readonly version: string;
  /** Start methods this platform has, of those we compare. */
  readonly methods: readonly StartMethod[];
}
export type StartMethod = 'fork' | 'spawn';
/** Why something cannot be had here, as one sentence for a skipped test. */
export interface Missing {
  readonly missing: string;
}
export interface Ran {
  readonly output: string;
  readonly code: number | null;
  /** The end of what it wrote to stderr, for the message of a failed test. */
  readonly errors: string;
  /** Seconds: the longest time in which the event loop did not turn, where a heartbeat was asked for. */
  readonly gap?: number;
}

/** The first of these that is new enough; `python3` or `python` on the path by default. */
export async function findPython(names: readonly string[] = ['python3', 'python']): Promise<Python | Missing> {
  const ask =
    'import multiprocessing, platform, sys; print(sys.executable, platform.python_version(), *multiprocessing.get_all_start_methods(), sep="\\n")';
  for (const name of names) {
    const { output, code } = await start(name, ['-c', ask], process.env, 30_000);
    const [executable = '', version = '', ...methods] = output.trim().split(/\r?\n/);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (code !== 0 || major !== 3 || minor < 9) continue;
    return { executable, version, methods: (['fork', 'spawn'] as const).filter((it) => methods.includes(it)) };
  }
  return { missing: `no Python >= 3.9 is found as ${names.map((it) => `\`${it}\``).join(' or ')}` };
}

/**
 * A Python that has every pinned package: a virtual environment cached outside the clone, keyed by the pins and the
 * interpreter. Throws when a package does not match its hash; anything else that fails is missing.
 */
export async function withPackages(python: Python, requirements: string): Promise<Python | Missing> {
  const key = createHash('sha256').update(readFileSync(requirements)).update(python.executable).update(python.version).digest('hex');
  const home = join(cacheFolder(), `python-${python.version}-${key.slice(0, 16)}`);
  const ready = { ...python, executable: join(home, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'])) };
  if (existsSync(ready.executable)) return ready;
  // From the folder of package.json: a bundled script runs this, too.
  const installer = 'server/test/install-packages.mjs';
  const { code, output, errors } = await start(process.execPath, [installer, python.executable, requirements, home], process.env, 600_000);
  if (code === 0) return ready;
  if (code === 3) return { missing: output };
  throw new Error(errors);
}

/** Why this Python cannot run a section, as one sentence; `needs` are least versions and modules. */
export async function lacking(python: Python, needs: readonly string[]): Promise<string | undefined> {
  for (const it of needs) {
    if (/^\d/.test(it)) {
      const [major = 0, minor = 0] = it.split('.').map(Number);
      const [ownMajor = 0, ownMinor = 0] = python.version.split('.').map(Number);
      if (ownMajor < major || (ownMajor === major && ownMinor < minor)) return `Python ${python.version} is older than ${it}`;
    } else if ((await start(python.executable, ['-c', `import ${it}`], process.env, 30_000)).code !== 0) {
      return `this Python has no \`${it}\``;
    }
  }
  return undefined;
}

/** A task beside the one of `asyncio.run`, which notes the longest time between two of its turns. */
const heartbeat = `
import asyncio, time
_run = asyncio.run
def _beating(main, **options):
    async def both():
        worst, last = 0.0, time.perf_counter()
        async def beat():
            nonlocal worst, last
            while True:
                await asyncio.sleep(0.005)
                worst, last = max(worst, time.perf_counter() - last), time.perf_counter()
        task = asyncio.ensure_future(beat())
        await asyncio.sleep(0.02)
        try:
            return await main
        finally:
            worst = max(worst, time.perf_counter() - last)
            task.cancel()
            with open(os.environ["HEARTBEAT"], "w") as file:
                file.write(str(worst))
    return _run(both(), **options)
asyncio.run = asyncio.runners.run = _beating
`;

/** Runs `main` as a script, in a folder of its own. Every process it starts sees the same start method. */
export async function execute(python: Python, files: Files, main: string, method: StartMethod, beating = false): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'threadwise-run-'));
  try {
    for (const [path, text] of files) {
      const target = join(folder, 'program', path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    // Python imports this module before the script, in every process: the text under test stays as it is.
    const boot = 'import multiprocessing, os\nmultiprocessing.set_start_method(os.environ["START_METHOD"], force=True)\n';
    mkdirSync(join(folder, 'boot'));
    writeFileSync(join(folder, 'boot', 'sitecustomize.py'), boot + (beating ? heartbeat : ''));
    const path = [join(folder, 'boot'), join(folder, 'program')].join(process.platform === 'win32' ? ';' : ':');
    const env = {
      ...process.env,
      START_METHOD: method,
      PYTHONPATH: path,
      PYTHONHASHSEED: '0',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONIOENCODING: 'utf-8',
    };
    const beats = join(folder, 'heartbeat');
    const all = beating ? { ...env, HEARTBEAT: beats } : env;
    const ran = await start(python.executable, [join(folder, 'program', main)], all, 120_000, join(folder, 'program'));
    return beating && existsSync(beats) ? { ...ran, gap: Number(readFileSync(beats, 'utf8')) } : ran;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A text that the compiler of Python refuses. */
export interface CompileError {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

export async function compileErrors(
  python: Python,
  texts: readonly { readonly name: string; readonly text: string }[],
): Promise<CompileError[]> {
  const folder = mkdtempSync(join(tmpdir(), 'threadwise-compile-'));
  try {
    writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
    const code = [
      'import json, sys',
      'found = []',
      'for it in json.load(open(sys.argv[1], encoding="utf-8")):',
      '    try: compile(it["text"], "text", "exec", dont_inherit=True)',
      '    except SyntaxError as error: found.append({"name": it["name"], "line": error.lineno, "message": error.msg})',
      'print(json.dumps(found))',
    ];
    const ran = await start(python.executable, ['-c', code.join('\n'), join(folder, 'texts.json')], process.env, 60_000);
    if (ran.code !== 0) throw new Error(ran.errors);
    return JSON.parse(ran.output) as CompileError[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv, timeout: number, cwd?: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout, ...(cwd ? { cwd } : {}), maxBuffer: 16_000_000 }, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ output, code, errors: errors.slice(-4000) || (error?.message ?? '') });
    });
  });
}

function cacheFolder(): string {
  const env = process.env;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'threadwise');
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'threadwise');
  return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'threadwise');
}
