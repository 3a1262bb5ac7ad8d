// What processes share: values and proxies of managers, and what is stored in a proxy.
import type { ProxyCopy, QName, Region, Role, Step, Subject, Value } from '../model.js';
import { apiOf, canonical, dependOnModule, type Linking, moduleAt } from './linking.js';
import { dottedPath } from './makes.js';
import type { Meaning } from './meanings.js';
import { evaluate, typeName } from './types.js';

export interface SharedObject {
  readonly made: Subject<'call'>;
  readonly type: QName;
  readonly role: Role;
}
/** What the expression means besides `None`, which a global holds until the initializer of a pool has run. */
export function sharedObject(link: Linking, value: Value, at: Region): SharedObject | undefined {
  const [it, more] = evaluate(link, value, at).filter((one) => typeName(one) !== 'builtins.NoneType');
  if (!it || more || it.is !== 'thing' || !it.made) return undefined;
  const type = canonical(link, it.type);
  const role = roleOf(link, type);
  return role === 'value' || role === 'proxy' ? { made: it.made, type, role } : undefined;
}
/** What objects of an outside class are for, along its bases. */
export function roleOf(link: Linking, type: QName): Role | undefined {
  let name: QName | undefined = type;
  for (let hops = 0; name && hops < 8; hops++) {
    const api = apiOf(link, name);
    if (api?.is) return api.is;
    name = api?.base;
  }
  return undefined;
}

const changing =
  /^(?:append|appendleft|extend|insert|remove|pop|popitem|popleft|clear|sort|reverse|update|add|discard|setdefault|__setitem__)$/;
const keeping = /^multiprocessing\.managers\.(?:DictProxy|ListProxy|NamespaceProxy)$/;

/** `d[k].append(x)`, `d[k][j] = x`: `d[k]` is a copy that came over from the manager. */
export function proxyCopyAt(link: Linking, of: Subject<'call' | 'bind'>): ProxyCopy | undefined {
  const copy = copyIn(of);
  const proxy = copy && proxyOf(copy, of.in);
  const known = proxy && sharedObject(link, proxy, of.in);
  if (!copy || !known || !keeping.test(known.type)) return undefined;
  if ((copy.is === 'attr') !== known.type.endsWith('NamespaceProxy')) return undefined;
  const stores = storesInto(link, known.made, of.in);
  const [plain] = stores;
  if (!plain || !stores.every((it) => isPlain(link, it.value, it.at.in))) return undefined;
  const type = known.type.split('.').at(-1) ?? '';
  const step = (at: Subject, note: string): Step => ({ chunk: at.in.chunk, span: at.span, name: at.in.fn.id, note, by: 'source' });
  return {
    copy: says(copy, of.in),
    proxy: dottedPath(proxy) ?? type,
    made: known.made,
    stores: stores.flatMap((it) => (it.at.kind === 'bind' ? [it.at] : [])),
    onlyBinds: stores.every((it) => it.at.kind === 'bind'),
    because: [
      step(known.made, `a \`${type}\`, whose values live in the manager, is made here`),
      ...(plain.at === of ? [] : [step(plain.at, 'a plain object goes into it')]),
      step(of, `\`${says(copy, of.in)}\` fetches a copy, which is changed and dropped`),
    ],
  };
}
function copyIn(of: Subject<'call' | 'bind'>): Value | undefined {
  if (of.kind === 'call') {
    if (of.callee.is !== 'attr' || !changing.test(of.callee.name)) return undefined;
    const on = of.callee.of;
    return on.is === 'item' || on.is === 'call' || on.is === 'attr' ? on : undefined;
  }
  const { target } = of;
  if ((target.is !== 'item' && target.is !== 'attr') || of.path.length > 0 || !/^(?:assign|augmented|del)$/.test(of.from)) return undefined;
  return target.of.is === 'item' || (target.is === 'item' && target.of.is === 'attr') ? target.of : undefined;
}
/** What is subscripted, or asked with `get` or `setdefault`. */
function proxyOf(copy: Value, at: Region): Value | undefined {
  if (copy.is === 'item' || copy.is === 'attr') return copy.of;
  const call = callOf(copy, at);
  return call?.callee.is === 'attr' && /^(?:get|setdefault)$/.test(call.callee.name) ? call.callee.of : undefined;
}
function callOf(value: Value, at: Region): Subject<'call'> | undefined {
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  return call?.kind === 'call' ? call : undefined;
}

interface Store {
  readonly at: Subject<'call' | 'bind'>;
  readonly value: Value;
}
/** What goes into the proxy, in the modules of the place and of where it is made. */
function storesInto(link: Linking, made: Subject<'call'>, at: Region): readonly Store[] {
  const found: Store[] = made.args.flatMap((it) =>
    it.name === null ? valuesOf(it.value).map((value): Store => ({ at: made, value })) : [{ at: made, value: it.value }],
  );
  const isIt = (value: Value, where: Region): boolean => evaluate(link, value, where).some((it) => it.is === 'thing' && it.made === made);
  for (const module of new Set([moduleAt(link, made.in), moduleAt(link, at)])) {
    dependOnModule(link, module);
    for (const event of module.chunks.flatMap((it) => it.events)) {
      if (event.kind === 'bind' && (event.target.is === 'item' || event.target.is === 'attr') && event.from === 'assign') {
        if (isIt(event.target.of, event.in)) found.push({ at: event, value: event.value });
      } else if (
        event.kind === 'call' &&
        event.callee.is === 'attr' &&
        /^(?:append|setdefault|insert|extend|update)$/.test(event.callee.name)
      ) {
        const { name, of } = event.callee;
        const last = event.args.at(-1)?.value;
        if (last && isIt(of, event.in)) {
          const all = name === 'extend' || name === 'update' ? valuesOf(last) : [last];
          for (const value of all) found.push({ at: event, value });
        }
      }
    }
  }
  return found;
}
/** The elements of a display; the thing itself where they are not written out. */
function valuesOf(value: Value): readonly Value[] {
  if (value.is === 'dict') return value.values;
  if (value.is === 'items') return value.items;
  return value.is === 'comprehension' ? [value.element] : [value];
}
function isPlain(link: Linking, value: Value, at: Region): boolean {
  const all = evaluate(link, value, at);
  return all.length > 0 && all.every((it) => isCopied(it));
}
/** Pickled on its way: a container, a built-in object, an object of the workspace. */
const isCopied = (it: Meaning): boolean =>
  it.is === 'container' || (it.is === 'object' && it.made !== null) || (it.is === 'thing' && /^(?:builtins|collections)\./.test(it.type));

function says(value: Value, at: Region): string {
  if (value.is === 'call') {
    const callee = callOf(value, at)?.callee;
    return `${(callee && dottedPath(callee)) ?? 'it'}(…)`;
  }
  if (value.is !== 'item') return dottedPath(value) ?? 'it';
  const { index } = value;
  const key = index.is === 'literal' ? JSON.stringify(index.value) : (dottedPath(index) ?? '…');
  return `${dottedPath(value.of) ?? 'it'}[${key}]`;
}
