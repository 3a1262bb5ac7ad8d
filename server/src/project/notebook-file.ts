// A notebook as a file has it: JSON with sources of cells in it. They are read with their places, and written without touching anything else.
import type { Cell, FilePlace } from './notebook.js';

/** The Python cells of a file; none for a notebook of another language. Never throws. */
export function cellsOf(json: string): readonly Cell[] | { readonly problem: string } {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch {
    return { problem: 'is no notebook: it is not valid JSON' };
  }
  const { cells, metadata, worksheets } = (notebook ?? {}) as Record<string, unknown>;
  if (!Array.isArray(cells))
    return { problem: worksheets === undefined ? 'is no notebook: it has no cells' : 'is a notebook of an old format' };
  const { language_info, kernelspec } = (metadata ?? {}) as Record<string, { name?: unknown; language?: unknown } | undefined>;
  if (!isPython(language_info?.name ?? kernelspec?.language)) return [];
  const lineAt = lineCounter(json);
  const list = valueIn(json, start(json), 'cells')!;
  const found: Cell[] = [];
  let number = 0;
  for (const at of itemsIn(json, list)) {
    const value = cells[number++] as Record<string, unknown> | null;
    if (value?.cell_type !== 'code' || !isPython((value.metadata as { vscode?: { languageId?: unknown } })?.vscode?.languageId)) continue;
    const parts = typeof value.source === 'string' ? [value.source] : value.source;
    const place = valueIn(json, at, 'source');
    if (place === undefined || !Array.isArray(parts) || !parts.every((it) => typeof it === 'string')) continue;
    const places = typeof value.source === 'string' ? [place] : [...itemsIn(json, place)];
    const from = lineAt(place);
    let length = 0;
    const strings = places.map((own, nth) => {
      const begins = length;
      length += (parts[nth] as string).length;
      return { start: begins, rawStart: own - place, at: lineAt(own) };
    });
    const end = valueEnd(json, place);
    found.push({ number, source: parts.join(''), raw: json.slice(place, end), from, to: lineAt(end), strings });
  }
  return found;
}

const isPython = (language: unknown): boolean => language === undefined || /^(?:i?python\d?)$/i.test(String(language));

/** The file, whose cells are `cells`, with other sources in some of them; everything else stays, byte for byte. */
export function withSources(json: string, cells: readonly Cell[], sources: ReadonlyMap<number, string>): string {
  let text = '';
  let done = 0;
  let number = 0;
  const changed = cells.filter((it) => (sources.get(it.number) ?? it.source) !== it.source);
  for (const at of itemsIn(json, valueIn(json, start(json), 'cells')!)) {
    number++;
    const cell = changed.find((it) => it.number === number);
    if (cell === undefined) continue;
    const place = valueIn(json, at, 'source')!;
    text += json.slice(done, place) + spelled(cell, sources.get(number)!);
    done = place + cell.raw.length;
  }
  return text + json.slice(done);
}

/** Another source of a cell, written as the old one was: one string or a list of lines, with the same space between them; a line that stays keeps its spelling. */
export function spelled({ raw }: Cell, source: string): string {
  const ascii = /\\u[0-9a-f]{4}/i.test(raw);
  const written = (text: string) => (ascii ? asciiOnly(JSON.stringify(text)) : JSON.stringify(text));
  if (!raw.startsWith('[')) return written(source);
  const places = [...itemsIn(raw, 0)].map((at) => ({ at, end: valueEnd(raw, at) }));
  const known = new Map(places.map(({ at, end }) => [JSON.parse(raw.slice(at, end)) as string, raw.slice(at, end)]));
  const [first, second] = places;
  const open = first === undefined ? '' : raw.slice(1, first.at);
  const between = first !== undefined && second !== undefined ? raw.slice(first.end, second.at) : `,${open || ' '}`;
  const close = raw.slice(places.at(-1)?.end ?? 1);
  const lines = source.match(/[^\n]*\n|[^\n]+/g) ?? [];
  return `[${open}${lines.map((it) => known.get(it) ?? written(it)).join(between)}${close}`;
}

const asciiOnly = (text: string): string => text.replace(/[^\0-\x7f]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);

// ── Places in valid JSON ─────────────────────────────────────────────────────────────────────────

/** The first letter of a value from here on. */
function start(json: string, from = 0): number {
  let at = from;
  while (' \t\r\n'.includes(json[at] ?? '')) at++;
  return at;
}

function valueEnd(json: string, at: number): number {
  if (json[at] === '"') return stringEnd(json, at);
  if (json[at] !== '{' && json[at] !== '[') return at + /^[^\s,\]}]*/.exec(json.slice(at, at + 40))![0].length;
  let depth = 0;
  for (let it = at; ; it++) {
    const letter = json[it];
    if (letter === '"') it = stringEnd(json, it) - 1;
    else if (letter === '{' || letter === '[') depth++;
    else if ((letter === '}' || letter === ']') && --depth === 0) return it + 1;
  }
}

function stringEnd(json: string, at: number): number {
  for (let end = json.indexOf('"', at + 1); ; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** Where each element of a list begins. */
function* itemsIn(json: string, list: number): Generator<number> {
  for (let at = start(json, list + 1); json[at] !== ']'; at = start(json, at)) {
    yield at;
    at = start(json, valueEnd(json, at));
    if (json[at] === ',') at++;
  }
}

/** Where the value of a key begins; of two equal keys the last one counts, as for everyone who reads JSON. */
function valueIn(json: string, object: number, key: string): number | undefined {
  let found: number | undefined;
  for (let at = start(json, object + 1); json[at] !== '}'; at = start(json, at)) {
    const end = stringEnd(json, at);
    const value = start(json, start(json, end) + 1);
    if (JSON.parse(json.slice(at, end)) === key) found = value;
    at = start(json, valueEnd(json, value));
    if (json[at] === ',') at++;
  }
  return found;
}

/** For offsets that only grow. */
function lineCounter(json: string): (offset: number) => FilePlace {
  let line = 1;
  let begins = 0;
  return (offset) => {
    for (let next = json.indexOf('\n', begins); next >= 0 && next < offset; next = json.indexOf('\n', begins)) {
      line++;
      begins = next + 1;
    }
    return { line, column: offset - begins + 1 };
  };
}
