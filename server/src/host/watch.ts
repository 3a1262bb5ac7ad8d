// Changes of files below folders, gathered until they pause: what `--watch` waits for.
import { watch } from 'node:fs';
import path from 'node:path';
import { defaultExcludes, isPython } from '../project/host.js';
import type { Naming } from './node.js';

/** Milliseconds of rest after which a batch is handed out: editors write a file in several steps. */
const rest = 120;
const others = /^(?:threadwise\.toml|pyproject\.toml|\.gitignore|\.python-version|pyvenv\.cfg|.*\.json)$/;

/** Batches of files that changed, appeared or went, without end. Watching begins at once. */
export function changesIn({ toPath, toFile }: Naming, folders: readonly string[]): AsyncIterable<readonly string[]> {
  const changed = new Set<string>();
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const watchers = folders.map((folder) => {
    const root = toPath(folder);
    return watch(root, { recursive: true }, (_, name) => {
      if (name === null || !matters(name)) return;
      changed.add(toFile(path.join(root, name)));
      clearTimeout(timer);
      timer = setTimeout(() => wake?.(), rest);
    });
  });
  return (async function* batches() {
    try {
      for (;;) {
        // What changed while the last batch was worked off has been waiting.
        if (changed.size === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        const batch = [...changed].sort();
        changed.clear();
        yield batch;
      }
    } finally {
      clearTimeout(timer);
      for (const it of watchers) it.close();
    }
  })();
}

function matters(name: string): boolean {
  const parts = name.split(path.sep);
  const last = parts.at(-1) ?? '';
  return (isPython(last) || others.test(last)) && !parts.some((it) => defaultExcludes.has(it));
}
