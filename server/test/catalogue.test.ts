// The catalogue is complete: every rule that was decided on exists, is listed, and has its page and its torments.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../src/rules/index.js';
import { readPage } from './page.js';
import { type Scratch, scratch } from './terminal.js';

interface Entry {
  readonly id: string;
  readonly law: string;
  readonly default: boolean;
  readonly severity: string;
}
const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
/** What was decided, apart from the code. */
const catalogue = JSON.parse(read('server/test/catalogue.json')) as readonly Entry[];

let here: Scratch;
beforeAll(() => {
  here = scratch();
});
afterAll(() => here.remove());

describe('the catalogue', () => {
  it('and the code have the same rules, with law, default and severity', () => {
    const ours = rules.map((it): Entry => ({ id: it.id, law: it.law, default: !it.optIn, severity: it.severity }));
    const inOrder = (all: readonly Entry[]) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(inOrder(ours)).toEqual(inOrder(catalogue));
  });

  it('is what `threadwise rules` lists, each with its fixes and the best tier they reach', async () => {
    const { stdout } = await here.run(['rules']);
    for (const { id, law, default: on, severity } of catalogue) {
      const line = stdout.split('\n').find((it) => it.startsWith(`${id} `));
      expect(line, id).toMatch(new RegExp(`^${id} +${law} +${severity}${on ? '' : ', opt-in'} `));
      expect(line, id).toMatch(/\[(?:[a-z-]+ \((?:safe|review)\)(?:, )?)+\]$|\[no fix: .+\]$/);
    }
  });

  it.each(catalogue.map((it) => it.id))('%s has a page and a fixture, each with something flagged and something silent', (id) => {
    for (const path of [`docs/rules/${id}.md`, `test-fixtures/rules/${id}.md`]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
    const page = read(`docs/rules/${id}.md`);
    expect(page).toContain(`[${id}]`);
    expect(page).toMatch(/^## When it is fine$/m);
    expect(page).toMatch(/^## Configure$/m);
    const path = `test-fixtures/rules/${id}.md`;
    const flags = readPage(path, read(path)).sections.map((section) =>
      section.files.some((file) => file.markers.some((it) => it.kind === 'alarm' && it.rule === id)),
    );
    expect(flags).toContain(true);
    expect(flags).toContain(false);
  });

  it.each(['loop', 'worker', 'owner', 'finish', 'circle'])('has the rules of the law %s on the one screen', (law) => {
    const screen = read('docs/laws.md');
    for (const { id } of catalogue.filter((it) => it.law === law)) expect(screen).toContain(`(rules/${id}.md)`);
  });
});
