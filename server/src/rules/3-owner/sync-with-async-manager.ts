// Law 3. `with` on what is entered by `await` alone, or the other way round.
import { matchWith } from '../../fixes/match-with.js';
import { type Program, type QName, rule, type Subject, type Value } from '../../model.js';

/** Entered by `async with` alone, and by `with` alone; of neither list there is a subclass with both. */
const awaited =
  /^(?:asyncio\.(?:Lock|Semaphore|BoundedSemaphore|Condition|TaskGroup|Timeout)|aiohttp\.ClientSession|httpx\.AsyncClient|anyio\.Lock|anyio\.Semaphore|trio\.Lock|trio\.Semaphore)$/;
const plain =
  /^(?:threading\.(?:Lock|RLock|Condition|Semaphore|BoundedSemaphore)|multiprocessing\.synchronize\.(?:Lock|RLock|Semaphore|Condition)|requests\.Session|httpx\.Client|sqlite3\.Connection|concurrent\.futures\.(?:ThreadPoolExecutor|ProcessPoolExecutor)|io\.(?:TextIOWrapper|BufferedReader|BufferedWriter)|tempfile\.TemporaryDirectory|zipfile\.ZipFile|tarfile\.TarFile|socket\.socket)$/;

export default rule({
  id: 'sync-with-async-manager',
  law: 'owner',
  title: '`with` and `async with` are mixed up',
  on: 'with',
  severity: 'error',
  optIn: true,
  check(block, program) {
    const wrong = block.async ? plain : awaited;
    for (const item of block.items) {
      const type = typeOf(item, block, program);
      if (!type || !wrong.test(type)) continue;
      const made = item.is === 'call' ? undefined : program.object(item, block.in)?.made;
      const [form, other] = block.async ? ['async with', '__aenter__'] : ['with', '__enter__'];
      return {
        message: `\`${spelled(item) ?? type}\` has no \`${other}\`: this \`${form}\` raises before its body runs`,
        because: [
          [
            ...(made ? program.here(made, `the \`${type}\` is made here`) : []),
            ...program.here(block, `\`${form}\` asks it for \`${other}\``),
          ] as never,
        ],
      };
    }
    return undefined;
  },
  fixes: [matchWith],
});

function typeOf(item: Value, block: Subject<'with'>, program: Program): QName | undefined {
  return item.is === 'name' || item.is === 'attr' || item.is === 'call' ? program.type(item, block.in) : undefined;
}
function spelled(value: Value): string | undefined {
  if (value.is === 'name') return value.name;
  const of = value.is === 'attr' ? spelled(value.of) : undefined;
  return value.is === 'attr' && of ? `${of}.${value.name}` : undefined;
}
