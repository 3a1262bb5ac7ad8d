// The commands that show what is known without checking anything: `explain`, `rules`, `config` and `debug-info`.
import pages from 'threadwise:pages';
import { directiveRules } from '../engine/directives.js';
import { knowledgeFor } from '../project/knowledge.js';
import { nearest } from '../project/nearest.js';
import { configurationSchema, laws } from '../project/schema.js';
import { selectedRules } from '../project/selection.js';
import { shown } from '../project/settings.js';
import { targetInWords } from '../project/target.js';
import { rules } from '../rules/index.js';
import { standing } from './open.js';
import type { TargetOptions } from './options.js';
import { lawTitles } from './summary.js';
import { exit, Refusal, type Terminal } from './terminal.js';

/** @throws Refusal for a rule that does not exist. */
export function explain({ stdout }: Terminal, id: string): void {
  const page = Object.hasOwn(pages, id) ? pages[id] : undefined;
  if (page !== undefined) {
    stdout.write(page.endsWith('\n') ? page : `${page}\n`);
    return;
  }
  const law = laws.find((it) => it === id);
  if (law !== undefined) {
    const own = rules.filter((it) => it.law === law);
    stdout.write(`# ${law}\n\n${lawTitles[law]}.\n\n${own.map((it) => `- \`${it.id}\`: ${it.title}\n`).join('')}`);
    return;
  }
  const directive = directiveRules.find((it) => it.id === id);
  if (directive !== undefined) {
    stdout.write(`# ${id}\n\n${directive.title}.\n\n${directive.explains}\n`);
    return;
  }
  const meant = nearest(id, [...rules.map((it) => it.id), ...laws, ...directiveRules.map((it) => it.id)]);
  throw new Refusal(`\`${id}\` is no rule${meant === undefined ? '; `threadwise rules` lists them' : `; the nearest one is \`${meant}\``}`);
}

export function listRules({ stdout }: Terminal, json: boolean): void {
  const list = [...rules]
    .sort((a, b) => laws.indexOf(a.law) - laws.indexOf(b.law) || (a.id < b.id ? -1 : 1))
    .map((it) => ({
      id: it.id,
      law: it.law,
      title: it.title,
      severity: it.severity,
      default: it.optIn !== true,
      fixes: 'none' in it.fixes ? [] : it.fixes.map(({ id, title, best }) => ({ id, title, tier: best })),
      ...('none' in it.fixes ? { unfixable: it.fixes.none } : {}),
    }));
  if (json) {
    stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  const width = Math.max(...list.map((it) => it.id.length));
  for (const it of list) {
    const state = it.default ? it.severity : `${it.severity}, opt-in`;
    const fixes = it.fixes.length === 0 ? `no fix: ${it.unfixable}` : it.fixes.map((fix) => `${fix.id} (${fix.tier})`).join(', ');
    stdout.write(`${it.id.padEnd(width)}  ${it.law.padEnd(6)}  ${state.padEnd(15)}  ${it.title}  [${fixes}]\n`);
  }
}

export function configSchema({ stdout }: Terminal): void {
  stdout.write(`${JSON.stringify(configurationSchema(), null, 2)}\n`);
}

/** Each value with where it comes from; resolves to the exit code. */
export async function configShow(terminal: Terminal, path: string, options: TargetOptions): Promise<number> {
  const { host, stdout } = terminal;
  const own = host.resolve('.', path);
  if ((await host.kind(own)) === undefined) throw new Refusal(`\`${path}\` does not exist`);
  const { loaded, target } = await standing(terminal, own, options);
  stdout.write(`configuration: ${loaded.file ?? 'none'}\n`);
  stdout.write(
    `target: ${targetInWords(target)}  (Python: ${target.origin.python}; GIL: ${target.origin.gil}; start method: ${target.origin.start})\n`,
  );
  const rows = shown(loaded.settings);
  const width = Math.max(...rows.map((it) => it.key.length));
  for (const { key, value, origin } of rows) {
    stdout.write(`${key.padEnd(width)} = ${value === undefined ? '(not set)' : JSON.stringify(value)}  (${origin})\n`);
  }
  stdout.write(`rules: ${[...selectedRules(loaded.settings)].sort().join(', ')}\n`);
  return loaded.problems.length > 0 ? exit.failed : exit.fine;
}

/** For reports of defects; names no folder. */
export async function debugInfo(terminal: Terminal): Promise<void> {
  const { loaded, target } = await standing(terminal, '.', {});
  const { origin } = target;
  const parser = await terminal.parser();
  const lines = {
    threadwise: __VERSION__,
    ...terminal.platform,
    grammar: `ABI ${parser.language.abiVersion}`,
    configuration: loaded.file ?? 'none',
    target: `${targetInWords(target)} (Python: ${origin.python}; GIL: ${origin.gil}; start method: ${origin.start})`,
    rules: `${selectedRules(loaded.settings).size} of ${rules.length}`,
    knowledge: `${knowledgeFor(loaded.settings, target).names().length} names`,
  };
  for (const [name, text] of Object.entries(lines)) terminal.stdout.write(`${name}: ${text}\n`);
}
