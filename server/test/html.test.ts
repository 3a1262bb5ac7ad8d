// The report as a page: what is in it, that nothing of a project can break out of it, and that it stays readable when there is a lot.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../src/cli/html/page.js';
import { evidence, excerpt, inline } from '../src/cli/html/pieces.js';
import { linesOf } from '../src/cli/lines.js';
import type { Report, Shown } from '../src/cli/report.js';
import type { Alarm } from '../src/model.js';
import { rules } from '../src/rules/index.js';
import { folderWith } from './terminal.js';

const pageOf = async (files: Readonly<Record<string, string | Uint8Array>>, ...argv: readonly string[]): Promise<string> => {
  const at = folderWith(files);
  return (await at.run(['audit', '--output-format', 'html', ...argv])).stdout;
};
/** Without the styles and the script. */
const bodyOf = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<script>[\s\S]*?<\/script>/, '');

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
const hits =
  'import threading\n\nhits = 0\n\n\ndef bump():\n    global hits\n    hits = hits + int(1)\n\n\nfor _ in range(4):\n    threading.Thread(target=bump).start()\n';

describe('the report', () => {
  it('shows a finding with its evidence, the change that was verified, and the refusal with its reason', async () => {
    const page = await pageOf({
      'app.py': 'from helpers import load\n\n\nasync def handler(url):\n    return load(url)\n\n\ndef other(url):\n    return load(url)\n',
      'helpers.py': 'import requests\n\n\ndef load(url):\n    return requests.get(url)\n',
    });
    expect(page).toMatch(/<article class="finding \w+" id="f0" data-law="loop" data-rule="blocking-network"/);
    expect(page).toMatch(/Step 2 of 3: <\/span>calls <code>load<\/code>/);
    expect(page).toContain('<span class="path">helpers.py</span>:5:12');
    expect(page).toMatch(/<a class="evidence" href="https:\/\/[^"]+" rel="noopener noreferrer">/);
    expect(page).toContain('<ins>+    return await asyncio.to_thread(load, url)\n</ins>');
    expect(page).toMatch(
      /<span class="tier refused">not here<\/span> <span>[^<]+<\/span><p class="quiet"><code>load<\/code> is called outside of coroutines/,
    );
  });

  it('puts both accesses of a race beside each other, and marks them on the map', async () => {
    const page = await pageOf({ 'hits.py': hits });
    expect(page).toMatch(
      /<div class="chains beside"><section class="chain" aria-label="This access">[\s\S]*<section class="chain" aria-label="The other access">/,
    );
    expect(page).toMatch(/<path class="edge writes found"/);
    expect(page).toMatch(/aria-label="state hits, global variable, 1 finding"/);
  });

  it('loads nothing: the policy allows this style and this script alone', async () => {
    const page = await pageOf({ 'nap.py': nap });
    const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page) ?? [];
    const hash = (tag: string): string => {
      const [, text = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'`,
    );
    expect(bodyOf(page)).not.toMatch(/\s(?:src|style|srcset|on\w+)=|url\((?!#)|@import/);
    expect(
      page.match(/https?:\/\/[^"<\s]+/g)?.filter((it) => !/^https:\/\/docs\.python\.org\/|^http:\/\/www\.w3\.org\/2000\/svg$/.test(it)),
    ).toEqual([]);
  });

  it('every id is there once, and whatever refers to one finds it', async () => {
    const page = bodyOf(await pageOf({ 'nap.py': nap, 'hits.py': hits, 'bad.py': new Uint8Array([0x80, 0x81]) }, '--exit-zero', 'bad.py'));
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((it) => it[1]);
    expect(ids.length).toBe(new Set(ids).size);
    const wanted = [...page.matchAll(/(?:aria-labelledby="|href="#|url\(#)([^")]+)/g)].map((it) => it[1]);
    expect(wanted.filter((it) => !ids.includes(it))).toEqual([]);
  });

  it('lists files that were not analysed with the reason', async () => {
    const page = await pageOf({ 'nap.py': nap, 'bad.py': `x = "${'\u0000'}"\n` });
    expect(page).toMatch(/<section id="failed"[\s\S]*<code>bad\.py<\/code>: /);
  });

  it('says so where there is nothing', async () => {
    const page = await pageOf({ 'a.py': 'x = 1\n' });
    expect(page).toContain('All clear');
    expect(page).toContain('Nothing here starts a thread');
    expect(page).not.toContain('<form');
  });

  it('is the same for the same files', async () => {
    const at = folderWith({ 'nap.py': nap, 'hits.py': hits });
    const run = () => at.run(['check', '--output-format', 'html=out.html', '--exit-zero']);
    await run();
    const first = at.read('out.html');
    await run();
    expect(at.read('out.html')).toBe(first);
  });
});

describe('what a project brings along', () => {
  it('names of files and lines of source are text', async () => {
    const name = `"><img src=x onerror=alert(1)>'&.py`;
    const page = bodyOf(await pageOf({ [name]: nap.replace('time.sleep(1)', 'time.sleep(1)  # </script><script>alert(1)</script>') }));
    expect(page).not.toMatch(/<img|<script/);
    expect(page).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;.py');
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('so are messages and addresses', () => {
    expect(inline('`<b>` <i> `open')).toBe('<code>&lt;b&gt;</code> &lt;i&gt; `open');
    expect(inline('a\u202eb\u0007')).toBe('a\ufffdb\ufffd');
    expect(evidence('javascript:alert(1)')).toBe(' <span class="quiet">(javascript:alert(1))</span>');
    expect(evidence('https://example.org/?a="><b>')).toBe(
      ' <a class="evidence" href="https://example.org/?a=&quot;&gt;&lt;b&gt;" rel="noopener noreferrer">example.org/?a=&quot;&gt;&lt;b&gt;</a>',
    );
  });

  it('a line of a megabyte is cut around its mark', () => {
    const text = `${'x'.repeat(500_000)}bad()${'y'.repeat(500_000)}\n`;
    const shown = excerpt({ file: 'a.py', span: { start: 500_000, end: 500_005 } }, reportWith([], text), 1);
    expect(shown).toContain('<mark>bad()</mark>');
    expect(shown.length).toBeLessThan(800);
  });
});

describe('a lot of it', () => {
  it('shows so many findings with everything, and the rest in short', () => {
    let verified = 0;
    const shown = Array.from({ length: 2500 }, (_, at) => shownAt(at, () => verified++));
    const page = renderHtml(reportWith(shown, 'x = 1\n'.repeat(3000)));
    expect(page).toContain('<p class="verdict">Found 2500 findings');
    expect(page.match(/<article/g)?.length).toBe(1000);
    expect(page).toContain('1,500 more findings, in short');
    expect(verified).toBe(300);
    expect(page.length).toBeLessThan(4_000_000);
  });
});

function shownAt(at: number, verify: () => void): Shown {
  const [rule] = rules;
  const spot = { file: 'a.py', span: { start: 6 * at, end: 6 * at + 1 }, note: 'here' };
  const alarm: Alarm = {
    rule: rule?.id ?? '',
    law: rule?.law ?? 'loop',
    severity: 'warning',
    confidence: 'high',
    at: spot,
    message: `finding ${at}`,
    because: [[spot]],
    fingerprint: String(at),
    suppressed: null,
  };
  const verified = () => {
    verify();
    return [];
  };
  return { alarm, offers: [], repairs: undefined, verified };
}
function reportWith(shown: readonly Shown[], text: string): Report {
  const lines = linesOf(text);
  const origin = { python: 'default', gil: 'default', start: 'default' };
  return {
    shown,
    audited: { files: ['a.py'], analysed: 1, alarms: shown.map((it) => it.alarm), failed: [], complete: true },
    target: { python: { from: 9, to: 14 }, gil: 'on', start: 'any', origin },
    hidden: { comment: 0, baseline: 0 },
    readiness: undefined,
    problems: [],
    rulesOn: 1,
    lines: () => lines,
    text: () => text,
    cells: () => undefined,
    map: () => ({ nodes: [], edges: [] }),
    tool: '0.0.0',
  };
}
