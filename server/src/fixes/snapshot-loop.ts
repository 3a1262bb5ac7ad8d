// `for k in jobs:` → `for k in list(jobs):`, where another thread changes what is walked.
import { type Fix, refuse, review, safe } from '../model.js';

/** Copying one of these is one step under the GIL, as long as its elements are plain. */
const builtin = /^(?:builtins\.(?:dict|set|list)|collections\.(?:deque|OrderedDict|defaultdict|Counter))$/;

export const snapshotLoop: Fix<'race'> = {
  id: 'snapshot-loop',
  title: 'Walk a copy',
  best: 'safe',
  offer({ first, place }, { program, node, replace }) {
    if (program.hides('list', first.event.in)) return refuse('`list` is a local name here');
    const walked = node(first.event);
    replace(walked, `list(${walked.text})`);
    if (builtin.test(place.holds ?? '') && program.target.gil === 'on') return safe;
    return review('the loop walks the elements that were there when it began, and the copy itself may meet the other thread');
  },
};
