// The engine: the one mutable object. Files in, alarms and verified repairs out; synchronous and without IO.
import type { Alarm, Failure, Offered, QName, Repair, Span, Target } from '../model.js';
import type { Knowledge } from '../knowledge/load.js';
import type { Scanned } from '../facts/scan.js';
import type { Parser } from '../syntax/load.js';

/** One file as its caller found it. `module` is its import path, `package` true for an `__init__.py`. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly module: QName;
  readonly package: boolean;
  /** The facts, where a worker has made them already. */
  readonly scanned?: Scanned;
}
/** What the editor shows on hover at a place that starts a runner, alarm or not. */
export interface Insight {
  readonly file: string;
  readonly span: Span;
  readonly title: string;
  /** Sentences, in order; plain text with names in backticks. */
  readonly says: readonly string[];
}
export interface EngineOptions {
  readonly parser: Parser;
  readonly target: Target;
  readonly knowledge: Knowledge;
  /** Rules to run; all that are on by default when left out. */
  readonly rules?: ReadonlySet<string>;
}

export class Engine {
  constructor(options: EngineOptions) {
    void options;
  }
  /** Adds or replaces a file. */
  set(source: SourceFile): void {
    void source;
  }
  drop(file: string): void {
    void file;
  }
  text(file: string): string | undefined {
    void file;
    return undefined;
  }
  /** Modules that linking looked for and that no file provides. Answer each with `set` or `absent`. */
  wanted(): readonly QName[] {
    return [];
  }
  /** The workspace has no such module: it is not asked for again until a file of that name is set. */
  absent(module: QName): void {
    void module;
  }
  /** Sorted by file, position and rule; suppressed ones are included and say by what. */
  alarms(file?: string): readonly Alarm[] {
    void file;
    return [];
  }
  /** Files that could not be analysed, or only in part. */
  failures(): readonly Failure[] {
    return [];
  }
  /** The fixes of an alarm, cheap: nothing is verified yet. */
  offers(alarm: Alarm): readonly Offered[] {
    void alarm;
    return [];
  }
  /** Makes and verifies the edits of one offered fix. Never throws; a failed verification is a refusal. */
  repair(alarm: Alarm, fix: string): Repair {
    void alarm;
    return { id: fix, title: fix, tier: null, says: 'not offered here', edits: [] };
  }
  /** `offset` counts UTF-16 units from the start of the file. */
  insight(file: string, offset: number): Insight | undefined {
    void file;
    void offset;
    return undefined;
  }
}
