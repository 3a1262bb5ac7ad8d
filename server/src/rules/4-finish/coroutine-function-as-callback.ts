// Law 4. An `async def` that is called like a plain function gives a coroutine which nobody runs.
import { runInOwnLoop } from '../../fixes/run-in-own-loop.js';
import { startTaskInCallback } from '../../fixes/start-task-in-callback.js';
import { type Arg, type Problem, type Program, rule, type Subject } from '../../model.js';

/** Calls that are known to take plain functions alone; frameworks that take both kinds are not among them. */
const plain =
  /^(?:threading\.|_thread\.|concurrent\.futures\.|multiprocessing\.|signal\.signal$|asyncio\.(?:to_thread|Future\.add_done_callback|Task\.add_done_callback|AbstractEventLoop\.(?:run_in_executor|call_\w+|add_\w+))$)/;
/** Where plain functions are called that are no runners: the argument by position or name. */
const callers: { readonly [api: string]: string | number } = {
  'builtins.sorted': 'key',
  'builtins.list.sort': 'key',
  'builtins.min': 'key',
  'builtins.max': 'key',
  'builtins.filter': 0,
  'functools.reduce': 0,
  'atexit.register': 0,
};

export default rule({
  id: 'coroutine-function-as-callback',
  law: 'finish',
  title: 'A coroutine function is called like a plain one',
  on: ['spawn', 'call'],
  severity: 'error',
  check(subject, program) {
    if (subject.kind === 'spawn') {
      if (!plain.test(subject.api) || subject.runner.kind === 'task' || !subject.callable) return undefined;
      return told(subject.callable, subject.api, subject.call, program);
    }
    const name = subject.callee.is === 'name' || subject.callee.is === 'attr' ? program.called(subject)?.name : undefined;
    const at = name === undefined ? undefined : callers[name];
    if (name === undefined || at === undefined) return undefined;
    const given = typeof at === 'string' ? subject.args.find((it) => it.name === at) : subject.args[at];
    return given ? told(given, name, subject, program) : undefined;
  },
  fixes: [runInOwnLoop, startTaskInCallback],
});

function told(given: Arg, api: string, call: Subject<'call'>, program: Program): Problem | undefined {
  const { value } = given;
  const made = program.coroutineFunction(value, call.in);
  if (!made) return undefined;
  const what = value.is === 'function' ? 'the lambda' : value.is === 'name' || value.is === 'attr' ? `\`${value.name}\`` : 'the callable';
  const name = api.replace('AbstractEventLoop', 'loop').replace('builtins.', '');
  return {
    at: given.span,
    message: `\`${name}\` calls ${what} and drops the coroutine it returns: its body never runs`,
    because: [[...program.here(call, `${what} is handed over here`), ...made]],
  };
}
