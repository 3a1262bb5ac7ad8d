// A module comes, changes or goes: what the source says changes, and what rested on it is worked out again when it is next asked for.
import type { Fn } from '../model.js';
import { type Budget, type Cell, enqueue, settle, write } from './cells.js';
import { isDemonstration } from './demonstration.js';
import { endFlows, settleLosses, startFlows } from './flows.js';
import type { Change, IndexedChunk, Module } from './index.js';
import { killOwned, type Linking, moduleInput, versionOf } from './linking.js';
import { endSayings, settleSayings, startSayings } from './reverse.js';
import { isNotebook, tell, watchLeaks } from './stalls.js';
import { forgetHandlers, forgetSpawns, watchHandlers, watchSpawns } from './starts.js';

export function addModule(link: Linking, module: Module): void {
  link.modules.set(module.name, module);
  comesOrGoes(link, module, module);
  for (const it of module.chunks) startChunk(link, it);
}
export function dropModule(link: Linking, module: Module): void {
  link.modules.delete(module.name);
  comesOrGoes(link, module, undefined);
  for (const it of module.chunks) endChunk(link, it);
  for (const it of module.functions) dropFunction(link, it);
  killOwned(link, module);
}
function comesOrGoes(link: Linking, module: Module, now: Module | undefined): void {
  link.sorted = undefined;
  write(link.cells, moduleInput(link, module.name), now);
  if (now) link.inputs.missing.delete(module.name);
  else link.inputs.missing.add(module.name);
  bump(link, link.inputs.all);
}
const bump = (link: Linking, cell: Cell<number>): void => write(link.cells, cell, cell.value + 1);

/** After `updateModule`. */
export function changeModule(link: Linking, module: Module, change: Change): void {
  // First in the queue, so that who asks for starts hears of those that went and those that came at once.
  for (const it of change.added) startWatching(link, it);
  for (const it of change.removed) endChunk(link, it);
  for (const it of change.dropped) dropFunction(link, it);
  for (const [scope, names] of change.names) {
    const known = link.inputs.names.get(scope);
    for (const name of names) {
      const cell = known?.get(name);
      if (cell) write(link.cells, cell, scope.names.get(name));
    }
  }
  for (const [cls, names] of change.attributes) {
    const known = link.inputs.attributes.get(cls);
    for (const name of names) {
      const cell = known?.get(name);
      if (cell) write(link.cells, cell, cls.attributes.get(name));
    }
  }
  for (const it of [...change.kept, module.body]) bump(link, versionOf(link.inputs.bodies, it));
  bump(link, versionOf(link.inputs.contents, module));
  if (change.stars) bump(link, versionOf(link.inputs.stars, module));
  for (const it of change.added) startChunk(link, it);
}

function startChunk(link: Linking, chunk: IndexedChunk): void {
  chunk.gone = false;
  startFlows(link, chunk);
  startSayings(link, chunk);
  startWatching(link, chunk);
  for (const fn of chunk.functions) if (fn.fact.async) watch(link, fn);
  const body = link.modules.get(chunk.module)?.body;
  if (body && isNotebook(body)) watch(link, body);
}
function startWatching(link: Linking, chunk: IndexedChunk): void {
  enqueue(link.cells, watchSpawns(link, chunk));
  enqueue(link.cells, watchHandlers(link, chunk));
}
function watch(link: Linking, fn: Fn): void {
  enqueue(
    link.cells,
    watchLeaks(link, fn, (at) => isDemonstration(link, at.in)),
  );
}
function endChunk(link: Linking, chunk: IndexedChunk): void {
  chunk.gone = true;
  endFlows(link, chunk);
  forgetSpawns(link, chunk);
  forgetHandlers(link, chunk);
  endSayings(link, chunk);
  killOwned(link, chunk);
  link.failures.delete(chunk);
}
function dropFunction(link: Linking, fn: Fn): void {
  tell(link, fn, []);
  killOwned(link, fn);
}

/** Works out everything that is watched, as far as the budget reaches. */
export function settleAll(link: Linking, budget?: Budget): 'done' | 'more' {
  link.cells.more = (stratum) => (stratum === 0 ? settleLosses(link) : stratum === 1 && (watchCallbacks(link) || settleSayings(link)));
  return settle(link.cells, budget);
}
/** True when there are functions that the loop has come to call. */
function watchCallbacks(link: Linking): boolean {
  const { fresh } = link.starts;
  if (fresh.size === 0) return false;
  for (const fn of fresh) watch(link, fn);
  fresh.clear();
  return true;
}
