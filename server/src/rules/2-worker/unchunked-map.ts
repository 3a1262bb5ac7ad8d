// Law 2. Each message to a process costs about a tenth of a millisecond, and `ProcessPoolExecutor.map` sends one for each item.
import { addChunksize } from '../../fixes/add-chunksize.js';
import { rule } from '../../model.js';

/** Nanoseconds of one message there and back, measured on CPython 3.11 and 3.13, and the number of them from which they are felt. */
const message = { price: 0.1e6, worthwhile: 2, many: 1000 } as const;
const oneByOne =
  /^(?:concurrent\.futures\.ProcessPoolExecutor\.(?:map|submit)|multiprocessing\.pool\.Pool\.(?:imap|imap_unordered|apply_async))$/;

export default rule({
  id: 'unchunked-map',
  law: 'worker',
  title: 'Tiny tasks are sent one by one',
  on: 'spawn',
  severity: 'hint',
  check(spawn, program) {
    if (!oneByOne.test(spawn.api) || spawn.targets.length === 0 || spawn.count.from === 'guess' || spawn.count.n < message.many)
      return undefined;
    if (program.demonstration(spawn.in) || spawn.call.args.some((it) => it.name === 'chunksize' || it.value.is === 'star'))
      return undefined;
    if (/\.imap/.test(spawn.api) && spawn.call.args.filter((it) => it.name === null).length > 2) return undefined;
    const work = program.work(spawn);
    if (work.held + work.free + work.wait + work.unclear > message.worthwhile * message.price) return undefined;
    const total = spawn.count.n * message.price;
    return {
      message: `\`${spawn.api.split('.').at(-1)}\` sends ${spawn.count.says} items one by one: about 0.1 ms each, ${(total / 1e9).toPrecision(2)} s in all, and more than \`${spawn.says}\` computes`,
      because: [[...spawn.runner.because, ...work.because]],
    };
  },
  fixes: [addChunksize],
});
