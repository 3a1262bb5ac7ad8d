// What an outside call is known to do, with what its arguments change about it.
import { isGiven } from '../knowledge/given.js';
import type { Api, Called, Fn, Subject } from '../model.js';
import { edgesOf } from './calls.js';
import { apiOf, canonical, type Linking } from './linking.js';
import { typeName } from './types.js';

/** Undefined where nothing resolves, where several things could be called, and for functions of the workspace of which the project says nothing. */
export function calledBy(link: Linking, call: Subject<'call'>): Called | undefined {
  const [edge, more] = edgesOf(link, call);
  if (!edge || more) return undefined;
  if (typeof edge.to !== 'string') return saidOf(link, edge.to, edge.by);
  const name = canonical(link, edge.to);
  const api = apiOf(link, name);
  if (!api) return undefined;
  const receiver = edge.self ? (typeName(edge.self) ?? (edge.self.is === 'object' ? edge.self.cls.name : undefined)) : undefined;
  return { name, api: variantOf(api, call), receiver, by: edge.by };
}
/** A function of the project of which the project says something itself. */
function saidOf(link: Linking, fn: Fn, by: Called['by']): Called | undefined {
  const name = fn.id.replace(':', '.');
  const api = link.knowledge.ownApi(name);
  return api && { name, api, receiver: fn.owner ?? undefined, by };
}
/** The entry as these arguments change it. */
export function variantOf(api: Api, call: Subject<'call'>): Api {
  return api.variants?.find((it) => isGiven(it.given, call.args))?.api ?? api;
}
