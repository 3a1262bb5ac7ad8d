// Starting an event loop where one runs already.
import type { Fn } from '../model.js';
import { eventsOf, everyModule, type Linking, once } from './linking.js';
import { question } from './question.js';
import { importsAnywhere } from './surroundings.js';

export const startsLoop =
  /^(?:asyncio\.(?:run|Runner\.run|AbstractEventLoop\.run_until_complete|AbstractEventLoop\.run_forever)|anyio\.run|trio\.run|uvloop\.run)$/;

const patched = question<Linking, boolean>({ kind: 'nested loops', fallback: false, same: Object.is });
/** `nest_asyncio` lets loops nest. */
export const isPatched = (link: Linking): boolean =>
  once(link, patched, link, null, () => everyModule(link) && importsAnywhere(link, 'nest_asyncio'));

const asking = question<Fn, boolean>({ kind: 'asks for a loop', fallback: false, same: Object.is });
/** Does the function look whether a loop runs before it starts one? */
export function asksForLoop(link: Linking, fn: Fn): boolean {
  return once(link, asking, fn, fn, () =>
    eventsOf(link, fn).some((it) => {
      const callee = it.kind === 'call' ? it.callee : undefined;
      return callee !== undefined && (callee.is === 'attr' || callee.is === 'name') && asks.test(callee.name);
    }),
  );
}
const asks = /^(?:_?get_running_loop|is_running|current_task|current_async_library|in_async\w*|is_async\w*|iscoroutinefunction)$/;

const identifying = question<Fn, boolean>({ kind: 'asks for the thread', fallback: false, same: Object.is });
/** Does the function look which thread it runs in before it waits for another? */
export function asksForThread(link: Linking, fn: Fn): boolean {
  return once(link, identifying, fn, fn, () =>
    eventsOf(link, fn).some((it) => {
      const callee = it.kind === 'call' ? it.callee : undefined;
      return (
        callee !== undefined &&
        (callee.is === 'attr' || callee.is === 'name') &&
        /^(?:get_ident|current_thread|main_thread)$/.test(callee.name)
      );
    }),
  );
}
