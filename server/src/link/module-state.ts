// Values of a module that its functions set after the import: a process that only imports the module does not see them.
import type { Fn, Region, Subject, Value } from '../model.js';
import { eventsOf } from './calls.js';
import type { Module } from './index.js';
import { dependOnModule, type Linking, once } from './linking.js';
import { bindingsOf } from './names.js';
import { question } from './question.js';

const setters = /^(?:append|extend|insert|add|update|setdefault|pop|remove|clear)$/;
const late = question<Module, ReadonlyMap<string, Subject>>({ kind: 'late names', fallback: new Map(), same: sameEntries });

/** A name of the module that a function reads and that is set after the import, with the place that sets it. */
export function readsAfterImport(link: Linking, fn: Fn): readonly [string, Subject] | undefined {
  const module = link.modules.get(fn.chunk.module);
  if (!module) return undefined;
  const set = lateNames(link, module);
  if (set.size === 0) return undefined;
  for (const event of eventsOf(link, fn)) {
    for (const name of namesIn(event)) {
      const at = set.get(name);
      if (at && at.in.fn !== fn && bindingsOf(link, name, event.in)?.scope.kind === 'module') return [name, at];
    }
  }
  return undefined;
}

/** Names that a function declares `global` and binds, that are bound under the main guard, or whose contents a function changes. */
function lateNames(link: Linking, module: Module): ReadonlyMap<string, Subject> {
  return once(link, late, module, null, () => findLate(link, module));
}
function sameEntries(a: ReadonlyMap<string, Subject>, b: ReadonlyMap<string, Subject>): boolean {
  return a.size === b.size && [...a].every(([name, it]) => b.get(name) === it);
}
function findLate(link: Linking, module: Module): ReadonlyMap<string, Subject> {
  dependOnModule(link, module);
  const found = new Map<string, Subject>();
  for (const chunk of module.chunks) {
    for (const event of chunk.events) {
      const name = setName(event);
      if (!name || found.has(name)) continue;
      const inBody = event.in.fn === module.body;
      const isLate = inBody
        ? underGuard(event.in) && event.kind === 'bind' && event.target.is === 'name'
        : bindingsOf(link, name, event.in)?.scope === module.scope;
      if (isLate) found.set(name, event);
    }
  }
  return found;
}
function setName(event: Subject): string | undefined {
  if (event.kind === 'bind')
    return event.target.is === 'name'
      ? event.target.name
      : event.target.is === 'item' && event.target.of.is === 'name'
        ? event.target.of.name
        : undefined;
  const { callee } = event.kind === 'call' ? event : { callee: null };
  return callee?.is === 'attr' && callee.of.is === 'name' && setters.test(callee.name) ? callee.of.name : undefined;
}
function underGuard(region: Region): boolean {
  for (let it: Region | null = region; it; it = it.parent) if (it.guard === 'main') return true;
  return false;
}

/** Plain names among the values of an event. */
function namesIn(event: Subject): readonly string[] {
  const found: string[] = [];
  const visit = (value: Value | null | undefined): void => {
    if (!value) return;
    if (value.is === 'name') found.push(value.name);
    else if (value.is === 'attr' || value.is === 'awaited' || value.is === 'star') visit(value.of);
    else if (value.is === 'item') {
      visit(value.of);
      visit(value.index);
    } else if (value.is === 'op' || value.is === 'either') value.args.forEach(visit);
    else if (value.is === 'items') value.items.forEach(visit);
    else if (value.is === 'text') value.parts.forEach(visit);
  };
  if (event.kind === 'call') {
    visit(event.callee);
    for (const it of event.args) visit(it.value);
  } else if (event.kind === 'operate') {
    visit(event.left);
    visit(event.right);
  } else if (event.kind === 'bind' || event.kind === 'leave' || event.kind === 'read') visit(event.value);
  else if (event.kind === 'with') event.items.forEach(visit);
  else if (event.kind === 'loop') visit(event.iterates ?? event.test);
  return found;
}
