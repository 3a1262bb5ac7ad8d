// `functools.lru_cache` on an `async def` → `async_lru.alru_cache`, where the project has it.
import { type Fix, refuse, review } from '../model.js';

export const useAsyncLru: Fix<'def'> = {
  id: 'use-async-lru',
  title: 'Use `async_lru.alru_cache`',
  best: 'review',
  offer(def, doc) {
    if (!doc.program.imports('async_lru')) return undefined;
    const decorator = doc
      .node(def)
      .up('decorated_definition')
      ?.children.filter((it) => it.type === 'decorator')
      .at(-1);
    const [value] = decorator?.children ?? [];
    if (!value) return undefined;
    const callee = value.type === 'call' ? value.field('function') : value;
    if (!callee || /cached_property$/.test(callee.text)) return refuse('`async_lru` has no twin of a cached property');
    const unbounded = /(?:^|\.)cache$/.test(callee.text);
    doc.replace(callee, `${doc.use('async_lru.alru_cache', def.in.chunk)}${unbounded ? '(maxsize=None)' : ''}`);
    return review('callers share one running call, and what fails is not kept');
  },
};
