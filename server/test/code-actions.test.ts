// What the light bulb offers at an alarm, and what choosing it changes: over a connection in memory, with the real engine.
import { afterEach, describe, expect, it } from 'vitest';
import type { CodeAction } from 'vscode-languageserver/node';
import { closeEditors, type Editor, oldEditor, startEditor, until } from './editor.js';
import { nap, report, shared } from './samples.js';

afterEach(closeEditors);

describe('code actions', () => {
  it('offer the safe fix as preferred, and the comment last', async () => {
    const editor = await startEditor();
    await editor.open('nap.py', nap);
    const [alarm] = await editor.alarms('nap.py');
    const actions = await editor.actions('nap.py', alarm!.range, undefined, [alarm!]);
    expect(actions.map(({ title, kind, isPreferred }) => ({ title, kind, isPreferred }))).toEqual([
      { title: 'Sleep without blocking the loop', kind: 'quickfix', isPreferred: true },
      { title: 'Ignore `blocking-sleep` with a comment', kind: 'quickfix', isPreferred: undefined },
    ]);
    expect(actions.map((it) => it.diagnostics)).toEqual([[alarm], [alarm]]);
    expect(actions.some((it) => it.edit !== undefined)).toBe(false);
  });

  it('offer a rewrite for review once at the squiggle, and once among the refactorings', async () => {
    const editor = await startEditor();
    await editor.open('report.py', report);
    const [alarm] = await editor.alarms('report.py');
    const cursor = { start: alarm!.range.start, end: alarm!.range.start };
    const kinds = async (only?: readonly string[]) =>
      (await editor.actions('report.py', cursor, only)).map((it) => `${it.kind} ${it.title}`);
    const rewrite = 'Use a ProcessPoolExecutor…';
    const ignore = 'quickfix Ignore `cpu-bound-thread-pool` with a comment';
    expect(await kinds()).toEqual([`quickfix ${rewrite}`, ignore]);
    expect(await kinds(['quickfix'])).toEqual([`quickfix ${rewrite}`, ignore]);
    expect(await kinds(['refactor'])).toEqual([`refactor.rewrite.threadwise ${rewrite}`]);
    expect(await kinds(['refactor.rewrite'])).toEqual([`refactor.rewrite.threadwise ${rewrite}`]);
    expect(await kinds(['source.organizeImports'])).toEqual([]);
  });

  it('show a refused rewrite as disabled with the reason, where the client can show that', async () => {
    const editor = await startEditor();
    await editor.open('shared.py', shared);
    const [alarm] = await editor.alarms('shared.py');
    const [refused] = await editor.actions('shared.py', alarm!.range, ['refactor']);
    expect(refused).toMatchObject({ title: 'Use a ProcessPoolExecutor', disabled: { reason: expect.stringContaining('found') } });
    const old = await startEditor({ capabilities: oldEditor });
    await old.open('shared.py', shared);
    const [pushed] = await until('the alarm', () => old.pushed.get(old.uri('shared.py')));
    expect((await old.actions('shared.py', pushed!.range)).map((it) => it.title)).toEqual([
      'Ignore `cpu-bound-thread-pool` with a comment',
    ]);
  });

  it('offer nothing where there is no alarm', async () => {
    const editor = await startEditor();
    await editor.open('nap.py', nap);
    const top = { line: 0, character: 0 };
    expect(await editor.actions('nap.py', { start: top, end: top })).toEqual([]);
  });

  it('fill in the edit for the version they were offered for, and the edit ends the alarm', async () => {
    const editor = await startEditor();
    await editor.open('report.py', report);
    const resolved = await editor.resolve(await action(editor, 'report.py', /ProcessPool/));
    expect(resolved.edit!.documentChanges).toMatchObject([{ textDocument: { uri: editor.uri('report.py'), version: 1 } }]);
    expect(editor.applied('report.py', resolved)).toBe(report.replaceAll('ThreadPoolExecutor', 'ProcessPoolExecutor'));
    expect(JSON.stringify(resolved)).not.toContain('needsConfirmation');
    await editor.type('report.py', report, editor.applied('report.py', resolved));
    expect(await editor.alarms('report.py')).toEqual([]);
  });

  it('offer to share a hot loop among processes as a refactoring, though nothing is reported', async () => {
    const loop = [
      'def total(limit):',
      '    result = 0',
      '    for i in range(limit):',
      '        result += i * i % 7',
      '    return result',
      '',
      '',
      'def main():',
      '    return [total(limit) for limit in [9_000_000] * 4]',
      '',
    ].join('\n');
    const editor = await startEditor();
    await editor.open('hot.py', loop);
    expect(await editor.alarms('hot.py')).toEqual([]);
    const cursor = { line: 8, character: 20 };
    const asked = (only?: readonly string[]) => editor.actions('hot.py', { start: cursor, end: cursor }, only);
    const [offered, ...more] = await asked();
    expect([offered?.kind, offered?.title, more.length]).toEqual(['refactor.rewrite.threadwise', 'Compute the turns in processes…', 0]);
    expect(await asked(['quickfix'])).toEqual([]);
    const after = editor.applied('hot.py', await editor.resolve(offered!));
    expect(after).toContain('with ProcessPoolExecutor() as pool:\n        return list(pool.map(total, [9_000_000] * 4))');
    await editor.type('hot.py', loop, after);
    expect(await asked(['refactor'])).toEqual([]);
  });

  it('correct a comment that names no rule, and take out one that accepts nothing', async () => {
    const editor = await startEditor();
    const text = 'import asyncio\n\n\nasync def go():\n    await asyncio.sleep(1)  # threadwise: ignore[blocking-slep]\n';
    await editor.open('a.py', text);
    const titles = async () => {
      const [alarm] = await editor.alarms('a.py');
      return [alarm?.code, ...(await editor.actions('a.py', alarm!.range)).map((it) => it.title)];
    };
    expect(await titles()).toEqual(['unknown-suppression', 'Write `blocking-sleep`']);
    const corrected = editor.applied('a.py', await editor.resolve(await action(editor, 'a.py', /Write/)));
    await editor.type('a.py', text, corrected);
    expect(await titles()).toEqual(['unused-suppression', 'Remove the comment']);
    expect(editor.applied('a.py', await editor.resolve(await action(editor, 'a.py', /Remove/)))).toBe(text.replace(/ {2}#.*/, ''));
    const whole = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const [all] = await editor.actions('a.py', whole, ['source.fixAll']);
    expect(all === undefined ? undefined : (await editor.resolve(all)).edit).toBeUndefined();
  });

  it('refuse an edit for a document that has changed since, and say so in the log', async () => {
    const editor = await startEditor();
    await editor.open('nap.py', nap);
    const offered = await action(editor, 'nap.py', /Sleep/);
    await editor.type('nap.py', 'import time', 'import time  # later');
    const resolved = await editor.resolve(offered);
    expect(resolved.edit).toBeUndefined();
    expect(resolved.disabled?.reason).toBe('the document has changed since');
    await until('the line in the log', () => editor.logged.some((it) => it.includes('has changed since')));
  });

  it('refuse what is no longer there, and what was never theirs', async () => {
    const editor = await startEditor();
    await editor.open('nap.py', nap);
    const offered = await action(editor, 'nap.py', /Sleep/);
    const foreign = { ...offered, data: { ...(offered.data as object), fingerprint: '0' } };
    expect((await editor.resolve(foreign)).edit).toBeUndefined();
    for (const data of [undefined, null, 7, {}, { uri: 1 }]) expect((await editor.resolve({ title: 'x', data })).edit).toBeUndefined();
  });

  it('bring their edits at once to a client that cannot ask for them', async () => {
    const editor = await startEditor({ capabilities: oldEditor });
    await editor.open('nap.py', nap);
    const [alarm] = await until('the alarm', () => editor.pushed.get(editor.uri('nap.py')));
    const [fix, ignore] = await editor.actions('nap.py', alarm!.range);
    expect(editor.applied('nap.py', fix!)).toBe('import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n');
    expect(editor.applied('nap.py', ignore!)).toContain('# threadwise: ignore[blocking-sleep]');
    expect(fix!.edit).not.toHaveProperty('documentChanges');
  });
});

describe('the comment that ignores', () => {
  const cases = {
    'stands above the statement, indented alike': [nap, '    # threadwise: ignore[blocking-sleep]\n    time.sleep(1)'],
    'stands above a statement of several lines': [
      nap.replace('time.sleep(1)', 'print(\n        "a",\n        time.sleep(1),\n    )'),
      '    # threadwise: ignore[blocking-sleep]\n    print(\n        "a",\n        time.sleep(1),\n    )',
    ],
    'keeps tabs and carriage returns': [
      'import time\r\n\r\nasync def nap():\r\n\ttime.sleep(1)\r\n',
      '\t# threadwise: ignore[blocking-sleep]\r\n\ttime.sleep(1)\r\n',
    ],
    'stands above the head of a loop': [
      'import time\n\n\nasync def nap():\n    for _ in range(time.sleep(1)):\n        pass\n',
      '    # threadwise: ignore[blocking-sleep]\n    for _ in range(time.sleep(1)):',
    ],
    'stands above the line of a statement that shares it': [
      'import time\n\n\nasync def nap():\n    print(); time.sleep(1)\n',
      '    # threadwise: ignore[blocking-sleep]\n    print(); time.sleep(1)',
    ],
  };
  it.each(Object.entries(cases))('%s', async (name, [text, wanted]) => {
    const editor = await startEditor();
    await editor.open('nap.py', text!);
    const resolved = await editor.resolve(await action(editor, 'nap.py', /Ignore/));
    const after = editor.applied('nap.py', resolved);
    expect(after).toContain(wanted);
    await editor.open('after.py', after);
    // The second statement of a line is not what the comment speaks for.
    if (!name.includes('shares')) expect(await editor.alarms('after.py')).toEqual([]);
  });
});

async function action(editor: Editor, path: string, title: RegExp): Promise<CodeAction> {
  const [alarm] = await editor.alarms(path);
  const offered = await editor.actions(path, alarm!.range);
  const found = offered.find((it) => title.test(it.title));
  if (found === undefined) throw new Error(`offered are: ${offered.map((it) => it.title).join(', ')}`);
  return found;
}
