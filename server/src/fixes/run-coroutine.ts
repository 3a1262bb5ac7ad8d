// `loop = asyncio.get_event_loop()` and `loop.run_until_complete(main())` → `asyncio.run(main())`.
import { type Editing, type Fix, type Node, refuse, type Subject, safe } from '../model.js';

export const runCoroutine: Fix<'call'> = {
  id: 'run-coroutine',
  title: 'Use `asyncio.run`',
  best: 'safe',
  offer(call, doc) {
    if (doc.program.implicitLoop(call)?.form !== 'get') return undefined;
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const got = doc.node(call);
    const direct = got.parent?.type === 'attribute' ? got.parent.parent : undefined;
    if (direct?.type === 'call' && got.parent?.field('attribute')?.text === 'run_until_complete') {
      const refused = unsound(direct, call, doc);
      if (refused) return refuse(refused);
      doc.replace(direct, `${doc.use('asyncio.run', call.in.chunk)}${direct.field('arguments')?.text}`);
      return safe;
    }
    const assignment = got.parent?.type === 'assignment' ? got.parent : undefined;
    const name = assignment?.field('left');
    if (!assignment || name?.type !== 'identifier') return refuse('the loop goes where it cannot be followed');
    const scope = got.up('function_definition', 'module');
    const uses = scope?.all('identifier').filter((it) => it.text === name.text && it.span.start !== name.span.start) ?? [];
    const calls = uses.map((it) => (it.parent?.type === 'attribute' ? it.parent.parent : null));
    const methods = uses.map((it) => it.parent?.field('attribute')?.text);
    const at = methods.indexOf('run_until_complete');
    const run = calls[at];
    const others = uses.filter((_, index) => index !== at);
    if (run?.type !== 'call' || others.some((it) => !isClosing(it)))
      return refuse(`\`${name.text}\` is used for more than to run one coroutine`);
    const refused = unsound(run, call, doc);
    if (refused) return refuse(refused);
    doc.remove(assignment.statement());
    for (const it of others) doc.remove(it.statement());
    doc.replace(run, `${doc.use('asyncio.run', call.in.chunk)}${run.field('arguments')?.text}`);
    return safe;
  },
};

/** `loop.close()` as a statement of its own, which `asyncio.run` does by itself. */
const isClosing = (it: Node): boolean => it.statement().text === `${it.text}.close()` && (it.statement().parent?.children.length ?? 0) > 1;

/** `asyncio.run` takes coroutines alone, and makes a loop each time. */
function unsound(run: Node, call: Subject<'call'>, doc: Editing): string | undefined {
  const args = run.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
  const [given] = args;
  if (!given || args.length > 1 || given.type !== 'call') return 'what is run is not the call of one coroutine function';
  const made = call.in.chunk.events.find(
    (it): it is Subject<'call'> =>
      it.kind === 'call' && doc.node(it).span.start === given.span.start && doc.node(it).span.end === given.span.end,
  );
  const callees = made ? doc.program.callees(made) : [];
  if (callees.length === 0 || !callees.every((it) => it.fact.async && !it.fact.generator)) return 'it is not known that a coroutine is run';
  if (run.up('for_statement', 'while_statement')) return 'the loop is used again in each turn';
  return undefined;
}
