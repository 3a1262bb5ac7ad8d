// The shape of a knowledge file, and how its short spellings of prices and versions are read.
import * as v from 'valibot';
import type { Price } from '../model.js';

const runnerKinds = ['main', 'thread', 'task', 'callback', 'process', 'interpreter', 'signal', 'handler'] as const;
const gilClasses = ['holds', 'interprets', 'releases', 'releases-above', 'waits', 'unknown'] as const;
const topics = ['sleep', 'http', 'network', 'subprocess', 'file', 'metadata', 'database', 'dns', 'wait', 'console', 'other'] as const;
const roles = [
  'lock',
  'rlock',
  'semaphore',
  'condition',
  'event',
  'barrier',
  'queue',
  'future',
  'task',
  'thread',
  'process',
  'local',
  'contextvar',
  'proxy',
  'value',
] as const;
const awaited = ['thread', 'process', 'task', 'future', 'pool', 'queue', 'event', 'condition', 'barrier', 'lock'] as const;

const amount = String.raw`\d+(?:\.\d+)? (?:ns|us|ms|s)`;
const growth = String.raw`/(?:length|bytes|value) of (?:\d+|self)(?: \^\d+(?:\.\d+)?)?`;
const pricePattern = new RegExp(`^(?:${amount}|${amount}${growth}|${amount} \\+ ${amount}${growth})$`);
export const namePattern = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const argumentPattern = /^(?:default|(?:\d+|[A-Za-z_][A-Za-z0-9_]*)(?:=.+)?)$/;
const versionPattern = /^(?:<|>=)3\.\d+$/;

/** A name with `*` for any letters up to the next dot and `**` for any at all. */
export const globPattern = /^[A-Za-z_*][A-Za-z0-9_*]*(?:\.[A-Za-z_*][A-Za-z0-9_*]*)*$/;
const qname = v.pipe(v.string(), v.regex(namePattern, 'not a dotted Python name'));
const text = v.pipe(v.string(), v.minLength(1, 'empty'));
const price = v.pipe(
  v.string(),
  v.regex(pricePattern, 'not a price such as `40 ns`, `50 ms + 3 ns/bytes of 0` or `2 ns/value of 0 ^1.6`'),
  v.description('Price of one call: a fixed amount, then an amount per length, bytes or value of an argument (`0`, `1`, or `self`).'),
);
const argument = v.pipe(
  v.string(),
  v.regex(argumentPattern, 'not an argument such as `timeout`, `1`, `blocking=False` or `0=False`'),
  v.description(
    'A keyword, or a position counted without the receiver, either with a literal; `default` where the limit is not an argument of the call.',
  ),
);
const version = v.pipe(v.string(), v.regex(versionPattern, 'not a version bound such as `<3.13` or `>=3.12`'));
const position = v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), text]);
const runner = v.picklist(runnerKinds);

const spawns = v.strictObject({
  on: runner,
  target: v.pipe(v.array(position), v.description('Where the callable stands, in order of preference; `*` is every positional argument.')),
  args: v.picklist(['tuple', 'rest', 'items', 'none']),
  from: v.optional(v.array(position)),
  pool: v.optional(v.union([v.picklist(['self', 'default']), v.pipe(v.number(), v.integer(), v.minValue(0))])),
  starts: v.optional(text),
  coroutines: v.optional(v.pipe(runner, v.description('What runs an `async def` that is given to it.'))),
});
const handler = { on: runner, sync: runner, many: v.boolean() };
const methods = v.pipe(v.array(text), v.description('Names of methods; `do_*` is all that start so.'));
const handlers = {
  decorates: v.optional(v.strictObject(handler)),
  registers: v.optional(
    v.pipe(
      v.strictObject({ ...handler, target: v.array(position), methods: v.optional(methods) }),
      v.description('It keeps the callables under these arguments, to be called later; of a class or an object, the methods named.'),
    ),
  ),
  runs: v.optional(
    v.pipe(v.array(v.strictObject({ ...handler, methods })), v.description('Methods that subclasses define and others call.')),
  ),
  assigned: v.optional(
    v.pipe(
      v.strictObject({ ...handler, starts: v.optional(text) }),
      v.description('An attribute that holds a callback; `starts` is the method without which nothing calls it.'),
    ),
  ),
};
const pool = v.strictObject({
  kind: v.picklist(['thread', 'process', 'interpreter']),
  workers: v.array(position),
});

/** What an entry says and an exception of it may say otherwise. */
const claims = {
  gil: v.optional(
    v.pipe(
      v.picklist(gilClasses),
      v.description('holds: one C call under the GIL; interprets: byte code; releases: native without it; waits: idle without it.'),
    ),
  ),
  above: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Bytes from which `releases-above` holds.'))),
  costs: v.optional(price),
  topic: v.optional(v.picklist(topics)),
  twin: v.optional(v.pipe(qname, v.description('The awaitable equivalent.'))),
  returns: v.optional(v.pipe(qname, v.description('Class of the result; of a constant, class of its value. A class returns itself.'))),
  bounded: v.optional(v.pipe(v.array(argument), v.description('Arguments that put an end to the wait.'))),
  spawns: v.optional(spawns),
  calls: v.optional(v.pipe(v.array(position), v.description('Arguments it calls, here and now.'))),
  coroutine: v.optional(v.boolean()),
  lazy: v.optional(v.boolean()),
  waits: v.optional(
    v.pipe(v.picklist(awaited), v.description('What the call stops for: it returns once that has ended, has arrived or is free.')),
  ),
  mutates: v.optional(
    v.pipe(
      v.picklist(['step', 'bulk']),
      v.description('How it changes the container it is called on: in one step that no other thread sees half done, or in many.'),
    ),
  ),
  reads: v.optional(
    v.pipe(
      v.picklist(['step', 'bulk', 'iterate']),
      v.description('How it reads the container it is called on: one element or the size, all of it now, or by and by.'),
    ),
  ),
  safety: v.optional(
    v.pipe(
      v.picklist(['incompatible', 'compatible', 'distinct', 'shared', 'atomic']),
      v.description(
        'How far threads may share what the class or call makes. incompatible: only its own thread may use it; compatible: one lock for whatever is used of it; distinct: an object each, or one under a lock; shared: freely; atomic: and each call is one step.',
      ),
    ),
  ),
  touches: v.optional(
    v.pipe(text, v.description('State of the whole process that the call, or writing into the constant, changes: `cwd`, `environ`.')),
  ),
  ownThreads: v.optional(v.pipe(v.boolean(), v.description('It starts native threads of its own, as many as there are cores by default.'))),
  keeps: v.optional(v.pipe(v.boolean(), v.description('It holds on to the task or future it is given.'))),
  by: v.optional(
    v.pipe(
      text,
      v.description(
        'The probe with its versions, or the source file, behind `gil` and `costs`; one probe may speak for its whole source file.',
      ),
    ),
  ),
};
const exception = v.strictObject({
  given: v.optional(argument),
  python: v.optional(version),
  ...claims,
});
export const entrySchema = v.pipe(
  v.strictObject({
    kind: v.optional(v.picklist(['function', 'class', 'module', 'constant'])),
    base: v.optional(v.pipe(qname, v.description('Base class, by qualified name.'))),
    alias: v.optional(v.pipe(qname, v.description('The same thing under its usual name.'))),
    ...claims,
    is: v.optional(v.pipe(v.picklist(roles), v.description('What objects of the class are for.'))),
    family: v.optional(
      v.pipe(v.picklist(['thread', 'task', 'process']), v.description('Between what the objects mediate, or what they are handles of.')),
    ),
    acquires: v.optional(v.pipe(v.picklist(['self']), v.description('The method takes the lock it is called on.'))),
    releases: v.optional(v.pipe(v.picklist(['self']), v.description('The method gives the lock it is called on back.'))),
    signals: v.optional(
      v.pipe(v.picklist(['event', 'condition', 'queue']), v.description('The method wakes those who wait for the object it is called on.')),
    ),
    fork: v.optional(v.pipe(v.picklist(['unsafe']), v.description('An object made before a fork serves one side of it only.'))),
    pool: v.optional(pool),
    ...handlers,
    belongs: v.optional(v.picklist(['loop', 'main'])),
    unless: v.optional(v.array(exception)),
    evidence: v.optional(text),
  }),
  v.check((it) => it.gil === undefined || it.by !== undefined, '`gil` without `by`: name the probe or source line behind the claim'),
  v.check((it) => (it.gil === 'releases-above') === (it.above !== undefined), '`releases-above` and `above` go together'),
  v.metadata({ dependentRequired: { gil: ['by'] } }),
);
export const librarySchema = v.strictObject({
  $schema: v.optional(v.string()),
  library: v.pipe(qname, v.description('The name every entry starts with.')),
  evidence: v.pipe(text, v.description('The page that documents the library; entries may name a better one.')),
  apis: v.record(v.pipe(v.string(), v.regex(globPattern, 'not a dotted Python name, with `*` or `**` for any part of it')), entrySchema),
});

export type Entry = v.InferOutput<typeof entrySchema>;
export type Exception = v.InferOutput<typeof exception>;
export type Library = v.InferOutput<typeof librarySchema>;

/** What is wrong in a file: the entry, where it is one, and a sentence that names it and says what is allowed. */
export interface Mistake {
  readonly entry: string | undefined;
  readonly message: string;
}

/** A file as a project gives it: the library, or one mistake after the other. */
export function parseLibrary(json: unknown): { readonly library: Library } | { readonly problems: readonly Mistake[] } {
  const result = v.safeParse(librarySchema, json);
  if (result.success) return { library: result.output };
  return { problems: result.issues.map(mistakeOf) };
}

function mistakeOf(issue: v.BaseIssue<unknown>): Mistake {
  const path = (issue.path ?? []).map((it) => String(it.key));
  const entry = path[0] === 'apis' ? path[1] : undefined;
  const field = path.slice(entry === undefined ? 0 : 2).join('.');
  const where = [entry, field].filter((it) => it !== undefined && it !== '').map((it) => `\`${it}\``);
  const name = where.length === 0 ? 'the file' : where.join(': ');
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return { entry, message: `${name} is no key; there are ${keysAt(path)}.` };
  if (issue.type === 'strict_object' && issue.received === 'undefined') return { entry, message: `${name} is missing.` };
  const custom = issue.type === 'regex' || issue.type === 'check' || issue.type === 'min_length';
  if (custom) return { entry, message: `${name}: ${issue.message}.` };
  return {
    entry,
    message: `${name} is \`${JSON.stringify(issue.input)}\`; it takes ${(issue.expected ?? issue.type).replaceAll('"', '`').replace('Object', 'an object')}.`,
  };
}

/** What the object at the path may have, its last part being a key it has not. */
function keysAt(path: readonly string[]): string {
  const entry = entrySchema.pipe[0].entries;
  const own = path.length === 1 ? librarySchema.entries : path.length === 3 ? entry : path[2] === 'unless' ? exception.entries : undefined;
  return own === undefined
    ? 'others in the schema'
    : Object.keys(own)
        .map((it) => `\`${it}\``)
        .join(', ');
}

const nanoseconds = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;

/** Reads `50 ms`, `3 ns/length of 0` or `1 us + 3 ns/bytes of self ^1.6`; undefined for anything else. */
export function parsePrice(price: string): Price | undefined {
  if (!pricePattern.test(price)) return undefined;
  let result: Price = { fixed: 0, each: 0, of: null, arg: 0, power: 1 };
  for (const part of price.split(' + ')) {
    const [sum, size] = part.split('/') as [string, string | undefined];
    const [number, unit] = sum.split(' ') as [string, keyof typeof nanoseconds];
    const value = Number(number) * nanoseconds[unit];
    if (size === undefined) {
      result = { ...result, fixed: value };
      continue;
    }
    const [of, , arg, power] = size.split(' ') as [NonNullable<Price['of']>, string, string, string | undefined];
    result = {
      ...result,
      each: value,
      of,
      arg: arg === 'self' ? -1 : Number(arg),
      power: power === undefined ? 1 : Number(power.slice(1)),
    };
  }
  return result;
}

/** Does a bound such as `<3.13` hold for all, some or none of the minor versions? */
export function appliesTo(bound: string, python: { readonly from: number; readonly to: number }): 'all' | 'some' | 'none' {
  const below = bound.startsWith('<');
  const minor = Number(bound.slice(bound.indexOf('.') + 1));
  if (python.to < minor) return below ? 'all' : 'none';
  if (python.from >= minor) return below ? 'none' : 'all';
  return 'some';
}
