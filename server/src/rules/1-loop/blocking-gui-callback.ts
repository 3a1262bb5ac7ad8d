// Law 1. A callback of Tk, Qt, wx or GTK waits or computes on the thread that draws the window.
import { moveFromWindow } from '../../fixes/move-from-window.js';
import { rule, type Stall, type Topic } from '../../model.js';

/** Waits that are long enough for somebody to notice. */
const long: ReadonlySet<Topic> = new Set(['sleep', 'http', 'network', 'dns', 'subprocess', 'database', 'wait', 'console', 'compute']);
/** Seconds that nobody notices. */
const short = 0.1;

export default rule({
  id: 'blocking-gui-callback',
  law: 'loop',
  title: 'A callback freezes the window',
  on: 'call',
  severity: 'warning',
  check(call, program) {
    const stall = program.freeze(call);
    if (!stall || !long.has(stall.topic) || isShort(stall)) return undefined;
    return {
      at: call.calleeSpan,
      message: `\`${stall.sink}\` freezes the window: \`${call.in.fn.name}\` runs on the GUI thread`,
      because: [stall.because, ...stall.others],
    };
  },
  fixes: [moveFromWindow],
});
function isShort({ topic, at, sink }: Stall): boolean {
  const [given] = at.args;
  const seconds = given?.value.is === 'literal' ? given.value.value : undefined;
  return (topic === 'sleep' && typeof seconds === 'number' && seconds < short) || sink === 'subprocess.Popen';
}
