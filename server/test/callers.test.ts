// Who may call a function, and whether anybody else may: what locks held by every caller rest on.
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../src/engine/engine.js';
import { loadKnowledge } from '../src/knowledge/load.js';
import { callersOf, isOpen } from '../src/link/callers.js';
import type { Linking } from '../src/link/linking.js';
import type { Fn, Target } from '../src/model.js';
import type { Parser } from '../src/syntax/load.js';
import { installedParser } from './installed-parser.js';

const target: Target = {
  python: { from: 11, to: 11 },
  gil: 'on',
  start: 'any',
  origin: { python: 'test', gil: 'test', start: 'test' },
};
let parser: Parser;
beforeAll(async () => {
  parser = await installedParser();
});

function linked(files: Readonly<Record<string, string>>): Linking {
  const engine = new Engine({ parser, target, knowledge: loadKnowledge(target) });
  for (const [module, text] of Object.entries(files)) engine.set({ file: `${module}.py`, text, module, package: false });
  return engine.inspect().link;
}
function named(link: Linking, name: string): Fn {
  const found = [...link.modules.values()].flatMap((it) => it.functions).find((it) => it.name === name);
  if (!found) throw new Error(`no function ${name}`);
  return found;
}
const callers = (link: Linking, name: string): readonly string[] =>
  callersOf(link, named(link, name)).map((it) => `${it.fn.id} ${it.event.kind}`);

describe('callers', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a call', 'def f(): pass\ndef g(): f()\n', ['a:g call']],
    ['a call in another module comes after those of its own file', 'from b import f\ndef g(): f()\n', ['a:g call', 'b:h call']],
    ['a property that is read', 'class C:\n    @property\n    def f(self): pass\n\ndef g():\n    c = C()\n    x = c.f\n', ['a:g read']],
    ['a `with`', 'class C:\n    def __enter__(self): pass\n\ndef g():\n    with C(): pass\n', ['a:g with']],
    ['an operator', 'class C:\n    def __add__(self, o): pass\n\ndef g():\n    c = C()\n    return c + 1\n', ['a:g operate']],
    ['a loop', 'class C:\n    def __iter__(self): pass\n\ndef g():\n    for _ in C(): pass\n', ['a:g loop']],
    ['a callback that runs at once', 'def f(x): pass\ndef g(xs): sorted(xs, key=f)\n', ['a:g call']],
    ['a parameter that is called', 'def f(): pass\ndef h(cb): cb()\ndef g(): h(f)\n', ['a:h call']],
    ['an awaited coroutine', 'async def f(): pass\nasync def g(): await f()\n', ['a:g call']],
    ['a coroutine awaited later', 'async def f(): pass\nasync def g():\n    c = f()\n    await c\n', ['a:g await']],
    ['no coroutine that is only made', 'async def f(): pass\nasync def g(): f()\n', []],
    ['no start of a thread', 'import threading\ndef f(): pass\ndef g(): threading.Thread(target=f).start()\n', []],
    ['no generator that nobody consumes', 'def f(): yield 1\ndef g(): return f()\n', []],
    ['a generator that is consumed', 'def f(): yield 1\ndef g(): return list(f())\n', ['a:g call']],
    ['a generator consumed later', 'def f(): yield 1\ndef g():\n    x = f()\n    for _ in x: pass\n', ['a:g loop']],
    ['no decorator that is applied', 'def f(fn): return fn\n\n@f\ndef g(): pass\n', []],
    ['what a type checker alone looks at', 'from typing import TYPE_CHECKING\ndef f(): pass\nif TYPE_CHECKING:\n    f()\n', []],
  ])('%s', (_what, text, wanted) => {
    const link = linked({ b: 'def f(): pass\ndef h(): f()\n', a: text });
    const name = /def (f|__\w+__)\(/.exec(text)?.[1] ?? 'f';
    expect(callers(link, text.includes('class C') ? `C.${name}` : name)).toEqual(wanted);
  });
});

describe('others who may call it', () => {
  it.each<readonly [string, string, boolean]>([
    ['nobody', 'def f(): pass\ndef g(): f()\n', false],
    ['nobody, though it could be imported', 'def f(): pass\n', false],
    ['nobody, as the function it is passed to is known', 'def f(): pass\ndef h(cb): cb()\nh(f)\n', false],
    ['nobody, as the callback runs at once', 'def f(x): pass\nsorted([], key=f)\n', false],
    ['nobody, as it is an alias', 'def f(): pass\ng = f\ng()\n', false],
    ['nobody but a cache', 'import functools\n\n@functools.lru_cache\ndef f(): pass\n', false],
    ['a thread', 'import threading\ndef f(): pass\nthreading.Thread(target=f).start()\n', true],
    ['a framework', 'from flask import Flask\napp = Flask(__name__)\n\n@app.route("/")\ndef f(): pass\n', true],
    ['who finds it in a list', 'def f(): pass\nhandlers = [f]\n', true],
    ['who finds it in an attribute', 'def f(): pass\nclass C: pass\nC().callback = f\n', true],
    ['who is given it back', 'def h():\n    def f(): pass\n    return f\n', true],
    ['an unknown function', 'import unknown\ndef f(): pass\nunknown.register(f)\n', true],
    [
      'an unknown function, by way of a partial',
      'import unknown\nfrom functools import partial\ndef f(x): pass\nunknown.register(partial(f, 1))\n',
      true,
    ],
    ['who forwards anything', 'def f(): pass\ndef h(*args): args[0]()\nh(f)\n', true],
    ['a decorator', 'import unknown\n\n@unknown.wrap\ndef f(): pass\n', true],
  ])('%s', (_what, text, wanted) => {
    const link = linked({ a: text });
    const fn = [...link.modules.values()].flatMap((it) => it.functions).find((it) => it.fact.name === 'f');
    expect(fn && isOpen(link, fn)).toBe(wanted);
  });

  it.each<readonly [string, string, boolean]>([
    ['the interpreter', 'class C:\n    def __repr__(self): pass\n', true],
    ['not for a constructor, which is called where the class is', 'class C:\n    def __init__(self): pass\n', false],
    ['an outside base class', 'import unknown\nclass C(unknown.Base):\n    def on_event(self): pass\n', true],
    ['not for a private name', 'import unknown\nclass C(unknown.Base):\n    def _step(self): pass\n', false],
    [
      'not for a name the outside class is not known to call',
      'import threading\nclass C(threading.Thread):\n    def step(self): pass\n',
      false,
    ],
    ['not for a class of the workspace', 'class B: pass\nclass C(B):\n    def step(self): pass\n', false],
  ])('by name: %s', (_what, text, wanted) => {
    const link = linked({ a: text });
    const method = [...link.modules.values()].flatMap((it) => it.functions).find((it) => it.owner === 'a.C');
    expect(method && isOpen(link, method)).toBe(wanted);
  });
});
