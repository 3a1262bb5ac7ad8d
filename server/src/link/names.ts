// Names → what they are bound to: scopes, imports, re-exports, stars and builtins.
import type { ImportFact, QName, Region, Value } from '../model.js';
import { boundValue } from './bindings.js';
import { passing } from './coroutine-tests.js';
import type { Binding, Module, Scope } from './index.js';
import { isInside } from './inside.js';
import { few, type Linking, moduleAt, moduleNamed, namesIn, onceIn, scopeAt, starsOf } from './linking.js';
import type { Meaning } from './meanings.js';
import { meaningsOf } from './question.js';
import { reaching } from './reaching.js';

/** Where a name is bound, seen from a region; the module's star imports are asked last. */
export function bindingsOf(link: Linking, name: string, at: Region): { scope: Scope; bound: readonly Binding[] } | undefined {
  const start = scopeAt(link, at);
  const global = at.fn.fact?.globals.includes(name);
  for (let scope: Scope | null = global ? moduleAt(link, at).scope : start; scope; scope = scope.parent) {
    if (scope.kind === 'class' && scope !== start) continue;
    const bound = namesIn(link, scope, name);
    if (bound) return { scope, bound };
  }
  return undefined;
}

/** `use` is the name as it stands there, for what it means at that place alone. */
export function nameMeanings(link: Linking, name: string, at: Region, use?: Value): readonly Meaning[] {
  const found = bindingsOf(link, name, at);
  const module = moduleAt(link, at);
  if (found) {
    const { scope, bound } = found;
    if (scope.fn !== at.fn && scope.kind === 'module') return globalMeanings(link, scope, name);
    const known = scope.fn === at.fn ? narrowed(existing(use ? reaching(bound, scope, use, at) : bound), at) : lasting(bound);
    const all = bindingMeanings(link, scope.module, known);
    return scope.kind === 'function' ? passing(link, name, at, all) : all;
  }
  const starred = throughStars(link, module, name);
  if (starred.length > 0) return starred;
  return builtins.has(name) ? [{ is: 'outside', name: `builtins.${name}`, self: null, by: 'source' }] : [];
}

const globalName = meaningsOf<Module>('global');
/** A global as the functions of its module see it: the same in all of them. */
const globalMeanings = (link: Linking, scope: Scope, name: string): readonly Meaning[] =>
  onceIn(link, globalName, scope.module, name, () => bindingMeanings(link, scope.module, lasting(namesIn(link, scope, name) ?? [])));

/** What an `isinstance` test says holds where the test was passed, and there it says all. */
function narrowed(all: readonly Binding[], at: Region): readonly Binding[] {
  const bound = inBlock(all, at);
  if (!bound.some((it) => it.is === 'bind' && it.event.from === 'narrow')) return bound;
  const here = bound.filter((it) => it.is === 'bind' && it.event.from === 'narrow' && isInside(at, it.event.in));
  return here.length > 0 ? here : bound.filter((it) => !(it.is === 'bind' && it.event.from === 'narrow'));
}
/** Inside a `with … as x`, `for x in …` or `except … as x` the name is what that block made it, or what is assigned in the block. */
function inBlock(all: readonly Binding[], at: Region): readonly Binding[] {
  if (all.length < 2) return all;
  let inner: Region | undefined;
  for (const it of all) {
    if (it.is !== 'bind' || !blocks.has(it.event.from) || !isInside(at, it.event.in)) continue;
    if (!inner || isInside(it.event.in, inner)) inner = it.event.in;
  }
  const block = inner;
  return block ? all.filter((it) => it.is === 'bind' && isInside(it.event.in, block)) : all;
}
const blocks: ReadonlySet<string> = new Set(['with', 'for', 'except']);

/** Seen from another function, a name of a module or class is what its last unconditional binding made it. */
export function lasting(all: readonly Binding[]): readonly Binding[] {
  const bound = existing(all);
  for (let at = bound.length - 1; at > 0; at--) {
    const it = bound[at] as Binding;
    const kind = it.is === 'import' ? it.region.kind : it.is === 'class' ? it.cls.event.in.kind : it.is === 'param' ? '' : it.event.in.kind;
    if ((kind === 'module' || kind === 'class') && !(it.is === 'bind' && it.event.from === 'augmented') && !isPart(it))
      return bound.slice(at);
  }
  return bound;
}
/** Without what is written for type checkers alone: overloads, and definitions under `if TYPE_CHECKING`. */
function existing(all: readonly Binding[]): readonly Binding[] {
  if (!all.some((it) => it.is === 'def')) return all;
  const left = all.filter((it) => it.is !== 'def' || !(named(it, 'overload') || it.event.in.guard === 'typing'));
  return left.length > 0 ? left : all;
}
/** `@x.setter` adds to the property that `x` was. */
const isPart = (it: Binding): boolean => it.is === 'def' && (named(it, 'setter') || named(it, 'deleter') || named(it, 'getter'));
const named = (it: Extract<Binding, { is: 'def' }>, decorator: string): boolean =>
  it.fn.fact.decorators.some((value) => (value.is === 'name' || value.is === 'attr') && value.name === decorator);

function bindingMeanings(link: Linking, module: Module, bound: readonly Binding[]): readonly Meaning[] {
  return few(
    link,
    bound.flatMap((it) => (it.is === 'import' ? importMeanings(link, module, it.fact) : boundValue(link, it))),
  );
}

const moduleMember = meaningsOf<Module>('member');
/** A member of a module: what it binds, what its stars bring, or a submodule. */
export function memberMeanings(link: Linking, module: Module, name: string): readonly Meaning[] {
  return onceIn(link, moduleMember, module, name, () => {
    const bound = namesIn(link, module.scope, name);
    const own = bound ? bindingMeanings(link, module, lasting(bound)) : throughStars(link, module, name);
    if (own.length > 0 || bound) return own.map((it): Meaning => (it.by === 'source' ? { ...it, by: 'import' } : it));
    const inner = findModule(link, `${module.name}.${name}`);
    return inner ? [{ is: 'module', module: inner, by: 'import' }] : [];
  });
}

function throughStars(link: Linking, module: Module, name: string): readonly Meaning[] {
  for (const star of starsOf(link, module)) {
    const from = absolute(module, star);
    const source = findModule(link, from);
    if (source) {
      if (source !== module && exported(link, source, name)) {
        const found = memberMeanings(link, source, name);
        if (found.length > 0) return found;
      }
    } else if (link.knowledge.api(`${from}.${name}`)) return [{ is: 'outside', name: `${from}.${name}`, self: null, by: 'import' }];
  }
  return [];
}

/** `__all__` where it is a literal, else every name without a leading underscore. */
function exported(link: Linking, module: Module, name: string): boolean {
  const all = namesIn(link, module.scope, '__all__');
  const [only] = all ?? [];
  if (all?.length === 1 && only?.is === 'bind' && only.event.value.is === 'items') {
    return only.event.value.items.some((it: Value) => it.is === 'literal' && it.value === name);
  }
  return !name.startsWith('_');
}

/** A module of the workspace; one that is not there yet is wanted. */
export function findModule(link: Linking, name: QName): Module | undefined {
  return name ? moduleNamed(link, name) : undefined;
}

/** The dotted path an import names, relative ones made absolute. */
export function absolute(module: Module, fact: ImportFact): QName {
  if (fact.dots === 0) return fact.module;
  const parts = module.name.split('.');
  const up = module.package ? fact.dots - 1 : fact.dots;
  const base = up >= parts.length ? [] : parts.slice(0, parts.length - up);
  return [...base, ...(fact.module ? [fact.module] : [])].join('.');
}

function importMeanings(link: Linking, module: Module, fact: ImportFact): readonly Meaning[] {
  const path = absolute(module, fact);
  if (fact.member === null) return [moduleMeaning(link, fact.whole ? fact.local : path)];
  const source = findModule(link, path);
  if (source && source !== module) {
    const found = memberMeanings(link, source, fact.member);
    if (found.length > 0) return found;
  }
  const name = path ? `${path}.${fact.member}` : fact.member;
  const inner = findModule(link, name);
  if (inner) return [{ is: 'module', module: inner, by: 'import' }];
  return source ? [] : [{ is: 'outside', name, self: null, by: 'import' }];
}
function moduleMeaning(link: Linking, name: QName): Meaning {
  const found = findModule(link, name);
  return found ? { is: 'module', module: found, by: 'import' } : { is: 'outside', name, self: null, by: 'import' };
}

/** Names every Python 3 has. */
const builtins: ReadonlySet<string> = new Set(
  `abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright delattr dict dir
  divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass
  iter len license list locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set
  setattr slice sorted staticmethod str sum super tuple type vars zip __import__ ArithmeticError AssertionError AttributeError
  BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError ChildProcessError ConnectionAbortedError ConnectionError
  ConnectionRefusedError ConnectionResetError EOFError EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError
  FloatingPointError GeneratorExit IOError ImportError IndentationError IndexError InterruptedError IsADirectoryError KeyError
  KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError
  PermissionError ProcessLookupError RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError
  SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError Warning
  ZeroDivisionError`.split(/\s+/),
);
