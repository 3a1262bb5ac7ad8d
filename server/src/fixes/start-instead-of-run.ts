// `t.run()` → `t.start()`.
import { type Fix, refuse, review, safe } from '../model.js';

export const startInsteadOfRun: Fix<'call'> = {
  id: 'start-instead-of-run',
  title: 'Start it',
  best: 'safe',
  offer(call, doc) {
    if (call.result !== 'dropped') return refuse('what `run` returns is used, and `start` returns nothing');
    const callee = doc.node(call).field('function');
    const [of, name] = [callee?.field('object'), callee?.field('attribute')];
    if (!of || !name) return undefined;
    if (of.type === 'call' && doc.program.object(call.callee.is === 'attr' ? call.callee.of : call.callee, call.in)?.role === 'process')
      return refuse('a process that has no name cannot be joined, so that nobody waits for it');
    doc.replace(name, 'start');
    const scope = callee?.up('function_definition') ?? doc.module(call.in.chunk);
    const joined = scope
      .all('call')
      .some(
        (it) =>
          it.span.start > call.span.start && it.field('function')?.text === `${of.text}.join` && it.span.start >= (callee?.span.end ?? 0),
      );
    return joined ? safe : review('what follows no longer waits for it: nothing here joins it');
  },
};
