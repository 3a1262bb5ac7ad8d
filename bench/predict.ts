// What the analysis predicts for one run of a program's `task()`, started by four threads.
import { scan } from '../server/src/facts/scan.js';
import { loadKnowledge } from '../server/src/knowledge/load.js';
import { moduleOf } from '../server/src/link/index.js';
import { newLinked } from '../server/src/link/program.js';
import { addModule, settleAll } from '../server/src/link/update.js';
import type { Work } from '../server/src/model.js';
import { installedParser } from './parser.js';
import { benchTarget } from './target.js';

/** Takes the text of a program; a text comes back where there is no prediction, and says why. */
export type Predict = (program: string) => Work | string;

/** Starts the task as a user would, so that the question is the one the rules ask. */
export const wrapper = `import threading

from program import task

threads = [threading.Thread(target=task) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
`;

const target = benchTarget(11);

export async function predictor(): Promise<Predict> {
  const parser = await installedParser();
  const knowledge = loadKnowledge(target);
  return (text) => {
    const modules = [
      moduleOf({ name: 'program', file: 'program.py', package: false }, scan(parser, text)),
      moduleOf({ name: 'wrapper', file: 'wrapper.py', package: false }, scan(parser, wrapper)),
    ];
    const linked = newLinked(knowledge, target);
    const { program, link } = linked;
    for (const it of modules) addModule(link, it);
    settleAll(link);
    const [spawn] = linked.spawns.filter((it) => it.in.chunk.module === 'wrapper');
    if (!spawn) return 'the threads of the wrapper were not found';
    return spawn.targets.length > 0 ? program.work(spawn) : '`task` was not resolved';
  };
}
