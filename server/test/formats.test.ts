// What other programs read, and what a report looks like: every output format.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { folderWith, type Scratch } from './terminal.js';

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';

const json = async (at: Scratch, ...argv: readonly string[]) =>
  JSON.parse((await at.run(['check', '--output-format', 'json', ...argv])).stdout);

describe('json', () => {
  it('has the shape that scripts rely on', async () => {
    const at = folderWith({ 'src/app.py': nap, 'src/empty.py': '' });
    const report = await json(at, '.');
    expect(Object.keys(report)).toEqual(['version', 'tool', 'findings', 'summary']);
    expect(report.summary).toEqual({ files: 2, analysed: 1, failed: [] });
    expect(report.findings).toEqual([
      {
        rule: 'blocking-sleep',
        law: 'loop',
        severity: 'warning',
        confidence: 'high',
        path: 'src/app.py',
        range: { start: { line: 5, column: 5 }, end: { line: 5, column: 15 } },
        message: expect.stringContaining('`time.sleep`'),
        fingerprint: expect.stringMatching(/^[0-9a-f]+$/),
        witnesses: [
          expect.arrayContaining([
            { path: 'src/app.py', range: { start: { line: 4, column: 11 }, end: { line: 4, column: 14 } }, text: expect.any(String) },
          ]),
        ],
        suppressed: null,
      },
    ]);
  });

  it('lists verified fixes, and refused ones with the reason, when asked', async () => {
    const at = folderWith({ 'a.py': nap });
    const [finding] = (await json(at, '--fixes')).findings;
    expect(finding.fixes[0]).toEqual({
      id: 'sleep-async',
      title: expect.any(String),
      tier: 'safe',
      refused: null,
      edits: expect.arrayContaining([
        {
          path: 'a.py',
          range: { start: { line: 5, column: 5 }, end: expect.anything() },
          text: expect.stringContaining('await asyncio.sleep'),
        },
      ]),
    });
    for (const fix of finding.fixes) if (fix.tier === null) expect(fix).toMatchObject({ refused: expect.any(String), edits: [] });
  });

  it('lists what a comment accepts only when asked', async () => {
    const at = folderWith({ 'a.py': nap.replace('sleep(1)', 'sleep(1)  # threadwise: ignore[blocking-sleep] a test of patience') });
    expect(await json(at)).toMatchObject({ findings: [] });
    const { code, stdout } = await at.run(['check', '--show-suppressed', '--output-format', 'json']);
    expect(JSON.parse(stdout).findings).toMatchObject([{ suppressed: { by: 'comment', reason: 'a test of patience' } }]);
    expect(code).toBe(0);
    expect((await at.run(['check'])).stdout).toMatch(/^All clear: 1 file, \d+ rules \(1 suppressed\)\.\n$/);
  });

  it('has paths below the working folder, and above it', async () => {
    const at = folderWith({ 'one/a.py': nap, 'two/b.py': nap });
    const { stdout } = await at.run(['check', '--output-format', 'json', '../one', '.'], { cwd: 'two' });
    expect(JSON.parse(stdout).findings.map((it: { path: string }) => it.path)).toEqual(['../one/a.py', 'b.py']);
  });
});

describe('sarif', () => {
  it('has what code scanning needs', async () => {
    const at = folderWith({
      'a b/nap.py': 'import time\nasync def nap():\n    x = "\u{1f600}"; time.sleep(1)\n',
      'bad.py': 'import asyncio\ndef (\n',
    });
    const { stdout, code } = await at.run(['check', '--fixes', '--output-format', 'sarif']);
    expect(code).toBe(1);
    const log = JSON.parse(stdout);
    expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0') });
    const [run] = log.runs;
    expect(run.columnKind).toBe('utf16CodeUnits');
    expect(Object.keys(run.originalUriBaseIds)).toEqual(['%SRCROOT%']);
    expect(run.invocations).toMatchObject([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [{ level: 'warning', message: { text: expect.stringContaining('bad.py') } }],
      },
    ]);
    const { driver } = run.tool;
    expect(driver).toMatchObject({ name: 'Threadwise', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    for (const rule of driver.rules) {
      expect(rule).toMatchObject({
        id: expect.any(String),
        shortDescription: { text: expect.any(String) },
        help: { text: expect.stringContaining(rule.id), markdown: expect.any(String) },
        defaultConfiguration: { enabled: expect.any(Boolean), level: expect.stringMatching(/^(error|warning|note)$/) },
      });
    }
    const [result] = run.results;
    const artifactLocation = { uri: 'a%20b/nap.py', uriBaseId: '%SRCROOT%' };
    expect(driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result).toMatchObject({
      ruleId: 'blocking-sleep',
      level: 'warning',
      message: { text: expect.any(String) },
      locations: [{ physicalLocation: { artifactLocation, region: { startLine: 3, startColumn: 15, endLine: 3, endColumn: 25 } } }],
      partialFingerprints: { 'threadwise/v1': expect.any(String) },
    });
    expect(result.codeFlows[0].threadFlows[0].locations.length).toBeGreaterThan(1);
    for (const { location } of result.codeFlows[0].threadFlows[0].locations) {
      expect(location).toMatchObject({
        physicalLocation: { artifactLocation, region: expect.anything() },
        message: { text: expect.any(String) },
      });
    }
    expect(result.fixes[0]).toMatchObject({
      description: { text: expect.any(String) },
      artifactChanges: [
        {
          artifactLocation,
          replacements: expect.arrayContaining([{ deletedRegion: expect.anything(), insertedContent: { text: expect.any(String) } }]),
        },
      ],
    });
    expect(stdout).not.toContain(at.folder);
  });

  it('says what was accepted, and that a scan was not complete', async () => {
    const at = folderWith({
      'a.py': nap.replace('sleep(1)', 'sleep(1)  # threadwise: ignore[loop] fine here'),
      'b.py': `import asyncio\n#${'x'.repeat(4_100_000)}`,
    });
    const { stdout, code } = await at.run(['check', '--show-suppressed', '--output-format', 'sarif']);
    const [run] = JSON.parse(stdout).runs;
    expect(code).toBe(2);
    expect(run.results[0].suppressions).toEqual([{ kind: 'inSource', justification: 'fine here' }]);
    expect(run.invocations[0].executionSuccessful).toBe(false);
  });
});

const race = [
  'import threading',
  '',
  'hits = 0',
  'a, b = threading.Lock(), threading.Lock()',
  '',
  '',
  'def bump():',
  '    global hits',
  '    hits = hits + int(1)',
  '',
  '',
  'def one():',
  '    with a:',
  '        with b:',
  '            pass',
  '',
  '',
  'def two():',
  '    with b:',
  '        with a:',
  '            pass',
  '',
  '',
  'for _ in range(4):',
  '    threading.Thread(target=bump).start()',
  'threading.Thread(target=one).start()',
  'threading.Thread(target=two).start()',
  '',
].join('\n');

describe('sarif against its schema', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../test-fixtures/sarif/sarif-2.1.0-rtm.5.json'), 'utf8'));
  // Draft 4 differs here in the name of one key alone.
  const { id: _id, $schema: _draft, ...rest } = schema;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(rest);
  const logOf = async (at: Scratch, ...argv: readonly string[]) =>
    JSON.parse((await at.run(['check', '--output-format', 'sarif', ...argv])).stdout);

  it('is valid with findings, fixes, suppressions, failures, and with nothing', async () => {
    const at = folderWith({
      'a b/nap.py': nap,
      'race.py': race,
      'accepted.py': nap.replace('sleep(1)', 'sleep(1)  # threadwise: ignore[loop]'),
      'bad.py': 'import asyncio\ndef (\n',
      'threadwise.toml': 'gill = 1\n',
    });
    for (const argv of [['--fixes', '--show-suppressed'], [], ['--select', 'worker']]) {
      const log = await logOf(at, ...argv);
      expect(validate(log) ? [] : validate.errors).toEqual([]);
    }
    expect(validate(await logOf(folderWith({ 'fine.py': '' })))).toBe(true);
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('has a code flow for each access of a race and each order of a deadlock, and relative addresses alone', async () => {
    const log = await logOf(folderWith({ 'race.py': race }));
    const flows = (rule: string) => log.runs[0].results.find((it: { ruleId: string }) => it.ruleId === rule).codeFlows;
    for (const rule of ['unguarded-read-modify-write', 'lock-order-inversion']) {
      expect(
        flows(rule).map((it: { threadFlows: { locations: unknown[] }[] }) => it.threadFlows[0]!.locations.length),
        rule,
      ).toEqual([2, 2]);
    }
    expect([...JSON.stringify(log).matchAll(/"uri":"([^"]*)"/g)].map((it) => it[1])).toSatisfy((all: string[]) =>
      all.every((it) => it === 'race.py'),
    );
  });
});

describe('formats of services and for people', () => {
  const print = async (at: Scratch, format: string, ...argv: readonly string[]) =>
    (await at.run(['check', '--output-format', format, ...argv])).stdout;

  it('grouped: one heading for each file, one line for each finding', async () => {
    const at = folderWith({ 'a.py': `${nap}    time.sleep(20)\n`, 'sub/b.py': nap });
    const message = '`time.sleep` blocks the event loop: no other task runs until it returns';
    expect(await print(at, 'grouped')).toBe(
      [
        'a.py',
        `  5:5  warning  blocking-sleep  ${message}`,
        `  6:5  warning  blocking-sleep  ${message}`,
        '',
        'sub/b.py',
        `  5:5  warning  blocking-sleep  ${message}`,
        '',
        'Found 3 findings in 2 files (3 warnings).',
        '',
      ].join('\n'),
    );
    expect(await print(at, 'grouped', '--quiet')).not.toContain('Found');
  });

  it('github: an annotation for each finding, with everything escaped that would end it', async () => {
    const at = folderWith({ 'a,b: 100%.py': nap, 'race.py': race });
    const lines = (await print(at, 'github')).trimEnd().split('\n');
    expect(lines[0]).toBe(
      '::warning file=a%2Cb%3A 100%25.py,line=5,endLine=5,col=5,endColumn=15,title=threadwise%3A blocking-sleep::`time.sleep` blocks the event loop: no other task runs until it returns',
    );
    expect(lines.map((it) => it.split(' ')[0])).toEqual(['::warning', '::warning', '::error']);
    expect(await print(folderWith({ 'a.py': '' }), 'github')).toBe('');
  });

  it('gitlab: a list whose fingerprints differ and stay the same when lines move', async () => {
    const twice = `${nap}    time.sleep(1)\n`;
    const at = folderWith({ 'a.py': twice, 'b.py': twice });
    const issues = JSON.parse(await print(at, 'gitlab'));
    expect(issues).toHaveLength(4);
    expect(issues[0]).toMatchObject({
      description: expect.stringContaining('`time.sleep`'),
      check_name: 'blocking-sleep',
      severity: 'major',
      location: { path: 'a.py', lines: { begin: 5 } },
    });
    const prints = (all: { fingerprint: string }[]) => all.map((it) => it.fingerprint);
    expect(new Set(prints(issues)).size).toBe(4);
    at.write('a.py', `# one more line\n\n${twice}`);
    expect(prints(JSON.parse(await print(at, 'gitlab')))).toEqual(prints(issues));
    expect(JSON.parse(await print(folderWith({ 'a.py': '' }), 'gitlab'))).toEqual([]);
  });

  it('junit: what fails the gate is a failure, what lies below it is told, and nothing found is one test that passes', async () => {
    const at = folderWith({ 'a<b.py': nap, 'race.py': race, 'big.py': `import asyncio\n#${'x'.repeat(4_100_000)}` });
    const xml = await print(at, 'junit', '--fail-on', 'error');
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="threadwise" tests="4" failures="1" errors="1">/);
    expect(xml).toContain('<testsuite name="a&lt;b.py" tests="1" failures="0" errors="0">');
    expect(xml).toMatch(/<testcase name="blocking-sleep at 5:5" classname="a&lt;b" file="a&lt;b\.py" line="5">\n {6}<system-out>/);
    expect(xml).toMatch(/<failure type="lock-order-inversion" message="`b` is taken under `a`[^"]*">race\.py:14:9: error/);
    expect(xml).toContain('<error message="larger than 4 MB"/>');
    expect(await print(folderWith({ 'a.py': '' }), 'junit')).toContain('<testcase name="no findings" classname="threadwise"/>');
  });

  it('markdown: counts by law, then each finding with its evidence and what could be done', async () => {
    const at = folderWith({ 'nap.py': nap, 'race.py': race });
    const page = await print(at, 'markdown');
    const order = [
      '# Threadwise\n\nFound 3 findings in 2 files (1 error, 2 warnings).',
      'Judged for Python 3.9-3.14 with the GIL',
      '| 1. Keep the loop free | `blocking-sleep` | 1 |',
      '## 1. Keep the loop free\n\n### `time.sleep` blocks the event loop',
      '**warning** `blocking-sleep` at [`nap.py:5:5`](nap.py#L5), high confidence',
      'What could be done:\n\n- ',
      '## 3. One owner, or one lock',
      'This access:\n\n1. [`race.py:25:5`](race.py#L25): 4 threads run `bump`\n2. [`race.py:9:5`](race.py#L9): ',
      'The other access:\n\n1. ',
      '## 5. Never wait in a circle',
      'This order:',
      'The other order:',
    ];
    expect(order.map((it) => page.indexOf(it))).toEqual(order.map((it) => page.indexOf(it)).sort((a, b) => a - b));
    expect(order.filter((it) => !page.includes(it))).toEqual([]);
  });

  it('those that a service counts leave out what is accepted', async () => {
    const at = folderWith({ 'a.py': nap.replace('sleep(1)', 'sleep(1)  # threadwise: ignore[loop] fine') });
    for (const format of ['github', 'gitlab', 'junit']) {
      expect(await print(at, format, '--show-suppressed'), format).not.toContain('blocking-sleep');
    }
    expect(await print(at, 'grouped', '--show-suppressed')).toContain('(suppressed)');
    expect(await print(at, 'markdown', '--show-suppressed')).toContain('accepted by a comment');
  });
});

describe('two sides in the terminal', () => {
  const full = async (columns?: number) =>
    (await folderWith({ 'race.py': race }).run(['check', '--select', 'owner'], columns === undefined ? {} : { columns })).stdout;

  it('are two blocks', async () => {
    expect((await full()).split('\n').filter((it) => / {3}├/.test(it))).toEqual([
      '   ├─ this access',
      '   ├▸ race.py:25:5   step 1 of 2',
      '   ├─ the other access',
      '   ├▸ race.py:25:5   step 1 of 2',
      '   ├▸ race.py:9:5   step 2 of 2',
    ]);
  });

  it('stand beside each other where there is room', async () => {
    const lines = (await full(160)).split('\n');
    const head = lines.find((it) => it.startsWith('this access'))!;
    expect(head).toMatch(/^this access +│ the other access$/);
    const at = head.indexOf('│');
    const wide = lines.slice(lines.indexOf(head), lines.indexOf(head) + 9);
    expect(wide.every((it) => it[at] === '│' && it.length <= 160)).toBe(true);
    expect(wide.join('\n')).toContain('`bump` reads and writes back `hits`, no lock held');
  });
});

describe('what is wrong in the configuration', () => {
  it('is told in the formats that have a place for it', async () => {
    const at = folderWith({ 'a.py': nap, 'threadwise.toml': 'gil = "on"\n' });
    const message = '`gil` is `"on"`; it takes `auto`, `enabled`, `disabled`, `both`.';
    const github = await at.run(['check', '--output-format', 'github']);
    expect(github.code).toBe(2);
    expect(github.stdout.split('\n')[0]).toBe(`::error file=threadwise.toml,line=1,col=7,title=threadwise%3A configuration::${message}`);
    const [run] = JSON.parse((await at.run(['check', '--output-format', 'sarif'])).stdout).runs;
    const [invocation] = run.invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolConfigurationNotifications).toMatchObject([
      { level: 'error', message: { text: message }, locations: [{ physicalLocation: { region: { startLine: 1, startColumn: 7 } } }] },
    ]);
    expect(run.results).toHaveLength(1);
  });
});

describe('files of formats', () => {
  it('two formats never share an output, and a file that cannot be written is named', async () => {
    const at = folderWith({ 'a.py': nap });
    const both = await at.run(['check', '--output-format', 'json', '--output-format', 'github']);
    expect({ code: both.code, stdout: both.stdout }).toEqual({ code: 2, stdout: '' });
    expect(both.stderr).toContain('Two formats go to the standard output');
    const lost = await at.run(['check', '--output-format', 'json=no/such/a.json']);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toMatch(/^threadwise: `no\/such\/a\.json` was not written: /);
  });
});
