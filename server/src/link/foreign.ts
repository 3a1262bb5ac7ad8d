// What the modules of a task import, directly or not, beyond the workspace and the standard library.
import type { QName } from '../model.js';
import type { Spawn } from './classify.js';
import type { Module } from './index.js';
import { bodyOf, dependOnModule, type Linking, moduleAt, namesIn, once } from './linking.js';
import { absolute, findModule } from './names.js';
import { question } from './question.js';
import { functionsBelow } from './reached.js';

/** Of the standard library of Python 3.14, without what draws windows or owns the terminal. */
const standard: ReadonlySet<string> = new Set(
  `__future__ abc annotationlib argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cmath cmd code
  codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg csv dataclasses
  datetime dbm decimal difflib dis doctest email encodings enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib
  functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib importlib inspect io
  ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc
  ntpath numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posixpath pprint profile
  pstats pwd py_compile pyclbr pydoc queue quopri random re reprlib resource runpy sched secrets select selectors shelve shlex shutil
  signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig tabnanny
  tarfile tempfile textwrap threading time timeit token tokenize tomllib trace traceback tracemalloc types typing unicodedata unittest
  urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`.split(/\s+/),
);

const spawnForeign = question<Spawn, QName | undefined>({ kind: 'foreign', fallback: undefined, same: Object.is });
/** The first library, as it is imported. */
export function foreignOf(link: Linking, spawn: Spawn): QName | undefined {
  return once(link, spawnForeign, spawn, spawn.in.chunk, () => {
    const bodies = functionsBelow(link, spawn).flatMap((it) => bodyOf(it.fn) ?? []);
    const open = [...new Set(bodies.map((it) => moduleAt(link, it)))];
    const seen = new Set(open);
    for (let module = open.pop(); module; module = open.pop()) {
      for (const { path, member } of importedBy(link, module)) {
        if (standard.has(path.split('.')[0] ?? '')) continue;
        const found = modulesOf(link, path, member);
        if (found.length === 0) return path;
        open.push(...found.filter((it) => !seen.has(it) && seen.add(it)));
      }
    }
    return undefined;
  });
}
interface Imported {
  readonly path: QName;
  readonly member: string | null;
}
/** Everything that importing a module and calling its functions imports. */
function importedBy(link: Linking, module: Module): readonly Imported[] {
  dependOnModule(link, module);
  const named = module.chunks.flatMap((chunk) => chunk.facts.imports.filter((it) => chunk.regions[it.in]?.guard !== 'typing'));
  return named.map((it) => ({ path: absolute(module, it), member: it.member }));
}
/** The modules of the workspace that an import runs: itself, the packages it is in, and a member that is a module. */
function modulesOf(link: Linking, path: QName, member: string | null): readonly Module[] {
  const itself = findModule(link, path);
  if (!itself) return [];
  const inner = member !== null && !namesIn(link, itself.scope, member) ? findModule(link, `${path}.${member}`) : undefined;
  const parts = path.split('.');
  const around = parts.slice(1).flatMap((_, at) => findModule(link, parts.slice(0, at + 1).join('.')) ?? []);
  return [itself, ...around, ...(inner ? [inner] : [])];
}
