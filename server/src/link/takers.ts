// Names under which a file can give something to runners without a word that says so: a helper that starts what it is given, a class of threads.
import type { QName, Region, Subject } from '../model.js';
import { spawnsIn } from './classify.js';
import type { Class, IndexedChunk } from './index.js';
import { apiOf, attemptIn, attributesIn, everyModule, type Linking } from './linking.js';
import { outsideBase } from './members.js';
import { bindingsOf } from './names.js';
import { receiverClass } from './places.js';

export interface Taker {
  /** Of a function or a class. */
  readonly name: string;
  /** That it is defined in. */
  readonly module: QName;
}
/** In the files that are there. */
export function takersOf(link: Linking): readonly Taker[] {
  const found = new Map<string, Taker>();
  for (const module of everyModule(link)) {
    for (const chunk of module.chunks) {
      for (const name of attemptIn(link, chunk, [], () => takersIn(link, chunk)))
        found.set(`${module.name} ${name}`, { name, module: module.name });
    }
  }
  return [...found.values()];
}
function takersIn(link: Linking, chunk: IndexedChunk): readonly string[] {
  const classes = chunk.classes.filter((it) => isRun(link, it)).map((it) => last(it.name));
  return [...classes, ...spawnsIn(link, chunk).flatMap((it) => takerOf(link, it) ?? [])];
}
/** Does it derive from what runs its methods, such as `Thread`? */
function isRun(link: Linking, cls: Class): boolean {
  const base = outsideBase(link, cls);
  const api = base === undefined ? undefined : apiOf(link, base);
  return api?.spawns !== undefined || api?.runs !== undefined;
}
/** Who has to be called for a start to get its callable: a function that passes on a parameter, or the class of an object that keeps one. */
function takerOf(link: Linking, { callable, in: at }: Subject<'spawn'>): string | undefined {
  const value = callable?.value;
  if (value?.is === 'name') return ownerOf(link, value.name, at);
  if (value?.is !== 'attr' || value.of.is !== 'name') return undefined;
  const cls = receiverClass(link, value.of.name, at)?.cls;
  const [bind, more] = (cls && attributesIn(link, cls, value.name)) ?? [];
  return cls && bind && !more && bind.value.is === 'name' && ownerOf(link, bind.value.name, bind.in) ? last(cls.name) : undefined;
}
/** The function whose parameter a name is; of a method its class, which is what other files name. */
function ownerOf(link: Linking, name: string, at: Region): string | undefined {
  const [bound, more] = bindingsOf(link, name, at)?.bound ?? [];
  if (bound?.is !== 'param' || more) return undefined;
  const { owner, fact } = bound.fn;
  return owner === null ? fact.name : last(owner);
}
/** As other files write it: namesakes in a file are numbered. */
const last = (name: QName): string => (name.split('.').at(-1) ?? name).replace(/#\d+$/, '');
