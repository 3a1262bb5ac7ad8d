// Which Python we judge for: a ladder of sources, each answer with where it comes from.
import type { Target } from '../model.js';
import type { Host } from './host.js';
import { type Settings, setting } from './settings.js';
import { decode } from './source.js';
import { readToml } from './toml.js';

export interface TargetQuestion {
  readonly host: Host;
  /** Where the project lies; what lies above it counts up to its repository or `pyproject.toml`. */
  readonly folder: string;
  readonly settings: Settings;
  /** The interpreter that the editor has selected, as `3.13t` or `3.12.4`; it comes before the virtual environment. */
  readonly interpreter?: string;
}
type Versions = Target['python'];
interface Rung {
  readonly versions?: Versions;
  readonly free?: boolean;
  readonly origin: string;
}

/** Minor versions of Python 3 that are looked after. */
const oldest = 9;
const newest = 14;
const mostBytes = 1_000_000;

/** Flag, configuration, `requires-python`, `.python-version`, virtual environment, and else every version with the GIL. Never throws. */
export async function findTarget({ host, folder, settings, interpreter }: TargetQuestion): Promise<Target> {
  const rungs: Rung[] = [];
  const said = setting(settings, 'python-version');
  if (said !== undefined) rungs.push({ ...readVersions(said.value), origin: `\`python-version\` from ${said.layer.origin}` });
  const folders = await projectFolders(host, folder);
  rungs.push(...(await firstRung(host, folders, requiresPython)), ...(await firstRung(host, folders, pythonVersion)));
  if (interpreter !== undefined) rungs.push({ ...readVersions(interpreter), origin: 'the selected interpreter' });
  rungs.push(...(await firstRung(host, folders, virtualEnvironment)));

  const python = rungs.find((it) => it.versions !== undefined);
  const gil = setting(settings, 'gil');
  const start = setting(settings, 'start-method');
  const free = rungs.find((it) => it.free !== undefined);
  const stated =
    gil === undefined || gil.value === 'auto' ? undefined : ({ enabled: 'on', disabled: 'off', both: 'either' } as const)[gil.value];
  return {
    python: python?.versions ?? { from: oldest, to: newest },
    gil: stated ?? (free?.free === true ? 'off' : 'on'),
    start: start === undefined || start.value === 'auto' ? 'any' : start.value,
    origin: {
      python: python?.origin ?? 'default',
      gil: stated === undefined ? (free?.origin ?? 'default') : `\`gil\` from ${gil!.layer.origin}`,
      start: start === undefined || start.value === 'auto' ? 'default' : `\`start-method\` from ${start.layer.origin}`,
    },
  };
}

/** `Python 3.9-3.14 with the GIL, any start method`. */
export function targetInWords({ python, gil, start }: Target): string {
  const versions = python.from === python.to ? `3.${python.from}` : `3.${python.from}-3.${python.to}`;
  const lock = { on: 'with the GIL', off: 'without the GIL', either: 'with or without the GIL' }[gil];
  return `Python ${versions} ${lock}, ${start === 'any' ? 'any start method' : `start method ${start}`}`;
}

/**
 * `3.12`, `3.12.4`, `3.14t`, `3.10-3.14`, `cpython-3.13.1+freethreaded`; nothing where no version of Python 3 is named. A range says nothing
 * about the GIL.
 */
export function readVersions(text: string): { readonly versions?: Versions; readonly free?: boolean } {
  const found = [...text.matchAll(/\b3\.(\d{1,2})(?:\.\d+)?\w*?(t?)\b/g)];
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return {};
  const [from, to] = [Number(first[1]), Number(last[1])];
  const versions = from <= to ? { from, to } : { from: to, to: from };
  if (last[2] === 't' || text.includes('+freethreaded')) return { versions, free: true };
  return found.length === 1 ? { versions, free: false } : { versions };
}

/** The minor versions of Python 3 that a specifier such as `>=3.9,<3.13` or `~=3.10` allows; undefined where it names none of them. */
export function readSpecifier(text: string): Versions | undefined {
  let from = -1;
  let to = Number.POSITIVE_INFINITY;
  for (const [, op = '==', major, minor, rest] of text.matchAll(/(>=|<=|==|~=|!=|\^|~|>|<)?\s*(\d+)(?:\.(\d+))?((?:\.[\d*]+)*)/g)) {
    if (op === '!=') continue;
    const at = major === '3' ? Number(minor ?? 0) : Number(major) < 3 ? -1 : Number.POSITIVE_INFINITY;
    const exact = minor !== undefined;
    if (op === '>=' || op === '^' || op === '~' || op === '~=' || op === '==') from = Math.max(from, at);
    if (op === '>') from = Math.max(from, exact && rest === '' ? at + 1 : at);
    if (op === '<') to = Math.min(to, rest === '' || /^(\.0)+$/.test(rest ?? '') ? at - 1 : at);
    if (op === '<=') to = Math.min(to, at);
    if ((op === '==' || op === '~') && exact) to = Math.min(to, at);
    if (op === '~=' && exact && rest !== '') to = Math.min(to, at);
  }
  if (to < 0 || (from < 0 && to === Number.POSITIVE_INFINITY)) return undefined;
  const low = from < 0 ? Math.min(oldest, to) : from;
  return low > to || !Number.isFinite(low) ? undefined : { from: low, to: Number.isFinite(to) ? to : Math.max(newest, low) };
}

type Reader = (host: Host, folder: string) => Promise<Rung | undefined>;

async function firstRung(host: Host, folders: readonly string[], reader: Reader): Promise<readonly Rung[]> {
  for (const folder of folders) {
    const rung = await reader(host, folder);
    if (rung !== undefined) return [rung];
  }
  return [];
}

/** From the folder up to the one with the repository or the project file; the folder alone where there is neither. */
async function projectFolders(host: Host, folder: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (let at: string | undefined = folder; at !== undefined; at = host.parent(at)) {
    folders.push(at);
    const there = await host.entries(at);
    if (there.has('pyproject.toml') || there.has('.git')) return folders;
  }
  return [folder];
}

async function requiresPython(host: Host, folder: string): Promise<Rung | undefined> {
  const text = await textOf(host, host.join(folder, 'pyproject.toml'));
  if (text === undefined) return undefined;
  const toml = readToml(text);
  if ('error' in toml) return undefined;
  const { project, tool } = toml.value as {
    project?: { 'requires-python'?: unknown };
    tool?: { poetry?: { dependencies?: { python?: unknown } } };
  };
  const own = project?.['requires-python'];
  const says = typeof own === 'string' ? own : tool?.poetry?.dependencies?.python;
  const versions = typeof says === 'string' ? readSpecifier(says) : undefined;
  if (versions === undefined) return undefined;
  return { versions, origin: `\`${typeof own === 'string' ? 'requires-python' : 'python'}\` from pyproject.toml` };
}

async function pythonVersion(host: Host, folder: string): Promise<Rung | undefined> {
  const text = await textOf(host, host.join(folder, '.python-version'));
  const line = text?.split(/\r?\n/).find((it) => it.trim() !== '' && !it.trim().startsWith('#'));
  return line === undefined ? undefined : rungOf(line, '.python-version');
}

async function virtualEnvironment(host: Host, folder: string): Promise<Rung | undefined> {
  for (const name of ['.venv', 'venv', 'env']) {
    const text = await textOf(host, host.join(folder, name, 'pyvenv.cfg'));
    if (text === undefined) continue;
    const value = (key: RegExp) =>
      text
        .split(/\r?\n/)
        .find((it) => key.test(it))
        ?.replace(key, '');
    const version = value(/^\s*version(?:_info)?\s*=/);
    const rung = version === undefined ? undefined : rungOf(version, `${name}/pyvenv.cfg`);
    if (rung === undefined) continue;
    return /(?<!\d)3\.\d+t\b|freethreaded/.test(text) ? { ...rung, free: true } : rung;
  }
  return undefined;
}

function rungOf(text: string, origin: string): Rung | undefined {
  const read = readVersions(text);
  return read.versions === undefined ? undefined : { ...read, origin };
}

async function textOf(host: Host, file: string): Promise<string | undefined> {
  if ((await host.kind(file)) !== 'file') return undefined;
  const read = await host.read(file, mostBytes);
  if ('problem' in read) return undefined;
  const decoded = decode(read.bytes);
  return 'problem' in decoded ? undefined : decoded.text;
}
