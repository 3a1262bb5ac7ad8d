// The entry in a worker of a browser: the first message brings the wasm files, and all others are the protocol.
import { BrowserMessageReader, BrowserMessageWriter, createConnection, ProposedFeatures } from 'vscode-languageserver/browser';
import { Engine } from '../engine/engine.js';
import { browserHost } from '../host/browser.js';
import { loadParser } from '../syntax/load.js';
import { serve } from './server.js';

/** Posted by the client before anything else: the bytes of both wasm files. */
interface Files {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data }: MessageEvent<Files>) => {
  // The reader takes the place of this handler, so that the next message is the first of the protocol.
  const connection = createConnection(ProposedFeatures.all, new BrowserMessageReader(self), new BrowserMessageWriter(self));
  serve(connection, {
    host: browserHost((method, params) => connection.sendRequest(method, params)),
    parser: () => loadParser(data.runtime, data.grammar),
    fileOf: (uri) => uri,
    makeEngine: (options) => new Engine(options),
    about: () => ({ platform: 'browser' }),
  });
  connection.onExit(() => self.close());
  connection.listen();
};
