// Makes a virtual environment with pinned packages, once per machine: `node install-packages.mjs PYTHON REQUIREMENTS FOLDER`.
// Ends with 0 when FOLDER is there, with 3 and a sentence when it cannot be made here, with 1 when a package is not what was pinned.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../scripts/lock.mjs';

const [python, requirements, folder] = process.argv.slice(2);
const inside = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
process.exitCode = withLock(
  `${folder}.lock`,
  () => {},
  () => (existsSync(folder) ? 0 : install()),
);

/** Built under another name first: a folder that has its name is complete. */
function install() {
  const building = `${folder}.${process.pid}`;
  try {
    const made = run(python, ['-m', 'venv', building]);
    if (made) return missing(`this Python makes no virtual environment: ${lastLine(made)}`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary', ':all:', '--retries', '2', '-r', requirements];
    const failed = run(join(building, ...inside), pip);
    if (failed?.includes('DO NOT MATCH THE HASHES')) {
      process.stderr.write(failed);
      return 1;
    }
    if (failed) return missing(`the pinned packages cannot be installed: ${lastLine(failed)}`);
    renameSync(building, folder);
    return 0;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** What it wrote when it failed, else undefined. */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
  return status === 0 ? undefined : `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`;
}

function missing(why) {
  process.stdout.write(why);
  return 3;
}

function lastLine(text) {
  return text.trim().split('\n').at(-1);
}
