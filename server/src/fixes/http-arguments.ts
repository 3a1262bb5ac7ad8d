// What a request is given and what is done with its response, where both have an equal in another client.
import { type Editing, type Node, type Offer, refuse } from '../model.js';

/** Arguments that mean the same to requests and httpx. */
const same: ReadonlySet<string> = new Set([
  'url',
  'params',
  'headers',
  'json',
  'data',
  'timeout',
  'auth',
  'cookies',
  'allow_redirects',
  'follow_redirects',
  'content',
]);
/** What a response offers under one name in both libraries. */
const answers: ReadonlySet<string> = new Set([
  'status_code',
  'json',
  'text',
  'content',
  'headers',
  'raise_for_status',
  'url',
  'cookies',
  'encoding',
  'reason_phrase',
]);
export interface Given {
  readonly name: string;
  readonly value: Node;
}
/** The arguments of a call by name; a text where they are not all written out. The second positional one has a name by its verb. */
export function givenTo(list: Node, verb: string): readonly Given[] | string {
  const children = list.children.filter((it) => it.type !== 'comment');
  if (children.length !== list.children.length) return 'there is a comment among the arguments';
  if (children.some((it) => it.type === 'dictionary_splat' || it.type === 'list_splat')) return 'the arguments are not all written out';
  const order = ['url', verb === 'get' ? 'params' : 'data', 'json'];
  let position = 0;
  const found: Given[] = [];
  for (const it of children) {
    const value = it.type === 'keyword_argument' ? it.field('value') : it;
    const name = it.type === 'keyword_argument' ? it.field('name')?.text : order[position++];
    if (!value || name === undefined) return 'the arguments are written in a form that is not rewritten';
    found.push({ name, value });
  }
  return found;
}

/** The arguments as httpx takes them; a text where one has no equal there. */
function forHttpx(given: readonly Given[], requests: boolean): readonly string[] | string {
  const texts: string[] = [];
  for (const { name, value } of given) {
    if (!same.has(name)) return `\`${name}\` has no equal in httpx`;
    if (name === 'auth' && value.type !== 'tuple' && value.type !== 'none') return 'whether httpx knows this kind of `auth` is not known';
    if (name === 'data' && requests) {
      const kind = kindOfData(value);
      if (!kind) return 'whether `data` is a form or a text is not known, and httpx takes them under different names';
      texts.push(`${kind === 'form' ? 'data' : 'content'}=${value.text}`);
    } else if (name === 'url') texts.push(value.text);
    else texts.push(`${name === 'allow_redirects' ? 'follow_redirects' : name}=${value.text}`);
  }
  return texts;
}
/** A form is a dict; a text or bytes is sent as it is. */
function kindOfData(value: Node): 'form' | 'text' | undefined {
  if (value.type === 'dictionary' || value.type === 'dictionary_comprehension') return 'form';
  if (value.type === 'string' || value.type === 'concatenated_string') return 'text';
  const callee = value.type === 'call' ? (value.field('function')?.text ?? '') : '';
  if (/^(?:json\.)?dumps$|\.encode$|^(?:str|bytes)$/.test(callee)) return 'text';
  return callee === 'dict' ? 'form' : undefined;
}

/** One use of a response: its node, and the attribute that is read. */
export interface ResponseUse {
  readonly node: Node;
  readonly attribute: string;
}
/** The uses of what a request gives; a text where it goes somewhere else. `undefined`: nothing is done with it. */
export function usesOf(node: Node): readonly ResponseUse[] | string {
  const statement = node.statement();
  const after = node.parent?.type === 'attribute' ? node.parent : undefined;
  if (after) return [{ node: after, attribute: after.field('attribute')?.text ?? '' }];
  const bound = node.parent?.type === 'assignment' ? node.parent.field('left') : undefined;
  if (statement.type === 'return_statement' || (node.parent?.type === 'assignment' && bound?.type !== 'identifier'))
    return 'the response leaves the function, and what is done with it elsewhere is not known';
  if (!bound) return [];
  const found: ResponseUse[] = [];
  for (const it of node.up('function_definition')?.all('identifier') ?? []) {
    if (it.text !== bound.text || it.span.start === bound.span.start) continue;
    const { parent } = it;
    const label =
      (parent?.type === 'attribute' && parent.field('attribute')?.span.start === it.span.start) ||
      (parent?.type === 'keyword_argument' && parent.field('name')?.span.start === it.span.start);
    if (label) continue;
    if (parent?.type !== 'attribute') return 'the response is passed on, and what is done with it elsewhere is not known';
    found.push({ node: parent, attribute: parent.field('attribute')?.text ?? '' });
  }
  return found;
}
/** Spells the uses of a response as httpx does; a text where one has no equal there. */
function respell(uses: readonly ResponseUse[], doc: Editing): string | undefined {
  for (const { node, attribute } of uses) {
    const label = node.field('attribute');
    const object = node.field('object');
    if (attribute === 'reason' && label) doc.replace(label, 'reason_phrase');
    else if (attribute === 'ok' && object?.type === 'identifier') {
      if (node.parent?.type === 'not_operator') {
        doc.replace(node.parent, `${object.text}.is_error`);
        continue;
      }
      const text = `not ${object.text}.is_error`;
      doc.replace(node, /^(?:return_statement|assignment|if_statement|argument_list)$/.test(node.parent?.type ?? '') ? text : `(${text})`);
    } else if (!answers.has(attribute)) return `\`.${attribute}\` of the response has no equal in httpx`;
  }
  return undefined;
}

/** An error of requests that is caught around a call: other clients raise classes of their own. */
export function caughtError(node: Node): string | undefined {
  for (let it = node.up('try_statement'); it; it = it.up('try_statement')) {
    const clause = it.children
      .filter((one) => one.type === 'except_clause')
      .map((one) => /^except\s+\(?([^:]*)/.exec(one.text)?.[1] ?? '')
      .find((text) => /\brequests\.|\b(?:RequestException|HTTPError|ConnectionError|Timeout)\b/.test(text));
    if (clause) return clause.replace(/\s+as\s+\w+$/, '').replace(/[()\s]+$/, '');
  }
  return undefined;
}

/** A request as httpx takes it: its arguments, and the uses of its response spelled anew. An offer is a refusal. */
export function intoHttpx(
  node: Node,
  list: Node,
  verb: string,
  requests: boolean,
  doc: Editing,
): { readonly given: readonly Given[]; readonly args: readonly string[] } | Offer {
  const given = givenTo(list, verb);
  if (typeof given === 'string') return refuse(given);
  const args = forHttpx(given, requests);
  if (typeof args === 'string') return refuse(args);
  const caught = requests ? caughtError(node) : undefined;
  if (caught) return refuse(`\`${caught}\` is caught here, and httpx raises errors of its own`);
  const uses = usesOf(node);
  if (typeof uses === 'string') return refuse(uses);
  const foreign = respell(uses, doc);
  return foreign ? refuse(foreign) : { given, args };
}
