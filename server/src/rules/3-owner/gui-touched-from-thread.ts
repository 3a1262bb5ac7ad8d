// Law 3. A worker thread calls a widget, which only the thread of the windows may.
import { callInGui } from '../../fixes/call-in-gui.js';
import { rule } from '../../model.js';

export default rule({
  id: 'gui-touched-from-thread',
  law: 'owner',
  title: 'A worker thread touches a widget',
  on: ['call', 'bind'],
  severity: 'error',
  check(of, program) {
    if (of.kind === 'call' ? of.callee.is !== 'attr' : of.target.is !== 'item') return undefined;
    const found = program.trespass(of);
    if (found?.of !== 'main' || !/^(?:tkinter|PyQt[56]|PySide[26]|gi)\./.test(found.name)) return undefined;
    return {
      ...(of.kind === 'call' ? { at: of.calleeSpan } : {}),
      message: `\`${found.name.split('.').at(-1)}\` touches a widget from a worker thread: only the GUI thread may`,
      because: [found.because],
      // Tk may hand the call over by itself, as its build and the moment allow.
      severity: found.name.startsWith('tkinter.') ? 'warning' : 'error',
      ...(found.ours ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [callInGui],
});
