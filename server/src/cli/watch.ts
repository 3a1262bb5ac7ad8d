// `--watch`: checks again whenever a file changes, with what is known of all the others.
import { isPython } from '../project/host.js';
import { type Opened, openPaths } from './open.js';
import type { CheckOptions } from './options.js';
import { counted } from './summary.js';
import { Refusal, type Terminal } from './terminal.js';

/** Resolves to the exit code of the last check once nothing can change any more; a person ends it by an interrupt. */
export async function watch(
  terminal: Terminal,
  typed: readonly string[],
  options: CheckOptions,
  report: (opened: Opened) => Promise<number>,
): Promise<number> {
  const { host, stderr, stdout } = terminal;
  if (terminal.changes === undefined) throw new Refusal('`--watch` is not part of this build');
  const paths = typed.length > 0 ? typed : ['.'];
  const folders: string[] = [];
  for (const it of paths)
    folders.push((await host.kind(host.resolve('.', it))) === 'folder' ? it : (host.parent(host.resolve('.', it)) ?? '.'));
  const batches = terminal.changes(folders)[Symbol.asyncIterator]();
  let opened = await openPaths(terminal, paths, options);
  let code = await report(opened);
  for (;;) {
    stderr.write(`Watching ${counted(opened.wanted.files.length, 'file')}; an interrupt ends it.\n`);
    const { done, value: changed } = await batches.next();
    if (done === true) return code;
    if (stdout.isTTY === true) stdout.write('\u001b[2J\u001b[3J\u001b[H');
    // What decides about the settings, or about which files there are, is answered for by opening anew; the cache has the facts.
    if (changed.some((it) => !isPython(it))) opened = await openPaths(terminal, paths, options);
    else {
      for (const it of changed) opened.workspace.touch(it);
      opened = { ...opened, wanted: await opened.list() };
    }
    code = await report(opened);
  }
}
