// The manifest of the extension: what it declares is there, and the page about the editor tells of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { contributes } = JSON.parse(read('package.json')) as {
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string }[];
    configuration: { properties: Record<string, unknown> };
  };
};
const commands = contributes.commands.map((it) => it.command);
const client = readdirSync(join(root, 'client/src'))
  .map((it) => read(`client/src/${it}`))
  .join('\n');
const page = read('docs/editor.md');

describe('the manifest', () => {
  it('declares the commands that the client registers, and no others', () => {
    const registered = [...client.matchAll(/registerCommand\(\s*'([^']+)'/g)].map((it) => it[1]);
    expect(registered.sort()).toEqual([...commands].sort());
  });

  it('has menus, views and links for declared commands alone', () => {
    const inMenus = Object.values(contributes.menus).flatMap((it) => it.map(({ command }) => command));
    const inLinks = contributes.viewsWelcome.flatMap((it) =>
      [...it.contents.matchAll(/command:(threadwise[\w.]+)/g)].map((found) => found[1]!),
    );
    expect([...inMenus, ...inLinks].filter((it) => !commands.includes(it))).toEqual([]);
    const views = Object.values(contributes.views).flatMap((it) => it.map(({ id }) => id));
    expect(contributes.viewsWelcome.filter((it) => !views.includes(it.view))).toEqual([]);
  });

  it('asks only for context keys that somebody sets', () => {
    const conditions = JSON.stringify(contributes);
    const asked = [...conditions.matchAll(/threadwise\.(auditRunning|hasAudit|findingCount|groupBy|active)\b/g)].map((it) => it[0]);
    const set = [...client.matchAll(/'setContext',\s*'([^']+)'/g)].map((it) => it[1]);
    expect([...new Set(asked)].filter((it) => !set.includes(it))).toEqual([]);
  });

  it('has a page that tells of each command and each setting', () => {
    const titles = contributes.commands.map((it) => it.title).filter((it) => !page.includes(`\`${it}\``));
    const settings = Object.keys(contributes.configuration.properties).filter((it) => !page.includes(`\`${it}\``));
    expect([...titles, ...settings]).toEqual([]);
  });
});
