// A lock between processes on every platform, as a file that names its holder; a holder that is gone holds nothing.
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Process numbers are reused, so a lock older than this holds nothing even where its number lives, in milliseconds. */
const longestHold = 15 * 60_000;

/**
 * Runs `work` while `path` is ours, and waits for that without an end.
 * @template T
 * @param {string} path the file that stands for the lock
 * @param {(line: string) => void} say is told once that we wait, and for whom
 * @param {() => T} work
 * @returns {T}
 */
export function withLock(path, say, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !create(path); pause(100)) {
    const holder = read(path);
    if (holder === undefined) continue;
    if (!isAlive(holder.pid) || Date.now() - holder.since > longestHold) takeAway(path, holder);
    else if (!told) say(`waiting for another run (process ${holder.pid}) that sets up the same`);
    told = true;
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function create(path) {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    // Windows says EPERM while the old file is being removed.
    if (error.code === 'EEXIST' || error.code === 'EPERM') return false;
    throw error;
  }
}

/** A file without a number is being written this moment, unless its writer died: then its age ends it. */
function read(path) {
  try {
    return { pid: Number(readFileSync(path, 'utf8')) || process.pid, since: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Moves a dead holder's lock out of the way. Somebody else may have taken it meanwhile: then it is given back. */
function takeAway(path, holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const taken = read(aside);
  if (taken && (taken.pid !== holder.pid || taken.since !== holder.since)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
