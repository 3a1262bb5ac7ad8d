// `Thread` → `multiprocessing.Process`, together with the threads that compute beside it.
import { type Editing, type Fix, type Node, type Offer, refuse, type Subject } from '../model.js';
import { guarded } from './main-guard.js';
import { leaving, staysHere } from './other-process.js';
import { argumentsOf } from './places.js';

const same = new Set(['group', 'target', 'name', 'args', 'kwargs', 'daemon']);
const unclear = 'only a thread that one name holds, and that is started and waited for, is exchanged';

export const threadToProcess: Fix<'spawn'> = {
  id: 'thread-to-process',
  title: 'Use a Process',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.runner.many || spawn.pool) return undefined; // a pool bounds how many there are
    const stays = staysHere(spawn, [spawn], doc);
    if (stays) return stays;
    const places = [spawn.call, ...doc.program.rivals(spawn).map(([it]) => it)];
    for (const place of places) {
      const refused = exchange(doc.node(place), spawn, doc);
      if (refused) return refused;
    }
    return (
      guarded(doc.program.obstacles(spawn), doc) ??
      leaving(spawn, 'the target runs in another process: arguments are copied, and globals are not shared', doc)
    );
  },
};

function exchange(call: Node, { in: { chunk } }: Subject<'spawn'>, doc: Editing): Offer | undefined {
  const callee = call.field('function');
  const odd = argumentsOf(call).find((it) => it.type === 'keyword_argument' && !same.has(it.field('name')?.text ?? ''));
  if (!callee || odd) return refuse(odd ? `\`${odd.field('name')?.text}\` has no meaning for processes` : unclear);
  const uses = usesOf(call);
  if (!uses) return refuse(unclear);
  const daemon = argumentsOf(call).some((it) => it.field('name')?.text === 'daemon') || uses.includes('daemon');
  if (daemon && !uses.includes('join'))
    return refuse('nothing waits for this daemon thread, and a process ends in another way with the program');
  if (call.parent?.type === 'assignment' && call.parent.field('type')) return refuse('the name of the thread has a type of its own');
  doc.replace(callee, doc.use('multiprocessing.Process', chunk));
  return undefined;
}

/** The methods and attributes by which a thread is used, wherever its name goes; undefined where it is used for anything else. */
function usesOf(call: Node): readonly string[] | undefined {
  const { parent } = call;
  if (parent?.type === 'attribute') return methodOf(parent);
  const name = parent?.type === 'assignment' ? parent.field('left') : undefined;
  const scope = call.up('function_definition', 'module');
  return name?.type === 'identifier' && scope ? usesOfName(name.text, scope, 0) : undefined;
}
function usesOfName(name: string, scope: Node, hops: number): readonly string[] | undefined {
  const found: string[] = [];
  for (const it of scope
    .all('identifier')
    .filter((one) => one.text === name && one.parent?.field('attribute')?.span.start !== one.span.start)) {
    const used = useOf(it, scope, hops);
    if (!used) return undefined;
    found.push(...used);
  }
  return found;
}
function useOf(it: Node, scope: Node, hops: number): readonly string[] | undefined {
  const { parent } = it;
  if (parent?.type === 'attribute') return methodOf(parent);
  if (parent?.type === 'assignment' && parent.field('left')?.span.start === it.span.start) return [];
  if (parent?.type === 'keyword_argument' && parent.field('name')?.span.start === it.span.start) return [];
  if (hops > 2) return undefined;
  if (parent?.type === 'for_statement') {
    const target = parent.field('left');
    const body = parent.field('body');
    if (target?.span.start === it.span.start) return [];
    return target?.type === 'identifier' && body ? usesOfName(target.text, body, hops + 1) : undefined;
  }
  if (parent?.type !== 'list' && parent?.type !== 'tuple' && parent?.type !== 'expression_list') return undefined;
  if (parent.parent?.type === 'for_statement') return useOf(parent, scope, hops);
  const held = parent.parent?.type === 'assignment' ? parent.parent.field('left') : undefined;
  return held?.type === 'identifier' ? usesOfName(held.text, scope, hops + 1) : undefined;
}
function methodOf(attribute: Node): readonly string[] | undefined {
  const name = attribute.field('attribute')?.text ?? '';
  const { parent } = attribute;
  if (/^(?:start|join|is_alive)$/.test(name)) return parent?.type === 'call' ? [name] : undefined;
  const set = parent?.type === 'assignment' && parent.field('left')?.span.start === attribute.span.start;
  return set && /^(?:daemon|name)$/.test(name) ? [name] : undefined;
}
