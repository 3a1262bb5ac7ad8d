// `Thread(target=f)` → `Thread(target=lambda: asyncio.run(f()))`, with the arguments it is given.
import { type Editing, type Fix, type Node, refuse, review, type Subject, safe } from '../model.js';
import { isSame } from './placing.js';

export const runInOwnLoop: Fix<'spawn' | 'call'> = {
  id: 'run-in-own-loop',
  title: 'Run it in an event loop of its own',
  best: 'safe',
  offer(subject, doc) {
    const call = subject.kind === 'spawn' ? subject.call : subject;
    const api = subject.kind === 'spawn' ? subject.api : doc.program.called(subject)?.name;
    const kind = subject.kind === 'spawn' ? subject.runner.kind : 'main';
    if (!api || kind === 'callback') return undefined;
    if (kind === 'process' || kind === 'interpreter')
      return refuse('a lambda cannot be sent to another process; a function of the module that calls `asyncio.run` can');
    if (kind === 'signal')
      return refuse('a signal handler interrupts a loop that may be running; `loop.add_signal_handler` calls it on the loop');
    if (kind === 'main' && api !== 'atexit.register')
      return refuse(`\`${api.split('.').at(-1)}\` needs the result at once: await what it depends on first`);
    if (api === 'asyncio.to_thread') return refuse('it is a coroutine and needs no thread: await it');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const node = callableIn(subject, doc);
    if (!node) return refuse('the call is written in a form that is not rewritten');
    if (node.type === 'lambda') {
      const body = node.field('body');
      if (!body) return undefined;
      doc.replace(body, `${doc.use('asyncio.run', call.in.chunk)}(${body.text})`);
    } else {
      if (node.type === 'identifier' && movesWithLoop(node))
        return refuse(`\`${node.text}\` is bound anew in each turn of the loop, and the lambda would see the last one`);
      const passed = passedTo(subject, call, doc);
      const head = passed ? `lambda ${passed}:` : 'lambda:';
      doc.replace(node, `${head} ${doc.use('asyncio.run', call.in.chunk)}(${node.text}(${passed}))`);
    }
    const own = node.type === 'identifier' && (api === 'threading.Thread' || api === 'threading.Timer');
    return own ? safe : review('it runs in a loop of its own, so that it cannot use asyncio objects that belong to another');
  },
};

/** The expression that is handed over. */
function callableIn(subject: Subject<'spawn' | 'call'>, doc: Editing): Node | undefined {
  const call = subject.kind === 'spawn' ? subject.call : subject;
  const span = subject.kind === 'spawn' ? subject.callable?.span : subject.args[0]?.span;
  const node = span && doc.node({ chunk: call.in.chunk, span });
  return node?.type === 'keyword_argument' ? node.field('value') : node;
}
/** The parameters that the lambda hands on. */
function passedTo(subject: Subject<'spawn' | 'call'>, call: Subject<'call'>, doc: Editing): string {
  const list =
    doc
      .node(call)
      .field('arguments')
      ?.children.filter((it) => it.type !== 'comment') ?? [];
  const named = (name: string) => list.find((it) => it.field('name')?.text === name)?.field('value');
  if (
    subject.kind === 'spawn' &&
    (subject.api === 'threading.Thread' ||
      subject.api === 'threading.Timer' ||
      subject.api.startsWith('_thread.') ||
      /apply/.test(subject.api))
  ) {
    const plain = list.filter((it) => it.type !== 'keyword_argument');
    const at = plain.findIndex((it) => isSame(it, callableIn(subject, doc) ?? it));
    const args = named('args') ?? (subject.api === 'threading.Thread' ? undefined : plain[at + 1]);
    const kwargs = named('kwargs') ?? named('kwds');
    return [
      args && args.children.length > 0 ? '*args' : args && args.type !== 'tuple' && args.type !== 'list' ? '*args' : '',
      kwargs ? '**kwargs' : '',
    ]
      .filter(Boolean)
      .join(', ');
  }
  const at = list.findIndex((it) => isSame(it, callableIn(subject, doc) ?? it));
  const rest = list.slice(at + 1);
  const [plain, keywords] = [
    rest.some((it) => it.type !== 'keyword_argument' && it.type !== 'dictionary_splat'),
    rest.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat'),
  ];
  return [plain ? '*args' : '', keywords && !/\.map$/.test(call.callee.is === 'attr' ? `.${call.callee.name}` : '') ? '**kwargs' : '']
    .filter(Boolean)
    .join(', ');
}
/** Is the name the variable of a loop around it? */
function movesWithLoop(node: Node): boolean {
  for (let it = node.up('for_statement'); it; it = it.up('for_statement'))
    if (
      it.field('left')?.text === node.text ||
      it
        .field('left')
        ?.all('identifier')
        .some((one) => one.text === node.text)
    )
      return true;
  return false;
}
