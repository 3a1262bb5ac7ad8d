// `print map`: the execution map as text, and as JSON with lines and columns.
import type { ProgramMap, ProgramNode } from '../engine/execution-map.js';
import type { Spot } from '../model.js';
import { audit } from '../project/audit.js';
import { placeIn } from './lines.js';
import type { Opened } from './open.js';
import { cellOf, linesOfFiles, printable } from './report.js';
import { counted } from './summary.js';

export async function mapOf(opened: Opened): Promise<ProgramMap> {
  const asked = new Set(opened.wanted.files);
  await audit(opened.workspace, { ...opened.wanted, named: asked });
  return opened.workspace.engine.executionMap((file) => asked.has(file));
}

/** Each place with its range: lines and columns from 1, columns in code points. */
export function mapJson(map: ProgramMap, { workspace }: Opened): object {
  const lines = linesOfFiles(workspace);
  const place = ({ file, span, note }: Spot) => ({
    path: file,
    ...cellOf(lines(file), span.start),
    range: { start: lines(file).place(span.start), end: lines(file).place(span.end) },
    text: note,
  });
  return {
    nodes: map.nodes.map((it) => ({ ...it, at: it.at.map(place) })),
    edges: map.edges.map((it) => ({ ...it, at: it.at.map(place) })),
  };
}

const verbs = { starts: 'starts', takes: 'takes', reads: 'reads', writes: 'writes' } as const;

/** One paragraph per node that does something or is shared, in the order of the map. */
export function mapLines(map: ProgramMap, { workspace }: Opened): string {
  const lines = linesOfFiles(workspace);
  const nodes = new Map(map.nodes.map((it) => [it.id, it]));
  const where = (at: Spot | undefined): string =>
    at === undefined ? '' : `  ${placeIn(printable(at.file), lines(at.file), at.span.start).replace(/:\d+$/, '')}`;
  const called = (it: ProgramNode | undefined): string => (it ? `${it.kind} ${printable(it.title)}` : '');
  const paragraphs = map.nodes.map((node) => {
    const own = map.edges.filter((it) => it.from === node.id);
    const out = own.map((it) => {
      const under = it.under.length === 0 ? '' : `, holding ${it.under.map((id) => printable(nodes.get(id)?.title ?? id)).join(' and ')}`;
      const times = it.count > 1 ? ` (${counted(it.count, 'place')})` : '';
      return `  ${verbs[it.kind]} ${called(nodes.get(it.to))}${under}${times}${where(it.at[0])}\n`;
    });
    return `${called(node)}: ${printable(node.says)}${where(node.at[0])}\n${out.join('')}`;
  });
  return paragraphs.length === 0 ? 'nothing here starts a runner or shares memory with one\n' : paragraphs.join('');
}
