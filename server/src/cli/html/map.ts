// The execution map of the page: the drawing, what its lines mean, and the same in words.
import { mapWords, type ProgramEdge, type ProgramMap } from '../../engine/execution-map.js';
import { draw } from '../../map/draw.js';
import { escaped } from '../../map/escaped.js';
import type { DrawnMap, DrawnNode } from '../../map/focus.js';
import type { Marks } from '../../map/marks.js';
import type { Spot } from '../../model.js';
import type { Report } from '../report.js';
import { inline, many, place } from './pieces.js';

export function mapSection(map: ProgramMap, drawn: DrawnMap, marks: Marks, report: Report): string {
  const title = '<h2 id="map-title">Execution map</h2>';
  if (map.nodes.length === 0)
    return `<section id="map" aria-labelledby="map-title">${title}<p>Nothing here starts a thread, pool, process or task, or shares memory with one.</p></section>`;
  const { svg } = draw(drawn, { prefix: 'arrow', href: (it) => `#n${drawn.nodes.indexOf(it)}` });
  const words = inWords(map, drawn, marks, report);
  return `<section id="map" aria-labelledby="map-title">${title}
<p>Who starts whom, from left to right, and what they share. A box behind a box means that several can run at once.${left(drawn)}</p>
<div class="canvas" role="region" aria-label="Drawing of the execution map" tabindex="0">${svg}</div>
${legend}
<div id="panel" class="panel" aria-live="polite" hidden></div>
<details class="words" id="words"><summary>The map in words</summary><ul>${words.join('')}</ul></details>
</section>`;
}

function left({ left: all }: DrawnMap): string {
  if (all.length === 0) return '';
  const parts = all.map(({ kind, count }) => `${many(count)} ${mapWords[kind][count === 1 ? 0 : 1]}`);
  const last = parts.pop();
  return ` It shows the part with the most findings and sharing; ${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last} are left out, and <code>threadwise print map</code> lists them.`;
}

const sample = (kind: string, says: string): string =>
  `<li><svg class="sample" width="36" height="12" aria-hidden="true"><path class="edge ${kind}" d="M2 6H26" marker-end="url(#arrow-${kind.includes('found') ? 'alarm' : kind === 'starts' || kind === 'takes' || kind === 'guards' ? kind : 'touch'})"/></svg> ${says}</li>`;
const legend = `<ul class="legend" aria-label="What the lines mean">${[
  sample('starts', 'starts'),
  sample('takes', 'takes a lock'),
  sample('guards', 'is touched under it'),
  sample('writes', 'writes without a lock, or sends'),
  sample('reads', 'reads without a lock, or receives'),
  sample('writes found', 'has a finding'),
].join('')}</ul>`;

// ── In words ─────────────────────────────────────────────────────────────────────────────────────

/** Places and names that are listed of one node. */
const listed = 8;
const verbs = { starts: 'starts', takes: 'takes', reads: 'reads', writes: 'writes' } as const;
const passive = { starts: 'is started by', takes: 'is taken by', reads: 'is read by', writes: 'is written by' } as const;

function inWords(map: ProgramMap, drawn: DrawnMap, marks: Marks, report: Report): readonly string[] {
  const nodes = new Map(map.nodes.map((it) => [it.id, it]));
  const indices = new Map(drawn.nodes.flatMap((it, at) => it.of.map((one) => [one.id, at] as const)));
  const named = (id: string): string => {
    const at = indices.get(id);
    const name = `<code>${escaped(nodes.get(id)?.title ?? id)}</code>`;
    return at === undefined ? name : `<a href="#n${at}">${name}</a>`;
  };
  return drawn.nodes.map((node, at) => {
    const ids = new Set(node.of.map((it) => it.id));
    const lines = map.edges.flatMap((it) => {
      if (ids.has(it.from)) return [sentence(it, verbs[it.kind], named(it.to), named, report)];
      return ids.has(it.to) ? [sentence(it, passive[it.kind], named(it.from), named, report)] : [];
    });
    const places = node.of.flatMap((it) => it.at);
    const found = [...new Set(node.of.flatMap((it) => marks.nodes.get(it.id) ?? []))].sort((a, b) => a - b);
    return `<li id="n${at}" class="about" tabindex="-1"><p><span class="kind ${node.kind}">${node.kind}</span> <strong>${escaped(node.title)}</strong>, ${inline(node.says)}${names(node)}</p>${placesOf(places, report)}${
      lines.length === 0 ? '' : `<ul>${shortened([...new Set(lines)])}</ul>`
    }${
      found.length === 0
        ? ''
        : `<p>Findings: ${found
            .slice(0, listed)
            .map((it) => `<a href="#f${it}">${escaped(report.shown[it]?.alarm.rule ?? '')}</a>`)
            .join(', ')}${found.length > listed ? ` and ${many(found.length - listed)} more` : ''}</p>`
    }</li>`;
  });
}
function names(node: DrawnNode): string {
  const all = [...new Set(node.of.flatMap((it) => it.names))]
    .map((it) => it.slice(it.indexOf(':') + 1))
    .filter((it) => it !== '' && it !== node.title);
  if (all.length === 0) return '';
  return `: ${all
    .slice(0, listed)
    .map((it) => `<code>${escaped(it)}</code>`)
    .join(', ')}${all.length > listed ? ` and ${many(all.length - listed)} more` : ''}`;
}
function placesOf(all: readonly Spot[], report: Report): string {
  const shown = all.slice(0, listed).map((it) => place(it, report));
  return shown.length === 0
    ? ''
    : `<p class="quiet">${[...new Set(shown)].join(', ')}${all.length > listed ? ` and ${many(all.length - listed)} more places` : ''}</p>`;
}
function sentence(edge: ProgramEdge, verb: string, other: string, named: (id: string) => string, report: Report): string {
  const under = edge.under.length === 0 ? '' : `, holding ${edge.under.map(named).join(' and ')}`;
  const [first] = edge.at;
  const where = first
    ? ` <span class="quiet">${place(first, report)}${edge.count > 1 ? ` and ${many(edge.count - 1)} more` : ''}</span>`
    : '';
  return `<li>${verb} ${other}${under}${where}</li>`;
}
const shortened = (lines: readonly string[]): string =>
  lines.length <= 2 * listed
    ? lines.join('')
    : `${lines.slice(0, 2 * listed).join('')}<li>and ${many(lines.length - 2 * listed)} more</li>`;
