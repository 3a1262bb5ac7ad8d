// The short way gives the answers of the long one: facts after an edit are those of a scan, alarms behind the filter those of all files.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parser } from '../src/syntax/load.js';
import { filtered, rescans } from './compare.js';
import { installedParser } from './installed-parser.js';
import { fixtureProjects, fixtureTexts, libraryTexts, memoryHost } from './sources.js';

let parser: Parser;
beforeAll(async () => {
  parser = await installedParser();
});

describe('facts after an edit are those of a scan from scratch', () => {
  const all = (texts: readonly string[], edits: number): { extracted: number; chunks: number } => {
    const sum = { extracted: 0, chunks: 0 };
    for (const [at, text] of texts.entries()) {
      const { wrong, extracted, chunks } = rescans(parser, text, edits, at);
      expect(wrong).toBeUndefined();
      sum.extracted += extracted;
      sum.chunks += chunks;
    }
    return sum;
  };

  it('in the files of the fixtures', () => {
    all(fixtureTexts(), 3);
  });

  it('in every twentieth module of the standard library, where most chunks keep their facts', () => {
    const texts = [...libraryTexts().values()].filter((_, at) => at % 20 === 0);
    const { extracted, chunks } = all(texts, 2);
    expect(extracted).toBeLessThanOrEqual(chunks / 2);
  });
});

describe('alarms behind the filter are those of all files', () => {
  it('in every project of the fixtures', async () => {
    const wrong: string[] = [];
    let alarms = 0;
    for (const [name, texts] of fixtureProjects()) {
      const { lost, gained, alarms: count } = await filtered(memoryHost(texts), parser, '.');
      alarms += count;
      wrong.push(...lost.map((it) => `${name}: lost ${it}`), ...gained.map((it) => `${name}: gained ${it}`));
    }
    expect(alarms).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});
