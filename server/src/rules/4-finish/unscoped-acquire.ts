// Law 4. A lock that is taken by `acquire()` and not given back on some way out stays locked for ever.
import { acquireWith } from '../../fixes/acquire-with.js';
import { checkAcquire } from '../../fixes/check-acquire.js';
import { type EventKind, type Problem, type Program, type Region, rule, type Subject, type Value } from '../../model.js';

type Event = Subject<EventKind>;

export default rule({
  id: 'unscoped-acquire',
  law: 'finish',
  title: 'A lock is not released on every way out',
  on: 'acquire',
  severity: 'warning',
  check(acquire, program) {
    const { by, lock } = acquire;
    if (by.kind !== 'call' || by.callee.is !== 'attr' || by.callee.name !== 'acquire' || program.demonstration(by.in)) return undefined;
    if (!/^(?:lock|rlock|semaphore|condition)$/.test(program.object(by.callee.of, by.in)?.role ?? '')) return undefined;
    const own = program.within(by.in.fn.chunk.regions[by.in.fn.fact.body] ?? by.in);
    if (acquire.bounded) {
      if (by.result !== 'dropped' || !isTimed(by)) return undefined;
      return {
        message: `\`${lock.name}.acquire\` may time out and its result is not read: what follows runs unlocked`,
        because: [program.here(by, 'it returns False when the lock is still taken')],
        severity: 'error',
      };
    }
    if (acquire.scoped || (by.result !== 'dropped' && by.result !== 'awaited')) return undefined;
    const releases = own.filter((it): it is Subject<'call'> => isRelease(it, by));
    if (releases.some((it) => isAround(it.in, 'except') || isAround(it.in, 'finally'))) return undefined;
    const later = releases.filter((it) => it.span.start > by.span.end);
    const last = later.at(-1);
    return last && leak(by, lock.name, own, later, last, program);
  },
  fixes: [acquireWith, checkAcquire],
});

/** The first way out between the acquire and its releases. */
function leak(
  by: Subject<'call'>,
  name: string,
  own: readonly Event[],
  releases: readonly Subject<'call'>[],
  last: Subject<'call'>,
  program: Program,
): Problem | undefined {
  const [first] = releases;
  const between = own.filter((it) => it.span.start > by.span.end && it.span.end < last.span.start);
  const open = between.filter((it) => !releases.some((one) => one.span.start < it.span.start && isInside(it.in, one.in)));
  const out = open.find(
    (it): it is Subject<'leave'> => it.kind === 'leave' && (it.by === 'return' || it.by === 'raise') && !isAround(it.in, 'except'),
  );
  const message = (how: string): string => `\`${name}\` stays locked ${how}: no path from here releases it`;
  if (out) {
    return {
      message: message(out.by === 'return' ? 'where the function returns early' : 'where the function raises'),
      because: [
        [
          ...program.here(by, `\`${name}\` is taken here`),
          ...program.here(out, 'this leaves the function while it is held'),
          ...program.here(last, 'the release stands further down'),
        ],
      ],
      severity: 'error',
    };
  }
  for (const it of open) {
    if (first && it.span.start > first.span.start) break;
    const raised = program.raisesAt(it, by.in);
    if (!raised) continue;
    const what = it.kind === 'call' ? spelled(it.callee) : undefined;
    return {
      message: message(`if ${what === undefined ? 'what follows' : `\`${what}\``} raises`),
      because: [
        [
          ...program.here(by, `\`${name}\` is taken here`),
          ...raised,
          ...program.here(last, 'the release stands further down, and an exception passes it by'),
        ],
      ],
    };
  }
  return undefined;
}

function isRelease(it: Event, by: Subject<'call'>): boolean {
  if (it.kind !== 'call' || it.callee.is !== 'attr' || by.callee.is !== 'attr') return false;
  return it.callee.name === 'release' && JSON.stringify(it.callee.of) === JSON.stringify(by.callee.of);
}
/** `acquire(timeout=5)`, not `acquire(blocking=False)`, which says that the lock may be taken. */
function isTimed(by: Subject<'call'>): boolean {
  const given = by.args.find((it) => it.name === 'timeout') ?? by.args.filter((it) => it.name === null)[1];
  return given !== undefined && !by.args.some((it) => it.value.is === 'literal' && it.value.value === false);
}
function isAround(at: Region, kind: 'except' | 'finally'): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) if (it.kind === kind) return true;
  return false;
}
function isInside(region: Region, outer: Region): boolean {
  for (let it: Region | null = region; it; it = it.parent) if (it === outer) return true;
  return false;
}
function spelled(value: Value): string | undefined {
  if (value.is === 'name') return value.name;
  const of = value.is === 'attr' ? spelled(value.of) : undefined;
  return value.is === 'attr' ? (of ? `${of}.${value.name}` : value.name) : undefined;
}
