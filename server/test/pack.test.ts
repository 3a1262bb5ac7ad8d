// Packed facts: exactly what went in comes out, damage is noticed, and they are about as large as the source they describe.
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { checksum } from '../src/facts/bytes.js';
import { pack } from '../src/facts/pack.js';
import { type Scanned, scan } from '../src/facts/scan.js';
import { unpack, unpackFacts } from '../src/facts/unpack.js';
import { fast, sampled } from './fast.js';
import { installedParser } from './installed-parser.js';
import { fixtureTexts, libraryTexts } from './sources.js';

const odd = [
  'x = "\\ud800" "\u{1f600}"\n',
  'def f(:\n  return (\n',
  '',
  '# threadwise: ignore-file\n',
  'x = 1e400, 10**30, 0xffffffffffffffffff, -0.0\n',
];
let facts: readonly Scanned[] = [];
/** Facts of long files, with the bytes of their sources. */
let long: readonly { readonly facts: Scanned; readonly bytes: number }[] = [];
beforeAll(async () => {
  const parser = await installedParser();
  facts = [...sampled(fixtureTexts(), 6), ...odd].map((text) => scan(parser, text));
  const names = ['asyncio/base_events.py', 'threading.py', 'argparse.py', 'typing.py', 'tarfile.py'];
  const library = libraryTexts();
  long = names.flatMap((name) => {
    const text = library.get(name);
    return text === undefined ? [] : [{ facts: scan(parser, text), bytes: Buffer.byteLength(text) }];
  });
});

/** Which objects are one: the number of the first of each, in the order in which they are met. */
function sharing(plain: unknown): readonly number[] {
  const seen = new Map<object, number>();
  const found: number[] = [];
  const walk = (it: unknown): void => {
    if (typeof it !== 'object' || it === null) return;
    const known = seen.get(it);
    found.push(known ?? seen.size);
    if (known !== undefined) return;
    seen.set(it, seen.size);
    for (const part of Object.values(it)) walk(part);
  };
  walk(plain);
  return found;
}

describe('what is packed comes out again', () => {
  it('facts of the fixtures and of the standard library, field for field', () => {
    expect(facts.length).toBeGreaterThan(fast ? 20 : 100);
    for (const it of [...facts, ...long.map((one) => one.facts)]) {
      const back = unpackFacts(pack(it));
      expect(back).toStrictEqual(it);
      expect(sharing(back)).toEqual(sharing(it));
    }
  });

  it('any other plain data, so that no new kind of fact is lost', () => {
    const plain = {
      numbers: [0, -0, 1, -1, 127, 128, 2 ** 31, 2 ** 40, -(2 ** 50), Number.MAX_SAFE_INTEGER, 0.1, Number.NaN, Number.POSITIVE_INFINITY],
      counts: [0, 0, 5, 0, 0, 0, 0, 300, 0, 1],
      notCounts: [0, 0, 0, -0],
      texts: ['', 'a', 'a', '\u00e9', '\u{1f600}', '\udc00', '\ufeffx', '__proto'],
      mixed: [1, 'a', null, true, false, { start: 1, end: 3 }, { start: 3, end: 1 }, { start: 1, end: 3, more: 0 }, [], [[]], [1]],
      spans: [{ start: 0, end: 0 }, { start: 5, end: 9 }, { end: 9, start: 5 }, null, 7, { start: 2, end: 4 }],
      told: [{ kind: 'a', x: 1 }, { kind: 'b', x: 1 }, { kind: 3, x: 1 }, { kind: 'a' }, { x: 1, kind: 'a' }, {}],
    };
    const back = unpack(pack(plain));
    expect(back).toStrictEqual(plain);
    expect(JSON.stringify(back)).toBe(JSON.stringify(plain));
  });

  it('without the fields that are undefined', () => {
    expect(unpack(pack([{ a: 1, b: undefined }, { a: 2 }]))).toStrictEqual([{ a: 1 }, { a: 2 }]);
  });

  it('in the same bytes each time', () => {
    for (const it of facts) expect(Buffer.compare(pack(unpackFacts(pack(it))), pack(it))).toBe(0);
  });

  it('refuses what is no plain data instead of losing it', () => {
    expect(() => pack({ f: () => 1 })).toThrow('facts cannot hold a function');
  });
});

describe('damaged bytes are no facts', () => {
  const sample = (): Uint8Array => pack(facts[0]);

  it('cut off, or with one bit turned', () => {
    const bytes = sample();
    for (let at = 0; at < bytes.length; at++) {
      expect(unpack(bytes.subarray(0, at))).toBeUndefined();
      const turned = bytes.slice();
      turned[at] = (turned[at] as number) ^ (1 << (at % 8));
      expect(unpack(turned)).toBeUndefined();
    }
  });

  it('and where the checksum fits they do no harm', () => {
    const bytes = sample();
    let state = 1;
    for (let round = 0; round < 3000; round++) {
      const turned = bytes.slice();
      for (let more = 0; more < 3; more++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        turned[4 + (state % (bytes.length - 4))] = state >>> 24;
      }
      new DataView(turned.buffer).setUint32(0, checksum(turned.subarray(4)));
      const found = unpack(turned);
      expect(found === undefined || pack(found).length > 0).toBe(true);
    }
  });

  it('other data is no facts either', () => {
    for (const it of [null, 1, 'facts', {}, { chunks: 1 }]) expect(unpackFacts(pack(it))).toBeUndefined();
  });
});

describe('size', () => {
  it.skipIf(libraryTexts().size === 0)('on disk long files take at most 1.2 times their source', () => {
    const packed = long.reduce((sum, it) => sum + deflateRawSync(pack(it.facts), { level: 1 }).length, 0);
    const source = long.reduce((sum, it) => sum + it.bytes, 0);
    expect(packed / source).toBeLessThan(1.2);
  });
});
