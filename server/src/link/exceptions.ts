// Exceptions that a worker raises and that do not survive the way back: what their `__init__` takes is not what they keep.
import type { Fn, LostException, Step, Subject } from '../model.js';
import { eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import type { Class } from './index.js';
import { everyModule, type Linking, namesIn, once } from './linking.js';
import { mro } from './members.js';
import { question } from './question.js';
import { functionsBelow, isTried } from './reached.js';
import { spawnsOfKind } from './starts.js';
import { evaluate } from './types.js';

const page = 'https://docs.python.org/3/library/pickle.html#object.__reduce__';
const spawnLost = question<Spawn, readonly LostException[]>({
  kind: 'exceptions',
  fallback: [],
  same: (a, b) =>
    a.length === b.length && a.every((it, at) => it.init === b[at]?.init && it.call === b[at]?.call && it.overridden === b[at]?.overridden),
});

/**
 * Classes whose `__init__` takes other arguments than it hands to its built-in base, raised by the tasks of this start and of none before
 * it; those of a thread are what processes in its place would lose.
 */
export function lostExceptions(link: Linking, spawn: Spawn): readonly LostException[] {
  return once(link, spawnLost, spawn, spawn.in.chunk, () =>
    (spawn.runner.kind === 'process' ? (raisedInWorkers(link).get(spawn) ?? []) : raisedBy(link, spawn)).flatMap(
      ({ cls, steps }): LostException[] => {
        const shape = shapeOf(link, cls);
        if (!shape) return [];
        const { init, call, takes } = shape;
        const step: Step = { chunk: call.in.chunk, span: call.span, name: init.id, note: takes, by: 'knowledge', evidence: page };
        const because = [...steps, step] as unknown as LostException['because'];
        return [{ name: cls.event.name, init, call, because, overridden: isOverridden(link, cls) }];
      },
    ),
  );
}

/** `__init__` and the call in it that hands something else to `Exception`. */
function shapeOf(link: Linking, cls: Class): { readonly init: Fn; readonly call: Subject<'call'>; readonly takes: string } | undefined {
  const order = mro(link, cls);
  const [, base] = order;
  if (typeof base !== 'string' || !/^builtins\.(?!Unicode)\w*(?:Error|Exception)$/.test(base)) return undefined;
  const names = (name: string) => namesIn(link, cls.scope, name);
  if (['__reduce__', '__reduce_ex__', '__new__'].some((name) => names(name) !== undefined)) return undefined;
  const found = names('__init__');
  const init = found?.length === 1 && found[0]?.is === 'def' ? found[0].fn : undefined;
  if (!init || init.fact.decorators.length > 0) return undefined;
  const events = eventsOf(link, init);
  if (events.some((it) => it.kind === 'bind' && it.target.is === 'attr' && it.target.name === 'args')) return undefined;
  const calls = events.filter(
    (it): it is Subject<'call'> => it.kind === 'call' && it.callee.is === 'attr' && it.callee.name === '__init__',
  );
  const [call, more] = calls;
  if (!call || more || call.callee.is !== 'attr' || call.args.some((it) => it.value.is === 'star')) return undefined;
  const byName = call.callee.of.is === 'name';
  const kept = call.args.length - (byName ? 1 : 0);
  const params = init.fact.params.slice(1);
  const plain = params.filter((it) => it.kind === 'plain' || it.kind === 'positional');
  const required = plain.filter((it) => it.preset === null).length;
  const keyword = params.find((it) => it.kind === 'keyword' && it.preset === null);
  const most = params.some((it) => it.kind === 'args') ? Number.POSITIVE_INFINITY : plain.length;
  if (kept >= required && kept <= most && !keyword) return undefined;
  const wants = keyword ? `\`${keyword.name}\`, by name` : required === most ? `${required}` : `at least ${required}`;
  return { init, call, takes: `keeps ${kept} argument${kept === 1 ? '' : 's'}, and is made again from them; \`__init__\` takes ${wants}` };
}
export function isOverridden(link: Linking, cls: Class): boolean {
  return everyModule(link).some((module) =>
    module.classes.some((it) => it !== cls && namesIn(link, it.scope, '__init__') && mro(link, it).includes(cls)),
  );
}

interface Raised {
  readonly cls: Class;
  readonly steps: readonly Step[];
}
const workersRaise = question<Linking, ReadonlyMap<Spawn, readonly Raised[]>>({ kind: 'raised', fallback: new Map(), same: () => false });
/** Classes of exceptions that tasks of process pools raise and nothing on the way catches, each at the first start that leads to it. */
function raisedInWorkers(link: Linking): ReadonlyMap<Spawn, readonly Raised[]> {
  return once(link, workersRaise, link, null, () => {
    const found = new Map<Spawn, Raised[]>();
    const seen = new Set<Class>();
    for (const spawn of spawnsOfKind(link, 'process')) {
      if (!spawn.pool || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) continue;
      for (const it of raisedBy(link, spawn)) {
        if (seen.has(it.cls)) continue;
        seen.add(it.cls);
        found.set(spawn, [...(found.get(spawn) ?? []), it]);
      }
    }
    return found;
  });
}
function raisedBy(link: Linking, spawn: Spawn): readonly Raised[] {
  return functionsBelow(link, spawn).flatMap(({ fn, steps, caught }) => {
    if (caught) return [];
    return eventsOf(link, fn).flatMap((it): Raised[] => {
      if (it.kind !== 'leave' || it.by !== 'raise' || it.value.is !== 'call' || isTried(it.in)) return [];
      const made = it.in.chunk.events[it.value.event];
      const [cls, more] = made?.kind === 'call' ? evaluate(link, made.callee, made.in) : [];
      if (more || cls?.is !== 'class') return [];
      return [
        {
          cls: cls.cls,
          steps: [...steps, { chunk: it.in.chunk, span: it.span, name: cls.cls.name, note: 'raised here, in a worker', by: cls.by }],
        },
      ];
    });
  });
}
