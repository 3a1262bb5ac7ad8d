// A link over no modules yet.
import type { Knowledge } from '../knowledge/load.js';
import type { Target } from '../model.js';
import { emptyLinking, type Linking } from './linking.js';
import { newTelling } from './stalls.js';
import { newStarts } from './starts.js';

export const newLinking = (knowledge: Knowledge, target: Target): Linking =>
  emptyLinking(knowledge, target, { starts: newStarts, telling: newTelling });
