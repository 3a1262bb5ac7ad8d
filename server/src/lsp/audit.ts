// The audit: every file that is asked for is read and judged, and the client keeps a list of what was found, which follows later edits.
import type { Connection, ProgressToken, Range, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Alarm, Law, Severity, Spot } from '../model.js';
import { rules } from '../rules/index.js';
import type { Context } from './convert.js';
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
  /** The evidence, in order. */
  readonly steps: readonly { readonly uri: string; readonly range: Range; readonly text: string }[];
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
  /** undefined where there is none, or once the token is cancelled. */
  settled(token: Token): Promise<Session | undefined>;
  now(): Session | undefined;
  context(session: Session): Context;
  below(folder: string, file: string): boolean;
}

/** Files in one message. */
const part = 50;

export function createAudit({ connection, fileOf, settled, now, context, below }: AuditOptions): Audit {
  /** Which files were audited; none before the first audit. */
  let covers: ((file: string) => boolean) | undefined;
  const told = new Map<string, string>();

  const update = () => {
    const session = now();
    if (covers === undefined || session === undefined || !session.loaded()) return;
    const own = context(session);
    const files = new Set([...session.alarming().filter(covers), ...told.keys()]);
    const changed: FileFindings[] = [];
    for (const file of files) {
      const findings = covers(file) ? session.alarms(file).map((it) => findingOf(it, own)) : [];
      const text = JSON.stringify(findings);
      if ((told.get(file) ?? '[]') === text) continue;
      if (findings.length === 0) told.delete(file);
      else told.set(file, text);
      changed.push({ uri: own.uri(file), findings });
    }
    for (let at = 0; at < changed.length; at += part) {
      void connection.sendNotification('threadwise/findings', { files: changed.slice(at, at + part) }).catch(() => undefined);
    }
  };

  return {
    update,
    async run({ folders = [], files = [], workDoneToken }, token) {
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
        if (token.isCancellationRequested) return { files: read.length, failed: [] };
        covers = wanted;
        update();
        const failed = session.failures().filter((it) => wanted(it.file));
        return { files: read.length, failed: failed.map(({ file, reason }) => ({ uri: context(session).uri(file), reason })) };
      } finally {
        progress.done();
      }
    },
  };
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
