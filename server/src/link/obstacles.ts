// What keeps the work of a spawn out of another process.
import type { Arg, Count, Fn, Obstacle, QName, Region, Step, Subject, Value, Witness } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { economicsOf } from './economics.js';
import { isA, type Linking } from './linking.js';
import { unguarded } from './main-guard.js';
import type { Meaning } from './meanings.js';
import { readsAfterImport } from './module-state.js';
import { bindingsOf } from './names.js';
import { evaluate } from './types.js';

/** In the order in which a person would want to hear them; all tasks of one pool are looked at. */
export function obstaclesOf(link: Linking, spawns: readonly Spawn[]): readonly Obstacle[] {
  const found: Obstacle[] = [];
  for (const spawn of spawns) {
    found.push(...callable(link, spawn), ...handed(link, spawn), ...results(link, spawn));
    for (const fn of spawn.targets) found.push(...shared(link, fn));
  }
  const [first] = spawns;
  if (first?.in.chunk.file.endsWith('.ipynb') && !sendsCode(first))
    found.push({
      what: 'notebook',
      say: 'functions of a notebook cannot be imported by other processes: move them to a module',
      because: at(first, first.says, 'in a notebook'),
    });
  if (first) found.push(...guard(link, first), ...gain(link, first, spawns));
  const seen = new Set<string>();
  return found.filter((it) => !seen.has(it.say) && seen.add(it.say));
}

/** The same for a call that is made here and now: as if it were given to a pool. */
export const obstaclesTo = (link: Linking, call: Subject<'call'>): readonly Obstacle[] => obstaclesOf(link, [asTask(link, call)]);
/** A call as a task of a pool, as often as it is said to run. */
export function asTask(link: Linking, call: Subject<'call'>, count: Count = { n: 1, from: 'literal', says: '1' }): Spawn {
  const callable: Arg = { name: null, value: call.callee, span: call.calleeSpan };
  const given: Subject<'call'> = { ...call, args: [callable, ...call.args] };
  const targets = edgesOf(link, call).flatMap((it) => (typeof it.to === 'string' ? [] : [it.to]));
  const says = call.callee.is === 'name' || call.callee.is === 'attr' ? spelled(call.callee) : 'it';
  const because = at(call, says, `calls \`${says}\``);
  const runner: Spawn['runner'] = { id: '', kind: 'process', many: count.n > 1, space: 'process', because };
  return {
    ...{
      kind: 'spawn',
      in: call.in,
      span: call.span,
      stmt: call.stmt,
      api: 'concurrent.futures.ProcessPoolExecutor.submit',
      targets,
      says,
    },
    ...{ runner, pool: null, call: given, callable, count, start: call },
  };
}

const at = (event: { readonly in: Region; readonly span: Subject['span'] }, name: string, note: string): Witness => [
  { chunk: event.in.chunk, span: event.span, name, note, by: 'source' } satisfies Step,
];

/** joblib sends functions by what they are, not by their name: nobody has to import them. */
const sendsCode = (spawn: Spawn): boolean => spawn.api.startsWith('joblib.');

function callable(link: Linking, spawn: Spawn): readonly Obstacle[] {
  const { callable: arg } = spawn;
  const place = { in: spawn.in, span: arg?.span ?? spawn.span };
  const no = (say: string): readonly Obstacle[] => [{ what: 'callable', say, because: at(place, spawn.says, say) }];
  if (!arg) return no(`\`${spawn.says}\` is a subclass: its state lives in this process`);
  if (arg.value.is === 'function') return sendsCode(spawn) ? [] : no('a lambda cannot be sent to another process');
  return evaluate(link, arg.value, spawn.in).flatMap((it): readonly Obstacle[] => {
    if (it.is === 'fn' && !sendsCode(spawn) && it.fn.parent && !it.fn.parent.id.endsWith(':'))
      return no(
        `\`${it.fn.fact.name}\` is nested in \`${it.fn.parent.name}\`, and only functions of a module can be sent to another process`,
      );
    if (it.is === 'bound') return no(`\`${spawn.says}\` is a method: its whole object would be copied into the other process`);
    return it.is === 'object' ? no(`\`${spawn.says}\` is an object: it would be copied into the other process`) : [];
  });
}

const stays: readonly QName[] = [
  'threading.Lock',
  'threading.RLock',
  'threading.Condition',
  'threading.Semaphore',
  'threading.Event',
  'threading.Barrier',
  'threading.Thread',
  'threading.local',
  'queue.Queue',
  'queue.SimpleQueue',
  'socket.socket',
  'sqlite3.Connection',
  'sqlite3.Cursor',
  'io.TextIOWrapper',
  'io.BufferedReader',
  'io.BufferedWriter',
  'types.GeneratorType',
  'concurrent.futures.Executor',
  'asyncio.AbstractEventLoop',
  'tkinter.Tk',
  'requests.Session',
  'httpx.Client',
  'multiprocessing.Queue',
];
/** The class of an object that has no meaning in another process; undefined when it may travel. */
function staying(link: Linking, it: Meaning): QName | undefined {
  const type = it.is === 'thing' || it.is === 'container' ? it.type : undefined;
  return type ? stays.find((one) => isA(link, type, one)) : undefined;
}

/** What a display holds, or the value itself. */
const partsOf = (value: Value): readonly Value[] =>
  value.is === 'items' ? value.items.flatMap(partsOf) : value.is === 'dict' ? value.values.flatMap(partsOf) : [value];

function handed(link: Linking, spawn: Spawn): readonly Obstacle[] {
  const values = spawn.call.args.flatMap((arg) => (arg === spawn.callable ? [] : partsOf(arg.value)));
  return values.flatMap((value) => {
    const items = spawn.api.endsWith('map')
      ? evaluate(link, value, spawn.in).filter((it) => it.is !== 'container' || it.type !== 'types.GeneratorType')
      : evaluate(link, value, spawn.in);
    return items.flatMap((it): readonly Obstacle[] => {
      const type = it.is === 'thing' && it.made && it.made === spawn.pool?.made ? undefined : staying(link, it);
      if (type)
        return [
          {
            what: 'argument',
            say: `\`${spelled(value)}\` is a \`${type}\`, which cannot be sent to another process`,
            because: at(spawn, type, 'given to the task here'),
          },
        ];
      return it.is === 'fn' && value.is === 'function' && !sendsCode(spawn)
        ? [
            {
              what: 'argument',
              say: 'a lambda among the arguments cannot be sent to another process',
              because: at(spawn, spawn.says, 'given to the task here'),
            },
          ]
        : [];
    });
  });
}
function results(link: Linking, spawn: Spawn): readonly Obstacle[] {
  return spawn.targets.flatMap((fn): readonly Obstacle[] => {
    const note = { in: spawn.in, span: spawn.span };
    if (fn.fact.generator)
      return [
        {
          what: 'result',
          say: `\`${fn.name}\` is a generator, and generators cannot be sent between processes`,
          because: at(note, fn.id, 'its result'),
        },
      ];
    const leave = eventsOf(link, fn).find(
      (it): it is Subject<'leave'> =>
        it.kind === 'leave' &&
        it.by === 'return' &&
        evaluate(link, it.value, it.in).some((m) => staying(link, m) || (m.is === 'fn' && it.value.is === 'function' && !sendsCode(spawn))),
    );
    return leave
      ? [
          {
            what: 'result',
            say: `what \`${fn.name}\` returns cannot be sent between processes`,
            because: at(leave, fn.id, 'returned here'),
          },
        ]
      : [];
  });
}
const spelled = (value: Value): string =>
  value.is === 'name' ? value.name : value.is === 'attr' ? `${spelled(value.of)}.${value.name}` : 'an argument';

const mutators =
  /^(?:append|appendleft|extend|insert|add|update|pop|popleft|popitem|remove|discard|clear|setdefault|sort|reverse|put|put_nowait|set|write|send|execute)$/;

function guard(link: Linking, spawn: Spawn): readonly Obstacle[] {
  const start = sendsCode(spawn) ? undefined : unguarded(link, spawn);
  const say = 'the start of the processes needs `if __name__ == "__main__":`, because each child imports this module again';
  return start ? [{ what: 'main-guard', say, because: at(start, start.in.chunk.module, 'runs when the module is imported') }] : [];
}

/** State of this process that a target or what it calls writes, or that only means something here. */
function shared(link: Linking, target: Fn): readonly Obstacle[] {
  const found: Obstacle[] = [];
  const seen = new Set<Fn>([target]);
  const open = [target];
  for (let fn = open.pop(); fn && seen.size < 60; fn = open.pop()) {
    const [name, set] = readsAfterImport(link, fn) ?? [];
    if (name && set)
      found.push({
        what: 'shared-state',
        say: `\`${fn.name}\` reads \`${name}\`, which the program sets after the import: another process would not see it`,
        because: at(set, name, 'set here'),
      });
    for (const event of eventsOf(link, fn)) {
      const obstacle = touching(link, event, fn === target);
      if (obstacle) found.push(obstacle);
      for (const edge of edgesOf(link, event)) {
        if (typeof edge.to === 'string' || seen.has(edge.to)) continue;
        seen.add(edge.to);
        open.push(edge.to);
      }
    }
  }
  return found;
}

function touching(link: Linking, event: Subject, own: boolean): Obstacle | undefined {
  const say = (what: Obstacle['what'], text: string): Obstacle => ({ what, say: text, because: at(event, event.in.fn.id, text) });
  const fn = event.in.fn;
  if (event.kind === 'bind' && event.from !== 'narrow') {
    const root = rootOf(event.target);
    if (!root) return undefined;
    if (event.target.is === 'name')
      return fn.fact.globals.includes(root) || fn.fact.nonlocals.includes(root)
        ? say('shared-state', `\`${fn.name}\` writes \`${root}\`, and another process would write its own copy`)
        : undefined;
    return outer(link, root, event.in, own)
      ? say('shared-state', `\`${fn.name}\` changes \`${root}\`, and another process would change its own copy`)
      : undefined;
  }
  if (event.kind === 'with' || event.kind === 'call') {
    const values = event.kind === 'with' ? event.items : event.callee.is === 'attr' ? [event.callee.of] : [];
    for (const value of values) {
      const root = rootOf(value);
      if (!root || !outer(link, root, event.in, own)) continue;
      const [it] = evaluate(link, value, event.in);
      const type = it && staying(link, it);
      if (type) return say('handle', `\`${fn.name}\` uses \`${spelled(value)}\`, a \`${type}\` of this process`);
      const name = event.kind === 'call' && event.callee.is === 'attr' ? event.callee.name : '';
      const outside = it?.is === 'module' || it?.is === 'outside' || it?.is === 'class';
      if (mutators.test(name) && !outside && (it?.is === 'container' || it?.is === 'thing' || it === undefined) && value.is === 'name')
        return say('shared-state', `\`${fn.name}\` changes \`${root}\`, and another process would change its own copy`);
    }
  }
  return undefined;
}
const rootOf = (value: Value): string | undefined =>
  value.is === 'name' ? value.name : value.is === 'attr' || value.is === 'item' ? rootOf(value.of) : undefined;
/** Does the name stand for something that lives outside this run of the function? */
function outer(link: Linking, name: string, region: Region, own: boolean): boolean {
  const found = bindingsOf(link, name, region);
  if (!found) return false;
  if (found.scope.fn !== region.fn) return found.scope.kind !== 'module' || found.bound.some((it) => it.is === 'bind');
  return own && found.bound.some((it) => it.is === 'param');
}

function gain(link: Linking, spawn: Spawn, all: readonly Spawn[]): readonly Obstacle[] {
  const it = economicsOf(link, spawn, all);
  return it.worthwhile || !it.sized ? [] : [{ what: 'gain', say: it.says, because: at(spawn, spawn.api, it.says) }];
}
