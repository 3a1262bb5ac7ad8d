// The built-in knowledge files; imported one by one so that a bundle carries them.
import threadModule from './data/_thread.json' with { type: 'json' };
import asyncio from './data/asyncio.json' with { type: 'json' };
import builtins from './data/builtins.json' with { type: 'json' };
import cmath from './data/cmath.json' with { type: 'json' };
import concurrentFutures from './data/concurrent.futures.json' with { type: 'json' };
import hashlib from './data/hashlib.json' with { type: 'json' };
import hmac from './data/hmac.json' with { type: 'json' };
import httpx from './data/httpx.json' with { type: 'json' };
import math from './data/math.json' with { type: 'json' };
import multiprocessing from './data/multiprocessing.json' with { type: 'json' };
import queue from './data/queue.json' with { type: 'json' };
import requests from './data/requests.json' with { type: 'json' };
import threading from './data/threading.json' with { type: 'json' };
import time from './data/time.json' with { type: 'json' };
import type { Library } from './schema.js';

const files: readonly unknown[] = [
  threadModule,
  asyncio,
  builtins,
  cmath,
  concurrentFutures,
  hashlib,
  hmac,
  httpx,
  math,
  multiprocessing,
  queue,
  requests,
  threading,
  time,
];

/** In no particular order: no two files describe the same name. The test checks their shape. */
export const libraries = files as readonly Library[];
