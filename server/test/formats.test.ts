// What other programs read: JSON and SARIF.
import { afterEach, describe, expect, it } from 'vitest';
import { type Scratch, scratch } from './terminal.js';

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';

let made: Scratch[] = [];
afterEach(() => {
  for (const it of made) it.remove();
  made = [];
});
const folderWith = (files: Readonly<Record<string, string | Uint8Array>>): Scratch => {
  const it = scratch(files);
  made.push(it);
  return it;
};
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
