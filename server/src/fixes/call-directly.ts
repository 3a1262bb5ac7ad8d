// `pool.submit(f, x).result()` inside of a task of the same pool → `f(x)`.
import { type Fix, type Node, refuse, review } from '../model.js';

export const callDirectly: Fix<'wait'> = {
  id: 'call-directly',
  title: 'Call the function directly',
  best: 'review',
  offer(wait, doc) {
    const result = doc.node(wait);
    const submit = result.field('function')?.field('object');
    const list = submit?.type === 'call' ? submit.field('arguments') : undefined;
    const method = submit?.field('function')?.field('attribute')?.text;
    const given: readonly Node[] = list?.children.filter((it) => it.type !== 'comment') ?? [];
    const [callee, ...rest] = given;
    if (!submit || !callee || method !== 'submit' || (result.field('arguments')?.children.length ?? 0) > 0)
      return refuse('the wait does not follow the start in one expression: a second pool for the inner work keeps the two apart');
    if (callee.type === 'keyword_argument' || /splat/.test(callee.type))
      return refuse('the function that is given to the pool is not plain to see');
    if (given.some((it) => it.all('comment').length > 0) || list?.children.some((it) => it.type === 'comment'))
      return refuse('a comment among the arguments would be lost');
    const name = callee.type === 'lambda' ? `(${callee.text})` : callee.text;
    doc.replace(result, `${name}(${rest.map((it) => it.text).join(', ')})`);
    return review('the inner work then runs in the same worker, one piece after the other');
  },
};
