// A made-up project that is the same each time: modules that import each other, with classes, threads, coroutines and helpers.

/** Numbers that look random and are the same in each run. */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export interface SampleFile {
  readonly file: string;
  readonly module: string;
  readonly package: boolean;
  readonly text: string;
}

const perPackage = 25;

/** So many files, a package for every `perPackage` of them. Each module imports from a few that come before it. */
export function sampleProject(files: number): readonly SampleFile[] {
  const found: SampleFile[] = [];
  const next = sequence(7);
  for (let at = 0; at < files; at++) {
    const folder = `p${two(Math.floor(at / perPackage))}`;
    const nth = at % perPackage;
    if (nth === 0) found.push({ file: `app/${folder}/__init__.py`, module: `app.${folder}`, package: true, text: reExports(at, files) });
    else found.push({ file: `${pathOf(at)}.py`, module: moduleName(at), package: false, text: moduleText(at, next) });
  }
  return found;
}
const two = (it: number): string => String(it).padStart(2, '0');
const pathOf = (at: number): string => `app/p${two(Math.floor(at / perPackage))}/m${two(at % perPackage)}`;
const moduleName = (at: number): string => pathOf(at).replaceAll('/', '.');

function reExports(at: number, files: number): string {
  const last = Math.min(at + 4, files - 1);
  return Array.from({ length: last - at }, (_, k) => at + 1 + k)
    .map((it) => `from .m${two(it % perPackage)} import Service${it}, compute${it}\n`)
    .join('');
}

/** A module that comes before, never a package file. */
function earlier(at: number, next: (below: number) => number): number {
  const found = Math.max(1, at - 1 - next(Math.min(at, 60)));
  return found % perPackage === 0 ? found + 1 : found;
}
const importOf = (from: number, names: readonly string[]): string => `from ${moduleName(from)} import ${names.join(', ')}\n`;

function moduleText(at: number, next: (below: number) => number): string {
  const [a, b, c] = [earlier(at, next), earlier(at, next), earlier(at, next)];
  const first = at < 4;
  const imports = first ? '' : importOf(a, [`Service${a}`]) + importOf(b, [`compute${b}`]) + importOf(c, [`load${c}`]);
  return [
    `"""Module ${at} of the sample."""\nimport asyncio\nimport logging\nimport threading\nimport time\nfrom concurrent.futures import ThreadPoolExecutor\n\n${imports}`,
    `log = logging.getLogger(__name__)\nROUNDS_${at} = ${1000 + next(9) * 1000}\n`,
    service(at, first ? 'object' : `Service${a}`),
    compute(at, first ? null : `compute${b}`),
    load(at, first || at % 3 === 0 ? null : `load${c}`, at % 6 === 0),
    workers(at),
    coroutines(at, `load${at}`),
  ].join('\n\n');
}

function service(at: number | string, base: string): string {
  return `class Service${at}(${base}):
    """Counts what it was given."""

    limit = 10

    def __init__(self, name="service"):
        self.name = name
        self.items = []
        self.totals = {}
        self._lock = threading.Lock()

    def add(self, value):
        with self._lock:
            self.items.append(value)
            self.totals[value] = self.totals.get(value, 0) + 1
        return len(self.items)

    def mean(self):
        # the mean of all items
        if not self.items:
            return 0.0
        total = 0
        for item in self.items:
            total += item
        return total / len(self.items)

    @property
    def size(self):
        return len(self.items)
`;
}
function compute(at: number | string, below: string | null): string {
  return `def compute${at}(n, scale=3):
    total = 0
    for i in range(n):
        total += i * scale % 7
        if total > 1000000:
            total -= 999
    return total${below ? ` + ${below}(n // 2)` : ''}
`;
}
/** Some of the helpers at the bottom wait, so the coroutines above them in other files stall. */
function load(at: number | string, below: string | null, waits: boolean): string {
  const end = below ? `    return ${below}(path)\n` : waits ? '    time.sleep(0.5)\n    return path\n' : '    return path.upper()\n';
  return `def load${at}(path):
    label = "loading %s"
    log.debug(label, path)
    parts = path.split("/")
    size = 12
    if len(parts) > size:
        path = "/".join(parts[:size])
${end}`;
}
function workers(at: number | string): string {
  return `def workers${at}(values):
    results = []
    with ThreadPoolExecutor(max_workers=4) as pool:
        for value in pool.map(compute${at}, values):
            results.append(value)
    return results


def background${at}(service):
    thread = threading.Thread(target=service.add, args=(1,), daemon=True)
    thread.start()
    return thread
`;
}
function coroutines(at: number | string, helper: string): string {
  return `async def fetch${at}(path):
    await asyncio.sleep(0.1)
    # a helper does the rest
    return ${helper}(path)


async def serve${at}(paths):
    service = Service${at}("serving")
    tasks = [asyncio.create_task(fetch${at}(path)) for path in paths]
    done = await asyncio.gather(*tasks)
    for one in done:
        service.add(len(one))
    count = 10
    return service.mean() * count
`;
}

/** One file of exactly so many lines, which uses modules of a project of so many files. */
export function largeFile(lines: number, files: number): string {
  const next = sequence(lines);
  const used = Array.from({ length: 12 }, () => earlier(files - 1, (below) => next(below) + (files > 200 ? next(100) : 0)));
  const unique = [...new Set(used)];
  const head = `import asyncio\nimport logging\nimport threading\nimport time\nfrom concurrent.futures import ThreadPoolExecutor\n\n${unique
    .map((it) => importOf(it, [`Service${it}`, `compute${it}`, `load${it}`]))
    .join('')}\nlog = logging.getLogger(__name__)\n\n\n`;
  const out = head.split('\n').slice(0, -1);
  const end = ['', '', 'async def handler():', '    time.sleep(1)'];
  for (let at = 0; ; at++) {
    const it = unique[at % unique.length] as number;
    const name = `_${at}`;
    const parts = [
      service(name, `Service${it}`),
      compute(name, `compute${it}`),
      load(name, `load${it}`, false),
      workers(name),
      coroutines(name, `load${name}`),
    ];
    const block = `${parts.join('\n\n')}\n`.split('\n');
    if (out.length + block.length + end.length > lines) break;
    out.push(...block);
  }
  while (out.length + end.length < lines) out.push(`VALUE_${out.length} = ${out.length}`);
  return `${[...out, ...end].join('\n')}\n`;
}
