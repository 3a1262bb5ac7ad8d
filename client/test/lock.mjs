// A lock between processes, as a folder that names its holder; a holder that died without releasing it holds nothing.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `path` is ours. What the lock guards is also safe without it: two holders would only do the same work twice.
 * @param {string} path the folder that stands for the lock
 * @param {(line: string) => void} say is told once that we wait, and for whom
 * @returns {Promise<() => void>} releases the lock
 */
export async function acquireLock(path, say) {
  // The folder is filled before it gets its name, so a lock without a holder is never seen.
  const ours = `${path}.${process.pid}`;
  rmSync(ours, { recursive: true, force: true });
  mkdirSync(ours);
  writeFileSync(join(ours, 'holder'), identity(process.pid) ?? '');
  for (let told = false; ; ) {
    if (renamed(ours, path)) return () => rmSync(path, { recursive: true, force: true });
    const holder = readHolder(path);
    if (holder !== undefined && holder !== identity(Number(holder.split(' ')[0]))) {
      takeAway(path, holder);
      continue;
    }
    if (!told && holder !== undefined) say(`waiting for another run (process ${holder.split(' ')[0]}) that installs the same`);
    told ||= holder !== undefined;
    await pause(200);
  }
}

export function isAlive(pid) {
  return identity(pid) !== undefined;
}

/** Process number and start time: numbers are reused, the pair is not. Undefined when no such process lives. */
function identity(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function readHolder(path) {
  try {
    return readFileSync(join(path, 'holder'), 'utf8');
  } catch {
    return undefined;
  }
}

/** Moves a dead holder's lock out of the way. Somebody else may have done so and taken the lock meanwhile: then it is given back. */
function takeAway(path, holder) {
  const aside = `${path}.${process.pid}.dead`;
  if (!renamed(path, aside)) return;
  if (readHolder(aside) !== holder && renamed(aside, path)) return;
  rmSync(aside, { recursive: true, force: true });
}

/** A folder cannot be renamed onto one that has content: that is the whole lock. */
function renamed(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code)) return false;
    throw error;
  }
}
