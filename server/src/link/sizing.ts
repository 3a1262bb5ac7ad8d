// What sizes of one question share: how many may still be worked out, what is under way, and what is known.
import { limits } from '../limits.js';
import type { Value } from '../model.js';
import type { Cell } from './cells.js';
import type { Scope } from './index.js';
import { hitBound, type Linking } from './linking.js';
import type { Env, Size } from './sizes.js';

export interface Sizing {
  left: number;
  /** Binds, calls and names under way, with how many were before them. */
  readonly active: Map<unknown, number>;
  /** Whose question it is. */
  readonly asker: Cell<unknown> | undefined;
  /** What is known so far, by what is known of the arguments and by the expression. */
  readonly kept: Map<Env, Map<Value, Size | undefined>>;
  /** What is known of arguments, by what it says. */
  readonly envs: Map<string, Env>;
  /** What stands for a name while it is under way. */
  readonly names: Map<Scope, Map<string, object>>;
  /** How deep that is under way which last cut an answer short, the least of it for the answer that is worked out. */
  cut: number;
}
export const newSizing = (asker: Cell<unknown> | undefined): Sizing => ({
  left: limits.sizes,
  active: new Map(),
  asker,
  kept: new Map(),
  envs: new Map(),
  names: new Map(),
  cut: Number.POSITIVE_INFINITY,
});
/** As many sizes may be worked out for this question as for any other, whatever asked it. */
export function afresh<T>(link: Linking, work: () => T): T {
  const outer = link.sizing;
  link.sizing = newSizing(link.cells.stack.at(-1));
  try {
    return work();
  } finally {
    link.sizing = outer;
  }
}

/** What is known with these arguments; undefined where another question asks, which has to read itself what its answer rests on. */
export function keptIn({ sizing, cells }: Linking, env: Env): Map<Value, Size | undefined> | undefined {
  const { asker, kept } = sizing;
  if (!asker || asker !== cells.stack.at(-1)) return undefined;
  const known = kept.get(env) ?? new Map<Value, Size | undefined>();
  kept.set(env, known);
  return known;
}
/** Binds under way are not asked again: `text = text.strip()`. */
export function guarded<T>(link: Linking, key: unknown, answer: () => T | undefined): T | undefined {
  const { sizing } = link;
  const { active } = sizing;
  // Unknown from anywhere: what is that deep is no answer that would be worth another way to it.
  if (active.size > limits.sizeDepth) {
    hitBound(link, 'sizeDepth');
    return undefined;
  }
  const under = active.get(key);
  if (under !== undefined) {
    sizing.cut = Math.min(sizing.cut, under);
    return undefined;
  }
  active.set(key, active.size);
  try {
    return answer();
  } finally {
    active.delete(key);
  }
}

/**
 * What a name is bound to may use the name: `text = text.strip()`. That says nothing of its own. To follow it would try the bindings in
 * every order, and a name that is bound ten times has millions of those.
 */
export function inside(link: Linking, scope: Scope, name: string, answer: () => readonly Size[]): readonly Size[] {
  const names = link.sizing.names.get(scope) ?? new Map<string, object>();
  link.sizing.names.set(scope, names);
  const key = names.get(name) ?? { name };
  names.set(name, key);
  return guarded(link, key, answer) ?? [];
}
