// Law 3. A worker thread calls a widget, which only the thread of the windows may.
import { callInGui } from '../../fixes/call-in-gui.js';
import { rule } from '../../model.js';

export default rule({
  id: 'gui-touched-from-thread',
  law: 'owner',
  title: 'A worker thread touches a widget',
  on: 'call',
  severity: 'error',
  check(call, program) {
    if (call.callee.is !== 'attr') return undefined;
    const found = program.trespass(call);
    if (found?.of !== 'main' || !/^(?:tkinter|PyQt[56]|PySide[26]|gi)\./.test(found.name)) return undefined;
    return {
      at: call.calleeSpan,
      message: `\`${call.callee.name}\` touches a widget from a worker thread: only the GUI thread may`,
      because: [found.because],
      // Tk may hand the call over by itself, as its build and the moment allow.
      severity: found.name.startsWith('tkinter.') ? 'warning' : 'error',
      ...(found.ours ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [callInGui],
});
