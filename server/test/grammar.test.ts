// The grammar is the one on record, and every node and field name that the analysis relies on exists in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeGrammar, loadGrammar } from '../../scripts/grammar-record.js';

const root = join(import.meta.dirname, '../..');
const recorded = JSON.parse(readFileSync(join(root, 'grammars/grammar.json'), 'utf8'));

describe('grammar', () => {
  it('is the one that grammars/grammar.json names, byte for byte (`npm run grammar` records a new one)', async () => {
    expect(await describeGrammar()).toEqual(recorded);
  });

  it('carries an ABI that the parser reads', async () => {
    const { LANGUAGE_VERSION, MIN_COMPATIBLE_VERSION } = await import('web-tree-sitter');
    expect(recorded.grammar.abi).toBeGreaterThanOrEqual(MIN_COMPATIBLE_VERSION);
    expect(recorded.grammar.abi).toBeLessThanOrEqual(LANGUAGE_VERSION);
  });

  it('has every node and field that server/src/syntax/python.ts names', async () => {
    const { nodeNames, fieldNames } = await import('../src/syntax/python.js');
    const language = await loadGrammar();
    const nodes = new Set(Array.from({ length: language.nodeTypeCount }, (_, id) => language.nodeTypeForId(id)));
    const fields = new Set(Array.from({ length: language.fieldCount + 1 }, (_, id) => language.fieldNameForId(id)));
    expect(nodeNames.filter((name: string) => !nodes.has(name))).toEqual([]);
    expect(fieldNames.filter((name: string) => !fields.has(name))).toEqual([]);
    expect(nodeNames.length).toBeGreaterThan(20);
    expect(fieldNames.length).toBeGreaterThan(5);
  });
});
