// Alarm → offers, and one offer → verified edits.
import type { Alarm, Edit, Editing, Failure, Kind, Offer, Offered, Program, Repair, Subject } from '../model.js';
import type { Parser } from '../syntax/load.js';
import { parse } from '../syntax/parse.js';
import { apply, startEditing } from './editing.js';
import type { AnyFix, Held, Origin } from './engine.js';
import { refusal, type State } from './verify.js';

type Files = (file: string) => Held | undefined;

const fixesOf = ({ rule }: Origin): readonly AnyFix[] => ('none' in rule.fixes ? [] : (rule.fixes as unknown as readonly AnyFix[]));

/** Every fix that is not beside the point, refused ones with the reason. */
export function offersOf(origin: Origin, alarm: Alarm, program: Program, files: Files, parser: Parser): readonly Offered[] {
  return fixesOf(origin).flatMap((fix) => {
    const { offer } = propose(origin, alarm, fix, program, files, parser);
    return offer ? [described(fix, offer)] : [];
  });
}
function described(fix: AnyFix, offer: Offer): Offered {
  const says = offer.tier === 'refused' ? offer.reason : offer.tier === 'review' ? offer.changes : '';
  return { id: fix.id, title: fix.title, tier: offer.tier === 'refused' ? null : offer.tier, says };
}

interface Proposal {
  readonly offer: Offer | undefined;
  readonly edits: readonly Edit[];
}
/** Asks a fix. An offer is at most `review` for an alarm of medium confidence and where several files change. */
function propose(origin: Origin, alarm: Alarm, fix: AnyFix, program: Program, files: Files, parser: Parser): Proposal {
  const collected = startEditing(program, (file) => {
    const held = files(file);
    if (!held) return undefined;
    return { file, tree: parse(parser, held.source.text), chunks: held.module.chunks, starts: held.scanned.chunks.map((it) => it.start) };
  });
  const offer = (fix.offer as (subject: Subject<Kind>, doc: Editing) => Offer | undefined)(origin.subject, collected.doc);
  if (!offer || offer.tier === 'refused') return { offer, edits: [] };
  const edits = collected.edits();
  if (!edits) return { offer: { tier: 'refused', reason: 'the edits would overlap' }, edits: [] };
  const several = new Set(edits.map((it) => it.file)).size > 1;
  if (offer.tier === 'safe' && (alarm.confidence !== 'high' || several)) {
    return { offer: { tier: 'review', changes: several ? 'more than one file changes' : 'the finding rests on an assumption' }, edits };
  }
  return { offer, edits };
}

export interface Surroundings {
  readonly program: Program;
  readonly parser: Parser;
  readonly held: Files;
  alarms(): readonly Alarm[];
  failures(): readonly Failure[];
  /** Looks at the program with other texts in place. */
  during<T>(changed: ReadonlyMap<string, string>, look: () => T): T;
}

/** The edits of one fix, applied to the program, checked there, and taken back. */
export function repairAlarm(origin: Origin, alarm: Alarm, id: string, around: Surroundings): Repair {
  const fix = fixesOf(origin).find((it) => it.id === id);
  const refused = (title: string, says: string): Repair => ({ id, title, tier: null, says, edits: [] });
  if (!fix) return refused(id, 'no such fix for this rule');
  const { offer, edits } = propose(origin, alarm, fix, around.program, around.held, around.parser);
  if (!offer) return refused(fix.title, 'not offered here');
  const offered = described(fix, offer);
  if (offer.tier === 'refused') return { ...offered, edits: [] };
  const texts = new Map<string, string>();
  for (const file of new Set(edits.map((it) => it.file))) {
    texts.set(
      file,
      apply(
        around.held(file)?.source.text ?? '',
        edits.filter((it) => it.file === file),
      ),
    );
  }
  const before = stateOf({
    text: (file) => around.held(file)?.source.text ?? '',
    failures: around.failures(),
    alarms: around.alarms(),
    parser: around.parser,
  });
  const after = around.during(texts, () =>
    stateOf({ text: (file) => texts.get(file) ?? '', alarms: around.alarms(), failures: around.failures(), parser: around.parser }),
  );
  const reason = refusal(alarm, edits, before, after);
  return reason ? refused(fix.title, `the rewrite did not pass its checks: ${reason}`) : { ...offered, edits };
}

interface Seen {
  readonly text: State['text'];
  readonly failures: readonly Failure[];
  readonly alarms: readonly Alarm[];
  readonly parser: Parser;
}
function stateOf({ text, failures, alarms, parser }: Seen): State {
  const broken = new Set(failures.map((it) => it.file));
  return {
    text,
    broken: (file) => broken.has(file),
    alarms: () => alarms,
    comments(file) {
      const whole = text(file);
      const tree = parse(parser, whole);
      const found: string[] = [];
      for (let it = 0; it < tree.count; it++) if (tree.type(it) === 'comment') found.push(whole.slice(tree.start(it), tree.end(it)));
      return found;
    },
  };
}
