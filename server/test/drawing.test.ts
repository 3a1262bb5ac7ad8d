// The drawing of an execution map: what of a large one is kept, where boxes stand, and what lines say.
import { describe, expect, it } from 'vitest';
import type { ProgramEdge, ProgramMap, ProgramNode } from '../src/engine/execution-map.js';
import { draw } from '../src/map/draw.js';
import { drawnMost, focus } from '../src/map/focus.js';
import { layered } from '../src/map/layout.js';
import { type Marks, marksOf } from '../src/map/marks.js';
import type { Alarm } from '../src/model.js';

const node = (id: string, more: Partial<ProgramNode> = {}): ProgramNode => {
  const [kind, ...rest] = id.split(' ');
  return {
    id,
    kind: kind as ProgramNode['kind'],
    title: rest.join(' '),
    says: kind ?? '',
    many: false,
    module: 'm',
    names: [],
    at: [],
    ...more,
  };
};
const edge = (from: string, kind: ProgramEdge['kind'], to: string, under: readonly string[] = []): ProgramEdge => ({
  from,
  to,
  kind,
  under,
  count: 1,
  at: [{ file: 'm.py', span: { start: 0, end: 1 }, note: '' }],
});
const unmarked: Marks = { nodes: new Map(), edges: new Map() };
const sizes = { width: 100, height: 40, across: 50, down: 10, margin: 5 };

describe('what is drawn', () => {
  it('a lock stands between who holds it and what it guards; what is touched without one is reached directly', () => {
    const map: ProgramMap = {
      nodes: [node('entry program m'), node('thread work'), node('lock L'), node('state S')],
      edges: [
        edge('entry program m', 'starts', 'thread work'),
        edge('entry program m', 'reads', 'state S'),
        edge('thread work', 'takes', 'lock L'),
        edge('thread work', 'writes', 'state S', ['lock L']),
      ],
    };
    expect(focus(map, unmarked).edges.map((it) => `${it.from} ${it.kind} ${it.to}`)).toEqual([
      'entry program m starts thread work',
      'entry program m reads state S',
      'thread work takes lock L',
      'lock L guards state S',
    ]);
  });

  it('callers from outside that start nothing fall together', () => {
    const callers = Array.from({ length: 9 }, (_, at) => node(`entry functions C${at}`, { names: [`m:C${at}.f`] }));
    const map: ProgramMap = {
      nodes: [...callers, node('thread work'), node('entry program m'), node('state S')],
      edges: [
        ...callers.map((it) => edge(it.id, 'reads', 'state S')),
        edge('entry program m', 'starts', 'thread work'),
        edge('thread work', 'writes', 'state S'),
      ],
    };
    const drawn = focus(map, unmarked);
    expect(drawn.nodes.map((it) => `${it.title}: ${it.says}`)).toContain('callers from outside: of 9 functions');
    expect(drawn.nodes.length).toBe(4);
    expect(drawn.left).toEqual([]);
  });

  it('of a large map the part with findings and sharing is kept, with the starters of what is kept, and the rest is counted', () => {
    const threads = Array.from({ length: 60 }, (_, at) => node(`thread t${String(at).padStart(2, '0')}`));
    const states = Array.from({ length: 60 }, (_, at) => node(`state s${String(at).padStart(2, '0')}`));
    const map: ProgramMap = {
      nodes: [node('entry program m'), ...threads, ...states],
      edges: [
        ...threads.map((it) => edge('entry program m', 'starts', it.id)),
        ...threads.map((it, at) => edge(it.id, 'writes', (states[at] as ProgramNode).id)),
      ],
    };
    const marks: Marks = { nodes: new Map([['state s57', [0]]]), edges: new Map() };
    const drawn = focus(map, marks);
    const ids = drawn.nodes.map((it) => it.id);
    expect(ids).toContain('state s57');
    expect(ids).toContain('thread t57');
    expect(ids).toContain('entry program m');
    const count = (kind: string): number => drawn.nodes.filter((it) => it.kind === kind).length;
    expect(count('thread')).toBeLessThanOrEqual(drawnMost.thread);
    expect(drawn.left).toEqual([
      { kind: 'thread', count: 60 - count('thread') },
      { kind: 'state', count: 60 - count('state') },
    ]);
    expect(drawn.edges.filter((it) => !ids.includes(it.from) || !ids.includes(it.to))).toEqual([]);
  });

  it('a finding marks what is started and what is touched where it stands', () => {
    const spot = (start: number, end: number) => ({ file: 'm.py', span: { start, end }, note: '' });
    const map: ProgramMap = {
      nodes: [node('thread work', { at: [spot(10, 20)] }), node('state S')],
      edges: [{ ...edge('thread work', 'writes', 'state S'), at: [spot(50, 60)] }],
    };
    const alarm = (start: number, end: number): Alarm => ({
      rule: 'r',
      law: 'owner',
      severity: 'warning',
      confidence: 'high',
      at: spot(start, end),
      message: '',
      because: [],
      fingerprint: '',
      suppressed: null,
    });
    const marks = marksOf(map, [alarm(12, 13), alarm(55, 58), alarm(90, 91)]);
    expect([...marks.nodes]).toEqual([
      ['thread work', [0]],
      ['state S', [1]],
    ]);
    expect([...marks.edges.values()]).toEqual([[1]]);
  });
});

describe('where boxes stand', () => {
  const graph = (count: number) => {
    const ids = Array.from({ length: count }, (_, at) => `n${at}`);
    // A fixed jumble: some edges are long, some lead back.
    const edges = ids.flatMap((from, at) =>
      [at * 7 + 3, at * 13 + 5].map((to) => ({ from, to: `n${to % count}`, bundle: 'x' })).filter((it) => it.from !== it.to),
    );
    return { ids, edges, columnOf: (id: string) => Number(id.slice(1)) % 5 };
  };

  it('columns follow each other, nothing overlaps, and every line ends at its boxes', () => {
    const { ids, edges, columnOf } = graph(40);
    const { boxes, lines, width, height } = layered(ids, edges, columnOf, sizes);
    for (const [at, a] of boxes.entries()) {
      expect(a.x).toBe(sizes.margin + columnOf(a.id) * (sizes.width + sizes.across));
      for (const b of boxes.slice(at + 1))
        if (a.x === b.x) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(sizes.height + sizes.down - 0.001);
      expect(a.y).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(width);
      expect(a.y + a.height).toBeLessThanOrEqual(height);
    }
    const boxOf = new Map(boxes.map((it) => [it.id, it]));
    for (const it of lines) {
      const [from, to] = [boxOf.get(it.from), boxOf.get(it.to)];
      expect(it.points[0]).toEqual({ x: (from?.x ?? 0) + sizes.width, y: (from?.y ?? 0) + sizes.height / 2 });
      expect(it.points.at(-1)?.x).toBe(to?.x);
    }
  });

  it('two pairs that would cross are turned', () => {
    const edges = [
      { from: 'a', to: 'd', bundle: '' },
      { from: 'b', to: 'c', bundle: '' },
    ];
    const { boxes } = layered(['a', 'b', 'c', 'd'], edges, (id) => (id < 'c' ? 0 : 1), sizes);
    const y = (id: string): number => boxes.find((it) => it.id === id)?.y ?? 0;
    expect(y('a') - y('b') < 0).toBe(y('d') - y('c') < 0);
  });

  it('is the same each time, and soon there for a large graph', () => {
    const { ids, edges, columnOf } = graph(300);
    const once = layered(ids, edges, columnOf, sizes);
    expect(layered(ids, edges, columnOf, sizes)).toEqual(once);
  });
});

describe('the drawing', () => {
  it('names are text, cut in the middle, and told whole to who cannot see them', () => {
    const name = 'a_very_long_name_of_a_function_</svg><script>';
    const map = focus(
      { nodes: [node('entry program m'), node('thread x', { title: name })], edges: [edge('entry program m', 'starts', 'thread x')] },
      unmarked,
    );
    const { svg } = draw(map, { prefix: 'p', href: () => '#"' });
    expect(svg).not.toContain('<script>');
    expect(svg).toContain('aria-label="thread a_very_long_name_of_a_function_&lt;/svg&gt;&lt;script&gt;, thread"');
    expect(svg).toMatch(/<text class="name"[^>]*>a_very_lon…&gt;&lt;script&gt;<\/text>/);
    expect(svg).toContain('href="#&quot;"');
  });

  it('runners that start each other in a circle are drawn all the same', () => {
    const map = focus(
      {
        nodes: [node('entry program m'), node('task a'), node('task b')],
        edges: [edge('entry program m', 'starts', 'task a'), edge('task a', 'starts', 'task b'), edge('task b', 'starts', 'task a')],
      },
      unmarked,
    );
    expect(draw(map, { prefix: 'p', href: () => '#' }).svg.match(/<path class="edge starts"/g)?.length).toBe(3);
  });
});
