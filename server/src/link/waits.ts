// Which outside calls really keep their thread waiting, as they are called here: a queue without a bound takes at once, a file in memory is none.
import { isGiven } from '../knowledge/given.js';
import type { Api, QName, Region, Subject, Topic, Value } from '../model.js';
import { argument } from './flows.js';
import { eventsOf, isA, type Linking } from './linking.js';
import type { Meaning } from './meanings.js';
import { isSamePath } from './same-path.js';
import { evaluate, typeName } from './types.js';

type Call = Subject<'call'>;

/** Is the topic's wait a wait in this call? What is not certain counts as none. */
export function waitsHere(link: Linking, name: QName, api: Api, call: Call, self: Meaning | null): boolean {
  const ask = topics[api.topic ?? 'other'];
  return !ask || ask(link, name, api, call, self);
}

type Ask = (link: Linking, name: QName, api: Api, call: Call, self: Meaning | null) => boolean;
const topics: { readonly [topic in Topic]?: Ask } = {
  file: (link, name, _api, call, self) => touchesFile(link, name, call, self),
  metadata: (_link, name) => /^(?:os|pathlib|shutil|tempfile)\./.test(name) && !here.test(name),
  subprocess: (link, name, api, call) => waitsForChild(link, name, api, call),
  wait: (link, name, api, call, self) => waitsForOthers(link, name, api, call, self),
  console: (_link, name) => /^(?:builtins\.input|getpass\.getpass|sys\.stdin\.\w+)$/.test(name),
  database: (_link, name) => !prompt.test(name),
};

// ── Files ────────────────────────────────────────────────────────────────────────────────────────

/** Of the process itself, or spelled out without a look at the disk. */
const here = /\.(?:getcwdb?|cwd|home|chdir|fchdir|absolute|expanduser|mktemp)$/;
/** Works on paths alone. */
const byPath =
  /^(?:shutil\.(?!copyfileobj)\w+|filecmp\.\w+|glob\.\w+|os\.(?:f?walk|fsync|fdatasync|sync|copy_file_range)|pathlib\.Path\.\w+|tempfile\.(?:NamedTemporaryFile|TemporaryFile)|hashlib\.file_digest|cv2\.im(?:read|write)|configparser\.RawConfigParser\.read)$/;
/** Opens what its first argument names. */
const opens = /^(?:builtins\.open|io\.(?:open|open_code|FileIO)|(?:bz2|gzip|lzma)\.open|os\.fdopen)$/;
/** Takes a path, or an object that is like a file and may live in memory. */
const either =
  /^(?:bz2\.BZ2File|gzip\.GzipFile|lzma\.LZMAFile|zipfile\.(?:ZipFile|PyZipFile)|tarfile\.(?:open|TarFile|TarFile\.open)|numpy\.(?:load|loadtxt|fromfile|save|savez\w*|savetxt)|pandas\.(?:read_(?!html|json|sql)\w+|DataFrame\.to_(?!sql)\w+)|polars\.\w+(?:\.write_\w+)?|pyarrow\.\w+\.\w+|joblib\.(?:load|dump)|torch\.(?:load|save)|openpyxl\.(?:load_workbook|Workbook\.save)|PIL\.Image\.(?:open|Image\.save)|xml\.etree\.ElementTree\.(?:parse|iterparse|ElementTree\.(?:parse|write))|xml\.dom\.minidom\.parse|lxml\.(?:etree|html)\.(?:parse|iterparse)|scipy\.io\.\w+(?:\.\w+)?)$/;
/** Reading and writing through a handle is told where the file is opened. */
function touchesFile(link: Linking, name: QName, call: Call, self: Meaning | null): boolean {
  const first = call.args[0]?.name === null ? call.args[0] : undefined;
  const at = named.test(name) ? argument(call, [1, 'file', 'f', 'fp']) : (argument(call, ['file', 'filename', 'path', 'name']) ?? first);
  if (byPath.test(name)) return true;
  if (opens.test(name)) return at !== undefined && !isVirtual(at.value) && !isDescriptor(at.value, call);
  if (argument(call, ['fileobj', 'file_obj', 'buffer'])) return false;
  return either.test(name) && (self === null || /\.(?:to_\w+|write_\w+|save|write|parse)$/.test(name)) && isPath(link, at?.value, call.in);
}
/** `open(sock.detach(), "wb")`: it is open already, and mostly no file. */
function isDescriptor(value: Value, call: Call): boolean {
  if (value.is === 'literal') return value.type === 'int';
  const made = value.is === 'call' ? call.in.chunk.events[value.event] : undefined;
  return made?.kind === 'call' && made.callee.is === 'attr' && /^(?:detach|fileno)$/.test(made.callee.name);
}
/** Those whose second argument is the file. */
const named = /^(?:joblib\.dump|torch\.save|pyarrow\.\w+\.write_\w+)$/;
/** `/proc/self/stat`: the kernel answers from memory. */
const isVirtual = (value: Value): boolean =>
  value.is === 'literal'
    ? typeof value.value === 'string' && /^\/(?:proc|sys|dev)\//.test(value.value)
    : value.is === 'text' && value.parts[0] !== undefined && isVirtual(value.parts[0]);
function isPath(link: Linking, value: Value | undefined, at: Region): boolean {
  const all = value ? evaluate(link, value, at).map(typeName) : [];
  return all.length > 0 && all.every((it) => it === 'builtins.str' || (it !== undefined && isA(link, it, 'pathlib.PurePath')));
}

// ── Child processes ──────────────────────────────────────────────────────────────────────────────

function waitsForChild(link: Linking, name: QName, api: Api, call: Call): boolean {
  if (name === 'subprocess.Popen' || /^(?:os\.popen|pty\.spawn|psutil\.)/.test(name)) return true;
  if (api.waits !== 'process') return false;
  if (name.startsWith('os.wait')) return !call.args.some((it) => asksOnly(it.value));
  return !isEnded(link, call) && !(name.endsWith('Popen.wait') && isOver(link, call));
}
/** `await wait_child_exiting(self)` stands before `self._proc.wait()`, which then only collects it. */
const isOver = (link: Linking, call: Call): boolean =>
  eventsOf(link, call.in.fn).some(
    (it) =>
      it.kind === 'call' &&
      it.span.start < call.span.start &&
      it.result === 'awaited' &&
      (it.callee.is === 'attr' || it.callee.is === 'name') &&
      /^(?:wait_(?:for_)?)?(?:child|process|proc|exit)\w*exit\w*$|^wait_(?:for_)?exit/.test(it.callee.name),
  );
/** `os.WNOHANG` among the options. */
const asksOnly = (value: Value): boolean =>
  value.is === 'attr' || value.is === 'name'
    ? value.name === 'WNOHANG'
    : (value.is === 'op' && value.args.some(asksOnly)) || (value.is === 'literal' && value.value === 1);
/** `proc.kill()` stands before `proc.wait()`: what is left to wait for is the kernel. */
function isEnded(link: Linking, call: Call): boolean {
  return before(
    link,
    call,
    (it, of) => it.callee.is === 'attr' && /^(?:kill|terminate)$/.test(it.callee.name) && isSamePath(it.callee.of, of),
  );
}

// ── Other threads ────────────────────────────────────────────────────────────────────────────────

const others: ReadonlySet<string | undefined> = new Set(['thread', 'process', 'future', 'pool', 'queue', 'event', 'condition', 'barrier']);
function waitsForOthers(link: Linking, name: QName, api: Api, call: Call, self: Meaning | null): boolean {
  if (!others.has(api.waits) || /\.(?:shutdown|join_thread|poll)$/.test(name)) return false;
  if (/queue\w*\.\w*Queue\.put$/i.test(name)) return isBounded(link, self);
  if (/Queue\.get$/.test(name)) return !isTested(link, call, /^(?:empty|qsize|put|put_nowait)$/);
  if (/\.(?:result|exception)$/.test(name) && call.result === 'dropped' && call.callee.is === 'attr' && call.callee.of.is === 'attr')
    return false; // asked for its error
  if (api.waits === 'future') return !isTested(link, call, /^(?:done|ready|cancelled)$/) && !isAwaited(link, call) && !isDone(link, call);
  return true;
}
/** `Queue(10)`: only a queue with a bound lets who puts wait. */
function isBounded(link: Linking, self: Meaning | null): boolean {
  const made = self?.is === 'thing' ? self.made : null;
  const size = made ? argument(made, ['maxsize', 0]) : undefined;
  if (!made || !size) return false;
  return (
    !(size.value.is === 'literal' && (size.value.value === 0 || size.value.value === null)) &&
    evaluate(link, size.value, made.in).length > 0
  );
}
/** A condition around the call asks first: `while not q.empty(): q.get()`. */
function isTested(link: Linking, call: Call, asks: RegExp): boolean {
  if (call.callee.is !== 'attr') return false;
  return before(link, call, (it, of) => it.callee.is === 'attr' && asks.test(it.callee.name) && isSamePath(it.callee.of, of));
}
/** `await asyncio.wrap_future(f)` stands before `f.result()`. */
const isAwaited = (link: Linking, call: Call): boolean =>
  before(link, call, (it, of) => it.result === 'awaited' && it.args.some((arg) => mentioned(arg.value, of)));
const mentioned = (value: Value, of: Value): boolean =>
  isSamePath(value, of) ||
  (value.is === 'star' && mentioned(value.of, of)) ||
  (value.is === 'items' && value.items.some((it) => mentioned(it, of)));
/** Futures are done that a callback gets, that come from `as_completed`, or that are the first set of `wait`. */
function isDone(link: Linking, call: Call): boolean {
  if (call.callee.is !== 'attr' || call.callee.of.is !== 'name') return false;
  const { name } = call.callee.of;
  const index = call.in.fn.fact.params.findIndex((it) => it.name === name);
  if (index >= 0) return !call.in.fn.fact.async; // a callback gets a future that is done
  return eventsOf(link, call.in.fn).some(
    (it) =>
      it.kind === 'bind' &&
      it.target.is === 'name' &&
      it.target.name === name &&
      it.from === 'for' &&
      (it.value.is === 'call' ? isCompleted(it.value.event, it.in) : it.value.is === 'name' && it.value.name === 'done'),
  );
}
function isCompleted(event: number, at: Region): boolean {
  const call = at.chunk.events[event];
  return call?.kind === 'call' && (call.callee.is === 'attr' || call.callee.is === 'name') && call.callee.name === 'as_completed';
}

// ── Databases ────────────────────────────────────────────────────────────────────────────────────

/** What it takes was there before: rows of a result, or nothing is sent yet. */
const prompt = /\.(?:fetch(?:one|all|many)|close|cursor|next)$|^sqlite3\.connect$/;

// ── Shared ───────────────────────────────────────────────────────────────────────────────────────

/** Does an earlier call of the function say something about the object this one is a method of? */
function before(link: Linking, call: Call, says: (it: Call, of: Value) => boolean): boolean {
  if (call.callee.is !== 'attr') return false;
  const { of } = call.callee;
  return eventsOf(link, call.in.fn).some((it) => it.kind === 'call' && it.span.start < call.span.start && says(it, of));
}

/** `blocking=False`: asked not to wait at all. */
export const isRefused = (api: Api, call: Call): boolean =>
  (api.bounded ?? []).some((it) => it.endsWith('=False') && isGiven(it, call.args)) ||
  call.args.some((it) => it.name === 'timeout' && it.value.is === 'literal' && it.value.value === 0);
