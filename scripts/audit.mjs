// `npm run audit -- PATH`: audits PATH, or the demo project, from a clone in which nothing was installed before.
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { runCli, typedIn } from './cli.mjs';
import { root } from './set-up.mjs';

const args = process.argv.slice(2);
const demo = relative(typedIn, join(root, 'test-fixtures/projects/shop')) || '.';
// An option's value is no path, unless it exists as one: `--fail-on never` is not, `--fixes src` is.
const namesPath = args.some((arg, at) => !arg.startsWith('-') && (!args[at - 1]?.startsWith('--') || existsSync(resolve(typedIn, arg))));
runCli(['audit', ...(namesPath ? [] : [demo]), ...args]);
