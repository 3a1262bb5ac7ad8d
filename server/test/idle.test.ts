// Nothing changes: then nothing is asked, nothing is said, nothing runs, and no timer is set, however long it lasts.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Engine } from '../src/engine/engine.js';
import { createSettling } from '../src/lsp/slices.js';
import { closeEditors, oldEditor, startEditor, until } from './editor.js';
import { nap, web } from './samples.js';

const faked = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] as const;
/** Messages travel through streams, which have a clock of their own. */
const turns = async () => {
  for (let nth = 0; nth < 20; nth++) await new Promise((resolve) => setImmediate(resolve));
};

afterEach(() => {
  vi.useRealTimers();
  closeEditors();
});

describe('a server whose files do not change', () => {
  it.each([
    ['that is pulled', undefined],
    ['that pushes', oldEditor],
  ])('%s is silent for a day', async (_, capabilities) => {
    let asked = 0;
    class Counting extends Engine {
      override alarms(file?: string) {
        asked++;
        return super.alarms(file);
      }
      override settle(budget: Parameters<Engine['settle']>[0]) {
        asked++;
        return super.settle(budget);
      }
    }
    const platform = { makeEngine: (options: ConstructorParameters<typeof Engine>[0]) => new Counting(options) };
    const editor = await startEditor({ files: { ...web, 'nap.py': nap }, platform, ...(capabilities ? { capabilities } : {}) });
    let answers = 0;
    let waiting: Promise<unknown> = Promise.resolve();
    if (capabilities === undefined) {
      const { items } = await editor.pullWorkspace();
      const known = Object.fromEntries(items.map((it) => [it.uri, it.resultId!]));
      // The request that a client always has open.
      waiting = editor.pullWorkspace(known).then(() => answers++);
      await editor.alarms('nap.py');
    } else await until('what is pushed', () => editor.pushed.has(editor.uri('nap.py')));
    await until('rest', async () => {
      const before = editor.said();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return before === editor.said();
    });

    vi.useFakeTimers({ toFake: [...faked] });
    const before = [editor.said(), asked, answers];
    for (let hour = 0; hour < 24; hour++) {
      await vi.advanceTimersByTimeAsync(3_600_000);
      await turns();
    }
    expect([editor.said(), asked, answers]).toEqual(before);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();

    // It was not dead: a change is worked off, and answered once.
    editor.write('nap.py', nap.replace('time.sleep(1)', 'pass'));
    await editor.watch('nap.py');
    if (capabilities === undefined) {
      await waiting;
      expect(answers).toBe(1);
    } else await until('the finding to go', () => editor.pushed.get(editor.uri('nap.py'))?.length === 0);
  });
});

describe('the pause before work', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: [...faked] }));

  /** The milliseconds at which work began. */
  const settling = (took = 0) => {
    const began: number[] = [];
    const zero = Date.now();
    const work = async () => {
      began.push(Date.now() - zero);
      if (took > 0) await new Promise((resolve) => setTimeout(resolve, took));
    };
    return { began, it: createSettling(work, () => {}, { quiet: 30, longest: 300 }) };
  };

  it('begins once it has been quiet, does one round for many changes, and then nothing', async () => {
    const { began, it } = settling();
    for (let nth = 0; nth < 5; nth++) {
      it.touch();
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(began).toEqual([70]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not wait for ever for who never stops typing', async () => {
    const { began, it } = settling();
    for (let nth = 0; nth < 70; nth++) {
      it.touch();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(began).toEqual([300, 600]);
  });

  it('is longer after work that took long', async () => {
    const { began, it } = settling(200);
    it.touch();
    await vi.advanceTimersByTimeAsync(1_000);
    it.touch();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(began).toEqual([30, 1_200]);
  });
});
