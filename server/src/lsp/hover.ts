// What a hover says: an alarm with its evidence and its cures, or what starts here.

import type { Insight } from '../engine/engine.js';
import type { Alarm, Offered, Spot, Target } from '../model.js';

/** What is known about an alarm besides itself. */
export interface Told {
  readonly title: string;
  /** The page of its rule, in Markdown. */
  readonly page: string;
  /** An address that opens it. */
  readonly pageAddress: string | undefined;
  readonly offers: readonly Offered[];
  readonly target: Target;
  /** Name and 1-based line of a step, with an address that opens it. */
  place(spot: Spot): { readonly name: string; readonly line: number; readonly href: string };
}

/** In Markdown. */
export function alarmHover(alarm: Alarm, told: Told): string {
  const parts = [`**${markdown(told.title)}**`, markdown(alarm.message), `**Why**\n\n${why(alarm, told)}`];
  const fine = whenFine(told.page);
  if (fine !== '') parts.push(`**What would make it fine**\n\n${fine}`);
  if (told.offers.length > 0) parts.push(`**Options**\n\n${told.offers.map(offerLine).join('\n')}`);
  const name = told.pageAddress === undefined ? code(alarm.rule) : `[${code(alarm.rule)}](${address(told.pageAddress)})`;
  parts.push(`Rule ${name}, ${alarm.confidence} confidence. ${targetLine(told.target)}`);
  return parts.join('\n\n');
}

/** What the page of the rule says of code that is right; links to other pages lead nowhere here, and become words. */
function whenFine(page: string): string {
  const section = /^## When it is fine\n+([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page)?.[1]?.trim() ?? '';
  // An example only where there are no words: a hover is short.
  const words = section.replace(/```[\s\S]*?```\n*/g, '').trim();
  return (words || section).replace(/\[((?:[^\]\\]|\\.)*)\]\((?!https?:)[^)]*\)/g, '$1');
}

/** In Markdown. */
export function insightHover({ title, says }: Insight): string {
  return [`**${markdown(title)}**`, ...says.map(markdown)].join('\n\n');
}

/** For clients that show what they get: markup goes, the words stay. */
export function plain(markdown: string): string {
  return markdown
    .replace(/\[((?:[^\]\\]|\\.)*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '')
    .replace(/^```.*\n?/gm, '')
    .replace(/\\([\\`*_{}[\]<>()#+!|~-])/g, '$1');
}

function why({ because }: Alarm, told: Told): string {
  const steps = because.flatMap((witness, nth) => witness.map((spot, at) => ({ spot, also: nth > 0 && at === 0 })));
  return steps
    .map(({ spot, also }, at) => {
      const { name, line, href } = told.place(spot);
      const proof = spot.evidence !== undefined && /^https?:/.test(spot.evidence) ? ` ([documentation](${address(spot.evidence)}))` : '';
      return `${at + 1}. [${markdown(name)}:${line}](${address(href)}) ${also ? 'also: ' : ''}${markdown(spot.note)}${proof}`;
    })
    .join('\n');
}

function offerLine({ title, tier, says }: Offered): string {
  if (tier === null) return `- ${markdown(title)}: not offered, because ${markdown(says)}`;
  return tier === 'safe' ? `- ${markdown(title)} (safe)` : `- ${markdown(title)}: ${markdown(says)}`;
}

/** The runtime the verdict holds for, with where each part was found. */
function targetLine({ python, gil, start, origin }: Target): string {
  const version = python.from === python.to ? `Python 3.${python.to}` : `Python 3.${python.from} to 3.${python.to}`;
  const lock = { on: 'with the GIL', off: 'without the GIL', either: 'with or without the GIL' }[gil];
  const method = start === 'any' ? 'any start method' : `start method ${code(start)}`;
  return `Judged for ${version} (${markdown(origin.python)}), ${lock} (${markdown(origin.gil)}), ${method} (${markdown(origin.start)}).`;
}

/** Markdown in a text of ours would be an accident; what stands in backticks stays code. */
function markdown(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/[\\*_{}[\]<>#|~]/g, '\\$&')))
    .join('');
}

const code = (text: string): string => `\`${text}\``;

/** A bracket in an address would end it. */
const address = (href: string): string => href.replace(/[()]/g, (it) => (it === '(' ? '%28' : '%29'));
