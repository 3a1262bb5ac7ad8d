// The audit: every file that is asked for is read and judged, and the client keeps a list of what was found, which follows later edits.
import type { Connection, ProgressToken, Range, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Alarm, Law, Severity, Spot } from '../model.js';
import { type SharedPlace, sharedPlaces, type WithGil } from '../project/readiness.js';
import { rules } from '../rules/index.js';
import type { Context } from './convert.js';
import type { Project } from './project.js';
import type { Session } from './session.js';
import type { Token } from './slices.js';

/** What `threadwise/audit` takes. Without folders and files the whole workspace is meant. */
export interface AuditParams {
  readonly folders?: readonly string[];
  readonly files?: readonly string[];
  readonly workDoneToken?: ProgressToken;
}
/** What `threadwise/audit` answers; the findings came before, as `threadwise/findings`. */
export interface AuditAnswer {
  /** How many files were looked at. */
  readonly files: number;
  readonly failed: readonly { readonly uri: string; readonly reason: string }[];
}
/** One finding as the client lists it. */
export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly law: Law;
  readonly severity: Severity;
  readonly confidence: string;
  readonly message: string;
  readonly fingerprint: string;
  /** Of the document that holds it: the file, or a cell of it. */
  readonly uri: string;
  readonly range: Range;
  /** Memory that it is about; only where the build may lack the GIL. */
  readonly shared?: SharedMemory;
  /** The evidence, in order. */
  readonly steps: readonly { readonly uri: string; readonly range: Range; readonly text: string }[];
}
export interface SharedMemory {
  readonly id: string;
  /** For people: `Counter.value`. */
  readonly name: string;
  /** `accident`: only the GIL keeps it whole. `anyway`: found with it as well. */
  readonly how: SharedPlace['how'];
  /** Where it gets its first value. */
  readonly born?: { readonly uri: string; readonly range: Range };
}
/** A file with all of its findings; those that were told before are replaced. */
export interface FileFindings {
  readonly uri: string;
  readonly findings: readonly Finding[];
}

export interface Audit {
  run(params: AuditParams, token: Token): Promise<AuditAnswer>;
  /** Tells what is different since the last time, in files that were audited. */
  update(): void;
}
export interface AuditOptions {
  readonly connection: Connection;
  fileOf(uri: string): string;
  uri(file: string): string;
  /** undefined where there is none, or once the token is cancelled. */
  settled(token: Token): Promise<Session | undefined>;
  now(): Session | undefined;
  context(session: Session): Context;
  below(folder: string, file: string): boolean;
}

/** Files in one message. */
const part = 50;

export function createAudit({ connection, fileOf, uri, settled, now, context, below }: AuditOptions): Audit {
  /** Which files were audited; none before the first audit. */
  let covers: ((file: string) => boolean) | undefined;
  const told = new Map<string, string>();
  /** What the last audit saw with the GIL, of projects whose target may lack it. */
  let before = new Map<Project, WithGil>();

  const tell = (changed: readonly FileFindings[]) => {
    for (let at = 0; at < changed.length; at += part) {
      void connection.sendNotification('threadwise/findings', { files: changed.slice(at, at + part) }).catch(() => undefined);
    }
  };
  /** The list begins anew: a client clears its own, so what was told before would otherwise never be told again. */
  const forget = () => {
    tell([...told.keys()].map((file) => ({ uri: uri(file), findings: [] })));
    told.clear();
    covers = undefined;
  };
  const update = () => {
    const session = now();
    if (covers === undefined || session === undefined || !session.loaded()) return;
    const own = context(session);
    const files = new Set([...session.alarming().filter(covers), ...told.keys()]);
    const changed: FileFindings[] = [];
    for (const file of files) {
      const findings = covers(file) ? findingsOf(file, session, own, before) : [];
      const text = JSON.stringify(findings);
      if ((told.get(file) ?? '[]') === text) continue;
      if (findings.length === 0) told.delete(file);
      else told.set(file, text);
      changed.push({ uri: uri(file), findings });
    }
    tell(changed);
  };

  return {
    update,
    async run({ folders = [], files = [], workDoneToken }, token) {
      forget();
      const asked = { folders: folders.map(fileOf), files: new Set(files.map(fileOf)) };
      const all = folders.length === 0 && files.length === 0;
      const wanted = (file: string) => all || asked.files.has(file) || asked.folders.some((it) => below(it, file));
      const session = await settled(token);
      if (session === undefined) return { files: 0, failed: [] };
      const progress = connection.window.attachWorkDoneProgress(workDoneToken);
      progress.begin('Auditing', 0);
      try {
        const options = { progress: reporting(progress), cancelled: () => token.isCancellationRequested };
        const read = await session.read(wanted, options, token);
        const locked = await withoutFreedom(session, read, options.cancelled);
        if (token.isCancellationRequested) return { files: read.length, failed: [] };
        before = locked;
        covers = wanted;
        update();
        const failed = session.failures().filter((it) => wanted(it.file));
        return { files: read.length, failed: failed.map(({ file, reason }) => ({ uri: uri(file), reason })) };
      } finally {
        progress.done();
      }
    },
  };
}

/** The same files with the GIL, for projects whose target may lack it. */
async function withoutFreedom(session: Session, files: readonly string[], cancelled: () => boolean): Promise<Map<Project, WithGil>> {
  const found = new Map<Project, WithGil>();
  for (const project of session.projects()) {
    const own = await project.withGil(
      files.filter((file) => session.project(file) === project),
      cancelled,
    );
    if (own !== undefined) found.set(project, own);
  }
  return found;
}

function findingsOf(file: string, session: Session, context: Context, before: ReadonlyMap<Project, WithGil>): readonly Finding[] {
  const alarms = session.alarms(file);
  const project = session.project(file);
  const locked = project && before.get(project);
  if (locked === undefined) return alarms.map((it) => findingOf(it, context));
  const shared = new Map<Alarm, SharedMemory>();
  for (const { id, name, how, born, alarms: own } of sharedPlaces(project!.engine, alarms, locked)) {
    const place = born && context.places.of(born);
    for (const it of own)
      shared.set(it, { id, name, how, ...(place === undefined ? {} : { born: { uri: place.uri, range: place.range } }) });
  }
  return alarms.map((it) => {
    const memory = shared.get(it);
    return { ...findingOf(it, context), ...(memory === undefined ? {} : { shared: memory }) };
  });
}

function reporting(progress: WorkDoneProgressReporter): (done: number, all: number) => void {
  return (done, all) => progress.report(all === 0 ? 100 : Math.round((100 * done) / all), `file ${done} of ${all}`);
}

function findingOf(alarm: Alarm, { places }: Context): Finding {
  const step = (spot: Spot, also: boolean) => ({ ...places.of(spot), text: `${also ? 'also: ' : ''}${spot.note}` });
  return {
    rule: alarm.rule,
    title: rules.find((it) => it.id === alarm.rule)?.title ?? alarm.rule,
    law: alarm.law,
    severity: alarm.severity,
    confidence: alarm.confidence,
    message: alarm.message,
    fingerprint: alarm.fingerprint,
    ...places.of(alarm.at),
    steps: alarm.because.flatMap((witness, nth) => witness.map((spot, at) => step(spot, nth > 0 && at === 0))),
  };
}
