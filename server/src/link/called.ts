// What an outside call is known to do, with what its arguments change about it.
import { isGiven } from '../knowledge/given.js';
import type { Api, Called, Subject } from '../model.js';
import { edgesOf } from './calls.js';
import { apiOf, canonical, type Linking } from './linking.js';
import { typeName } from './types.js';

/** Undefined where nothing resolves, where several things could be called, and for functions of the workspace. */
export function calledBy(link: Linking, call: Subject<'call'>): Called | undefined {
  const [edge, more] = edgesOf(link, call);
  if (!edge || more || typeof edge.to !== 'string') return undefined;
  const name = canonical(link, edge.to);
  const api = apiOf(link, name);
  if (!api) return undefined;
  const receiver = edge.self ? (typeName(edge.self) ?? (edge.self.is === 'object' ? edge.self.cls.name : undefined)) : undefined;
  return { name, api: variantOf(api, call), receiver, by: edge.by };
}
/** The entry as these arguments change it. */
export function variantOf(api: Api, call: Subject<'call'>): Api {
  return api.variants?.find((it) => isGiven(it.given, call.args))?.api ?? api;
}
