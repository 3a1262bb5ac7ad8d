// Between files and the engine: module names, listing, bytes, and what the workspace hands on.
import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine, type SourceFile } from '../src/engine/engine.js';
import { namesBelow, nodeHost, uriNames } from '../src/host/node.js';
import { findFiles } from '../src/project/audit.js';
import { modulesOf } from '../src/project/modules.js';
import { loadSettings } from '../src/project/settings.js';
import { decode, encode } from '../src/project/source.js';
import { findTarget } from '../src/project/target.js';
import { type AnyEngine, openWorkspace } from '../src/project/workspace.js';
import { folderWith, testParser } from './terminal.js';

const hosted = (files: Readonly<Record<string, string | Uint8Array>>) => {
  const it = folderWith(files);
  return { ...it, host: nodeHost(namesBelow(it.folder)) };
};

describe('module names', () => {
  it('follow packages, the folder `src`, and the setting', async () => {
    const { host } = hosted({
      'src/app/__init__.py': '',
      'src/app/web/views.py': '',
      'src/app/core/__init__.py': '',
      'src/app/core/jobs.py': '',
      'tools/run.py': '',
      'tests/__init__.py': '',
      'tests/test_app.py': '',
      'my-script.v2.py': '',
    });
    const modules = modulesOf(host, ['.'], []);
    const name = async (file: string) => (await modules.nameOf(file)).module;
    expect(await name('src/app/core/jobs.py')).toBe('app.core.jobs');
    expect(await name('src/app/web/views.py')).toBe('app.web.views');
    expect(await modules.nameOf('src/app/core/__init__.py')).toEqual({ module: 'app.core', package: true });
    expect(await name('tools/run.py')).toBe('run');
    expect(await name('tests/test_app.py')).toBe('tests.test_app');
    expect(await name('my-script.v2.py')).toBe('my-script-v2');
    expect((await modulesOf(host, ['.'], ['.']).nameOf('tools/run.py')).module).toBe('tools.run');
  });

  it('lead back to files: packages before modules, never stubs', async () => {
    const { host } = hosted({
      'pkg/__init__.py': '',
      'pkg.py': '',
      'pkg/mod.py': '',
      'pkg/stub.pyi': '',
      'space/deep/leaf.py': '',
      'tools/run.py': '',
      'tools/shared.py': '',
    });
    const modules = modulesOf(host, ['.'], []);
    expect(await modules.find('pkg')).toBe('pkg/__init__.py');
    expect(await modules.find('pkg.mod')).toBe('pkg/mod.py');
    expect(await modules.find('pkg.stub')).toBeUndefined();
    expect(await modules.find('space.deep.leaf')).toBe('space/deep/leaf.py');
    expect(await modules.find('space')).toBeUndefined();
    expect(await modules.find('shared')).toBeUndefined();
    await modules.nameOf('tools/run.py');
    expect(await modules.find('shared')).toBe('tools/shared.py');
    expect(await modules.find('..pkg')).toBeUndefined();
  });

  it('are not looked for inside a package that is checked by itself', async () => {
    const { host } = hosted({ 'pkg/__init__.py': '', 'pkg/queue.py': '' });
    const modules = modulesOf(host, ['pkg'], []);
    expect(await modules.find('queue')).toBeUndefined();
    expect(await modules.find('pkg.queue')).toBe('pkg/queue.py');
  });

  it('see files that came, once they are told to', async () => {
    const { host, write } = hosted({ 'a.py': '' });
    const modules = modulesOf(host, ['.'], []);
    expect(await modules.find('b')).toBeUndefined();
    write('b.py', '');
    expect(await modules.find('b')).toBeUndefined();
    modules.forget();
    expect(await modules.find('b')).toBe('b.py');
  });
});

describe('listing', () => {
  it('leaves out what git ignores, nested rules included, and what everybody leaves out', async () => {
    const { host } = hosted({
      '.git/HEAD': '',
      '.git/info/exclude': 'private.py\n',
      '.gitignore': '/gen/\n*.tmp.py\nlogs/**\n!logs/keep.py\n',
      'a.py': '',
      'a.pyi': '',
      'gui.pyw': '',
      'private.py': '',
      'x.tmp.py': '',
      'gen/made.py': '',
      'sub/gen/kept.py': '',
      'sub/.gitignore': '!y.tmp.py\nz.py\n',
      'sub/y.tmp.py': '',
      'sub/z.py': '',
      'logs/keep.py': '',
      'logs/other.py': '',
      'build/b.py': '',
      'node_modules/n.py': '',
      'envs/mine/pyvenv.cfg': '',
      'envs/mine/lib/e.py': '',
      '.hidden/h.py': '',
    });
    const { files } = await host.list(['.'], []);
    expect(files).toEqual(['.hidden/h.py', 'a.py', 'gui.pyw', 'logs/keep.py', 'sub/gen/kept.py', 'sub/y.tmp.py']);
    expect((await host.list(['gen'], [])).files).toEqual(['gen/made.py']);
    expect((await host.list(['build'], [])).files).toEqual(['build/b.py']);
    expect((await host.list(['sub'], [])).files).toEqual(['sub/gen/kept.py', 'sub/y.tmp.py']);
  });

  it('leaves out what the settings exclude, relative to their folder', async () => {
    const { host } = hosted({ 'a.py': '', 'app/a.py': '', 'app/old/b.py': '', 'old/c.py': '' });
    const exclude = [{ base: 'app', patterns: ['old', '/a.py'] }];
    expect((await host.list(['.'], exclude)).files).toEqual(['a.py', 'old/c.py']);
  });

  it('takes a file that is named, ignored or not', async () => {
    const { host } = hosted({ '.git/HEAD': '', '.gitignore': 'a.py\n', 'a.py': '', 'b.py': '', script: '' });
    const { files, named } = await findFiles(host, ['a.py', '.', 'script'], []);
    expect(files).toEqual(['a.py', 'b.py', 'script']);
    expect([...named]).toEqual(['a.py', 'script']);
  });
});

describe('bytes', () => {
  it.each([
    ['a byte order mark', Buffer.from('\u{feff}x = "é"\n')],
    ['UTF-8', Buffer.from('x = "é\u{1f600}"\n')],
    ['latin-1', Buffer.from('# coding: iso-8859-1\nx = "\u00e9\u0085"\n', 'latin1')],
    ['cp1252 in the second line', Buffer.from('#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = "\u0080"\n', 'latin1')],
    ['ASCII', Buffer.from('# -*- coding: US_ASCII -*-\nx = 1\r\n')],
  ])('of %s come back as they were', (_, bytes) => {
    const decoded = decode(bytes);
    if ('problem' in decoded) throw new Error(decoded.problem);
    expect(Buffer.from(encode(decoded.text, decoded)!)).toEqual(bytes);
  });

  it('that an encoding lacks are not written', () => {
    const decoded = decode(Buffer.from('# coding: latin-1\n'));
    if ('problem' in decoded) throw new Error(decoded.problem);
    expect(encode('x = "\u{1f600}"', decoded)).toBeUndefined();
  });

  it('are decoded as declared only in the first two lines', () => {
    expect(decode(Buffer.from('x = 1\n# coding: latin-1\n# \u00e9\n', 'latin1'))).toEqual({ problem: 'not valid UTF-8' });
    expect(decode(Buffer.from('\u00ff\u00fea\0', 'latin1'))).toEqual({ problem: 'not valid UTF-8 (UTF-16)' });
  });
});

describe('writing', () => {
  it('keeps mode and link, and leaves nothing behind', async () => {
    const { host, folder, write, read } = hosted({ 'real.py': 'a\n' });
    chmodSync(join(folder, 'real.py'), 0o750);
    symlinkSync('real.py', join(folder, 'link.py'));
    write('other.txt', '');
    await host.write('link.py', Buffer.from('b\n'));
    expect(read('real.py')).toBe('b\n');
    if (process.platform !== 'win32') expect(statSync(join(folder, 'real.py')).mode & 0o777).toBe(0o750);
    expect(lstatSync(join(folder, 'link.py')).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['link.py', 'other.txt', 'real.py']);
    await expect(host.write('gone.py', Buffer.from(''))).rejects.toThrow('does not exist');
  });
});

describe('the workspace', () => {
  /** Wants what each text names after `import`, and answers with nothing. */
  const fake = () => {
    const files = new Map<string, SourceFile>();
    const gone = new Set<string>();
    const log: string[] = [];
    const engine: AnyEngine = {
      set(source) {
        files.set(source.file, source);
        log.push(`set ${source.file} ${source.module}`);
      },
      drop(file) {
        files.delete(file);
        log.push(`drop ${file}`);
      },
      text: (file) => files.get(file)?.text,
      wanted() {
        const have = new Set([...files.values()].map((it) => it.module));
        const named = [...files.values()].flatMap((it) => [...it.text.matchAll(/^import ([\w.]+)/gm)].map((match) => match[1]!));
        return [...new Set(named)].filter((it) => !have.has(it) && !gone.has(it)).sort();
      },
      absent(module) {
        gone.add(module);
        log.push(`absent ${module}`);
      },
      during: (_, look) => look(),
      select() {},
      takers: () => [],
      refactorings: () => [],
      alarms: () => [],
      directives: () => [],
      shared: () => undefined,
      settle: () => 'done',
      ask() {},
      counts: () => new Map(),
      dropped: () => new Map(),
      hits: () => new Map(),
      failures: () => [],
      offers: () => [],
      repair: () => ({ id: '', title: '', tier: null, says: '', edits: [] }),
      insight: () => undefined,
      callGraph: () => ({}),
      effects: () => new Map(),
      executionMap: () => ({ nodes: [], edges: [] }),
      lineOf: () => 1,
      startOf: () => 0,
      inspect: () => {
        throw new Error('not asked for');
      },
    };
    return { engine, files, log, texts: () => Object.fromEntries([...files].map(([file, it]) => [file, it.text])) };
  };
  const open = async (files: Readonly<Record<string, string>>) => {
    const { host, write } = hosted(files);
    const parser = await testParser();
    const { settings } = await loadSettings({ host, folder: '.', isolated: true });
    const target = await findTarget({ host, folder: '.', settings });
    const made = fake();
    return { ...made, write, workspace: openWorkspace({ host, parser, roots: ['.'], settings, target, makeEngine: () => made.engine }) };
  };

  it('reads the files that linking asks for, and says which modules there are none of', async () => {
    const { workspace, log } = await open({
      'app.py': 'import threading\nimport pkg.help\nimport requests\n',
      'pkg/help.py': 'import pkg.more\n',
      'pkg/more.py': '',
    });
    await workspace.load(['app.py', 'pkg/help.py', 'pkg/more.py']);
    expect(log).toEqual(['set app.py app']);
    await workspace.ensure();
    expect(log.slice(1)).toEqual(['set pkg/help.py pkg.help', 'absent requests', 'absent threading', 'set pkg/more.py pkg.more']);
  });

  it('prefers the text of the editor, until the file is closed', async () => {
    const { workspace, texts } = await open({ 'a.py': 'import asyncio\n', 'b.py': 'import asyncio  # b\n' });
    workspace.open('a.py', 'x = 1\n');
    await workspace.load(['a.py', 'b.py']);
    await workspace.ensure();
    expect(texts()).toEqual({ 'a.py': 'x = 1\n', 'b.py': 'import asyncio  # b\n' });
    workspace.change('a.py', 'x = 2\n');
    await workspace.ensure();
    expect(texts()['a.py']).toBe('x = 2\n');
    workspace.close('a.py');
    await workspace.ensure();
    expect(texts()['a.py']).toBe('import asyncio\n');
  });

  it('follows what happens on disk', async () => {
    const { workspace, texts, write } = await open({ 'a.py': 'import helper\nimport asyncio\n' });
    await workspace.load(['a.py']);
    await workspace.ensure();
    write('helper.py', 'y = 1\n');
    workspace.touch('helper.py');
    await workspace.ensure();
    expect(Object.keys(texts())).toEqual(['a.py', 'helper.py']);
    workspace.open('gone.py', 'z = 1\n');
    await workspace.ensure();
    workspace.close('gone.py');
    await workspace.ensure();
    expect(Object.keys(texts())).toEqual(['a.py', 'helper.py']);
  });

  it('gives a file of a package without `__init__.py` the name that is asked for', async () => {
    const { workspace, log } = await open({ 'main.py': 'import ns.deep.tool\nimport asyncio\n', 'ns/deep/tool.py': 'import asyncio\n' });
    await workspace.load(['main.py', 'ns/deep/tool.py']);
    await workspace.ensure();
    expect(log).toEqual(['set main.py main', 'set ns/deep/tool.py tool', 'absent asyncio', 'set ns/deep/tool.py ns.deep.tool']);
  });

  it('keeps the name of a file that is imported by it', async () => {
    const { workspace, log } = await open({
      'main.py': 'import ns.tool\n',
      'ns/tool.py': 'import asyncio\n',
      'ns/run.py': 'import tool\n',
    });
    await workspace.load(['main.py', 'ns/run.py', 'ns/tool.py'], { whole: new Set(['main.py', 'ns/run.py']) });
    await workspace.ensure();
    expect(log.filter((it) => it.includes('tool'))).toEqual(['set ns/tool.py tool', 'absent ns.tool']);
  });

  it('leaves a file its short name where its neighbors import it so, whatever the others of its folder are called', async () => {
    const { workspace, log } = await open({
      'main.py': 'import tools.run\nimport asyncio\n',
      'tools/run.py': 'import shared\nimport asyncio\n',
      'tools/shared.py': 'import asyncio\n',
    });
    await workspace.load(['main.py', 'tools/run.py', 'tools/shared.py']);
    await workspace.ensure();
    expect(log.filter((it) => it.startsWith('set') && /run|shared/.test(it))).toEqual([
      'set tools/run.py run',
      'set tools/shared.py shared',
      'set tools/run.py tools.run',
    ]);
  });

  it('gives all files of a package inside a namespace the longer name, and none of them another in turn', async () => {
    const files = {
      'chat/__init__.py': '',
      'chat/ext/commands/__init__.py': '',
      'chat/ext/commands/bot.py': 'import asyncio\nfrom .waits import rest\n\n\nasync def run():\n    rest()\n',
      'chat/ext/commands/waits.py':
        'import time\nfrom . import bot\nfrom .bot import run\n\n\ndef rest():\n    time.sleep(5)\n\n\ndef later():\n    return [run(), bot.run()]\n',
      // Nobody imports it, and it would ask for its neighbor under a short name.
      'chat/ext/commands/extra.py': 'import threading\nfrom . import waits\n\nthreading.Thread(target=waits.rest).start()\n',
      'main.py':
        'import asyncio\nfrom chat.ext.commands import bot\n\n\nasync def both():\n    await asyncio.gather(bot.run(), bot.run())\n\n\nasyncio.run(both())\n',
    };
    const { host } = hosted(files);
    const parser = await testParser();
    const { settings } = await loadSettings({ host, folder: '.', isolated: true });
    const target = await findTarget({ host, folder: '.', settings });
    const given: string[] = [];
    class Watched extends Engine {
      override set(source: SourceFile): void {
        given.push(`${source.file} ${source.module}`);
        super.set(source);
      }
    }
    const workspace = openWorkspace({ host, parser, roots: ['.'], settings, target, makeEngine: (it) => new Watched(it) });
    await workspace.load(Object.keys(files));
    await workspace.ensure();
    for (const name of ['bot', 'waits', 'extra']) {
      const names = given.filter((it) => it.includes(`/${name}.py `)).map((it) => it.split(' ')[1]);
      expect(names.at(-1)).toBe(`chat.ext.commands.${name}`);
      expect(names.length).toBeLessThan(3);
    }
    expect(workspace.hits().has('wantRounds')).toBe(false);
    expect(workspace.alarms().map((it) => `${it.at.file} ${it.rule}`)).toEqual(['chat/ext/commands/bot.py blocking-sleep']);
  });

  it('lists files that could not be read, and forgets them when they can', async () => {
    const { workspace, write } = await open({});
    write('bad.py', Buffer.from('# \u00e9\n', 'latin1'));
    await workspace.load(['bad.py']);
    expect(workspace.failures()).toEqual([{ file: 'bad.py', reason: 'not valid UTF-8', incomplete: false }]);
    write('bad.py', 'import asyncio\n');
    workspace.touch('bad.py');
    await workspace.ensure();
    expect(workspace.failures()).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const { workspace, log } = await open(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`m${at}.py`, 'import asyncio\n'])));
    await workspace.load(
      Array.from({ length: 40 }, (_, at) => `m${at}.py`),
      { cancelled: () => true },
    );
    expect(log).toEqual([]);
  });
});

describe('names of files', () => {
  it('may be URIs', async () => {
    const { folder } = hosted({ 'a b/c.py': 'x = 1\n' });
    const host = nodeHost(uriNames);
    const root = uriNames.toFile(folder);
    const { files } = await host.list([root], []);
    expect(files).toEqual([`${root}/a%20b/c.py`]);
    expect(host.below(root, files[0]!)).toBe('a b/c.py');
    expect(host.parent(files[0]!)).toBe(`${root}/a%20b`);
    expect(await readFile(uriNames.toPath(files[0]!), 'utf8')).toBe('x = 1\n');
    mkdirSync(join(folder, 'empty'));
    expect(await host.kind(host.join(root, 'empty'))).toBe('folder');
  });
});
