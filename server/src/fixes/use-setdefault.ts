// `if key not in found: found[key] = []` → `found.setdefault(key, [])`, which tests and stores in one step.
import { type Fix, type Node, refuse, review } from '../model.js';
import { ownsLine } from './placing.js';

/** Nothing runs where one is made: displays of nothing but what is plain, and empty containers. */
const empty = /^(?:list|dict|set|collections\.deque|deque|collections\.OrderedDict|OrderedDict)\(\)$/;
const dicts = /^(?:builtins\.dict|collections\.OrderedDict)$/;

export const useSetdefault: Fix<'race'> = {
  id: 'use-setdefault',
  title: 'Test and store with setdefault',
  best: 'review',
  offer({ first, place }, doc) {
    if (place.part !== 'contents' || !dicts.test(place.holds ?? '')) return undefined;
    const statement = doc.node(first.event).statement();
    const [container, key] = testOf(statement);
    const body = statement.field('consequence')?.children ?? [];
    const [store, ...more] = body;
    if (!container || !key || !store || statement.field('alternative')) return undefined;
    const assignment = store.type === 'expression_statement' ? store.children[0] : undefined;
    const target = assignment?.type === 'assignment' ? assignment.field('left') : undefined;
    const value = assignment?.field('right');
    if (!target || !value || target.text !== `${container.text}[${key.text}]` || assignment?.field('type')) return undefined;
    if (!ownsLine(statement, doc) || more.length > 0) return refuse('more than the store stands behind the test');
    if (!isPlain(value)) return refuse('what is stored would be worked out where the key is there as well');
    if (!/^(?:identifier|attribute|string|integer)$/.test(key.type) || /\n/.test(statement.text.slice(0, -store.text.length).trimEnd()))
      return refuse('the test is written in a form that is not rewritten');
    doc.replace(statement, `${container.text}.setdefault(${key.text}, ${value.text})`);
    return review('a default is made each time, and dropped where the key is there');
  },
};

/** The container and the key of `if key not in container:`. */
function testOf(statement: Node): readonly (Node | undefined)[] {
  const test = statement.type === 'if_statement' ? statement.field('condition') : undefined;
  if (test?.type !== 'comparison_operator') return [];
  const [key, container, more] = test.children.filter((it) => it.type !== 'not in');
  if (!key || !container || more || !/^(?:identifier|attribute)$/.test(container.type)) return [];
  const asks = test.text.slice(key.text.length, -container.text.length).trim().replace(/\s+/g, ' ') === 'not in';
  return asks ? [container, key] : [];
}
function isPlain(value: Node): boolean {
  if (/^(?:integer|float|true|false|none)$/.test(value.type)) return true;
  if (value.type === 'string') return value.all('interpolation').length === 0;
  if (value.type === 'call') return empty.test(value.text);
  return /^(?:list|dictionary|set|tuple)$/.test(value.type) && value.children.every((it) => isPlain(it));
}
