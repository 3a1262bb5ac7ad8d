// Settings: the nearest configuration file with what it extends, between the editor's settings and the flags.
import { type Baseline, readBaseline } from './baseline.js';
import type { Host, Patterns } from './host.js';
import { type ProjectKnowledge, readKnowledge } from './knowledge.js';
import { checkValues, type Key, keys, knowledgeKeys, type Values } from './schema.js';
import { decode } from './source.js';
import { type Range, readToml, type Toml, top } from './toml.js';

/** What one place says. `base` is the folder that its paths start from. */
export interface Layer {
  /** For people: `pyproject.toml`, `--gil`, `the editor`. */
  readonly origin: string;
  readonly base: string;
  readonly values: Values;
  /** What it says of names, files read. */
  readonly knowledge?: ProjectKnowledge;
  /** The list that it names, read. */
  readonly baseline?: Baseline;
}
/** Layers from the weakest to the strongest; each question about them is a function of this file or of `selection.ts`. */
export interface Settings {
  readonly layers: readonly Layer[];
}
export interface SettingProblem {
  readonly file: string;
  readonly range: Range;
  /** A sentence with what is allowed and what is near. */
  readonly message: string;
  /** An error, unless it is said to be less. */
  readonly severity?: 'warning';
}
export interface LoadedSettings {
  readonly settings: Settings;
  /** The file in charge; undefined where there is none. */
  readonly file: string | undefined;
  readonly problems: readonly SettingProblem[];
}
export interface SettingsQuestion {
  readonly host: Host;
  /** Where the search begins, upwards. */
  readonly folder: string;
  /** This file and no other. */
  readonly config?: string;
  /** No file at all. */
  readonly isolated?: boolean;
  /** Another one answers what is asked of the whole program: its file, or null where nothing but defaults does. */
  readonly under?: string | null;
  /** Reads no list of accepted findings, whatever is said. */
  readonly noBaseline?: boolean;
  readonly weaker?: readonly Layer[];
  readonly stronger?: readonly Layer[];
}

/** Files larger than this are no configuration. */
const mostBytes = 1_000_000;
/** Files that extend each other. */
const longestChain = 16;

/** Never throws: what is wrong is among the problems, and what is right holds. */
export async function loadSettings(question: SettingsQuestion): Promise<LoadedSettings> {
  const { host, folder, config, isolated, weaker, stronger } = question;
  const problems: SettingProblem[] = [];
  const found = isolated ? undefined : config === undefined ? await search(host, folder, problems) : await named(host, config, problems);
  const own = found === undefined ? [] : await layersOf(question, found, problems);
  return { settings: { layers: [...(weaker ?? []), ...own, ...(stronger ?? [])] }, file: found?.file, problems };
}

/** The strongest value of a key with where it comes from. */
export function setting<K extends Key>(
  settings: Settings,
  key: K,
): { readonly value: NonNullable<Values[K]>; readonly layer: Layer } | undefined {
  const layer = settings.layers.findLast((it) => it.values[key] !== undefined);
  return layer === undefined ? undefined : { value: layer.values[key] as NonNullable<Values[K]>, layer };
}

/** What the strongest layer that names a list accepts. */
export const acceptedBy = (settings: Settings): Baseline | undefined =>
  settings.layers.findLast((it) => it.baseline !== undefined)?.baseline;

/** Of every layer, each with its folder. */
export const excludes = (settings: Settings): readonly Patterns[] =>
  settings.layers.flatMap(({ base, values }) => (values.exclude === undefined ? [] : [{ base, patterns: values.exclude }]));

export function sourceRoots(settings: Settings, host: Host): readonly string[] {
  const src = setting(settings, 'src');
  return (src?.value ?? []).map((it) => host.resolve(src!.layer.base, it));
}

export interface Shown {
  /** With a dot for a key of a table that has a fixed set of them. */
  readonly key: string;
  /** undefined where nothing is said. */
  readonly value: unknown;
  readonly origin: string;
}

/** Each key with its value and where that comes from; lists and tables that add up are shown added up. */
export function shown(settings: Settings): readonly Shown[] {
  return keys
    .filter((key) => key !== 'extend')
    .flatMap((key) => {
      if (key !== 'knowledge') return [added(key, adding.has(key), settings, ({ values }) => values[key])];
      return knowledgeKeys.map((own) => added(`${key}.${own}`, true, settings, ({ values }) => values.knowledge?.[own]));
    });
}

function added(key: string, adds: boolean, { layers }: Settings, said: (layer: Layer) => unknown): Shown {
  const saying = layers.filter((it) => said(it) !== undefined);
  const counted = adds ? saying : saying.slice(-1);
  const values = counted.map(said);
  const value =
    values.length < 2 ? values[0] : Array.isArray(values[0]) ? values.flat() : Object.assign({}, ...(values as readonly object[]));
  return { key, value, origin: counted.length === 0 ? 'default' : [...new Set(counted.map((it) => it.origin))].join(', ') };
}

/** Keys whose values add up over the layers. */
const adding: ReadonlySet<Key> = new Set(['extend-select', 'extend-ignore', 'exclude', 'per-file-ignores', 'severity']);

interface Found {
  readonly file: string;
  readonly toml: Toml;
  /** Keys down to our table: none, or `tool` and `threadwise`. */
  readonly above: readonly string[];
}

async function search(host: Host, from: string, problems: SettingProblem[]): Promise<Found | undefined> {
  for (let folder: string | undefined = from; folder !== undefined; folder = host.parent(folder)) {
    const found = await foundIn(host, folder, problems);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function foundIn(host: Host, folder: string, problems: SettingProblem[]): Promise<Found | undefined> {
  for (const name of ['threadwise.toml', 'pyproject.toml']) {
    const file = host.join(folder, name);
    if ((await host.kind(file)) !== 'file') continue;
    const found = await open(host, file, problems);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The configuration file of a folder itself. What is wrong with one that cannot be read is not told here. */
export const configurationIn = async (host: Host, folder: string): Promise<string | undefined> => (await foundIn(host, folder, []))?.file;

async function named(host: Host, file: string, problems: SettingProblem[]): Promise<Found | undefined> {
  const found = await open(host, file, problems);
  if (found === undefined && problems.length === 0)
    problems.push({ file, range: top, message: 'The file has no table `[tool.threadwise]`.' });
  return found;
}

/** undefined where the file does not speak to us; a `pyproject.toml` that is broken is only ours to report where it names us. */
async function open(host: Host, file: string, problems: SettingProblem[]): Promise<Found | undefined> {
  const shared = host.name(file) === 'pyproject.toml';
  const read = await host.read(file, mostBytes);
  const decoded = 'problem' in read ? read : decode(read.bytes);
  if ('problem' in decoded) {
    if (!shared || !('bytes' in read)) problems.push({ file, range: top, message: `The file ${decoded.problem}.` });
    return undefined;
  }
  const toml = readToml(decoded.text);
  if ('error' in toml) {
    if (!shared || decoded.text.includes('tool.threadwise')) problems.push({ file, range: toml.range, message: `${toml.error}.` });
    return undefined;
  }
  const above = shared ? ['tool', 'threadwise'] : [];
  return tableAt(toml, above) === undefined ? undefined : { file, toml, above };
}

/** A file and what it extends, weakest first. */
async function layersOf(
  { host, under, noBaseline }: SettingsQuestion,
  found: Found,
  problems: SettingProblem[],
): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  const seen = new Set<string>();
  for (let at: Found | undefined = found; at !== undefined; ) {
    seen.add(at.file);
    const { file, toml, above }: Found = at;
    const base = host.parent(file) ?? file;
    const { values, complaints } = checkValues(tableAt(toml, above) ?? {});
    for (const { path, on, message } of complaints) {
      problems.push({ file, range: toml.range([...above, ...path], on === 'key' ? 'key' : undefined), message });
    }
    const { extend, ...own } = values;
    // What it extends may be the very file that is in charge.
    if (under !== undefined && layers.length === 0)
      problems.push(...withoutEffect(own, under, (key) => ({ file, range: toml.range([...above, key], 'key') })));
    const range = (path: readonly (string | number)[]) => toml.range([...above, 'knowledge', ...path]);
    const knowledge = own.knowledge && (await readKnowledge(own.knowledge, { host, file, base, range }, problems));
    const accepted = own.baseline === undefined || noBaseline ? undefined : await readBaseline(host, host.resolve(base, own.baseline));
    if (accepted !== undefined && 'problem' in accepted) {
      const message = `\`baseline\` is \`${own.baseline}\`, which ${accepted.problem}.`;
      problems.push({ file, range: toml.range([...above, 'baseline']), message });
    }
    const baseline = accepted === undefined || 'problem' in accepted ? {} : { baseline: accepted };
    layers.unshift({ origin: host.name(file), base, values: own, ...(knowledge === undefined ? {} : { knowledge }), ...baseline });
    if (extend === undefined) break;
    const next = host.resolve(base, extend);
    const complain = (message: string) => problems.push({ file, range: toml.range([...above, 'extend']), message });
    if (seen.has(next) || layers.length > longestChain) {
      complain(`\`extend\` leads back to \`${extend}\`.`);
      break;
    }
    if ((await host.kind(next)) !== 'file') {
      complain(`\`extend\` is \`${extend}\`, and there is no such file.`);
      break;
    }
    at = await open(host, next, problems);
  }
  return layers;
}

/** Keys with one answer for the whole program. */
const ofProgram = ['python-version', 'gil', 'start-method', 'src', 'knowledge'] as const satisfies readonly Key[];

function withoutEffect(
  own: Values,
  under: string | null,
  at: (key: string) => Pick<SettingProblem, 'file' | 'range'>,
): readonly SettingProblem[] {
  const said = ofProgram.filter((key) => own[key] !== undefined);
  const who = under === null ? 'the default holds' : `\`${under}\` answers that`;
  const why = `${who} for all that is checked together. Checked by itself, this folder has its own answer`;
  return said.map((key) => ({ ...at(key), message: `\`${key}\` has no effect here: ${why}.`, severity: 'warning' }));
}

function tableAt(toml: Toml, above: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  let table: unknown = toml.value;
  for (const key of above) {
    if (typeof table !== 'object' || table === null || !Object.hasOwn(table, key)) return undefined;
    table = (table as Record<string, unknown>)[key];
  }
  return typeof table === 'object' && table !== null && !Array.isArray(table) ? (table as Record<string, unknown>) : undefined;
}
