// One binding of a name → what it may mean.
import type { Chunk, Fn, Param, Region, Subject } from '../model.js';
import { annotationMeanings } from './annotations.js';
import { elementsOf, enterMeanings, partOf } from './elements.js';
import { passedTo } from './flows.js';
import { type Binding, classOf, type Module } from './index.js';
import { apiOf, few, type Linking, scopeAt } from './linking.js';
import { anything, isAnything, type Meaning, orHint, withBasis } from './meanings.js';
import { returnsWhen } from './optional-argument.js';
import { callMeaning } from './results.js';
import { resolve } from './types.js';

export function boundValue(link: Linking, it: Exclude<Binding, { is: 'import' }>): readonly Meaning[] {
  switch (it.is) {
    case 'def':
      return decorated(link, it.fn);
    case 'class':
      return [{ is: 'class', cls: it.cls, by: 'source' }];
    case 'param':
      return paramMeanings(link, it.fn, it.index);
    case 'bind':
      return bindMeanings(link, it.event);
  }
}

export function bindMeanings(link: Linking, event: Subject<'bind'>): readonly Meaning[] {
  const at = event.from === 'for' ? (event.in.parent ?? event.in) : event.in;
  const hinted = event.annotation ? annotationMeanings(link, event.annotation, event.in) : [];
  if (event.from === 'narrow') return hinted;
  if (event.from === 'augmented' || event.from === 'match') return [];
  const whole = resolve(link, event.value, at);
  const given =
    event.from === 'for'
      ? elementsOf(link, whole)
      : event.from === 'with'
        ? enterMeanings(link, whole, isAsync(event))
        : event.from === 'except'
          ? caught(whole)
          : whole;
  const found = event.path.reduce<readonly Meaning[]>((all, index) => partOf(link, all, index), given);
  return orHint(found, () => hinted);
}
const asynchronous = new WeakMap<Chunk, ReadonlySet<Region | undefined>>();
/** Is it bound by an `async with`? */
function isAsync({ in: at }: Subject<'bind'>): boolean {
  const { chunk } = at;
  const known =
    asynchronous.get(chunk) ?? new Set(chunk.events.map((it) => (it.kind === 'with' && it.async ? chunk.regions[it.body] : undefined)));
  asynchronous.set(chunk, known);
  return known.has(at);
}
const caught = (types: readonly Meaning[]): readonly Meaning[] =>
  types.flatMap((it): readonly Meaning[] =>
    it.is === 'class'
      ? [{ is: 'object', cls: it.cls, made: null, by: it.by }]
      : it.is === 'outside'
        ? [{ is: 'thing', type: it.name, made: null, by: it.by }]
        : it.is === 'anything'
          ? anything
          : [],
  );

/** `self`, what callers pass, the default, the annotation: whatever there is. */
function paramMeanings(link: Linking, fn: Fn, index: number): readonly Meaning[] {
  const param = fn.fact.params[index];
  if (!param) return [];
  const receivers = index === 0 ? receiversOf(link, fn) : [];
  if (receivers.length > 0) return receivers;
  if (param.kind === 'args' || param.kind === 'kwargs') {
    return [{ is: 'thing', type: param.kind === 'args' ? 'builtins.tuple' : 'builtins.dict', made: null, by: 'source' }];
  }
  const passed = passedTo(link, fn, index);
  const preset = param.preset && fn.chunk.regions[fn.fact.body]?.parent;
  const byDefault = param.preset && preset ? resolve(link, param.preset, preset).filter(notNone) : [];
  return orHint(few(link, [...passed, ...byDefault]), () => hintOf(link, fn, param));
}
const notNone = (it: Meaning): boolean => !(it.is === 'thing' && it.type === 'builtins.NoneType');
function hintOf(link: Linking, fn: Fn, param: Param): readonly Meaning[] {
  const at = fn.chunk.regions[fn.fact.body]?.parent;
  return param.annotation && at ? annotationMeanings(link, param.annotation, at) : [];
}

/** The objects a method is seen to be called on; the class it stands in where that is not known, or where there are too many. */
export function receiversOf(link: Linking, fn: Fn): readonly Meaning[] {
  const declared = receiverOf(link, fn);
  if (!declared) return [];
  const all = passedTo(link, fn, 0);
  const seen = isAnything(all) ? [] : all.filter((it) => it.is === declared.is);
  return seen.length > 0 ? seen : [declared];
}

/** `self` or `cls` of a method; undefined for static methods and plain functions. */
function receiverOf(link: Linking, fn: Fn): Meaning | undefined {
  const region = fn.chunk.regions[fn.fact.body]?.parent;
  if (!fn.owner || !region) return undefined;
  const cls = classOf.get(scopeAt(link, region));
  if (!cls) return undefined;
  const kind = methodKind(fn);
  if (kind === 'static') return undefined;
  return kind === 'class' ? { is: 'class', cls, by: 'source' } : { is: 'object', cls, made: null, by: 'source' };
}
export function methodKind(fn: Fn): 'plain' | 'class' | 'static' | 'property' {
  for (const it of fn.fact.decorators) {
    const name = it.is === 'name' ? it.name : it.is === 'attr' ? it.name : '';
    if (name === 'staticmethod') return 'static';
    if (name === 'classmethod') return 'class';
    if (/(?:^|_)property$/.test(name) || name === 'getter' || name === 'setter' || name === 'deleter') return 'property';
  }
  return fn.fact.name === '__new__' || fn.fact.name === '__init_subclass__' || fn.fact.name === '__class_getitem__' ? 'class' : 'plain';
}

/** A decorated function is what its decorators return, where that is known; else itself, a little less surely. */
function decorated(link: Linking, fn: Fn): readonly Meaning[] {
  const at = fn.chunk.regions[fn.fact.body]?.parent;
  let now: readonly Meaning[] = [{ is: 'fn', fn, by: 'source' }];
  if (!at) return now;
  for (let index = fn.fact.decorators.length - 1; index >= 0; index--) {
    const value = fn.fact.decorators[index];
    if (!value) continue;
    const call = value.is === 'call' ? fn.chunk.events[value.event] : undefined;
    const callee = call?.kind === 'call' ? resolve(link, call.callee, at) : [];
    now = callee.some((it) => it.is === 'outside' && starting.test(it.name))
      ? now.map((it) => withBasis(it, 'only-name'))
      : applied(link, resolve(link, value, at), now);
  }
  return now;
}
function applied(link: Linking, decorators: readonly Meaning[], to: readonly Meaning[]): readonly Meaning[] {
  const [decorator] = decorators;
  if (!decorator) return to.map((it) => withBasis(it, 'decorated'));
  const outside = decorator.is === 'outside' ? decorator.name : decorator.is === 'thing' ? decorator.type : undefined;
  if (outside !== undefined) return keeps(link, outside) ? to : to.map((it) => withBasis(it, 'only-name')); // it may run in a thread, or not at all
  const result = ((decorator.is === 'fn' && returnsWhen(link, decorator.fn, true)) || callMeaning(link, decorator, null)).filter(
    (it) => it.is === 'fn' || it.is === 'bound' || it.is === 'object' || it.is === 'class',
  );
  return result.length > 0 ? alike(result, to) : to.map((it) => withBasis(it, 'decorated'));
}
/** Of a wrapper for coroutines and one for functions, the decorator gives the one that suits what it is given. */
function alike(wrappers: readonly Meaning[], wrapped: readonly Meaning[]): readonly Meaning[] {
  const [only] = wrapped;
  if (wrappers.length < 2 || only?.is !== 'fn' || !wrappers.some((it) => it.is === 'fn')) return wrappers;
  // An object beside them is what the decorator gives where it gets no function.
  const left = wrappers.filter((it) => it.is === 'fn' && it.fn.fact.async === only.fn.fact.async);
  return left.length > 0 ? left : wrappers;
}
/** Decorators that give back a callable which runs the function, nothing else. */
const transparent =
  /^(?:tenacity\.|retrying\.|backoff\.|cachetools\.|click\.|typer\.|pydantic\.|attr\.|attrs\.|deprecated\.|overrides\.|sentry_sdk\.|opentelemetry\.|builtins\.(?:staticmethod|classmethod|property)|functools\.(?:wraps|lru_cache|cache|cached_property|singledispatch|update_wrapper)|abc\.|contextlib\.|typing\.|typing_extensions\.|atexit\.|asyncio\.coroutine|dataclasses\.|pytest\.)/;
/** Decorators whose functions start work when they are called: in a worker of the application, or of another process. */
const starting = /^(?:textual\.work|huey\.\w+(?:\.\w+)*task)$/;
function keeps(link: Linking, name: string): boolean {
  if (starting.test(name)) return false;
  return transparent.test(name) || apiOf(link, name)?.decorates !== undefined;
}

export type { Module };
