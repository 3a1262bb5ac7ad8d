// `npm run bench -- fixes [PACKAGE…]`: makes every offered edit of every rule over real packages, one by one, and looks at each result afresh.
import { apply } from '../server/src/engine/editing.js';
import { Engine } from '../server/src/engine/engine.js';
import { isStill } from '../server/src/engine/verify.js';
import { namesBelow, nodeHost } from '../server/src/host/node.js';
import type { Alarm, Edit, Offered, Repair } from '../server/src/model.js';
import { findFiles } from '../server/src/project/audit.js';
import { openWorkspace, type Workspace } from '../server/src/project/workspace.js';
import type { Parser } from '../server/src/syntax/load.js';
import { compileErrors, findPython, type Python } from '../server/test/executed.js';
import { corpus, type Sources } from './corpus.js';
import { installedParser } from './parser.js';
import { table } from './table.js';
import { benchTarget } from './target.js';

const target = benchTarget(11);
/** Fixes with the offers that were made, verified, refused in words, and wrong: verified, and yet not what was promised. */
interface Tally {
  offered: number;
  verified: number;
  refused: number;
  wrong: number;
}

export async function fixes(names: readonly string[]): Promise<number> {
  const parser = await installedParser();
  const python = await findPython([process.env.THREADWISE_PYTHON ?? 'python3']);
  if ('missing' in python) throw new Error(python.missing);
  const tallies = new Map<string, Tally>();
  const wrong: string[] = [];
  for (const sources of corpus(names)) {
    const workspace = await loaded(sources, parser);
    const alarms = workspace.alarms().filter((it) => it.suppressed === null);
    for (const alarm of alarms) {
      for (const offer of workspace.engine.offers(alarm)) {
        const tally = tallies.get(offer.id) ?? { offered: 0, verified: 0, refused: 0, wrong: 0 };
        tallies.set(offer.id, tally);
        tally.offered++;
        const repair = offer.tier === null ? undefined : workspace.engine.repair(alarm, offer.id);
        if (!repair || repair.tier === null) {
          tally.refused++;
          continue;
        }
        const reason = await fault(python, workspace, alarm, offer, repair);
        if (reason === undefined) tally.verified++;
        else {
          tally.wrong++;
          wrong.push(`${sources.name} ${placeOf(workspace, alarm)} ${alarm.rule} ${offer.id}: ${reason}`);
        }
      }
    }
    process.stderr.write(`${sources.name}: ${alarms.length} findings\n`);
  }
  const rows = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, it]) => [id, it.offered, it.verified, it.refused, it.wrong]);
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  process.stdout.write(`${table(['fix', 'offered', 'verified', 'refused', 'wrong'], [...rows, ['together', ...[1, 2, 3, 4].map(sum)]])}\n`);
  for (const it of wrong) process.stdout.write(`wrong: ${it}\n`);
  return wrong.length > 0 ? 1 : 0;
}

async function loaded({ folder }: Sources, parser: Parser): Promise<Workspace> {
  const host = nodeHost(namesBelow(folder));
  const { files } = await findFiles(host, ['.'], []);
  const settings = { layers: [{ origin: 'bench', base: '.', values: { select: ['all'] } }] };
  const workspace = openWorkspace({ host, parser, roots: ['.'], settings, target, makeEngine: (it) => new Engine(it) });
  await workspace.load(files);
  await workspace.ensure();
  workspace.ask(new Set(files));
  return workspace;
}
function placeOf({ engine }: Workspace, { at }: Alarm): string {
  const line = (engine.text(at.file) ?? '').slice(0, at.span.start).split('\n').length;
  return `${at.file}:${line}`;
}

/** What is wrong with a verified repair, looked at from outside: by Python's own compiler, and by the engine on the texts it makes. */
async function fault(python: Python, workspace: Workspace, alarm: Alarm, offer: Offered, repair: Repair): Promise<string | undefined> {
  const { engine } = workspace;
  const files = [...new Set(repair.edits.map((it) => it.file))];
  const texts = files.map((file) => {
    const before = engine.text(file) ?? '';
    return { file, before, after: apply(before, editsOf(repair, file)) };
  });
  const same = texts.find((it) => it.before === it.after);
  if (same) return `${same.file} stays as it was`;
  const broken = await compileErrors(
    python,
    texts.flatMap(({ file, before, after }) => [
      { name: `${file} as it was`, text: before },
      { name: file, text: after },
    ]),
  );
  const error = broken.find(
    (it) => texts.some(({ file }) => file === it.name) && !broken.some((one) => one.name === `${it.name} as it was`),
  );
  if (error) return `${error.name} does not compile: line ${error.line}: ${error.message}`;
  const count = ({ rule }: Alarm, all: readonly Alarm[]): number => all.filter((it) => it.rule === rule && it.suppressed === null).length;
  const before = engine.alarms();
  const repeated = texts.every((it) => engine.text(it.file) === it.before);
  if (!repeated) return 'the engine did not take its trial back';
  const after = await alarmsWith(workspace, texts);
  // Another place of the same story may speak where this one did, and may be an equal statement.
  if (after.some((it) => it.suppressed === null && isStill(it, alarm, repair.edits))) return 'the alarm is still there';
  const more = [...new Set(after.map((it) => it.rule))].find(
    (rule) => count({ ...alarm, rule }, after) > count({ ...alarm, rule }, before),
  );
  if (more !== undefined) return `one more alarm of ${more}`;
  return offer.tier === repair.tier ? undefined : `offered as ${offer.tier}, made as ${repair.tier}`;
}
const editsOf = (repair: Repair, file: string): readonly Edit[] => repair.edits.filter((it) => it.file === file);

interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}
async function alarmsWith(workspace: Workspace, texts: readonly Change[]): Promise<readonly Alarm[]> {
  for (const { file, after } of texts) workspace.open(file, after);
  await workspace.ensure();
  try {
    return [...workspace.engine.alarms()];
  } finally {
    for (const { file } of texts) workspace.close(file);
    await workspace.ensure();
  }
}
