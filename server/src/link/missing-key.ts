// `if name not in os.environ: os.environ[name] = value`: a value that is stored only where there was none.
import type { Subject, Value } from '../model.js';
import { isInside } from './inside.js';

/** Does it stand where a test found that this key, a name or a literal, has no value yet? */
export function fillsMissing(bind: Subject<'bind'>): boolean {
  if (bind.target.is !== 'item') return false;
  const { chunk, fn } = bind.in;
  const key = keyOf(bind.target.index);
  return (
    key !== undefined &&
    chunk.events.some((it) => {
      const block = it.kind === 'branch' && it.in.fn === fn ? chunk.regions[it.body] : undefined;
      return it.kind === 'branch' && block !== undefined && isInside(bind.in, block) && saysMissing(it.test, key, bind);
    })
  );
}
/** `key not in d`, `not d.get(key)`, `os.getenv(key) is None`; of several conditions that all have to hold, one. */
function saysMissing(test: Value, key: string, bind: Subject<'bind'>): boolean {
  if (test.is === 'either') return test.all === true && test.args.some((it) => saysMissing(it, key, bind));
  if (test.is !== 'op') return false;
  const [left, right] = test.args;
  if (test.op === 'not in') return left !== undefined && keyOf(left) === key;
  const isEmpty = /^(?:unary )?not$/.test(test.op) || ((test.op === 'is' || test.op === '==') && isNone(right));
  const call = isEmpty && left?.is === 'call' ? bind.in.chunk.events[left.event] : undefined;
  const asked = call?.kind === 'call' && lookUp.test(nameOf(call.callee)) ? call.args[0]?.value : undefined;
  return asked !== undefined && keyOf(asked) === key;
}
const lookUp = /^(?:get|getenv)$/;
const nameOf = (it: Value): string => (it.is === 'attr' || it.is === 'name' ? it.name : '');
const isNone = (it: Value | undefined): boolean => it?.is === 'literal' && it.type === 'none';
/** A name or a literal, to compare with another one. */
const keyOf = (it: Value): string | undefined =>
  it.is === 'name' ? `name ${it.name}` : it.is === 'literal' ? `literal ${String(it.value)}` : undefined;
