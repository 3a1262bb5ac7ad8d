// Reads a fixture page: Markdown sections with front matter, Python files, markers in comments, and blocks of expected answers.
import type { Confidence, Severity, Target } from '../src/model.js';

/** What a marker in a comment asserts about the line it stands on, or about the line above it when it draws carets. */
export interface Marker {
  readonly kind: MarkerKind;
  /** The rule, for the alarm kinds; empty for the others. */
  readonly rule: string;
  /** 0-based line of the file without markers. */
  readonly line: number;
  /** UTF-16 columns in that line, end exclusive; undefined without carets. */
  readonly columns: readonly [number, number] | undefined;
  readonly confidence: Confidence;
  /** undefined: any. */
  readonly severity: Severity | undefined;
  /** Part of the message, or what the marker says for the kinds that take words. */
  readonly text: string;
  /** 1-based line of the page. */
  readonly at: number;
}
export type MarkerKind = (typeof markerKinds)[number];
const markerKinds = ['alarm', 'todo-alarm', 'todo-ok', 'hover', 'effect', 'work', 'runs-on', 'holds', 'race', 'gap', 'circle'] as const;

/** A Python file of a section, without its markers. */
export interface PageFile {
  readonly path: string;
  readonly text: string;
  readonly markers: readonly Marker[];
  /** The line of the page each line stands on, 1-based. */
  readonly lines: readonly number[];
}
/** An expected answer: the edit of a fix, the sentence of its refusal, the evidence of an alarm, or the call graph. */
export interface Answer {
  readonly kind: 'diff' | 'refused' | 'evidence' | 'calls';
  /** The fix; for evidence the rule, for calls the module, or empty for all of them. */
  readonly id: string;
  readonly body: string;
  /** For a diff: the tier it must have; undefined: any. */
  readonly tier: string | undefined;
  /** 0-based lines of the page that hold the body, end exclusive. */
  readonly from: number;
  readonly to: number;
}
export interface Section {
  readonly page: string;
  readonly title: string;
  /** 1-based line of the heading. */
  readonly at: number;
  readonly target: Target;
  readonly run: boolean;
  /** The event loop stands still before a fix and turns after it; implies a run. */
  readonly heartbeat: boolean;
  /** What the project declares as blocking, each with its twin or with nothing. */
  readonly blocking: readonly (readonly [string, string])[];
  /** Races, gaps and circles are asserted too: a line without a marker has none. */
  readonly gathers: boolean;
  /** Rewrites of places that no rule speaks of are made and checked as well. */
  readonly refactors: boolean;
  /** It fails as it is written, at least under spawn, and ends cleanly after each of its fixes; implies a run. */
  readonly cured: boolean;
  /** Packages a run needs installed. */
  readonly packages: readonly string[];
  /** What else a run needs: a version that Python has at least, or a module that some builds of Python lack. */
  readonly needs: readonly string[];
  /** The file a run starts with. */
  readonly main: string;
  readonly files: readonly PageFile[];
  readonly answers: readonly Answer[];
  /** What a run prints, by the fix made before it; '' for the program as written. */
  readonly outputs: ReadonlyMap<string, string>;
}
export interface Page {
  readonly path: string;
  readonly text: string;
  /** Those with Python in them; the others are prose. */
  readonly sections: readonly Section[];
}

/** Throws an Error naming page and line where the page breaks the format. */
export function readPage(path: string, text: string): Page {
  const lines = text.split('\n');
  const sections: Section[] = [];
  let defaults: Settings = {};
  let part = newPart('', 1);
  const close = () => {
    if (part.files.length > 0) sections.push(finish(path, part, defaults));
    else if (part.answers.length > 0) fail(path, part.at, `\`${part.title}\` has answers and no Python`);
  };
  let label: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const heading = /^(#{1,2})\s+(.+)$/.exec(line);
    if (heading) {
      if (heading[1] === '##') {
        if (part.files.length === 0 && sections.length === 0) defaults = part.settings;
        close();
        part = newPart(heading[2] as string, at + 1);
      } else part.title = heading[2] as string;
      continue;
    }
    const fence = /^(`{3,})\s*(\S*)\s*(\S*)\s*(\S*)\s*$/.exec(line);
    if (!fence) {
      const labelled = /^`([^`]+)`:$/.exec(line);
      if (labelled) label = labelled[1];
      else if (line.trim() !== '') label = undefined;
      continue;
    }
    const end = lines.indexOf(fence[1] as string, at + 1);
    if (end < 0) fail(path, at + 1, 'this block is never closed');
    addBlock(
      path,
      part,
      { language: fence[2] as string, argument: fence[3] as string, tier: fence[4] || undefined, label, from: at + 1, to: end },
      lines,
    );
    label = undefined;
    at = end;
  }
  close();
  const titles = new Set<string>();
  for (const it of sections) {
    if (titles.has(it.title)) fail(path, it.at, `two sections are called \`${it.title}\``);
    titles.add(it.title);
  }
  return { path, text, sections };
}

type Settings = Readonly<Record<string, string>>;
interface Part {
  title: string;
  readonly at: number;
  settings: Settings;
  readonly files: PageFile[];
  readonly answers: Answer[];
  readonly outputs: Map<string, string>;
}
const newPart = (title: string, at: number): Part => ({ title, at, settings: {}, files: [], answers: [], outputs: new Map() });

interface Block {
  readonly language: string;
  readonly argument: string;
  readonly tier: string | undefined;
  readonly label: string | undefined;
  readonly from: number;
  readonly to: number;
}

function addBlock(path: string, part: Part, block: Block, lines: readonly string[]): void {
  const body = lines.slice(block.from, block.to);
  const { language, argument } = block;
  if (language === 'yaml' && part.files.length === 0) {
    part.settings = { ...part.settings, ...settingsOf(path, block.from, body) };
  } else if (language === 'python') {
    const name = block.label ?? 'main.py';
    if (part.files.some((it) => it.path === name)) fail(path, block.from, `a second \`${name}\` in one section; put a label before it`);
    part.files.push(fileOf(path, name, block.from, body));
  } else if (language === 'output') {
    part.outputs.set(argument, body.map((it) => `${it}\n`).join(''));
  } else if (language === 'diff' || language === 'refused' || language === 'evidence' || language === 'calls') {
    if (argument === '' && language !== 'calls')
      fail(path, block.from, `a \`${language}\` block says which ${language === 'evidence' ? 'rule' : 'fix'} it is about`);
    part.answers.push({ kind: language, id: argument, body: body.join('\n'), tier: block.tier, from: block.from, to: block.to });
  }
}

const settingNames = new Set(['target', 'run', 'packages', 'main', 'heartbeat', 'gathers', 'refactors', 'blocking', 'needs']);

function settingsOf(path: string, at: number, body: readonly string[]): Settings {
  const found: Record<string, string> = {};
  for (const [index, line] of body.entries()) {
    if (line.trim() === '') continue;
    const match = /^([a-z-]+):\s*(.*?)\s*$/.exec(line);
    if (!match || !settingNames.has(match[1] as string)) {
      fail(path, at + index + 1, `\`${line.trim()}\` is no setting; known are ${[...settingNames].join(', ')}`);
    }
    found[match[1] as string] = match[2] as string;
  }
  return found;
}

function finish(path: string, part: Part, defaults: Settings): Section {
  const settings = { ...defaults, ...part.settings };
  const main = settings.main ?? (part.files.some((it) => it.path === 'main.py') ? 'main.py' : (part.files.at(-1) as PageFile).path);
  if (!part.files.some((it) => it.path === main)) fail(path, part.at, `there is no file \`${main}\``);
  return {
    page: path,
    title: part.title,
    at: part.at,
    target: targetOf(path, part.at, settings.target ?? ''),
    run: settings.run === 'true' || settings.run === 'cured' || settings.heartbeat === 'true',
    heartbeat: settings.heartbeat === 'true',
    blocking: words(settings.blocking ?? '').map((it) => [it.split('=')[0] ?? '', it.split('=')[1] ?? ''] as const),
    gathers: settings.gathers === 'true',
    refactors: settings.refactors === 'true',
    cured: settings.run === 'cured',
    packages: words(settings.packages ?? ''),
    needs: words(settings.needs ?? ''),
    main,
    files: part.files,
    answers: part.answers,
    outputs: part.outputs,
  };
}

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

function targetOf(path: string, at: number, text: string): Target {
  let python = { from: 11, to: 11 };
  let gil: Target['gil'] = 'on';
  let start: Target['start'] = 'any';
  for (const word of words(text)) {
    const version = /^3\.(\d+)(?:-3\.(\d+))?(t?)$/.exec(word);
    if (version) {
      python = { from: Number(version[1]), to: Number(version[2] ?? version[1]) };
      if (version[3] === 't') gil = 'off';
    } else if (word === 'fork' || word === 'forkserver' || word === 'spawn') start = word;
    else fail(path, at, `\`${word}\` is no target; say a version such as \`3.9\`, \`3.9-3.12\` or \`3.14t\`, or a start method`);
  }
  const origin = `the page ${path}`;
  return { python, gil, start, origin: { python: origin, gil: origin, start: origin } };
}

function fileOf(path: string, name: string, from: number, body: readonly string[]): PageFile {
  const kept: string[] = [];
  const lines: number[] = [];
  const markers: Marker[] = [];
  for (const [index, line] of body.entries()) {
    const at = from + index + 1;
    const carets = /^\s*#\s*(\^+)\s*(?=alarm:|todo-ok:|hover:)/.exec(line);
    if (carets) {
      const above = kept.at(-1);
      if (above === undefined) fail(path, at, 'carets point at the line above, and there is none');
      const start = line.indexOf('^');
      const columns = [unitsOf(above, start), unitsOf(above, start + (carets[1] as string).length)] as const;
      markers.push(...markersOf(path, at, `# ${line.slice(carets[0].length)}`, kept.length - 1, columns));
      continue;
    }
    const first = /\s*#\s*(?:alarm|todo-alarm|todo-ok|hover|effect|work|runs-on|holds|race|gap|circle):/.exec(line);
    if (first) {
      if (first.index === 0) fail(path, at, 'this marker stands on a line without code');
      markers.push(...markersOf(path, at, line.slice(first.index), kept.length, undefined));
    }
    kept.push(first ? line.slice(0, first.index) : line);
    lines.push(at);
  }
  return { path: name, text: kept.map((it) => `${it}\n`).join(''), markers, lines };
}

/** Code points counted from the start of the line, as UTF-16 units. */
const unitsOf = (line: string, points: number) => [...line].slice(0, points).join('').length;

function markersOf(path: string, at: number, text: string, line: number, columns: Marker['columns']): Marker[] {
  return text
    .split(/\s*#\s*(?=(?:alarm|todo-alarm|todo-ok|hover|effect|work|runs-on|holds|race|gap|circle):)/)
    .filter((it) => it !== '')
    .map((it): Marker => {
      const kind = it.slice(0, it.indexOf(':')) as MarkerKind;
      const rest = it.slice(kind.length + 1).trim();
      const plain = { kind, line, columns, at, confidence: 'high', severity: undefined } as const;
      if (kind !== 'alarm' && kind !== 'todo-alarm' && kind !== 'todo-ok') return { ...plain, rule: '', text: unquoted(rest) };
      const match = /^\[([a-z][a-z0-9-]*)\]\s*(.*)$/.exec(rest);
      if (!match) fail(path, at, `\`${kind}:\` is followed by a rule in brackets`);
      const rule = match[1] as string;
      if (kind !== 'alarm') {
        if (match[2] === '') fail(path, at, `\`${kind}:\` says why`);
        return { ...plain, rule, text: match[2] as string };
      }
      return { ...plain, rule, ...claimsOf(path, at, match[2] as string) };
    });
}

const confidences: readonly string[] = ['high', 'medium'] satisfies Confidence[];
const severities: readonly string[] = ['error', 'warning', 'info', 'hint'] satisfies Severity[];

function claimsOf(path: string, at: number, rest: string): Pick<Marker, 'confidence' | 'severity' | 'text'> {
  const quoted = /^([^"]*)"(.*)"$/.exec(rest);
  let confidence: Confidence = 'high';
  let severity: Severity | undefined;
  for (const word of words(quoted?.[1] ?? rest)) {
    if (confidences.includes(word)) confidence = word as Confidence;
    else if (severities.includes(word)) severity = word as Severity;
    else fail(path, at, `\`${word}\` is neither a confidence nor a severity; text of the message goes in double quotes`);
  }
  return { confidence, severity, text: quoted?.[2] ?? '' };
}

const unquoted = (text: string) => /^"(.*)"$/.exec(text)?.[1] ?? text;

function fail(path: string, at: number, why: string): never {
  throw new Error(`${path}:${at}: ${why}`);
}
