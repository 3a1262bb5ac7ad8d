// The one schema of the configuration: what keys there are, what they take, and what is wrong with a value.
import * as v from 'valibot';
import { directiveRules } from '../engine/directives.js';
import { jsonSchema } from '../knowledge/json-schema.js';
import { globPattern, namePattern } from '../knowledge/schema.js';
import { rules } from '../rules/index.js';
import { nearest } from './nearest.js';
import { peers } from './peer-names.js';

export const laws = ['loop', 'worker', 'owner', 'finish', 'circle'] as const;
/** What `select`, `ignore` and the like take: a rule, a law, or `all`. */
export const selectors: readonly string[] = ['all', ...laws, ...rules.map((it) => it.id), ...directiveRules.map((it) => it.id)];

const selector = v.picklist(selectors);
const version = v.pipe(v.string(), v.regex(/^3\.\d{1,2}t?(\s*-\s*3\.\d{1,2}t?)?$/));

const glob = v.pipe(v.string(), v.regex(globPattern, 'a dotted name, with `*` or `**` for any part of it'));
const twin = v.pipe(v.string(), v.regex(new RegExp(`^$|${namePattern.source}`), 'a dotted name, or `""` where there is none'));

const knowledge = v.strictObject({
  files: v.optional(v.pipe(v.array(v.string()), v.description('Files in the format of the built-in knowledge.'))),
  blocking: v.optional(
    v.pipe(v.record(glob, twin), v.description('Calls that wait, each with its awaitable equivalent, or with an empty text.')),
  ),
  'task-keepers': v.optional(v.pipe(v.array(glob), v.description('Functions that hold on to the task they are given.'))),
  'runs-elsewhere': v.optional(
    v.pipe(v.array(glob), v.description('Functions and decorators whose callables run on another thread, or may stop the loop.')),
  ),
  startup: v.optional(v.pipe(v.array(glob), v.description('Functions that run before the application serves anybody.'))),
  'thread-safe': v.optional(v.pipe(v.array(glob), v.description('Classes whose objects threads may share.'))),
  'thread-unsafe': v.optional(v.pipe(v.array(glob), v.description('Classes whose objects threads may share only under a lock.'))),
});

/** Keys in the order in which `config show` prints them. */
export const schema = v.strictObject({
  extend: v.optional(v.pipe(v.string(), v.description('A configuration file to start from, relative to this one.'))),
  select: v.optional(v.pipe(v.array(selector), v.description('Rules and laws to check; replaces the default set.'))),
  'extend-select': v.optional(v.pipe(v.array(selector), v.description('Rules and laws to check besides the selected ones.'))),
  ignore: v.optional(v.pipe(v.array(selector), v.description('Rules and laws that are not checked.'))),
  'extend-ignore': v.optional(v.pipe(v.array(selector), v.description('More rules and laws that are not checked.'))),
  defer: v.optional(
    v.pipe(v.array(v.picklist(peers)), v.description('Tools whose reports are not repeated: what they say of the same line is theirs.')),
  ),
  'min-confidence': v.optional(v.pipe(v.picklist(['medium', 'high']), v.description('The least confidence of a finding that is shown.'))),
  'python-version': v.optional(
    v.pipe(version, v.description('The Python to judge for: a version such as 3.12 or 3.14t, or a range such as 3.10-3.14.')),
  ),
  gil: v.optional(
    v.pipe(v.picklist(['auto', 'enabled', 'disabled', 'both']), v.description('Does the code run with the global interpreter lock?')),
  ),
  'start-method': v.optional(
    v.pipe(v.picklist(['auto', 'fork', 'forkserver', 'spawn']), v.description('How multiprocessing starts a process.')),
  ),
  exclude: v.optional(
    v.pipe(v.array(v.string()), v.description('Files and folders to leave out, as in a .gitignore; adds to the defaults.')),
  ),
  baseline: v.optional(
    v.pipe(v.string(), v.description('A file that lists accepted findings, as `threadwise baseline` writes it; relative to this one.')),
  ),
  src: v.optional(v.pipe(v.array(v.string()), v.description('Folders from which modules are imported.'))),
  'per-file-ignores': v.optional(
    v.pipe(v.record(v.string(), v.array(selector)), v.description('Rules and laws that are not checked in files that match a pattern.')),
  ),
  severity: v.optional(
    v.pipe(
      v.record(selector, v.picklist(['error', 'warning', 'info', 'hint'])),
      v.description('The severity of the findings of a rule or law.'),
    ),
  ),
  knowledge: v.optional(knowledge),
});
export type Values = v.InferOutput<typeof schema>;
export type Key = keyof Values;
export const keys = Object.keys(schema.entries) as readonly Key[];
export const knowledgeKeys = Object.keys(knowledge.entries) as readonly (keyof typeof knowledge.entries)[];

/** `config schema`: for editors that complete and check `threadwise.toml`. */
export const configurationSchema = (): object => ({ title: 'Threadwise configuration', ...jsonSchema(schema) });

export interface Complaint {
  /** Keys and indices down to what is wrong. */
  readonly path: readonly (string | number)[];
  /** Is the key wrong, or its value? */
  readonly on: 'key' | 'value';
  readonly message: string;
}

/** Keeps what is right: a bad key, or a bad entry of a list or table, voids nothing else. */
export function checkValues(raw: Readonly<Record<string, unknown>>): {
  readonly values: Values;
  readonly complaints: readonly Complaint[];
} {
  const complaints: Complaint[] = [];
  return { values: checkTable(raw, schema.entries, [], complaints) as Values, complaints };
}

type Entries = Readonly<Record<string, v.GenericSchema>>;

function checkTable(
  raw: Readonly<Record<string, unknown>>,
  entries: Entries,
  above: readonly string[],
  complaints: Complaint[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    const here = [...above, key];
    const part = entries[key];
    if (part === undefined || !Object.hasOwn(entries, key)) {
      complaints.push({ path: here, on: 'key', message: unknownKey(key, here.join('.'), Object.keys(entries)) });
      continue;
    }
    const inner = entriesOf(part);
    if (inner !== undefined && isTable(value)) {
      values[key] = checkTable(value, inner, here, complaints);
      continue;
    }
    const { success, output, issues } = v.safeParse(part, value);
    if (success) {
      values[key] = output;
      continue;
    }
    const bad = new Set<string | number>();
    for (const issue of issues) {
      const path = (issue.path ?? []).map((it) => it.key as string | number);
      if (path[0] !== undefined) bad.add(path[0]);
      const on = issue.path?.some((it) => it.origin === 'key') ? 'key' : 'value';
      complaints.push({ path: [...here, ...path], on, message: complaint(here.join('.'), path, issue) });
    }
    const rest = bad.size === 0 ? undefined : without(value, bad);
    if (rest !== undefined) values[key] = rest;
  }
  return values;
}

/** Of a table with a fixed set of keys. */
const entriesOf = (part: v.GenericSchema): Entries | undefined =>
  (part as { readonly wrapped?: { readonly type: string; readonly entries?: Entries } }).wrapped?.entries;
const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The good entries; undefined where none is left, since an empty list would mean something else. */
function without(value: unknown, bad: ReadonlySet<string | number>): unknown {
  if (Array.isArray(value)) {
    const rest = value.filter((_, at) => !bad.has(at));
    return rest.length > 0 ? rest : undefined;
  }
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !bad.has(key)));
}

function unknownKey(key: string, whole: string, known: readonly string[]): string {
  const meant = nearest(key.replaceAll('_', '-'), known);
  return meant === undefined
    ? `\`${whole}\` is no setting; there are ${quoted(known)}.`
    : `\`${whole}\` is no setting; the nearest one is \`${meant}\`.`;
}

function complaint(key: string, path: readonly (string | number)[], issue: v.BaseIssue<unknown>): string {
  const { input } = issue;
  const where = path.length > 0 && typeof path[0] === 'number' ? `an entry of \`${key}\`` : `\`${[key, ...path].join('.')}\``;
  if (key === 'python-version') return `\`${key}\` is ${written(input)}; it takes a text such as \`"3.12"\` or \`"3.10-3.14"\`.`;
  if (issue.type === 'picklist' && typeof input === 'string') {
    const allowed = issue.requirement as readonly string[] | undefined;
    return isSelector(issue) ? unknownSelector(input) : `${where} is ${written(input)}; ${choices(input, allowed ?? choicesOf(issue))}.`;
  }
  if (issue.type === 'regex') return `${where} is ${written(input)}; it takes ${issue.message}.`;
  const wanted = Array.isArray(input) || issue.type === 'string' ? issue.expected : expectation(issue);
  return `${where} is ${written(input)}; it takes ${wantedWords(wanted ?? issue.type)}.`;
}

/** For `--select` and the other lists of rules as well. */
export function unknownSelector(it: string): string {
  const meant = nearest(it, selectors);
  return `\`${it}\` is no rule, no law and not \`all\`; ${meant === undefined ? '`threadwise rules` lists them' : `the nearest one is \`${meant}\``}.`;
}

function choices(input: string, allowed: readonly string[]): string {
  const meant = nearest(input, allowed);
  return `it takes ${quoted(allowed)}${meant === undefined ? '' : `, and the nearest one is \`${meant}\``}`;
}

const isSelector = (issue: v.BaseIssue<unknown>): boolean => issue.expected?.includes('"all"') === true;
const choicesOf = (issue: v.BaseIssue<unknown>): readonly string[] =>
  [...(issue.expected ?? '').matchAll(/"([^"]*)"/g)].map((it) => it[1]!);
const expectation = (issue: v.BaseIssue<unknown>): string => (issue.type === 'picklist' ? 'string' : (issue.expected ?? issue.type));

const typeWords: Readonly<Record<string, string>> = {
  Array: 'a list of texts',
  Object: 'a table',
  string: 'a text',
};
const wantedWords = (expected: string): string => typeWords[expected] ?? expected;

const written = (value: unknown): string => `\`${JSON.stringify(value) ?? String(value)}\``;
const quoted = (words: readonly string[]): string => words.map((it) => `\`${it}\``).join(', ');
