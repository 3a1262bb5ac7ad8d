// Is a place in a test, a benchmark or an example, where the slow way may be the purpose?
import type { Region } from '../model.js';
import { type Linking, moduleAt } from './linking.js';

const folders = /^(?:tests?|testing|test_.*|.*_tests?|conftest|bench|benchmarks?|bench_.*|perf|examples?|samples?|demos?)$/;

export function isDemonstration(link: Linking, at: Region): boolean {
  return isDemonstrationPath(moduleAt(link, at).place);
}
/** The same of a path, with or without the suffix of its file. */
export const isDemonstrationPath = (path: string): boolean =>
  path
    .replace(/\.\w+$/, '')
    .split('/')
    .some((part) => folders.test(part));
