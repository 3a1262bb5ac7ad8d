// Installs and builds what is missing, then runs one command of the built command line where `npm run` was typed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './set-up.mjs';

/** Where the user typed the command; npm itself changes to the folder of `package.json`. */
export const typedIn = process.env.INIT_CWD ?? process.cwd();

/**
 * Does not return: the process ends with the exit code of the command.
 * @param {readonly string[]} args
 */
export function runCli(args) {
  if (!setUp()) process.exit(2);
  const { status, signal, error } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: typedIn, stdio: 'inherit' });
  if (error) process.stderr.write(`threadwise: the command line could not be started: ${error.message}\n`);
  process.exit(status ?? (signal === 'SIGINT' ? 130 : 2));
}
