// The vocabulary of Threadwise. Everything above `Program` is plain data; this file imports nothing.

// ── Names and positions ──────────────────────────────────────────────────────────────────────────

/** A name with its whole path: `time.sleep`, `app.jobs.Counter`, `builtins.len`. */
export type QName = string;
/** A function of the workspace: `app.jobs:Counter.add`; `app.jobs:` is the body of the module. */
export type FnId = string;
/** UTF-16 offsets, half-open, counted from the start of the enclosing chunk, so that edits elsewhere move nothing. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

// ── Values: how an expression looks to its own file ──────────────────────────────────────────────

/** What an expression is, as far as its own file can tell. `link` finishes the thought; `unknown` stays silent. */
export type Value =
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'attr'; readonly of: Value; readonly name: string }
  /** `event` is the index of the call among the events of its chunk. */
  | { readonly is: 'call'; readonly event: number }
  | { readonly is: 'literal'; readonly type: LiteralType; readonly value: string | number | boolean | null; readonly length?: number }
  /** A lambda; `fn` is its index among the functions of its chunk. */
  | { readonly is: 'function'; readonly fn: number }
  /** `count` is the number of elements written; `items` keeps the first `limits.items` of them. */
  | { readonly is: 'items'; readonly type: 'list' | 'tuple' | 'set'; readonly items: readonly Value[]; readonly count: number }
  | { readonly is: 'dict'; readonly keys: readonly (Value | null)[]; readonly values: readonly Value[]; readonly count: number }
  /** `region` is the index of the comprehension's own scope; `key` only for dicts; `tests` are its conditions. */
  | {
      readonly is: 'comprehension';
      readonly type: 'list' | 'set' | 'dict' | 'generator';
      readonly element: Value;
      readonly key: Value | null;
      readonly tests: readonly Value[];
      readonly region: number;
    }
  | { readonly is: 'op'; readonly op: string; readonly args: readonly Value[] }
  /** `a if c else b`, `a or b`, `a and b`: one of these. `all`: it is true only where all are, as nothing but `and` joins them. */
  | { readonly is: 'either'; readonly args: readonly Value[]; readonly all?: true }
  | { readonly is: 'item'; readonly of: Value; readonly index: Value }
  | { readonly is: 'slice'; readonly from: Value | null; readonly to: Value | null; readonly step: Value | null }
  | { readonly is: 'awaited'; readonly of: Value }
  /** An f-string or a concatenation of literals. */
  | { readonly is: 'text'; readonly parts: readonly Value[] }
  | { readonly is: 'star'; readonly of: Value; readonly twice: boolean }
  | { readonly is: 'unknown' };
export type LiteralType = 'int' | 'float' | 'complex' | 'str' | 'bytes' | 'bool' | 'none' | 'ellipsis';

/** `tested` stands in a condition or a comparison, `formatted` in an f-string, `dropped` is a statement of its own. */
export type Use = 'awaited' | 'iterated' | 'argument' | 'returned' | 'bound' | 'tested' | 'formatted' | 'used' | 'dropped';

export interface Arg {
  readonly name: string | null;
  readonly value: Value;
  readonly span: Span;
  /** Stands in parentheses that make no tuple: `args=(x)`, `f, (x)`. */
  readonly parens?: true;
}
export interface Param {
  readonly name: string;
  readonly kind: 'plain' | 'positional' | 'keyword' | 'args' | 'kwargs';
  readonly annotation: Value | null;
  readonly preset: Value | null;
}

// ── Facts of one chunk: plain data that survives JSON, names no file and no module ───────────────

/** Operations the interpreter performs, by what they cost. Indices into `RegionFact.ops`. */
export const opKinds = ['load', 'store', 'arithmetic', 'compare', 'subscript', 'attribute', 'build', 'text', 'jump', 'yield'] as const;
export type OpKind = (typeof opKinds)[number];

export type RegionKind = 'module' | 'class' | 'function' | 'comprehension' | 'loop' | 'with' | 'branch' | 'try' | 'except' | 'finally';

/** A lexical enclosure. `parent` is an index into `Facts.regions`, -1 at the top of the chunk; `fn` one into `Facts.functions`. */
export interface RegionFact {
  readonly kind: RegionKind;
  readonly parent: number;
  readonly fn: number;
  readonly span: Span;
  /** Operations directly in this region, per `opKinds`. */
  readonly ops: readonly number[];
  /** `main`: under `if __name__ == "__main__"`; `typing`: under `if TYPE_CHECKING`; `platform`: under a test of the platform; `else`: the other branch. */
  readonly guard?: 'main' | 'typing' | 'platform' | 'else';
  /** A generator expression that nothing consumes where it is written. */
  readonly lazy?: true;
}

export interface FunctionFact {
  readonly kind: 'module' | 'def' | 'lambda';
  /** Empty for the module's share and for lambdas, which `link` numbers. */
  readonly name: string;
  /** Index of the function that encloses this one, -1 for the module's share. */
  readonly parent: number;
  readonly async: boolean;
  readonly generator: boolean;
  readonly params: readonly Param[];
  readonly decorators: readonly Value[];
  readonly returns: Value | null;
  /** Index of the region of its body. */
  readonly body: number;
  /** Names that its own code reads, nested functions aside; sorted. */
  readonly loads: readonly string[];
  /** Names declared `global` or `nonlocal` in it. */
  readonly globals: readonly string[];
  readonly nonlocals: readonly string[];
  /** The name in the `def` line, or the whole lambda. */
  readonly span: Span;
  /** Overlaps a syntax error: nothing in it is believed. */
  readonly broken: boolean;
  /** The lock that a comment `# requires: self._lock` wants callers to hold, as written. */
  readonly requires?: string;
}

export interface ImportFact {
  readonly in: number;
  /** The name bound here; for `import a.b` it is `a`. */
  readonly local: string;
  /** Dotted path as written, without leading dots. */
  readonly module: string;
  /** The imported member of `from`; null for `import`, `*` for a star. */
  readonly member: string | null;
  /** `import a.b` binds `a`, `import a.b as c` binds `a.b`: true for the first. */
  readonly whole: boolean;
  /** Leading dots of a relative import. */
  readonly dots: number;
  readonly span: Span;
}
/** `# threadwise: ignore[…] reason`. `covers` is the statement it speaks for; null covers the file. Another word than these has no rules. */
export interface Ignore {
  readonly rules: readonly string[];
  readonly reason: string;
  readonly span: Span;
  readonly covers: Span | null;
}

export interface Facts {
  readonly functions: readonly FunctionFact[];
  readonly regions: readonly RegionFact[];
  readonly events: readonly EventFact[];
  /** Apart from the other events, as most functions are never asked for theirs. */
  readonly accesses: readonly AccessFact[];
  readonly imports: readonly ImportFact[];
  readonly ignores: readonly Ignore[];
  /** Overlaps a syntax error. */
  readonly broken: boolean;
}

// ── WHAT: events. `in` is an index in facts and a Region once linked ─────────────────────────────

/** What the source says, true for one file alone. */
export interface Said {
  /** `fn` indexes `Facts.functions`. */
  def: { readonly name: string; readonly fn: number };
  class: { readonly name: string; readonly bases: readonly Value[]; readonly decorators: readonly Value[]; readonly body: number };
  /**
   * A name, attribute or element gets a value. `from` tells how; for `for` and comprehensions the value is what is iterated,
   * for `with` the context manager. `narrow` is an `isinstance` test: the annotation holds where the test was passed.
   */
  bind: {
    readonly target: Value;
    readonly value: Value;
    readonly annotation: Value | null;
    readonly from: 'assign' | 'augmented' | 'for' | 'with' | 'except' | 'walrus' | 'match' | 'narrow' | 'del';
    /** Position of a name inside an unpacked tuple, outermost first; empty for a plain target. */
    readonly path: readonly number[];
    /** The lock that a comment `# guarded-by: self._lock`, or an annotation, names; as written. */
    readonly guardedBy?: string;
  };
  call: {
    readonly callee: Value;
    readonly calleeSpan: Span;
    readonly args: readonly Arg[];
    /** What becomes of the result; `used` is anything not told apart. */
    readonly result: Use;
    /** Set where the syntax implies the call. */
    readonly implied?: 'decorator';
  };
  /** An attribute that is read, not called. */
  read: { readonly value: Value };
  /** `a + b`, `-a`, `a[b]`, `a < b`, `a[b] = c`, `del a[b]`, where a class may define it; `op` as written, `[]`, `[]=`, `del[]`. */
  operate: { readonly op: string; readonly left: Value; readonly right: Value | null };
  await: { readonly operand: Value; readonly form: 'await' | 'async with' | 'async for' };
  /** `body` is the region repeated. `exits`: a `break` or `return` inside can end it early. */
  loop: {
    readonly iterates: Value | null;
    readonly test: Value | null;
    readonly body: number;
    readonly exits: boolean;
    readonly form: 'for' | 'while' | 'comprehension';
  };
  /** `if` and `elif`; `body` is what runs where the test holds, `last` where no `elif` or `else` follows. */
  branch: { readonly test: Value; readonly body: number; readonly last: boolean };
  with: { readonly items: readonly Value[]; readonly body: number; readonly async: boolean };
  /** `exits`: the function or the loop around ends with it, by a `return` or `break` or because nothing follows. */
  catch: { readonly types: readonly Value[]; readonly body: number; readonly reraises: boolean; readonly exits: boolean };
  /**
   * Memory that runners could share is touched, in the shape that can go wrong: `x += 1` is one `update`, `if k not in d: d[k] = v` one
   * `check-act`. Written only for names that are not local, for attributes, and for the containers they hold. A composite access
   * stands for its parts, which are not written again.
   */
  access: {
    /** What is touched: a name, or an attribute of something. For `contents` the expression that holds the container. */
    readonly place: Value;
    readonly part: 'slot' | 'contents';
    readonly op: Op;
    readonly window: Window;
    /** The subscript or the first argument, where one element is meant: `d[k] = v`, `s.add(k)`; unknown where it is not followed. */
    readonly key: Value | null;
    /** The method that does it, `[]=` or `del[]`; what it amounts to depends on the class of what the place holds. */
    readonly method: string | null;
    /** The statement that acts, where it stands apart from the test or the read: of a `check-act`, a `lazy-init`, an `update` in two steps. */
    readonly act: Span | null;
  };
  leave: { readonly by: 'return' | 'raise' | 'yield' | 'yield from'; readonly value: Value };
}
/** How a place is touched. `step` is one indivisible container operation, `bulk` several; the last two span test and act. */
export type Op = 'read' | 'write' | 'step' | 'bulk' | 'update' | 'iterate' | 'check-act' | 'lazy-init';
/** What lies between load and store: the moment in which another runner may come in. */
export type Window = 'none' | 'call' | 'await';
export type EventKind = keyof Said;
export type EventFact = {
  [K in EventKind]: Said[K] & { readonly kind: K; readonly in: number; readonly span: Span; readonly stmt: Span };
}[EventKind];

export type AccessFact = Extract<EventFact, { readonly kind: 'access' }>;

// ── LINKED: regions and subjects as rules see them ───────────────────────────────────────────────

/** A top-level statement of a file: the unit of hashing and caching. `order` is its index in the file. */
export interface Chunk {
  readonly file: string;
  readonly id: string;
  readonly order: number;
  readonly module: QName;
  readonly events: readonly Subject<EventKind>[];
  readonly accesses: readonly Subject<'access'>[];
  readonly regions: readonly Region[];
  readonly functions: readonly Fn[];
}
export interface Region {
  readonly kind: RegionKind;
  readonly parent: Region | null;
  readonly chunk: Chunk;
  readonly fn: Fn;
  readonly span: Span;
  readonly ops: readonly number[];
  readonly guard: 'main' | 'typing' | 'platform' | 'else' | null;
  readonly lazy: boolean;
}
/** A function, lambda or module body of the workspace. */
export interface Fn {
  readonly id: FnId;
  /** For people: `Counter.add`, `<lambda>`, or the module. */
  readonly name: string;
  readonly fact: FunctionFact;
  readonly chunk: Chunk;
  readonly parent: Fn | null;
  /** The class whose body holds it, by qualified name. */
  readonly owner: QName | null;
}

/** What a call amounts to once names have meanings. Written by `link/classify`. */
export interface Meant {
  spawn: {
    readonly api: QName;
    /** Everything the runner may execute, best believed first; empty when unresolved. */
    readonly targets: readonly Fn[];
    /** The callable as written, for messages. */
    readonly says: string;
    readonly runner: Runner;
    readonly pool: Pool | null;
    /** The call that names the target; the anchor of the subject as well. */
    readonly call: Subject<'call'>;
    /** The argument that is the callable. */
    readonly callable: Arg | null;
    /** How many are started, with where the number comes from. */
    readonly count: Count;
    /**
     * The call that sets it going: `t.start()` for an object that is made first, else the call itself. Null where none is found in the
     * function that makes it.
     */
    readonly start: Subject<'call'> | null;
  };
  /** A lock is taken: by `with`, by `acquire()`, or by a context manager or decorator that does so. */
  acquire: {
    readonly lock: Lock;
    /** Released on every path, because a `with` or a `finally` does it. */
    readonly scoped: boolean;
    /** Gives up after a time, or at once. */
    readonly bounded: boolean;
    /** What takes it. */
    readonly by: Subject<'with' | 'call'>;
  };
  release: { readonly lock: Lock; readonly by: Subject<'call'> };
  /** Execution stops here until something else happens. */
  wait: {
    readonly on: 'thread' | 'process' | 'task' | 'future' | 'pool' | 'queue' | 'event' | 'condition' | 'barrier' | 'lock';
    /** What is waited on, as written. */
    readonly of: Value;
    /** The starts whose end it waits for, where that is known. */
    readonly for: readonly Subject<'spawn'>[];
    readonly bounded: boolean;
    /** A call, or the `with` whose end waits for its pool. */
    readonly by: Subject<'with' | 'call'>;
  };
}

/** What no single file can see. Written by `link/races` and `link/circles`; the anchor is the touch to repair. */
export interface Gathered {
  /** Two touches of one place that may happen at once, with no lock in common. `guard` is the lock that most others hold. */
  race: {
    readonly place: Place;
    readonly first: Touch;
    readonly second: Touch;
    readonly window: Window;
    readonly harm: Harm;
    /** `tasks`: both take turns on one event loop. */
    readonly among: 'threads' | 'tasks';
    readonly guard: Guard | null;
  };
  /** A place that is mostly touched under a lock, and here is not. `harm` is high where one of the two sides can be torn by the other. */
  gap: { readonly place: Place; readonly guard: Guard; readonly touch: Touch; readonly others: readonly Touch[]; readonly harm: Harm };
  /** Locks that runners take in opposite orders; one alone is taken twice. */
  circle: { readonly holds: readonly [Hold, ...Hold[]] };
}

export type Subjects = Said & Meant & Gathered;
export type Kind = keyof Subjects;
export type Subject<K extends Kind = Kind> = {
  [P in K]: Subjects[P] & { readonly kind: P; readonly in: Region; readonly span: Span; readonly stmt: Span };
}[K];

/** A number the source shows or that was assumed. `says` is the number in words with its provenance. */
export interface Count {
  readonly n: number;
  readonly from: Provenance;
  readonly says: string;
}
/** `guess` is an assumption where the source shows no size; `forever` a loop without an end. */
export type Provenance = 'literal' | 'constant' | 'length' | 'recursion' | 'guess' | 'forever';

// ── ON WHAT, UNDER WHAT: places and locks ────────────────────────────────────────────────────────

/** `app.jobs:Counter.items` is the slot, `app.jobs:Counter.items[]` what it holds. */
export type PlaceId = string;
/** Where shared memory lives; `process` is state of the whole process that a library keeps, such as `os.environ`. */
export type Home = 'global' | 'class' | 'instance' | 'closure' | 'default' | 'process';
/** Memory that runners can share. `born` is where it first gets a value: a new lock belongs beside it. */
export interface Place {
  readonly id: PlaceId;
  /** For people: `Counter.items`, `CACHE`. */
  readonly name: string;
  readonly part: 'slot' | 'contents';
  readonly home: Home;
  /** The class of what it holds; undefined when unknown. */
  readonly holds: QName | undefined;
  readonly born: Subject<'bind'> | undefined;
}
export interface Lock {
  readonly id: PlaceId;
  /** As written where it is first taken: `self._lock`. */
  readonly name: string;
  readonly family: 'thread' | 'task' | 'process';
  readonly reentrant: boolean;
  /** False when two spellings may be two locks; such a lock proves neither protection nor a deadlock. */
  readonly exact: boolean;
  /** One that lives for a call protects nothing. */
  readonly lives: 'call' | 'object' | 'program';
  /** Undefined where it is made outside the workspace. */
  readonly made: Subject<'call'> | undefined;
}
/** One access by one runner, with the locks it certainly holds. Owned and not yet shared accesses never become touches. */
export interface Touch {
  readonly event: Subject<'access'>;
  /** What it does, the class of the container known: `items.append(x)` is a step. */
  readonly op: Op;
  /** Null where nobody is seen to run it: a library that others call. */
  readonly runner: Runner | null;
  readonly locks: readonly Lock[];
  readonly because: Witness;
}
export interface Guard {
  readonly lock: Lock;
  readonly inside: number;
  readonly outside: number;
  readonly by: 'majority' | 'declaration';
  readonly because: Witness;
}
export interface Hold {
  readonly held: Lock;
  readonly wanted: Lock;
  /** Null where nobody is seen to run it. */
  readonly runner: Runner | null;
  readonly because: Witness;
}
/** How bad a race is on the target, by the table in `link/harm.ts`; `none` is never gathered. */
export type Harm = 'high' | 'medium' | 'low';

// ── BY WHOM: runners, which flow down ────────────────────────────────────────────────────────────

export type RunnerKind = 'main' | 'thread' | 'task' | 'callback' | 'process' | 'interpreter' | 'signal' | 'handler';
export interface Runner {
  /** Kind and where it starts, such as `thread app.jobs:main work`; edits elsewhere leave it as it is. */
  readonly id: string;
  readonly kind: RunnerKind;
  /** Can two of it live at once? */
  readonly many: boolean;
  /** Runners of different spaces share no memory. */
  readonly space: string;
  /** Where it starts, and why there is more than one. */
  readonly because: Witness;
}
export interface Pool {
  readonly api: QName;
  readonly kind: 'thread' | 'process' | 'interpreter';
  readonly workers: number | null;
  /** The call that makes it; null for the default executor of a loop. */
  readonly made: Subject<'call'> | null;
  /** The name it is held under, for messages. */
  readonly name: string;
}

// ── MEANING: effects, which flow up ──────────────────────────────────────────────────────────────

/** Pots of time: under the GIL, native with the GIL released, waiting. Nanoseconds. */
export interface Pots {
  readonly held: number;
  readonly free: number;
  readonly wait: number;
}
export interface Work extends Pots {
  /** Time of which nobody knows the pot. */
  readonly unclear: number;
  /** The pot that dominates one run. Only `interpreter` ever accuses a thread; `unclear` accuses nobody. */
  readonly bound: 'waiting' | 'interpreter' | 'native' | 'little' | 'unclear';
  /** Are all sizes that matter shown by the source (or is it exponential recursion)? */
  readonly sized: boolean;
  /** The numbers in words: `~110 ms under the GIL`. */
  readonly says: string;
  /** Loops with their trips, then the dearest operation. */
  readonly because: Witness;
}
export type Topic =
  | 'loop'
  | 'compute'
  | 'sleep'
  | 'http'
  | 'network'
  | 'subprocess'
  | 'file'
  | 'metadata'
  | 'database'
  | 'dns'
  | 'wait'
  | 'console'
  | 'other';
/** A wait that a call leads to over synchronous calls. */
export interface Waiting {
  readonly topic: Topic;
  readonly sink: QName;
  readonly at: Subject<'call'>;
  readonly bounded: boolean;
  readonly because: Witness;
}
/** A call made by the loop's own code that keeps the loop from turning. */
/** What may run a function that waits: a call, or what runs a method without being one. */
export type Running = 'call' | 'with' | 'loop' | 'read' | 'operate';
export const runningKinds: readonly Running[] = ['call', 'with', 'loop', 'read', 'operate'];
/** Where an alarm about it points: at the callee of a call. */
export const runningAt = (of: Subject<Running>): Span => (of.kind === 'call' ? of.calleeSpan : of.span);
export interface Stall {
  readonly topic: Topic;
  readonly sink: QName;
  /** The call at the far end. */
  readonly at: Subject<'call'>;
  readonly bounded: boolean;
  /** From the coroutine down to the sink, every hop. */
  readonly because: Witness;
  /** Other coroutines that reach the same sink, at most `limits.others`. */
  readonly others: readonly Witness[];
  /** How many there are beyond these. */
  readonly more: number;
  /** Of a computation, how long it takes, in words. */
  readonly costs: string;
  /** The end of a message: `, reached from \`handler\``; empty where the coroutine itself makes the call. */
  readonly reached: string;
  readonly pressure: Pressure | undefined;
}
/** What makes a stall more or less harmful: a deadline that cannot fire meanwhile, or that nobody is served yet. */
export type Pressure = { readonly by: 'startup' } | { readonly by: 'deadline'; readonly because: Step };
/** The severity of a stall: one step more under a deadline, a hint before anybody is served. */
export function pressed({ pressure }: Stall, severity: Severity): Severity {
  if (pressure?.by === 'startup') return 'hint';
  if (pressure?.by !== 'deadline') return severity;
  return severity === 'hint' ? 'info' : severity === 'info' ? 'warning' : 'error';
}

// ── WHY: witnesses. Only `link` makes them; confidence is their weakest step ─────────────────────

/** How we came to believe a step. `link/believe.ts` maps each to a confidence, and nothing else does. */
export type Basis =
  | 'source'
  | 'knowledge'
  | 'import'
  | 'constructor'
  | 'annotation'
  | 'inherited'
  | 'override'
  | 'decorated'
  | 'estimate'
  | 'assumed'
  | 'only-name';
export interface Step {
  readonly chunk: Chunk;
  readonly span: Span;
  readonly name: QName;
  readonly note: string;
  readonly by: Basis;
  /** A page that documents the fact, or the measurement behind it. */
  readonly evidence?: string;
}
export type Witness = readonly [Step, ...Step[]];
/** `low` is never shown. */
export type Confidence = 'high' | 'medium' | 'low';
export type Severity = 'error' | 'warning' | 'info' | 'hint';
export type Law = 'loop' | 'worker' | 'owner' | 'finish' | 'circle';

// ── KNOWLEDGE: what outside names mean ───────────────────────────────────────────────────────────

/** holds: one C call under the GIL. interprets: byte code. releases(-above): native without it. waits: idle without it. */
export type Gil = 'holds' | 'interprets' | 'releases' | 'releases-above' | 'waits' | 'unknown';
/** A price: `fixed` plus `each` times the size that `of` names. Nanoseconds. */
export interface Price {
  readonly fixed: number;
  readonly each: number;
  /** `length` or `value` of argument number `arg` (`self` is -1), to the power `power`. */
  readonly of: 'length' | 'value' | 'bytes' | null;
  readonly arg: number;
  readonly power: number;
}
export interface Api {
  readonly kind?: 'function' | 'class' | 'module' | 'constant';
  readonly gil?: Gil;
  /** Bytes from which `releases-above` holds. */
  readonly above?: number;
  readonly costs?: Price;
  readonly topic?: Topic;
  /** The awaitable equivalent. */
  readonly twin?: QName;
  /** The same, where the project itself says so. */
  readonly ownTwin?: QName;
  /** Class of the result. */
  readonly returns?: QName;
  /** Base class, by qualified name. */
  readonly base?: QName;
  /** The same thing under another name. */
  readonly alias?: QName;
  /** Arguments that put an end to the wait. */
  readonly bounded?: readonly string[];
  readonly spawns?: SpawnApi;
  /** A class whose objects are pools. */
  readonly pool?: PoolApi;
  readonly decorates?: HandlerApi;
  /** It keeps the callables under these arguments, to be called later; of a class or an object, the methods named. */
  readonly registers?: HandlerApi & { readonly target: readonly (string | number)[]; readonly methods?: readonly string[] };
  /** Methods that subclasses define and others call; `do_*` is all that start so. */
  readonly runs?: readonly (HandlerApi & { readonly methods: readonly string[] })[];
  /** An attribute that holds a callback; `starts` is the method without which nothing calls it. */
  readonly assigned?: HandlerApi & { readonly starts?: string };
  /** Calling it makes a coroutine; nothing runs until it is awaited. */
  readonly coroutine?: boolean;
  /** It calls its argument, here and now: `map`, `sorted(key=)`. */
  readonly calls?: readonly (string | number)[];
  /** Only the loop, or only the main thread, may touch it. */
  readonly belongs?: 'loop' | 'main';
  /** Its result is an iterator over the result of the callable. */
  readonly lazy?: boolean;
  /** Of a class: what its objects are for. */
  readonly is?: Role;
  /** Of a class: between what its objects mediate, or of which kind of runner they are handles. */
  readonly family?: 'thread' | 'task' | 'process';
  /** A method that takes the lock it is called on. */
  readonly acquires?: 'self';
  /** A method that gives the lock it is called on back. */
  readonly releases?: 'self';
  /** What it stops for: it returns once that has ended, has arrived or is free. Limits are in `bounded`. */
  readonly waits?: 'thread' | 'process' | 'task' | 'future' | 'pool' | 'queue' | 'event' | 'condition' | 'barrier' | 'lock';
  /** Whom it wakes: those who wait for the event, condition or queue it is called on. */
  readonly signals?: 'event' | 'condition' | 'queue';
  /** How it changes the container it is called on: in one step that no other thread sees half done, or in many. */
  readonly mutates?: 'step' | 'bulk';
  /** How it reads the container it is called on: one element or the size, all of it now, or by and by. */
  readonly reads?: 'step' | 'bulk' | 'iterate';
  /** Of a class, or of a call for what it makes: how far threads may share an object. */
  readonly safety?: Safety;
  /** State of the whole process that it changes, by a name: `cwd`, `environ`. Of a constant: writing into it does. */
  readonly touches?: string;
  /** Of a class: an object made before a fork serves one side of it only. */
  readonly fork?: 'unsafe';
  /** It holds on to the task or future it is given, so that nobody else has to. */
  readonly keeps?: boolean;
  /** A project says: what it is given, decorates or does runs away from the loop, or nobody minds; or before anybody is served. */
  readonly exempt?: 'elsewhere' | 'startup';
  /** It starts native threads of its own, as many as there are cores unless told otherwise. */
  readonly ownThreads?: boolean;
  /** What changes when an argument is given: `indent`, `2`, `mode=rb`, `0=False`. */
  readonly variants?: readonly { readonly given: string; readonly api: Api }[];
  /** A page, a source line, or a probe with versions. */
  readonly evidence: string;
}
/** What objects of a class are for. */
export type Role =
  | 'lock'
  | 'rlock'
  | 'semaphore'
  | 'condition'
  | 'event'
  | 'barrier'
  | 'queue'
  | 'future'
  | 'task'
  | 'thread'
  | 'process'
  | 'local'
  | 'contextvar'
  | 'proxy'
  | 'value';
/**
 * The levels of the Python documentation. `incompatible`: only the thread that made an object may use it. `compatible`: one
 * lock for whatever is used of it. `distinct`: threads may use an object each, and one object under a lock. `shared`: threads
 * may share an object. `atomic`: and each call is one step.
 */
export type Safety = 'incompatible' | 'compatible' | 'distinct' | 'shared' | 'atomic';
/** Who calls a function that is handed over: `on` an `async def`, `sync` a plain one. */
export interface HandlerApi {
  readonly on: RunnerKind;
  readonly sync: RunnerKind;
  readonly many: boolean;
}
/** How an API starts a runner. Positions are numbers, keywords names, in order of preference. */
export interface SpawnApi {
  readonly on: RunnerKind;
  readonly target: readonly (string | number)[];
  /** Where the target's arguments stand: one tuple argument, the rest of the call, or one item each of an iterable. */
  readonly args: 'tuple' | 'rest' | 'items' | 'none';
  readonly from?: readonly (string | number)[];
  /** The pool it belongs to: the receiver (`self`), the default executor, or none. */
  readonly pool?: 'self' | 'default' | number;
  /** Is the task started by a later method, such as `start`? */
  readonly starts?: string;
  /** What runs an `async def` that is given to it; nothing does where this is left out, save for tasks and handlers. */
  readonly coroutines?: RunnerKind;
}
/** An API that makes a pool. */
export interface PoolApi {
  readonly kind: Pool['kind'];
  readonly workers: readonly (string | number)[];
}

/** The runtime we judge for; each choice with where it comes from. */
export interface Target {
  /** Minor versions: `{ from: 9, to: 14 }` for `3.9-3.14`. */
  readonly python: { readonly from: number; readonly to: number };
  readonly gil: 'on' | 'off' | 'either';
  readonly start: 'fork' | 'forkserver' | 'spawn' | 'any';
  readonly origin: { readonly python: string; readonly gil: string; readonly start: string };
}

// ── QUESTIONS a rule may ask. Immutable, total; what does not resolve has no answer ──────────────

export interface Program {
  readonly target: Target;
  /** The one outside name an expression means. */
  meaning(value: Value, at: Region): QName | undefined;
  /** The class of an expression's value. */
  type(value: Value, at: Region): QName | undefined;
  api(name: QName): Api | undefined;
  /** The workspace functions a call may run. */
  callees(call: Subject<'call'>): readonly Fn[];
  /** What one run of it costs; for a spawn one task, arguments applied. */
  work(of: Subject<'call' | 'spawn' | 'loop'>): Work;
  /** Made by the loop's own code, does it keep the loop from turning? */
  stall(of: Subject<Running>): Stall | undefined;
  /** For a lock of threads that the event loop takes: another holder that does slow work under it. */
  slowHolder(of: Subject<'acquire'>): Witness | undefined;
  /** The same as a stall, for code of the thread that draws the windows. */
  freeze(of: Subject<'call'>): Stall | undefined;
  runners(at: Region): readonly Runner[];
  /** Other interpreter-bound work that may run beside this. Empty when it is alone. */
  rivals(of: Subject<'spawn'>): readonly Witness[];
  /** What keeps the work of a spawn, or of everything given to its pool, out of another process. */
  obstacles(of: Subject<'spawn'>): readonly Obstacle[];
  /** What a start of processes sends that cannot be pickled: its callable, its arguments, its results. */
  unpicklable(of: Subject<'spawn'>): readonly Unpicklable[];
  /** Why a value cannot be pickled: `is a lambda`; undefined where it can, or is not known. */
  pickleFault(value: Value, at: Region): string | undefined;
  /** How the processes of a start, or of the pool that a call makes, come to life. */
  startMethods(of: Subject<'spawn' | 'call'>): StartMethods;
  /** What runs on import and leads to this start of a process, with no main guard around it; only for the first of a module. */
  atImport(of: Subject<'spawn'>): Subject | undefined;
  /** Outside calls that the targets of a start reach, the nearest first. */
  reached(of: Subject<'spawn'>): readonly Reached[];
  /** A library that comes along with the targets of a start and is neither of the workspace nor of the standard library. */
  foreign(of: Subject<'spawn'>): QName | undefined;
  /** Exceptions that the tasks of a start raise and that do not survive their way back; each is told at the first start of all. */
  lostExceptions(of: Subject<'spawn'>): readonly LostException[];
  /** A thread that certainly lives when this forks. */
  forkedThreads(of: Subject<'spawn' | 'call'>): ForkedThreads | undefined;
  /** A global that the tasks of a start read and that only the parent sets, before it. */
  parentState(of: Subject<'spawn'>): ParentState | undefined;
  /** A connection that the tasks of a start have from their parent when it forks, and that both sides use. */
  inheritedHandle(of: Subject<'spawn'>): InheritedHandle | undefined;
  /** What the tasks of a start draw from a random state that each of its forked workers has. */
  duplicatedDraws(of: Subject<'spawn'>): DuplicatedDraws | undefined;
  /** The proxy of a manager that a long loop asks at each turn, where its other work is small. */
  hotProxy(of: Subject<'loop'>): HotProxy | undefined;
  /** What the tasks of a pool start by themselves, as much as there are cores for. */
  innerWorkers(of: Subject<'spawn'>): InnerWorkers | undefined;
  /** What the tasks of a start change in another process, and this one then reads. */
  lostChanges(of: Subject<'spawn'>): readonly LostChange[];
  /** What a loop goes over, as written, where nothing in sight bounds it: a parameter, the lines of a file. */
  unbounded(of: Subject<'loop'>): string | undefined;
  /** How often a loop turns. */
  trips(of: Subject<'loop'>): Count;
  /** The one formula over elements of arrays that a loop is, if it is one. */
  shape(of: Subject<'loop'>): LoopShape | undefined;
  /** The one call that a hot loop makes in each turn, as tasks of a pool; undefined for any other loop. */
  turns(of: Subject<'loop'>): Turns | undefined;
  /** Does another module of the workspace use this name of the module? */
  imported(name: string, at: Region): boolean;
  /** Everything given to one pool, in source order. */
  tasks(pool: Pool): readonly Subject<'spawn'>[];
  /** What processes would gain or lose. */
  economics(of: Subject<'spawn'>): Economics;
  /** Thread locks that the `with` blocks around a place hold, as written. */
  locks(at: Region): readonly string[];
  /** Locks certainly held where the subject stands, by its own function and by all of its callers. */
  held(at: Subject): readonly Lock[];
  /** The lock that an expression means, known or named like one. */
  lock(value: Value, at: Region): Lock | undefined;
  /** Every place of the workspace that takes a lock. */
  acquirers(lock: Lock): readonly Subject<'acquire'>[];
  /** How long a lock is held from here, and the memory of others that is touched meanwhile. */
  guarded(of: Subject<'acquire'>): Guarded | undefined;
  /** The lock that a comment wants the callers of a function to hold. */
  required(fn: Fn): Lock | undefined;
  /** How a run of a function comes to take a lock, itself or below. */
  needs(fn: Fn, lock: Lock): Witness | undefined;
  /** The worst wait that a call leads to, on whatever thread it runs. */
  waitBelow(call: Subject<'call'>): Waiting | undefined;
  /** The memory an expression names that others could share: the slot itself, unless its contents are asked for. */
  place(value: Value, at: Region, part?: 'slot' | 'contents'): Place | undefined;
  /** Every access of that memory in the workspace, one for each runner that is seen to do it; none while its object is not shared yet. */
  touches(value: Value, at: Region, part?: 'slot' | 'contents'): readonly Touch[];
  /** The accesses that a lock for the place of a race has to be held over, its own first. */
  conflicts(race: Subject<'race'>): readonly Touch[];
  /** What must not happen under a lock and does in a stretch of a function, nested functions aside. */
  hazard(at: Region, span: Span, allowed?: readonly Hazard['what'][]): Hazard | undefined;
  /** Does a name mean something local here, so that an import of the module is out of reach? */
  hides(name: string, at: Region): boolean;
  /** Is a value stored under a key of which a test around it found that it has none? False where the key is worked out. */
  fillsMissing(bind: Subject<'bind'>): boolean;
  /** The asynchronous library a module is written for, by what it imports. */
  library(at: Region): 'asyncio' | 'trio' | 'anyio';
  /** Does any module of the workspace import this library? */
  imports(library: string): boolean;
  /** Is the place in a hook that runs before the application serves anybody? */
  startup(at: Region): boolean;
  /** An asyncio function that runs below this call and needs the loop of its thread. */
  loopBound(call: Subject<'call'>): QName | undefined;
  /** What the loop's own code computes in this call or loop before it gives way; undefined where little, or how much is not known. */
  burden(of: Subject<'call' | 'loop'>): Work | undefined;
  /** What a run of a function waits for over synchronous calls. */
  waits(of: Fn): readonly { readonly at: Subject<'call'>; readonly topic: Topic }[];
  /** Does a coroutine, itself or below, await anything but tasks, events and coroutines of the workspace? */
  awaitsOutside(of: Fn): boolean;
  /** The events that may run a function of the workspace, in source order, and may others run it, too? */
  callers(of: Fn): readonly Subject[];
  open(of: Fn): boolean;
  /** What keeps a call from being made in another process. */
  sendable(of: Subject<'call'>): readonly Obstacle[];
  /** A call that leans on an event loop which newer versions of Python no longer make or accept. */
  implicitLoop(call: Subject<'call'>): ImplicitLoop | undefined;
  /** An object in play below this stalling call that another thread must not use. */
  affinity(call: Subject<'call'>): Affinity | undefined;
  /** A call, or a store into an item, from a worker thread on what belongs to the event loop, or to the thread of the windows. */
  trespass(of: Subject<'call' | 'bind'>): Trespass | undefined;
  /** An update of what processes share, made by several of them with no lock held. */
  processUpdate(bind: Subject<'bind'>): ProcessUpdate | undefined;
  /** A change of what was only copied out of the proxy of a manager. */
  proxyCopy(of: Subject<'call' | 'bind'>): ProxyCopy | undefined;
  /** What a start of processes hands over or inherits, and what only other workers have in common. */
  wrongDomain(of: Subject<'spawn'>): WrongDomain | undefined;
  /** The first use, by a thread, of an object that threads are not to share and that another one uses or made. */
  unsafeUse(call: Subject<'call'>): UnsafeUse | undefined;
  /** Where event loops are run to the end of something, outside of tests, in the order of files and positions. */
  loopRuns(): readonly Subject<'spawn'>[];
  /** A shared value read before this place and written after it, which an `await` here would leave open to other tasks. */
  interleaved(at: { readonly in: Region; readonly span: Span }): string | undefined;
  /** The innermost loop of its own function around a place. */
  loop(at: Region): Subject<'loop'> | undefined;
  /** What a compound statement or comprehension encloses. */
  body(of: Subject<'loop' | 'with' | 'catch' | 'class' | 'branch'>): Region;
  /** The function or lambda that a definition makes. */
  defined(of: Subject<'def'>): Fn;
  /** What an outside call is known to do, with what its arguments change about it; undefined where several things could be called. */
  called(of: Subject<'call'>): Called | undefined;
  /** Where the result of a call ends up, followed through names of its function. */
  ends(of: Subject<'call'>): readonly End[];
  /** What becomes of the value that awaiting a call gives. */
  awaitedEnds(of: Subject<'call'>): readonly End[];
  /** What a call gives, where that is known; asked for one kind it answers faster. */
  makes(call: Subject<'call'>, wanted?: Made['what']): Made | undefined;
  /** From where it is known that calling this value makes a coroutine; undefined for everything else. */
  coroutineFunction(value: Value, at: Region): Witness | undefined;
  /** The object an expression means, where it is one of a known kind. */
  object(value: Value, at: Region): Known | undefined;
  /** What the function of a place does with one of its names; nested functions that mention it count as unknown uses. */
  uses(name: string, at: Region): readonly End[];
  /** The functions of the workspace that a callable may be. */
  functions(value: Value, at: Region): readonly Fn[];
  /** The region of the function around a place; of a module, the part of its body in this chunk. */
  scope(at: Region): Region;
  /** The events of a region and of those inside of it, nested functions aside, in source order. */
  within(at: Region): readonly Subject<EventKind>[];
  /** The body of the `try` that a handler belongs to. */
  tried(of: Subject<'catch'>): Region | undefined;
  /** The methods of the class that a method stands in, itself among them. */
  siblings(of: Fn): readonly Fn[];
  /** Coroutines of the same module that lead to a function over synchronous calls, nearest first. */
  asyncCallers(of: Fn): readonly Fn[];
  /** The first thing a run of the function may raise and does not catch. */
  raises(of: Fn): Witness | undefined;
  /** What one event may raise, if nothing inside of the region around it catches that. */
  raisesAt(event: Subject, around: Region): Witness | undefined;
  /** Calls of these methods, anywhere in the workspace, on the object that a call makes; `unknown` where on some object it is not known which. */
  methodsOn(made: Subject<'call'>, names: readonly string[]): { readonly calls: readonly Subject<'call'>[]; readonly unknown: boolean };
  /** Variables of a loop around a start that what is started reads only when the loop has moved on. */
  lateBound(of: Subject<'spawn'>): LateBound | undefined;
  /** An attribute that a thread reads at once, and that its `__init__` sets only after the start; of a start, or of `self.start()`. */
  unready(of: Subject<'spawn' | 'call'>): Unready | undefined;
  /** An iterator that a `for` or `next` advances and that several threads do advance. */
  sharedIterator(at: Subject<'loop' | 'call'>): SharedIterator | undefined;
  /** An attribute of a `threading.local` that a coroutine sets and that is read after an `await`. */
  localAcrossAwait(of: Subject<'bind'>): LocalAcrossAwait | undefined;
  /** Variables of enclosing functions and loops that a function or lambda reads when it runs. */
  captures(of: Fn): readonly Capture[];
  /** Is the place in a test, benchmark or example, where a comparison may be the purpose? */
  demonstration(at: Region): boolean;
  /** Where a function is defined. */
  at(fn: Fn, note: string): Witness;
  /** For what is plain on the page. */
  here(at: Subject, note?: string): Witness;
}
/** A stretch under a lock; of what is touched there, what is written comes first. */
export interface Guarded {
  readonly span: Span;
  readonly uses: readonly { readonly access: Subject<'access'>; readonly place: Place }[];
}
/** `callback` is a call of something that was handed over: nobody knows which locks it wants. */
export interface Hazard {
  readonly what: 'await' | 'yield' | 'wait' | 'lock' | 'callback';
  /** As written, or by its name: `queue.get`, `done`. */
  readonly says: string;
}
/** `get`: a loop nobody made; `argument`: a `loop=` that is gone; `coroutines`: coroutines that are not made tasks. */
export interface ImplicitLoop {
  readonly form: 'get' | 'argument' | 'coroutines';
  /** The minor version since which it raises the error. */
  readonly since: number;
  readonly error: 'RuntimeError' | 'TypeError';
  /** The calls among the arguments that make coroutines. */
  readonly coroutines: readonly Subject<'call'>[];
  readonly because: Witness;
}
/** `thread`: only the thread that made it may use it; `transaction`: it may be in one; `django`: a connection for each thread. */
export interface Affinity {
  readonly what: 'thread' | 'transaction' | 'django';
  readonly name: string;
}
export interface ProcessUpdate {
  /** As written: `counter.value`. */
  readonly target: string;
  /** It has a lock of its own, which `get_lock()` gives. */
  readonly own: boolean;
  readonly made: Subject<'call'>;
  /** Everything that starts the function with the update. */
  readonly starts: readonly Subject<'spawn'>[];
  readonly because: Witness;
}
export interface ProxyCopy {
  /** As written: `d["xs"]`, and `d`. */
  readonly copy: string;
  readonly proxy: string;
  /** The call that makes the proxy. */
  readonly made: Subject<'call'>;
  /** Where plain objects are stored in it; `onlyBinds` where all are stored by assignment. */
  readonly stores: readonly Subject<'bind'>[];
  readonly onlyBinds: boolean;
  readonly because: Witness;
}
/** A lock, queue or event of another domain than its users. */
export interface WrongDomain {
  /** As written. */
  readonly name: string;
  /** In the chunk of the start: the argument, or the callable where it is a global. */
  readonly span: Span;
  readonly made: Subject<'call'>;
  readonly type: QName;
  readonly family: 'thread' | 'task' | 'process';
  /** It goes along with a task of a pool. */
  readonly inTask: boolean;
  readonly because: Witness;
}
export interface UnsafeUse {
  /** As written. */
  readonly name: string;
  readonly type: QName;
  readonly safety: Safety;
  readonly made: Subject<'call'>;
  readonly because: Witness;
}
/** A call on what belongs to another thread. */
export interface Trespass {
  readonly name: QName;
  readonly of: 'loop' | 'main';
  /** Where the object came from; undefined where that is not seen, and where the call is on no object. */
  readonly made: Subject<'call'> | undefined;
  readonly runner: Runner;
  /** The thread that it belongs to runs the function, too, or may. */
  readonly ours: boolean;
  readonly because: Witness;
}
/** An outside callee with its entry as it holds for these arguments. */
export interface Called {
  readonly name: QName;
  readonly api: Api;
  /** The class of the receiver, for methods. */
  readonly receiver: QName | undefined;
  readonly by: Basis;
}
/** What becomes of a value. `how` is `lost` where a name holds it that nothing reads, and `unknown` where it cannot be followed. */
export interface End {
  readonly how: Exclude<Use, 'bound' | 'used'> | 'stored' | 'lost' | 'unknown' | 'method';
  /** The event that ends it: the call that takes it as an argument or whose method it is, the await, the store. */
  readonly at: Subject | undefined;
  readonly span: Span;
}
/** A coroutine has not run yet; `value` is anything that is neither a coroutine nor can be called. */
export interface Made {
  readonly what: 'coroutine' | 'callable' | 'value';
  /** For people: what is called, `save`, `time.sleep`. */
  readonly by: string;
  /** The call, and where it is known from. */
  readonly because: Witness;
}
/** An object whose class, outside the workspace or derived from one outside, has a known role. */
export interface Known {
  readonly role: Role;
  readonly family: 'thread' | 'task' | 'process' | undefined;
  /** The outside class. */
  readonly type: QName;
  readonly made: Subject<'call'> | undefined;
  readonly by: Basis;
}
/** A closure with the variables of a loop that it reads too late. */
export interface LateBound {
  readonly closure: Fn;
  readonly names: readonly string[];
  readonly loop: Subject<'loop'>;
  readonly because: Witness;
}
/** `overridden`: a subclass has an `__init__` of its own. */
export interface Unready {
  /** As written: `self.url`, `self._run`. */
  readonly name: string;
  readonly thread: string;
  readonly start: Subject<'call'>;
  readonly bind: Subject<'bind'>;
  readonly read: Subject<'access'>;
  readonly overridden: boolean;
  readonly because: Witness;
}
/** `iterator` is one that is written in C, such as `map` and `zip`. */
export interface SharedIterator {
  /** As written where it is advanced. */
  readonly name: string;
  readonly what: 'generator' | 'iterator';
  readonly made: Subject;
  readonly because: Witness;
}
/** `sure` where several tasks are seen to run it. */
export interface LocalAcrossAwait {
  readonly name: string;
  readonly read: Subject;
  readonly wait: Subject;
  readonly sure: boolean;
  readonly because: Witness;
}
/** `rebinds` are the places that give the variable another value after the function was made, the loop that moves it among them. */
export interface Capture {
  readonly name: string;
  readonly rebinds: readonly Subject<'bind'>[];
}
export type StartMethod = 'fork' | 'forkserver' | 'spawn';
/** `pinned`: the program says it, so the target does not matter. */
export interface StartMethods {
  readonly can: readonly StartMethod[];
  readonly pinned: boolean;
  readonly because: Step;
}
/** An outside call with the shortest chain down to it. */
export interface Reached {
  readonly call: Subject<'call'>;
  readonly name: QName;
  /** What is known of it with these arguments; undefined for a name without an entry. */
  readonly api: Api | undefined;
  readonly because: Witness;
}
/**
 * A loop whose body is one formula over elements. `map`: `out[i] = f(a[i])`. `masked`: the same under one `if`. `reduce`: a running
 * total. `accumulate`: a running total that is kept at each step. `build`: a comprehension. `scan`: a value is carried in another way.
 */
export interface LoopShape {
  readonly form: 'map' | 'masked' | 'stencil' | 'max' | 'min' | 'reduce' | 'accumulate' | 'build' | 'scan';
  /** Every subscript is exactly the loop variables, or those of a stencil. */
  readonly aligned: boolean;
  /** The loop, and the one that is all of its body, if there is one. */
  readonly axes: readonly Axis[];
  /** For people: the array that is gone through, or written. */
  readonly over: string;
  /** Arrays that are subscripted with an index. */
  readonly arrays: readonly string[];
  /** One, or one for each branch; none in a comprehension. */
  readonly assigns: readonly Subject<'bind'>[];
  readonly test: Subject<'branch'> | null;
  /** Of a loop that takes neighbours of each element. */
  readonly stencil?: Stencil;
}
/** The array whose elements and their neighbours are taken, and how many of it are left out at its two ends. */
export interface Stencil {
  readonly over: string;
  readonly before: number;
  readonly after: number;
}
/** How a loop goes through arrays. */
export interface Axis {
  readonly loop: Subject<'loop'>;
  /** The variable that counts the turns. */
  readonly index: string | null;
  /** The variables that are elements, and the arrays they are of. */
  readonly elements: readonly { readonly name: string; readonly of: string }[];
  /** The array whose length is the number of turns; null where the arguments of `range` say it. */
  readonly over: string | null;
  /** Which of its lengths that is: 1 for a row of it. */
  readonly dimension: 0 | 1;
}
/** What the turns of a loop would be as tasks of a pool of processes. */
export interface Turns {
  readonly call: Subject<'call'>;
  readonly obstacles: readonly Obstacle[];
  readonly economics: Economics;
  /** Outside calls below the task whose order others see, or whose answers depend on it. */
  readonly ordered: QName | undefined;
  readonly because: Witness;
}
/** `shared`: the child takes a lock that the thread takes too. */
export interface ForkedThreads {
  readonly thread: Subject<'spawn'>;
  readonly shared: boolean;
  readonly because: Witness;
}
export interface ParentState {
  readonly name: string;
  readonly set: Subject;
  readonly reader: Fn;
  /** What a child that imports the module sees, in words. */
  readonly value: string;
  readonly because: Witness;
}
/** `object`: an attribute of the object whose method is the task. */
export interface InheritedHandle {
  readonly name: string;
  readonly type: QName;
  readonly home: 'global' | 'object';
  /** The call that opens it. */
  readonly made: Subject<'call'>;
  /** The functions below the start that use it. */
  readonly readers: readonly Fn[];
  readonly because: Witness;
}
/** `module`: the state of `numpy.random`; `object`: a generator that a global holds. */
export interface DuplicatedDraws {
  readonly from: 'module' | 'object';
  readonly draws: readonly Subject<'call'>[];
  /** The call that seeds the state, or makes the generator. */
  readonly seed: Subject<'call'> | undefined;
  readonly because: Witness;
}
export interface HotProxy {
  /** As written. */
  readonly name: string;
  readonly type: QName;
  /** In one turn, in source order. */
  readonly accesses: readonly { readonly at: Subject; readonly does: 'read' | 'write' }[];
  /** The number of turns is shown by the source. */
  readonly sure: boolean;
  readonly because: Witness;
}
/** `jobs`: `n_jobs=-1`; `native`: threads of a library such as BLAS; `pool`: one with a worker for each core. */
export interface InnerWorkers extends Reached {
  readonly what: 'jobs' | 'native' | 'pool';
}
/** A change that a child makes to its own copy, and where the parent reads another. */
export interface LostChange {
  readonly name: string;
  readonly change: Subject;
  readonly read: Subject;
  readonly because: Witness;
}
export interface LostException {
  /** Of the class. */
  readonly name: string;
  readonly init: Fn;
  /** What its `__init__` hands to the built-in base. */
  readonly call: Subject<'call'>;
  /** A subclass has an `__init__` of its own. */
  readonly overridden: boolean;
  readonly because: Witness;
}
export interface Unpicklable {
  readonly what: 'callable' | 'argument' | 'result';
  readonly kind: 'lambda' | 'nested' | 'class' | 'generator' | 'module' | 'object';
  /** Null where there is nothing written. */
  readonly value: Value | null;
  /** In the chunk of the start. */
  readonly span: Span;
  /** As written, for messages; `says` is what is wrong with it: `is a lambda`, `returns a generator`. */
  readonly spelled: string;
  readonly says: string;
  /** The lambda or nested function, or the function whose result it is. */
  readonly fn?: Fn;
  readonly because: Witness;
}
/** Something that keeps a target from running in another process. */
export interface Obstacle {
  readonly what: 'callable' | 'argument' | 'result' | 'shared-state' | 'main-guard' | 'notebook' | 'gain' | 'handle';
  readonly say: string;
  readonly because: Witness;
}
/** Predicted seconds for one run of everything given to the pool. `gain` is what processes save. */
export interface Economics {
  readonly items: Count;
  readonly perItem: number;
  readonly total: number;
  readonly gain: number;
  readonly worthwhile: boolean;
  /** Seconds in which the arguments of one task are pickled and read again. */
  readonly payload: number;
  /** Items of this task that one message carries when `map` sends them in chunks. */
  readonly chunk: number;
  /** False when a size had to be assumed. */
  readonly sized: boolean;
  readonly says: string;
}

// ── RULES and FIXES ──────────────────────────────────────────────────────────────────────────────

export interface Problem {
  /** Default: the subject itself. */
  readonly at?: Span;
  readonly message: string;
  readonly because: readonly [Witness, ...Witness[]];
  /** Default: the rule's. */
  readonly severity?: Severity;
  /** Lowers the confidence below that of the witnesses, with the reason in the message or the witness. */
  readonly atMost?: Confidence;
}
export interface Rule<K extends Kind = Kind> {
  readonly id: string;
  readonly law: Law;
  readonly title: string;
  readonly on: K | readonly K[];
  /** At high confidence; medium shows one step lower. */
  readonly severity: Severity;
  readonly optIn?: true;
  check(subject: Subject<K>, program: Program): Problem | undefined;
  /** No fix? Then say why. */
  readonly fixes: readonly [Fix<NoInfer<K>>, ...Fix<NoInfer<K>>[]] | { readonly none: string };
}
/** A rule about any kind of subject; only its own kinds are handed to it. */
export type AnyRule = Rule<Kind>;
export const rule = <K extends Kind>(it: Rule<K>): Rule<K> => it;

/** `safe` may be applied unseen, `review` shows a preview, `refused` is a disabled action that says why. */
export type Offer =
  | { readonly tier: 'safe' }
  | { readonly tier: 'review'; readonly changes: string }
  | { readonly tier: 'refused'; readonly reason: string };
export const safe: Offer = { tier: 'safe' };
export const review = (changes: string): Offer => ({ tier: 'review', changes });
export const refuse = (reason: string): Offer => ({ tier: 'refused', reason });

export interface Fix<K extends Kind = Kind> {
  readonly id: string;
  readonly title: string;
  /** The best tier it ever offers; a `review` one never has an offer that is safe. */
  readonly best: 'safe' | 'review';
  /** `undefined`: beside the point here. */
  offer(subject: Subject<K>, doc: Editing): Offer | undefined;
}
/** Syntax on demand. Trees behind it live until `offer` returns; edits are collected, in any number of files. */
export interface Editing {
  readonly program: Program;
  /** The smallest node that covers the span of a subject or step. */
  node(of: Subject | Step | { readonly chunk: Chunk; readonly span: Span }): Node;
  /** The module the node stands in. */
  module(chunk: Chunk): Node;
  /** Local name for an outside name; the import comes along, in the style the file has. */
  use(name: QName, chunk: Chunk): string;
  replace(node: Node, text: string): void;
  /** Replaces the word that a statement starts with: `with` by `async with`. */
  keyword(node: Node, from: string, to: string): void;
  /** Removes a whole statement with its line. */
  remove(node: Node): void;
  /** Own lines, same indentation. */
  insert(where: 'before' | 'after', node: Node, text: string): void;
  /** Indents the statements from first to last under `header`. */
  wrap(first: Node, last: Node, header: string): void;
  /**
   * Takes whole statements with their lines to another place of the file: own lines before or after `to`, with its indentation. What is
   * replaced inside of them moves along.
   */
  move(first: Node, last: Node, where: 'before' | 'after', to: Node): void;
  /** The indentation of a line as the file writes it, and one level more. */
  indent(node: Node, levels?: number): string;
}
export interface Node {
  readonly type: string;
  readonly text: string;
  readonly chunk: Chunk;
  /** From the start of the chunk's file. */
  readonly span: Span;
  /** UTF-16 units before it on its line. */
  readonly column: number;
  readonly parent: Node | null;
  /** Named ones. */
  readonly children: readonly Node[];
  field(name: string): Node | undefined;
  /** Nearest enclosing one. */
  up(...types: readonly string[]): Node | undefined;
  /** Inside, in source order. */
  all(...types: readonly string[]): readonly Node[];
  statement(): Node;
}

// ── What the engine answers. Positions count from the start of the file ──────────────────────────

/** A module link still has to read, by its qualified name. */
export interface Want {
  readonly module: QName;
}
export interface Spot {
  readonly file: string;
  readonly span: Span;
  readonly note: string;
  readonly evidence?: string;
}
export interface Edit {
  readonly file: string;
  readonly span: Span;
  readonly text: string;
}
export interface Suppression {
  readonly by: 'comment' | 'baseline';
  readonly reason: string;
}
export interface Alarm {
  readonly rule: string;
  readonly law: Law;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly at: Spot;
  readonly message: string;
  /** Each a chain of evidence, the first the main one. */
  readonly because: readonly (readonly Spot[])[];
  /** Survives moves within the file; the baseline's key. */
  readonly fingerprint: string;
  readonly suppressed: Suppression | null;
}
/** A fix as offered for an alarm, before its edits are made. */
export interface Offered {
  readonly id: string;
  readonly title: string;
  /** null when refused. */
  readonly tier: 'safe' | 'review' | null;
  /** What changes (review), or why it is refused. */
  readonly says: string;
}
/** A fix with verified edits; refused with the reason when verification failed. */
export interface Repair extends Offered {
  readonly edits: readonly Edit[];
}
/** Why a file gave no or only some facts. */
export interface Failure {
  readonly file: string;
  readonly reason: string;
}
