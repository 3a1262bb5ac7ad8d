// Law 4. What stands where a tuple of arguments belongs is no tuple, or the target stands where the group does.
import { wellFormedArguments } from '../../fixes/well-formed-arguments.js';
import { type Arg, type Problem, type Program, rule, type Subject } from '../../model.js';

export default rule({
  id: 'malformed-thread-arguments',
  law: 'finish',
  title: 'The arguments of a thread are no tuple',
  on: 'call',
  severity: 'error',
  check(call, program) {
    if (call.args.length === 0) return undefined;
    const called = program.called(call);
    const spawns = called?.api.spawns;
    if (!called || spawns?.args !== 'tuple' || call.args.some((it) => it.value.is === 'star')) return undefined;
    const plain = call.args.filter((it) => it.name === null);
    const find = (where: readonly (string | number)[]) =>
      where.map((it) => (typeof it === 'string' ? call.args.find((arg) => arg.name === it) : plain[it])).find((it) => it !== undefined);
    const api = called.name.split('.').at(-1) ?? '';
    const [first] = plain;
    if (
      first &&
      spawns.target.includes(1) &&
      spawns.target.includes('target') &&
      !call.args.some((it) => it.name === 'target') &&
      isFunction(first, call, program)
    ) {
      return {
        at: first.span,
        message: `the first argument of \`${api}\` is \`group\`, which has to be None: the function is not its target`,
        because: [program.here(call, `\`${api}(group, target, name, args, kwargs)\``)],
      };
    }
    const given = find(spawns.from ?? []);
    return given && judged(given, find(spawns.target), call, program);
  },
  fixes: [wellFormedArguments],
});

function isFunction({ value }: Arg, call: Subject<'call'>, program: Program): boolean {
  if (value.is === 'function') return true;
  if (value.is !== 'name' && value.is !== 'attr') return false;
  if (program.functions(value, call.in).length > 0) return true;
  const name = program.meaning(value, call.in);
  const kind = name === undefined ? undefined : program.api(name)?.kind;
  return name !== undefined && program.api(name) !== undefined && kind !== 'constant' && kind !== 'module';
}

function judged(given: Arg, target: Arg | undefined, call: Subject<'call'>, program: Program): Problem | undefined {
  const { value } = given;
  const type = value.is === 'literal' ? value.type : value.is === 'text' ? 'str' : program.type(value, call.in)?.replace('builtins.', '');
  const literal = value.is === 'literal' || value.is === 'text';
  if (!literal && (!given.parens || value.is === 'items' || value.is === 'dict' || value.is === 'comprehension' || value.is === 'op'))
    return undefined;
  if (
    type === 'none' ||
    /^(?:tuple|list|set|frozenset|dict|range|generator|collections\..*|types\.GeneratorType|map|zip|filter|enumerate)$/.test(type ?? '')
  )
    return undefined;
  if (!literal && type === undefined && value.is !== 'name') return undefined;
  const callee = target && (target.value.is === 'name' || target.value.is === 'attr') ? `\`${target.value.name}\`` : 'the target';
  const length = value.is === 'literal' && typeof value.value === 'string' ? (value.length ?? value.value.length) : undefined;
  const text = type === 'str' || type === 'bytes';
  const how = text
    ? `${callee} is called with ${length ?? 'as many'} of them${length === undefined ? ' as there are letters' : length === 1 ? '' : ', one for each letter'}`
    : type === undefined
      ? `${callee} is called with what it holds`
      : `${callee} cannot be called with it`;
  const name = value.is === 'name' || value.is === 'attr' ? `\`${value.name}\`` : text ? 'a text' : 'this';
  return {
    at: given.span,
    message: `${name} is not a tuple of arguments: ${how}`,
    because: [
      [
        ...program.here(call, 'the arguments are given here'),
        ...program
          .functions(target?.value ?? value, call.in)
          .slice(0, 1)
          .flatMap((it) => program.at(it, `\`${it.name}\` is called with them`)),
      ],
    ],
    ...(type === undefined ? { atMost: 'medium' as const } : {}),
    ...(length === 1 ? { severity: 'hint' as const } : {}),
  };
}
