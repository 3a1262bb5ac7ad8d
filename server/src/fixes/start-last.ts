// `thread.start()` in the middle of `__init__` → the last thing that it does.
import { type Fix, refuse, safe } from '../model.js';
import { isSame, nextOf, ownsLine } from './placing.js';

export const startLast: Fix<'spawn' | 'call'> = {
  id: 'start-last',
  title: 'Start it at the end of `__init__`',
  best: 'safe',
  offer(of, doc) {
    const found = doc.program.unready(of);
    if (!found) return undefined;
    if (found.overridden)
      return refuse('a subclass has an `__init__` that goes on after this one: the start belongs into a method of its own');
    const call = doc.node(found.start);
    const statement = call.statement();
    const init = statement.up('function_definition');
    const body = init?.field('body');
    if (!body || !isSame(statement.parent, body)) return refuse('the start stands under a condition or in a loop');
    if (!isSame(statement.children[0], call) || !ownsLine(statement, doc)) return refuse('what starts the thread is used where it starts');
    const last = body.children.filter((it) => it.type !== 'comment').at(-1);
    const next = nextOf(statement);
    if (!last || !next || isSame(last, statement)) return undefined;
    if (!ownsLine(last, doc) || body.all('return_statement').length > 0) return refuse('`__init__` may end before its last line');
    const offset = call.span.start - found.start.span.start;
    const hazard = doc.program.hazard(found.start.in, { start: next.span.start - offset, end: last.span.end - offset }, [
      'lock',
      'callback',
      'yield',
    ]);
    if (hazard) return refuse(`\`${hazard.says}\` waits in between, perhaps for the thread`);
    const thread = /^(.*)\.start\(/s.exec(call.text)?.[1];
    const between = thread !== undefined && /^[\w.]+$/.test(thread) && thread !== 'self';
    for (let it = nextOf(statement); it && between; it = nextOf(it))
      if (it.all('identifier', 'attribute').some((one) => one.text === thread)) return refuse(`\`${thread}\` is used in between`);
    doc.move(statement, statement, 'after', last);
    return safe;
  },
};
