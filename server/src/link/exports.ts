// Is a name of a module used by another one?
import type { QName, Region } from '../model.js';
import type { Module } from './index.js';
import { dependOnModule, everyModule, type Linking, moduleAt, onceIn } from './linking.js';
import { absolute } from './names.js';
import { question } from './question.js';

const readers = question<Module, boolean>({ kind: 'readers', fallback: true, same: Object.is });
/** Does a file of the workspace import the name, or the whole module and then something so called? */
export function isImported(link: Linking, name: string, at: Region): boolean {
  const module = moduleAt(link, at);
  return everyModule(link).some(
    (it) => it !== module && onceIn(link, readers, it, `${module.name}:${name}`, () => reads(link, it, module.name, name)),
  );
}
function reads(link: Linking, module: Module, from: QName, name: string): boolean {
  dependOnModule(link, module);
  const imports = module.chunks.flatMap((it) => it.facts.imports);
  if (imports.some((it) => it.member !== null && absolute(module, it) === from && (it.member === name || it.member === '*'))) return true;
  const last = from.split('.').at(-1);
  const whole = imports.some((it) => (it.member === null ? absolute(module, it) === from : it.member === last));
  return whole && module.chunks.some((chunk) => chunk.events.some((it) => mentionsAttribute(it, name)));
}
function mentionsAttribute(it: { readonly kind: string }, name: string): boolean {
  return JSON.stringify(it, (key, value: unknown) => (key === 'in' ? undefined : value)).includes(`"name":"${name}"`);
}
