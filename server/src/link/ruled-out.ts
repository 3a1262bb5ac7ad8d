// Does a call rule out, by what it gives for a parameter, the branch in which something stands?
import type { Fn, Region, Step, Subject, Value } from '../model.js';
import { argument } from './flows.js';
import { dependOnBody, type Linking } from './linking.js';

/** The step is the one in the function itself; only literals and defaults that are literals rule anything out. */
export function isRuledOut(link: Linking, fn: Fn, step: Step | undefined, call: Subject): boolean {
  if (!step || call.kind !== 'call' || fn.fact.params.length === 0 || call.args.some((it) => it.value.is === 'star')) return false;
  dependOnBody(link, fn);
  const event = step.chunk.events.find((it) => it.in.fn === fn && it.span.start === step.span.start && it.span.end === step.span.end);
  for (let it: Region | null = event?.in ?? null; it && it.kind !== 'function'; it = it.parent) {
    const region: Region = it;
    if (region.kind !== 'branch' || region.guard === 'else') continue;
    const branch = region.chunk.events.find(
      (one): one is Subject<'branch'> => one.kind === 'branch' && region.chunk.regions[one.body] === region,
    );
    if (branch && holds(branch.test, fn, call) === false) return true;
  }
  return false;
}

/** Undefined where it is not certain. */
function holds(test: Value, fn: Fn, call: Subject<'call'>): boolean | undefined {
  if (test.is === 'op' && /^(?:unary )?not$/.test(test.op)) {
    const [of] = test.args;
    const inner = of ? holds(of, fn, call) : undefined;
    return inner === undefined ? undefined : !inner;
  }
  if (test.is === 'op' && (test.op === 'is' || test.op === 'is not')) {
    const [of, none] = test.args;
    const given = of?.is === 'name' && none?.is === 'literal' && none.type === 'none' ? givenFor(of.name, fn, call) : undefined;
    return given === undefined ? undefined : (given === null) === (test.op === 'is');
  }
  const given = test.is === 'name' ? givenFor(test.name, fn, call) : undefined;
  return given === undefined ? undefined : Boolean(given);
}
/** The literal that arrives in a parameter that nothing else is bound to. */
function givenFor(name: string, fn: Fn, call: Subject<'call'>): string | number | boolean | null | undefined {
  const index = fn.fact.params.findIndex(
    (it) => it.name === name && (it.kind === 'plain' || it.kind === 'keyword' || it.kind === 'positional'),
  );
  const param = fn.fact.params[index];
  const rebound = fn.chunk.events.some((it) => it.kind === 'bind' && it.in.fn === fn && it.target.is === 'name' && it.target.name === name);
  if (!param || rebound) return undefined;
  const method = fn.owner !== null && call.callee.is === 'attr' ? 1 : 0;
  const value = argument(call, param.kind === 'keyword' ? [name] : [name, index - method])?.value ?? param.preset;
  return value?.is === 'literal' ? value.value : undefined;
}
