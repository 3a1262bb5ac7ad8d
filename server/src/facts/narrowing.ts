// What a passed `isinstance` test says about a name.
import type { Value } from '../model.js';
import { emit, unknown, type Walk } from './walk.js';

/** `isinstance(x, C)` in a test binds `x` to the annotation `C` where the test was passed; `and` passes both sides. */
export function bindNarrowed(walk: Walk, test: Value): void {
  if (test.is === 'either') {
    for (const it of test.args) bindNarrowed(walk, it);
    return;
  }
  if (test.is !== 'call') return;
  const call = walk.events[test.event];
  if (call?.kind !== 'call' || call.callee.is !== 'name' || call.callee.name !== 'isinstance') return;
  const [subject, type] = call.args;
  if (!subject || !type || subject.value.is !== 'name') return;
  emit(walk, 'bind', { target: subject.value, value: unknown, annotation: type.value, from: 'narrow', path: [] }, call.span);
}
