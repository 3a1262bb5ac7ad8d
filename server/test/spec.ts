// Judges a fixture section: runs the engine over its files and lists every difference from what the page says.
import { structuredPatch } from 'diff';
import { Engine } from '../src/engine/engine.js';
import { type Scanned, scan } from '../src/facts/scan.js';
import { type Knowledge, loadKnowledge } from '../src/knowledge/load.js';
import { circlesIn } from '../src/link/circles.js';
import { effectsOf } from '../src/link/effects.js';
import { gapsInChunk } from '../src/link/gaps.js';
import { racesIn } from '../src/link/races.js';
import type { Alarm, Edit, Offered, Repair, Spot } from '../src/model.js';
import { rules } from '../src/rules/index.js';
import type { Parser } from '../src/syntax/load.js';
import type { Answer, Marker, PageFile, Section } from './page.js';

/** The texts of a section by path, in the order of the page. */
export type Files = ReadonlyMap<string, string>;
export interface Verdict {
  /** `page:line: what is wrong`, one per difference; empty when the section holds. */
  readonly wrong: readonly string[];
  /** What each answer block would say if it were written today. */
  readonly answers: ReadonlyMap<Answer, string>;
  /** Each verified repair with the files it leaves behind. */
  readonly repairs: readonly Repaired[];
}
export interface Repaired {
  readonly alarm: Alarm;
  readonly repair: Repair;
  readonly files: Files;
}

export function judge(section: Section, parser: Parser): Verdict {
  const files: Files = new Map(section.files.map((it) => [it.path, it.text]));
  const engine = open(files, section, parser);
  const alarms = loud(engine);
  const wrong: string[] = [];
  const say = (at: number, what: string) => wrong.push(`${section.page}:${at}: ${what}`);
  matchAlarms(section, alarms, say);
  matchOther(section, engine, say);
  for (const { reason } of engine.failures()) if (reason.startsWith('an error of the analysis')) say(section.at, reason);
  const answers: Given[] = alarms.map((it) => ({ kind: 'evidence', id: it.rule, body: evidence(it, files) }));
  for (const { kind, id } of section.answers) if (kind === 'calls') answers.push({ kind, id, body: calls(engine, id) });
  const repairs: Repaired[] = [];
  const quiet = section.refactors ? [...files.keys()].flatMap((file) => engine.refactorings(file)) : [];
  for (const alarm of [...alarms, ...quiet]) {
    const at = lineOf(section, alarm.at);
    for (const offer of engine.offers(alarm)) {
      const repair = engine.repair(alarm, offer.id);
      const refusal = refusalOf(offer, repair);
      if (refusal !== undefined) {
        answers.push({ kind: 'refused', id: offer.id, body: refusal });
        if (offer.tier !== null && !section.answers.some((it) => it.kind === 'refused' && it.id === offer.id)) {
          say(at, `\`${offer.id}\` is offered and then fails: ${refusal}`);
        }
        if (repair.edits.length > 0) say(at, `\`${offer.id}\` is refused and still edits`);
        continue;
      }
      const after = applied(files, repair.edits);
      if (typeof after === 'string') {
        say(at, `\`${offer.id}\`: ${after}`);
        continue;
      }
      answers.push({ kind: 'diff', id: offer.id, body: difference(files, after, alarm.at.file), tier: repair.tier });
      repairs.push({ alarm, repair, files: after });
      const before = { files, alarms, alarm };
      for (const it of checkRepair(before, repair, after, section, parser)) say(at, `\`${offer.id}\`: ${it}`);
    }
  }
  if (JSON.stringify(loud(engine)) !== JSON.stringify(alarms)) say(section.at, 'asking for repairs changed the alarms');
  checkOrder(section, files, alarms, parser, say);
  return { wrong, answers: matchAnswers(section, answers, say), repairs };
}

type Say = (at: number, what: string) => void;
interface Given {
  readonly kind: Answer['kind'];
  readonly id: string;
  readonly body: string;
  readonly tier?: Repair['tier'];
}

// ── Running the engine ───────────────────────────────────────────────────────────────────────────

const known = new Map<string, Knowledge>();

function knowledgeFor({ target, blocking }: Section): Knowledge {
  const key = JSON.stringify([target.python, target.gil, target.start, blocking]);
  const declared = blocking.map(([name, twin], at) => ({
    name,
    as: 'blocking' as const,
    ...(twin ? { twin } : {}),
    evidence: `pyproject.toml:${at + 1}`,
  }));
  const found = known.get(key) ?? loadKnowledge(target, [], declared);
  known.set(key, found);
  return found;
}

/** The rules that are on by default, and on its own page the rule of that name. */
function rulesOn({ page, gathers }: Section): ReadonlySet<string> {
  if (gathers) return new Set();
  return new Set(rules.filter((it) => !it.optIn || page.endsWith(`/${it.id}.md`)).map((it) => it.id));
}

/** An engine that holds `first`, and whatever it asks for of `files`. */
function open(files: Files, section: Section, parser: Parser, first: readonly string[] = [...files.keys()]): Engine {
  const engine = new Engine({ parser, target: section.target, knowledge: knowledgeFor(section), rules: rulesOn(section) });
  const byModule = new Map([...files.keys()].map((it) => [moduleOf(it), it]));
  const set = (file: string) => {
    const text = files.get(file) as string;
    engine.set({
      file,
      text,
      module: moduleOf(file),
      package: file.endsWith('__init__.py'),
      scanned: readOf(text, section, parser).scanned,
    });
  };
  for (const file of first) set(file);
  for (let round = 0, more = engine.wanted(); more.length > 0; more = engine.wanted(), round++) {
    if (round === 100) throw new Error(`the engine never stops asking for ${more.join(', ')}`);
    for (const module of more) {
      const file = byModule.get(module);
      if (file === undefined) engine.absent(module);
      else set(file);
    }
  }
  return engine;
}

/** What depends on nothing but a text, so that every engine of a section can have it. */
interface ReadText {
  readonly scanned: Scanned;
  readonly syntax: () => Syntax;
}
/** Of the section that is judged; the texts of others do not come back. */
let texts: { readonly section: Section; readonly read: Map<string, ReadText> } | undefined;
function readOf(text: string, section: Section, parser: Parser): ReadText {
  if (texts?.section !== section) texts = { section, read: new Map() };
  const found = texts.read.get(text) ?? { scanned: scan(parser, text), syntax: once(() => syntaxOf(text, parser)) };
  texts.read.set(text, found);
  return found;
}
function once<T>(ask: () => T): () => T {
  let known: { readonly answer: T } | undefined;
  return () => {
    known ??= { answer: ask() };
    return known.answer;
  };
}

const moduleOf = (file: string) =>
  file
    .replace(/\.(?:py|ipynb)$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');

const loud = (engine: Engine): readonly Alarm[] => engine.alarms().filter((it) => it.suppressed === null);

/** One line for each function that calls something, as `print calls` names it; of one module where one is named. */
function calls(engine: Engine, module: string): string {
  return Object.entries(engine.callGraph())
    .filter(([from, to]) => to.length > 0 && (module === '' || from === module || from.startsWith(`${module}.`)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, to]) => `${from}: ${to.join(', ')}`)
    .join('\n');
}

/** The order in which files arrive, and whether they were given or asked for, changes no alarm. */
function checkOrder(section: Section, files: Files, alarms: readonly Alarm[], parser: Parser, say: Say): void {
  if (files.size < 2) return;
  const reversed = [...files.keys()].reverse();
  const orders = {
    'in reverse order': reversed,
    'when only files with markers are given': section.files.filter((it) => it.markers.length > 0).map((it) => it.path),
  };
  for (const [name, first] of Object.entries(orders)) {
    if (first.length === 0) continue;
    const other = loud(open(files, section, parser, first));
    if (JSON.stringify(other) !== JSON.stringify(alarms)) say(section.at, `other alarms ${name}: ${other.map(named).join(', ') || 'none'}`);
  }
}

// ── Alarms against markers ───────────────────────────────────────────────────────────────────────

function matchAlarms(section: Section, alarms: readonly Alarm[], say: Say): void {
  const left = new Set(alarms);
  for (const file of section.files) {
    for (const marker of file.markers) {
      if (marker.kind !== 'alarm' && marker.kind !== 'todo-alarm' && marker.kind !== 'todo-ok') continue;
      const here = [...left].filter((it) => it.at.file === file.path && lineIn(file, it.at) === marker.line && it.rule === marker.rule);
      const found = here.find((it) => matchesColumns(file, marker, it)) ?? here[0];
      if (marker.kind === 'todo-alarm') {
        if (found) say(marker.at, `[${marker.rule}] is no longer missed: make it \`# alarm:\``);
      } else if (!found) {
        say(
          marker.at,
          marker.kind === 'alarm' ? `missed alarm [${marker.rule}]` : `[${marker.rule}] is no longer a false alarm: remove \`# todo-ok:\``,
        );
      } else if (marker.kind === 'alarm') compare(file, marker, found, say);
      if (found) left.delete(found);
    }
  }
  for (const it of left) say(lineOf(section, it.at), `false alarm ${named(it)} (${it.confidence}, ${it.severity}): ${it.message}`);
}

function compare(file: PageFile, marker: Marker, alarm: Alarm, say: Say): void {
  const told = `[${alarm.rule}]`;
  if (alarm.confidence !== marker.confidence) say(marker.at, `${told} has ${alarm.confidence} confidence, not ${marker.confidence}`);
  if (marker.severity && alarm.severity !== marker.severity)
    say(marker.at, `${told} is shown as ${alarm.severity}, not ${marker.severity}`);
  if (!alarm.message.includes(marker.text)) say(marker.at, `${told} says: ${alarm.message}`);
  if (!matchesColumns(file, marker, alarm)) {
    const text = file.text.slice(alarm.at.span.start, alarm.at.span.end);
    say(marker.at, `${told} covers \`${text}\`, not what the carets cover`);
  }
  if (alarm.because.length === 0 || alarm.because.some((it) => it.length === 0)) say(marker.at, `${told} has no evidence`);
}

function matchesColumns(file: PageFile, marker: Marker, alarm: Alarm): boolean {
  if (!marker.columns) return true;
  const start = file.text.lastIndexOf('\n', alarm.at.span.start - 1) + 1;
  const end = file.text.indexOf('\n', start);
  return alarm.at.span.start - start === marker.columns[0] && Math.min(alarm.at.span.end, end) - start === marker.columns[1];
}

/** Markers about something else than alarms. */
/** `# effect: blocks, computes`, `# work: interpreter` and `# runs-on: main, thread*` beside a `def`. */
function matchSummary(file: PageFile, marker: Marker, engine: Engine, say: Say): void {
  const { program, link } = engine.inspect();
  const lines = file.text.split('\n');
  const name = /\bdef\s+(\w+)/.exec(lines[marker.line] ?? '')?.[1];
  const before = lines.slice(0, marker.line).filter((it) => new RegExp(`\\bdef\\s+${name}\\b`).test(it)).length;
  const module = [...link.modules.values()].find((it) => it.file === file.path);
  const fn = module?.functions.filter((it) => it.fact.name === name)[before];
  if (!fn) return say(marker.at, 'no `def` stands on this line');
  const wanted = marker.text
    .replace(/^only\b/, '')
    .split(',')
    .map((it) => it.trim())
    .filter(Boolean)
    .sort()
    .join(', ');
  const { effects, work } = effectsOf(link, fn);
  const body = fn.chunk.regions[fn.fact.body];
  const runners = body ? [...new Set(program.runners(body).map((it) => `${it.kind}${it.many ? '*' : ''}`))] : [];
  const all = /\bonly\b|spawns|joins|raises|fresh/.test(marker.text); // otherwise it speaks of the pots of time alone
  const pots = effects.filter((it) => all || it === 'blocks' || it === 'computes' || it === 'crunches');
  const found = marker.kind === 'work' ? work.bound : (marker.kind === 'effect' ? pots : runners).sort().join(', ');
  if (found !== wanted) say(marker.at, `\`# ${marker.kind}:\` is now ${found || 'nothing'}`);
}
/** `# holds: _lock, gate`: the locks certainly held where the first event of this line stands. */
function matchHeld(file: PageFile, marker: Marker, engine: Engine, say: Say): void {
  const { program, link } = engine.inspect();
  const chunks = [...link.modules.values()].filter((it) => it.file === file.path).flatMap((it) => it.chunks);
  const event = chunks
    .flatMap((chunk) => [...chunk.accesses, ...chunk.events])
    .filter((it) => it.kind !== 'with' && lineOfOffset(file.text, engine.startOf(it.in.chunk) + it.span.start) === marker.line)
    .sort((a, b) => b.span.start - a.span.start)[0];
  if (!event) return say(marker.at, 'nothing happens on this line');
  const found = program.held(event).map((it) => it.name);
  const wanted = marker.text.split(',').map((it) => it.trim());
  const same = (it: readonly string[]): string => it.filter(Boolean).sort().join(', ');
  if (same(found) !== same(wanted)) say(marker.at, `\`# holds:\` is now ${same(found) || 'nothing'}`);
}
const lineOfOffset = (text: string, offset: number): number => text.slice(0, offset).split('\n').length - 1;

/** `# race: place`, `# gap: place`, `# circle: lock`: what is gathered here, whether or not a rule speaks of it. */
function matchGathered(section: Section, engine: Engine, say: Say): void {
  const { link } = engine.inspect();
  const markers = section.files.flatMap((file) => file.markers.filter((it) => gathered.has(it.kind)).map((it) => ({ file, it })));
  if (markers.length === 0 && !section.gathers) return;
  const found = [...link.modules.values()].flatMap((module) =>
    module.chunks.flatMap((chunk) => [
      ...racesIn(link, chunk).map((it) => ({ kind: 'race', name: it.place.name, it })),
      ...gapsInChunk(link, chunk).map((it) => ({ kind: 'gap', name: it.place.name, it })),
      ...circlesIn(link, chunk).map((it) => ({ kind: 'circle', name: it.holds[0].held.name, it })),
    ]),
  );
  const places = found.map(({ kind, name, it }) => ({
    key: `${it.in.chunk.file} ${lineOfOffset(fileText(section, it.in.chunk.file), engine.startOf(it.in.chunk) + it.span.start)} ${kind} ${name}`,
    kind,
    name,
    it,
  }));
  for (const { file, it } of markers) {
    const at = places.findIndex((one) => one.key === `${file.path} ${it.line} ${it.kind} ${it.text}`);
    if (at < 0) say(it.at, `no ${it.kind} of \`${it.text}\` is found here`);
    else places.splice(at, 1);
  }
  for (const one of places) {
    const file = section.files.find((it) => it.path === one.it.in.chunk.file);
    const line = lineOfOffset(file?.text ?? '', engine.startOf(one.it.in.chunk) + one.it.span.start);
    say(file?.lines[line] ?? section.at, `a ${one.kind} of \`${one.name}\` is found here`);
  }
}
const gathered: ReadonlySet<string> = new Set(['race', 'gap', 'circle']);
const fileText = (section: Section, path: string): string => section.files.find((it) => it.path === path)?.text ?? '';

function matchOther(section: Section, engine: Engine, say: Say): void {
  matchGathered(section, engine, say);
  for (const file of section.files) {
    for (const marker of file.markers) {
      if (marker.kind === 'hover') matchHover(file, marker, engine, say);
      else if (marker.kind === 'effect' || marker.kind === 'work' || marker.kind === 'runs-on') matchSummary(file, marker, engine, say);
      else if (marker.kind === 'holds') matchHeld(file, marker, engine, say);
      else if (!gathered.has(marker.kind) && marker.kind !== 'alarm' && marker.kind !== 'todo-alarm' && marker.kind !== 'todo-ok') {
        say(marker.at, `\`# ${marker.kind}:\` cannot be checked yet: the engine answers no such question`);
      }
    }
  }
}

function matchHover(file: PageFile, marker: Marker, engine: Engine, say: Say): void {
  const start = file.lines.length === 0 ? 0 : offsetOf(file.text, marker.line);
  const line = file.text.slice(start, file.text.indexOf('\n', start));
  const seen = new Set<string>();
  for (const word of line.matchAll(/\w+/g)) {
    const insight = engine.insight(file.path, start + word.index);
    if (insight) seen.add([insight.title, ...insight.says].join(' '));
  }
  if ([...seen].some((it) => it.includes(marker.text))) return;
  say(marker.at, seen.size === 0 ? 'nothing is shown on hover' : `on hover it says: ${[...seen].join(' | ')}`);
}

function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let rest = line; rest > 0; rest--) at = text.indexOf('\n', at) + 1;
  return at;
}

const lineIn = (file: PageFile, spot: Spot) => file.text.slice(0, spot.span.start).split('\n').length - 1;

function lineOf(section: Section, spot: Spot): number {
  const file = section.files.find((it) => it.path === spot.file);
  return file?.lines[lineIn(file, spot)] ?? section.at;
}

const named = (alarm: Alarm) => `[${alarm.rule}]`;

// ── Answers: diffs, refusals, evidence ───────────────────────────────────────────────────────────

function refusalOf(offer: Offered, repair: Repair): string | undefined {
  if (offer.tier === null) return offer.says;
  return repair.tier === null ? repair.says : undefined;
}

/** The n-th block of a kind and name in a section answers the n-th alarm that has such an answer. */
function matchAnswers(section: Section, given: readonly Given[], say: Say): ReadonlyMap<Answer, string> {
  const now = new Map<Answer, string>();
  const taken = new Set<Given>();
  for (const block of section.answers) {
    const found = given.find((it) => it.kind === block.kind && it.id === block.id && !taken.has(it));
    if (!found) {
      const other = given.filter((it) => it.id === block.id && it.kind !== block.kind).map((it) => `${it.kind}: ${it.body}`);
      say(block.from, `there is no ${block.kind} of \`${block.id}\` here${other.length > 0 ? `; ${other.join('; ')}` : ''}`);
      continue;
    }
    taken.add(found);
    now.set(block, found.body);
    if (block.tier && found.tier !== block.tier) say(block.from, `\`${block.id}\` is ${found.tier}, not ${block.tier}`);
    if (found.body !== block.body) say(block.from, `this ${block.kind} is now\n${found.body}`);
  }
  return now;
}

function evidence(alarm: Alarm, files: Files): string {
  const lineAt = (spot: Spot) => (files.get(spot.file) ?? '').slice(0, spot.span.start).split('\n').length;
  return alarm.because.map((chain) => chain.map((it) => `${it.file}:${lineAt(it)} ${it.note}`).join('\n')).join('\n\n');
}

/**
 * Changed lines with one line of context; `@@` between places that do not touch, followed by the path where it is not
 * the file of the alarm or where several files change.
 */
export function difference(before: Files, after: Files, home: string): string {
  const changed = [...after.keys()].filter((it) => before.get(it) !== after.get(it));
  const sayPath = changed.length > 1 || changed.some((it) => it !== home);
  const parts = changed.map((path) => {
    const hunks = structuredPatch(path, path, before.get(path) ?? '', after.get(path) as string, '', '', { context: 1 }).hunks;
    const texts = hunks.map((it) => withoutBlankEdges(it.lines.map((line) => line.trimEnd())).join('\n'));
    return (sayPath ? `@@ ${path}\n` : '') + texts.join('\n@@\n');
  });
  return parts.join('\n');
}

/** Blank context says nothing. */
function withoutBlankEdges(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((it) => it !== '');
  return lines.slice(first, lines.findLastIndex((it) => it !== '') + 1);
}

// ── What every repair survives ───────────────────────────────────────────────────────────────────

/** The files after the edits, or why they cannot be applied. */
export function applied(files: Files, edits: readonly Edit[]): Files | string {
  if (edits.length === 0) return 'the repair has no edits';
  const after = new Map(files);
  for (const path of new Set(edits.map((it) => it.file))) {
    const text = files.get(path);
    if (text === undefined) return `edits \`${path}\`, which is not in the section`;
    const own = inOrder(edits, path);
    let out = '';
    let at = 0;
    for (const { span, text: added } of own) {
      if (span.start < at || span.end < span.start || span.end > text.length) return `edits of \`${path}\` overlap or leave the file`;
      out += text.slice(at, span.start) + added;
      at = span.end;
    }
    after.set(path, out + text.slice(at));
  }
  return after;
}

const inOrder = (edits: readonly Edit[], path: string) =>
  edits.filter((it) => it.file === path).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);

interface Before {
  readonly files: Files;
  readonly alarms: readonly Alarm[];
  readonly alarm: Alarm;
}

/** Checked with a fresh engine, so that nothing depends on the one that made the repair. */
function checkRepair(before: Before, repair: Repair, after: Files, section: Section, parser: Parser): string[] {
  const wrong: string[] = [];
  for (const [path, text] of after) {
    if (text === before.files.get(path)) continue;
    const old = readOf(before.files.get(path) ?? '', section, parser).syntax();
    const now = readOf(text, section, parser).syntax();
    if (now.errors > old.errors) wrong.push(`\`${path}\` no longer parses:\n${text}`);
    const lost = missing(old.comments, now.comments);
    if (lost.length > 0) wrong.push(`the comment ${lost[0]} is lost`);
  }
  const engine = open(after, section, parser);
  const alarms = loud(engine);
  const again = section.refactors ? [...after.keys()].flatMap((file) => engine.refactorings(file)) : [];
  if (again.some((it) => it.rule === before.alarm.rule)) wrong.push('is offered again on its own result');
  const expected = before.alarms.filter((it) => it !== before.alarm).map((it) => placed(it, repair.edits));
  const same = (a: Place, b: Place) => a.file === b.file && a.rule === b.rule && a.from <= b.to && b.from <= a.to;
  const gone = placed(before.alarm, repair.edits);
  for (const it of alarms) {
    const here: Place = { file: it.at.file, rule: it.rule, from: it.at.span.start, to: it.at.span.start };
    const at = expected.findIndex((old) => same(old, here));
    if (at >= 0) expected.splice(at, 1);
    else wrong.push(same(gone, here) ? `the alarm is still there: ${it.message}` : `brings the alarm ${named(it)}: ${it.message}`);
    if (same(gone, here) && engine.offers(it).some((offer) => offer.id === repair.id && offer.tier !== null)) {
      wrong.push('is offered again on its own result');
    }
  }
  return wrong;
}

interface Place {
  readonly file: string;
  readonly rule: string;
  /** UTF-16 offsets after the edits, both inclusive. */
  readonly from: number;
  readonly to: number;
}

/** Where the start of an alarm may be after the edits: one offset, or the whole text that replaced it. */
function placed(alarm: Alarm, edits: readonly Edit[]): Place {
  const { file, span } = alarm.at;
  let by = 0;
  for (const edit of inOrder(edits, file)) {
    if (edit.span.start > span.start) break;
    if (edit.span.end > span.start || (edit.span.start === span.start && edit.span.end > edit.span.start)) {
      return { file, rule: alarm.rule, from: edit.span.start + by, to: edit.span.start + by + edit.text.length };
    }
    by += edit.text.length - (edit.span.end - edit.span.start);
  }
  return { file, rule: alarm.rule, from: span.start + by, to: span.start + by };
}

interface Syntax {
  readonly errors: number;
  readonly comments: readonly string[];
}
function syntaxOf(text: string, parser: Parser): Syntax {
  const tree = parser.parse(text);
  let errors = 0;
  // To look into each node takes longer than to parse.
  const walk = (node: typeof tree.rootNode) => {
    if (node.isError || node.isMissing) errors++;
    if (node.hasError) for (const child of node.children) if (child) walk(child);
  };
  walk(tree.rootNode);
  const comments = tree.rootNode.descendantsOfType('comment').map((it) => it?.text ?? '');
  tree.delete();
  return { errors, comments };
}

function missing(from: readonly string[], within: readonly string[]): string[] {
  const left = [...within];
  return from.filter((it) => {
    const at = left.indexOf(it);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
