// Law 4. A coroutine that nothing awaits never runs.
import { insertAwait } from '../../fixes/insert-await.js';
import { keepCoroutine } from '../../fixes/keep-task.js';
import { type End, type Program, type Region, rule, type Subject, type Value } from '../../model.js';

const ends: ReadonlySet<End['how']> = new Set(['dropped', 'lost', 'tested', 'formatted']);
const where: { readonly [how: string]: string } = {
  dropped: 'it ends here, as a statement',
  lost: 'it is kept under a name that nothing reads',
  tested: 'it ends in a test, and a coroutine is always true',
  formatted: 'it ends in a text',
};

export default rule({
  id: 'unawaited-coroutine',
  law: 'finish',
  title: 'A coroutine is made and never awaited',
  on: 'call',
  severity: 'error',
  check(call, program) {
    if (call.implied || call.result === 'awaited' || call.result === 'returned' || call.result === 'argument') return undefined;
    const made = program.makes(call, 'coroutine');
    if (made?.what !== 'coroutine') return undefined;
    const found = program.ends(call);
    const [first] = found;
    if (!first || !found.every((it) => ends.has(it.how))) return undefined;
    if (isExpectedToFail(call, program) || isOtherKind(call, program)) return undefined;
    return {
      message: `\`${made.by}()\` makes a coroutine that nothing awaits: its body never runs`,
      because: [[...made.because, ...program.here(first.at ?? call, where[first.how])]],
    };
  },
  fixes: [insertAwait, keepCoroutine],
});

/** `with pytest.raises(TypeError): f(b=2)`: the call itself is what fails, or what warns. */
function isExpectedToFail(call: Subject<'call'>, program: Program): boolean {
  return program.within(program.scope(call.in)).some((it) => {
    if (it.kind !== 'with' || !encloses(program.body(it), call)) return false;
    const [item, more] = it.items;
    const entered = item?.is === 'call' && more === undefined ? it.in.chunk.events[item.event] : undefined;
    return entered?.kind === 'call' && expecting.test(nameOf(entered.callee));
  });
}
const expecting = /^(?:raises|warns|deprecated_call|assert(?:Raises|Warns)(?:Regex)?)$/;
/** `if not self.awaitable: cursor.close()`: the test around it asks which of two kinds of object it has. */
function isOtherKind(call: Subject<'call'>, program: Program): boolean {
  const branches = program.within(program.scope(call.in)).filter((it) => it.kind === 'branch');
  const tests = branches.filter((it) => {
    const body = program.body(it);
    return encloses(body, call) || (body.span.end <= call.span.start && encloses(it.in, call) && isElse(call.in, it.in));
  });
  return tests.some((it) => it.kind === 'branch' && asks(it.test));
}
/** Does it stand in an `else` or `elif` of what is tested right there? */
function isElse(at: Region, around: Region): boolean {
  for (let it: Region | null = at; it && it !== around; it = it.parent) if (it.parent === around) return it.guard === 'else';
  return false;
}
const encloses = (region: Region, call: Subject<'call'>): boolean =>
  region.chunk === call.in.chunk && region.span.start <= call.span.start && call.span.end <= region.span.end;
function asks(test: Value): boolean {
  if (test.is === 'op' || test.is === 'either') return test.args.some(asks);
  if (test.is === 'call') return false;
  return /awaitable|(?:^|_)(?:is_?)?async(?:hronous)?(?:$|_)|corou?tine/i.test(nameOf(test));
}
const nameOf = (value: Value): string => (value.is === 'name' || value.is === 'attr' ? value.name : '');
