// A cached `async def` → a cached function that gives a task, over the coroutine under a name of its own.
import { type Fix, type Node, refuse, review } from '../model.js';

export const cacheTask: Fix<'def'> = {
  id: 'cache-task',
  title: 'Cache a task instead of the coroutine',
  best: 'review',
  offer(def, doc) {
    if (doc.program.hides('asyncio', def.in)) return refuse('`asyncio` is a local name here');
    const fn = doc.program.defined(def);
    const node = doc.node(def).up('function_definition');
    const [name, parameters] = [node?.field('name'), node?.field('parameters')];
    if (!node || !name || !parameters || !node.text.startsWith('async'))
      return refuse('the definition is written in a form that is not rewritten');
    const inner = `_${name.text.replace(/^_+/, '')}`;
    const taken = doc
      .module(def.in.chunk)
      .all('identifier')
      .some((it) => it.text === inner);
    if (taken || inner === name.text) return refuse(`the name \`${inner}\` is taken`);
    const passed = argumentsOf(parameters, fn.owner !== null);
    if (!passed) return refuse('its parameters are written in a form that is not rewritten');
    const margin = doc.indent(node);
    const step = doc.indent(node, 1);
    const self = fn.owner === null ? '' : `${passed.self}.`;
    const arrow = node.field('return_type') ? ` -> "${doc.use('asyncio.Future', def.in.chunk)}"` : '';
    const head = `def ${name.text}${parameters.text}${arrow}:\n${step}return ${doc.use('asyncio.ensure_future', def.in.chunk)}(${self}${inner}(${passed.text}))`;
    const body = node.text.slice(name.span.end - node.span.start);
    doc.replace(node, `${head}\n\n${margin}async def ${inner}${body}`);
    return review('the task belongs to the event loop it was made in; a failed one stays in the cache');
  },
};

/** The parameters as a call hands them on. */
function argumentsOf(parameters: Node, method: boolean): { readonly text: string; readonly self: string } | undefined {
  const found: string[] = [];
  let keyword = false;
  for (const it of parameters.children) {
    const name = /^\**\s*(\w+)/.exec(it.text)?.[1];
    if (it.type === 'comment') return undefined;
    if (it.type === 'keyword_separator') keyword = true;
    else if (it.type === 'positional_separator') continue;
    else if (!name) return undefined;
    else if (it.text.startsWith('**')) found.push(`**${name}`);
    else if (it.text.startsWith('*')) {
      found.push(`*${name}`);
      keyword = true;
    } else found.push(keyword ? `${name}=${name}` : name);
  }
  if (!method) return { text: found.join(', '), self: '' };
  const [self, ...rest] = found;
  return self && /^\w+$/.test(self) ? { text: rest.join(', '), self } : undefined;
}
