// `n_jobs=-1` inside of a worker → `n_jobs=1`.
import { type Fix, type Node, refuse, review } from '../model.js';
import { keywordOf } from './places.js';

export const singleJob: Fix<'spawn'> = {
  id: 'single-job',
  title: 'Use one job inside each worker',
  best: 'review',
  offer(spawn, doc) {
    if (doc.program.innerWorkers(spawn)?.what !== 'jobs') return undefined;
    const found = new Map<string, Node>();
    for (const { call } of doc.program.reached(spawn)) {
      const value = keywordOf(doc.node(call), 'n_jobs');
      if (value?.text === '-1') found.set(`${call.in.chunk.file} ${value.span.start}`, value);
    }
    if (found.size === 0) return refuse('the number of jobs is written in a form that is not rewritten');
    for (const it of found.values()) doc.replace(it, '1');
    return review('each worker then keeps to one core, and whoever calls the function elsewhere gets one job as well');
  },
};
