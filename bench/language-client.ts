// A language client without an editor: starts the built server, speaks the protocol over stdio, answers what the server asks.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface Client {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** Resolves at the next notification or request of this name from the server. */
  heard(method: string): Promise<unknown>;
  stop(): Promise<void>;
}
interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** `flags` are Node's own. */
export function startClient(server: string, folder: string, flags: readonly string[] = []): Client {
  const child = spawn(process.execPath, [...flags, server, '--stdio'], { cwd: folder });
  child.stderr.resume();
  const waiting = new Map<number, { readonly done: (it: unknown) => void; readonly fail: (error: Error) => void }>();
  const listeners = new Map<string, ((params: unknown) => void)[]>();
  const send = (message: object): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  let last = 0;
  readMessages(child, (message) => {
    if (message.method !== undefined) {
      for (const tell of listeners.get(message.method) ?? []) tell(message.params);
      listeners.delete(message.method);
      if (message.id !== undefined) send({ id: message.id, result: message.method === 'workspace/configuration' ? [null] : null });
      return;
    }
    const request = waiting.get(Number(message.id));
    waiting.delete(Number(message.id));
    if (message.error) request?.fail(new Error(message.error.message));
    else request?.done(message.result);
  });
  child.on('exit', (code) => {
    for (const { fail } of waiting.values()) fail(new Error(`the server ended with exit code ${code}`));
  });
  return {
    request: (method, params) =>
      new Promise((done, fail) => {
        waiting.set(++last, { done, fail });
        send({ id: last, method, params });
      }),
    notify: (method, params) => send({ method, params }),
    heard: (method) => new Promise((done) => listeners.set(method, [...(listeners.get(method) ?? []), done])),
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      const id = ++last;
      await new Promise<unknown>((done) => {
        waiting.set(id, { done, fail: done });
        send({ id, method: 'shutdown' });
      });
      send({ method: 'exit' });
      await ended;
    },
  };
}

function readMessages(child: ChildProcessWithoutNullStreams, tell: (message: Message) => void): void {
  let buffer = Buffer.alloc(0);
  child.stdout.on('data', (part: Buffer) => {
    buffer = Buffer.concat([buffer, part]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(buffer.toString('latin1', 0, Math.max(end, 0)))?.[1]);
      if (end < 0 || buffer.length < end + 4 + length) return;
      const body = buffer.toString('utf8', end + 4, end + 4 + length);
      buffer = buffer.subarray(end + 4 + length);
      tell(JSON.parse(body) as Message);
    }
  });
}
