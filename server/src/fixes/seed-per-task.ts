// Draws from an inherited state → a generator for each task, seeded from one sequence.
import { type DuplicatedDraws, type Editing, type Fix, type Node, type Offer, refuse, review } from '../model.js';
import { argumentsOf, freeName, positionalOf } from './places.js';

export const seedPerTask: Fix<'spawn'> = {
  id: 'seed-per-task',
  title: 'Seed a generator for each task',
  best: 'review',
  offer(spawn, doc) {
    const found = doc.program.duplicatedDraws(spawn);
    if (!found) return undefined;
    const [target, more] = spawn.targets;
    if (!spawn.pool || !/\.(?:map|imap|imap_unordered)$/.test(spawn.api)) return refuse('only the tasks of `map` are given seeds');
    if (!target || more || found.draws.some((it) => it.in.fn !== target))
      return refuse('a helper draws, and the generator would have to be handed down');
    const definition = doc.node({ chunk: target.chunk, span: target.fact.span }).up('function_definition');
    const [callable, items, third] = positionalOf(doc.node(spawn.call));
    const [param] = target.fact.params;
    if (!definition || !callable || !items || third || !param || target.fact.params.length > 1 || param.kind !== 'plain')
      return refuse('the task is written in a form that is not rewritten');
    const module = doc.module(target.chunk);
    const uses = module.all('identifier').filter((it) => it.text === target.fact.name && it.parent?.type !== 'attribute');
    if (uses.length !== 2 || doc.program.imported(target.fact.name, spawn.in))
      return refuse(`\`${target.fact.name}\` is called in other places as well`);
    return seeded(found, { definition, items, param: param.name, module }, doc);
  },
};
interface Task {
  readonly definition: Node;
  readonly items: Node;
  readonly param: string;
  readonly module: Node;
}

function seeded(found: DuplicatedDraws, { definition, items, param, module }: Task, doc: Editing): Offer {
  const names = namesOf(found, doc);
  const body = definition.field('body');
  const first = body?.children.find((it) => !(it.type === 'expression_statement' && it.children[0]?.type === 'string'));
  if (!names || !body || !first) return refuse('the generator is made in a form that is not rewritten');
  const seed = found.seed ? argumentsOf(doc.node(found.seed))[0]?.text : '';
  if (seed && !/^(?:\d[\d_]*|[A-Z][A-Z\d_]*)$/.test(seed)) return refuse(`\`${seed}\` is a seed that is worked out`);
  const count = lengthOf(items);
  const unused = !body.all('identifier').some((it) => it.text === param);
  const rng = found.from === 'object' ? nameOf(found) : freeName(definition, 'rng');
  if (!rng) return refuse('the generator is made in a form that is not rewritten');
  if (unused && count !== undefined) {
    const name = /^_+$/.test(param) ? freeName(definition, 'seed') : param;
    const given = definition.field('parameters')?.children[0];
    if (given && name !== param) doc.replace(given, given.text.replace(param, name));
    doc.replace(items, `${names.sequence}(${seed}).spawn(${count})`);
    doc.insert('before', first, `${rng} = ${names.generator}(${name})`);
  } else if (seed && items.type === 'call' && items.field('function')?.text === 'range') {
    doc.insert('before', first, `${rng} = ${names.generator}([${param}, ${seed}])`);
  } else return refuse('the task uses its argument, and there is no number of its own for a seed');
  if (found.from === 'module') {
    const changed = found.draws.map((it) => drawn(doc.node(it), doc.program.called(it)?.name ?? '', rng, doc));
    const strange = changed.find((it) => it !== undefined);
    if (strange) return refuse(strange);
    dropSeed(found, module, doc);
  }
  return review('the numbers differ from those of before, and each task gets its own, whichever worker runs it');
}

/** How `default_rng` and `SeedSequence` are written here: beside what is drawn from or made. */
function namesOf({ from, draws, seed }: DuplicatedDraws, doc: Editing): { generator: string; sequence: string } | undefined {
  const [draw] = draws;
  const made = from === 'object' ? seed : draw;
  if (!made || (from === 'object' && doc.program.called(made)?.name !== 'numpy.random.default_rng')) return undefined;
  const prefix = /^(.+)\.\w+$/.exec(doc.node(made).field('function')?.text ?? '')?.[1];
  const named = (name: string): string => (prefix ? `${prefix}.${name}` : doc.use(`numpy.random.${name}`, made.in.chunk));
  return { generator: named('default_rng'), sequence: named('SeedSequence') };
}
function nameOf({ draws: [draw] }: DuplicatedDraws): string | undefined {
  const of = draw?.callee.is === 'attr' ? draw.callee.of : undefined;
  return of?.is === 'name' ? of.name : undefined;
}
/** `range(n)` → `n`, a name → `len(name)`. */
function lengthOf(items: Node): string | undefined {
  if (items.type === 'identifier') return `len(${items.text})`;
  const [only, more] = items.type === 'call' && items.field('function')?.text === 'range' ? argumentsOf(items) : [];
  return only && !more ? only.text : undefined;
}

const same = new Set(
  'beta binomial choice dirichlet exponential gamma lognormal multivariate_normal normal permutation poisson shuffle standard_normal uniform'.split(
    ' ',
  ),
);
const renamed: { readonly [name: string]: string } = { random_sample: 'random', random: 'random', randint: 'integers' };
/** The same draw from a generator; what is wrong where there is none. */
function drawn(call: Node, name: string, rng: string, doc: Editing): string | undefined {
  const method = name.split('.').at(-1) ?? '';
  const callee = call.field('function');
  const list = call.field('arguments');
  const args = positionalOf(call);
  if (!callee || !list) return 'it is drawn in a form that is not rewritten';
  if (same.has(method) || renamed[method]) {
    doc.replace(callee, `${rng}.${renamed[method] ?? method}`);
    return undefined;
  }
  if (method !== 'rand' && method !== 'randn') return `a generator has no \`${method}\``;
  if (args.some((it) => it.type.includes('splat'))) return 'it is drawn in a form that is not rewritten';
  const shape = args.length > 1 ? `((${args.map((it) => it.text).join(', ')}))` : list.text;
  doc.replace(call, `${rng}.${method === 'rand' ? 'random' : 'standard_normal'}${shape}`);
  return undefined;
}
/** `np.random.seed(7)`, where nothing else draws from that state. */
function dropSeed({ seed, draws }: DuplicatedDraws, module: Node, doc: Editing): void {
  const call = seed && doc.node(seed);
  const prefix = call?.field('function')?.text.replace(/\.\w+$/, '');
  const statement = call?.statement();
  if (!prefix || statement?.type !== 'expression_statement' || !prefix.includes('.')) return;
  const others = module.all('attribute').filter((it) => it.text === prefix).length - draws.length - 1;
  if (others === 0 && (statement.parent?.children.length ?? 0) > 1) doc.remove(statement);
}
