// `audit --gil disabled`: what a build without the GIL breaks, by shared place.
import { afterEach, describe, expect, it } from 'vitest';
import type { FileFindings, Finding } from '../src/lsp/audit.js';
import { closeEditors, startEditor } from './editor.js';
import { folderWith } from './terminal.js';

const program = [
  'import threading',
  'from concurrent.futures import ThreadPoolExecutor',
  '',
  'total = 0',
  'sizes = []',
  '',
  '',
  'def grow(n):',
  '    global total',
  '    total += n',
  '',
  '',
  'def measure(n):',
  '    global sizes',
  '    sizes = sizes + [int(n)]',
  '',
  '',
  'def count(n):',
  '    found = 0',
  '    for i in range(3_000_000):',
  '        found += i * n % 7',
  '    return found',
  '',
  '',
  'for n in range(4):',
  '    threading.Thread(target=grow, args=(n,)).start()',
  '    threading.Thread(target=measure, args=(n,)).start()',
  'with ThreadPoolExecutor(max_workers=4) as pool:',
  '    print(list(pool.map(count, [1, 2, 3, 4])))',
  '',
].join('\n');
const settings = '[tool.threadwise]\npython-version = "3.13"\n';

afterEach(closeEditors);

describe('an audit for a build without the GIL', () => {
  it('groups what rests on it by shared place, accidents first, with both accesses, and says what goes away', async () => {
    const at = folderWith({ 'a.py': program, 'pyproject.toml': settings });
    const { stdout, code } = await at.run(['audit', '.', '--gil', 'disabled']);
    expect(code).toBe(1);
    const from = stdout.indexOf('Ready for free threading?');
    expect(stdout.slice(from, stdout.indexOf('Without the GIL', from)).split('\n')).toEqual([
      'Ready for free threading?',
      '─'.repeat(25),
      '2 shared places are not ready for a build without the GIL, 1 of them safe by accident with it.',
      '',
      'total  a.py:4:1  safe by accident: only the GIL keeps it whole',
      '  a.py:10:5  error[unguarded-read-modify-write]',
      expect.stringMatching(/^ {4}this access {5} {2}a\.py:10:5 {2}`grow` reads and writes back `total`, no lock held$/),
      expect.stringMatching(/^ {4}the other access {2}a\.py:10:5 {2}`grow` /),
      '',
      'sizes  a.py:5:1  found with the GIL as well',
      '  a.py:15:5  error[unguarded-read-modify-write]',
      expect.stringContaining('this access'),
      expect.stringContaining('the other access'),
      '',
      '',
    ]);
    expect(stdout).toContain('Without the GIL 1 finding goes away:\n  a.py:29:');
    expect(stdout).toMatch(/a\.py:29:\d+ {2}cpu-bound-thread-pool\n/);
  });

  it('does so in Markdown, and follows the configuration', async () => {
    const at = folderWith({ 'a.py': program, 'pyproject.toml': `${settings}gil = "disabled"\n` });
    const { stdout } = await at.run(['audit', '--output-format', 'markdown']);
    expect(stdout).toContain('## Ready for free threading?\n\n2 shared places are not ready');
    expect(stdout).toContain('### `total`, safe by accident: only the GIL keeps it whole\n\nFirst set at [`a.py:4:1`](a.py#L4).\n');
    expect((await at.run(['audit', '--gil', 'both'])).stdout).toContain('total  a.py:4:1  safe by accident');
    expect((await at.run(['check'])).stdout).not.toContain('free threading');
    expect((await at.run(['audit', '--gil', 'enabled'])).stdout).not.toContain('free threading');
  });

  it('does so on the page, with a link to each finding', async () => {
    const at = folderWith({ 'a.py': program, 'pyproject.toml': settings });
    const { stdout } = await at.run(['audit', '--gil', 'disabled', '--output-format', 'html']);
    const section = /<section id="readiness"[\s\S]*?<\/section>/.exec(stdout)?.[0] ?? '';
    expect(section).toContain('2 shared places are not ready for a build without the GIL, 1 of them safe by accident with it.');
    expect(section).toMatch(/<code>total<\/code> <span class="tier accident">safe by accident<\/span>.*first set at .*a\.py<\/span>:4:1/);
    expect(section).toContain('<code>sizes</code> <span class="tier anyway">found anyway</span>');
    for (const [, at] of section.matchAll(/href="#(f\d+)"/g)) expect(stdout).toContain(`<article class="finding error" id="${at}"`);
    expect([...section.matchAll(/href="#f\d+"/g)]).toHaveLength(2);
    expect(section).toContain('Without the GIL 1 finding goes away');
    expect((await at.run(['audit', '--output-format', 'html'])).stdout).not.toContain('id="readiness"');
  });

  it('tells the editor of each finding which memory it is about, and whether only the GIL keeps that whole', async () => {
    const editor = await startEditor({ files: { 'a.py': program, 'pyproject.toml': `${settings}gil = "disabled"\n` } });
    const found: Finding[] = [];
    editor.on<{ files: readonly FileFindings[] }>(
      'threadwise/findings',
      ({ files }) => void found.push(...files.flatMap((it) => it.findings)),
    );
    await editor.request('threadwise/audit', {});
    expect(found.map(({ shared }) => [shared?.name, shared?.how, shared?.born?.range.start.line])).toEqual([
      ['total', 'accident', 3],
      ['sizes', 'anyway', 4],
    ]);
  });

  it('says so where nothing rests on it', async () => {
    const at = folderWith({ 'a.py': 'import threading\n' });
    expect((await at.run(['audit', '--gil', 'disabled'])).stdout).toContain('Nothing that is shared was found to rest on the GIL.\n');
  });
});
