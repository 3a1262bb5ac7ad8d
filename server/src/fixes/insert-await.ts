// `save()` → `await save()`, where the coroutine is not used for anything else.
import { type Fix, refuse, review, safe } from '../model.js';
import { isOutside } from './awaiting.js';

export const insertAwait: Fix<'call'> = {
  id: 'insert-await',
  title: 'Await it',
  best: 'safe',
  offer(call, doc) {
    const { fn } = call.in;
    const { program } = doc;
    if (!fn.fact.async) {
      const [caller] = program.asyncCallers(fn);
      const who = fn.fact.kind === 'module' ? 'the body of a module' : `\`${fn.name}\``;
      const hint = caller ? `; make it \`async def\` and await it in \`${caller.name}\`, which calls it` : '';
      return refuse(`${who} is no coroutine, so that no \`await\` can stand in it${hint}`);
    }
    const [lock] = program.locks(call.in);
    if (lock) return refuse(`\`${lock}\` is held here and would stay held across the \`await\``);
    const node = doc.node(call);
    if (isOutside(node)) return refuse('an `await` is not possible in a class body or a decorator');
    if (node.up('generator_expression', 'lambda')) return refuse('an `await` is not possible inside this expression');
    doc.replace(node, `await ${node.text}`);
    const shared = program.interleaved(call);
    return shared ? review(`\`${shared}\` is read before and written after: during the \`await\` another task could change it`) : safe;
  },
};
