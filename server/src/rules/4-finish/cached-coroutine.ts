// Law 4. A cache on an `async def` keeps the coroutine, and a coroutine can be awaited once.
import { cacheTask } from '../../fixes/cache-task.js';
import { useAsyncLru } from '../../fixes/use-async-lru.js';
import { rule } from '../../model.js';

const caches = /^functools\.(?:cache|lru_cache|cached_property)$/;

export default rule({
  id: 'cached-coroutine',
  law: 'finish',
  title: 'A cache keeps a coroutine',
  on: 'def',
  severity: 'error',
  check(def, program) {
    const fn = program.defined(def);
    const decorator = fn.fact.decorators.at(-1); // what stands above it is given the cache, what stands below could run the coroutine
    if (!fn.fact.async || fn.fact.generator || !decorator) return undefined;
    const made = decorator.is === 'call' ? def.in.chunk.events[decorator.event] : undefined;
    const name = program.meaning(made?.kind === 'call' ? made.callee : decorator, def.in);
    if (!name || !caches.test(name)) return undefined;
    const applied = def.in.chunk.events.find(
      (it) => it.kind === 'call' && it.implied === 'decorator' && it.args[0]?.value.is === 'function' && it.args[0].value.fn === def.fn,
    );
    return {
      at: applied?.span ?? def.span,
      message: `\`${name}\` keeps the coroutine of \`${fn.name}\`: a second await of it raises`,
      because: [
        [
          ...program.here(applied ?? def, `what \`${fn.name}\` returns is kept here`),
          ...program.here(def, `\`${fn.name}\` is \`async def\`: it returns a coroutine, which can be awaited once`),
        ],
      ],
    };
  },
  fixes: [cacheTask, useAsyncLru],
});
