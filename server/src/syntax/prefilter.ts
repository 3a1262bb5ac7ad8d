// Could this file concern us at all? A cheap look at its text before anything is parsed.

const seeds =
  /\b(?:_?thread(?:ing)?|concurrent\.futures|multiprocessing|asyncio|async[ \t]+(?:def|with|for)|await|joblib|gevent|eventlet|trio|anyio|queue|Executor|ThreadPool|socketserver|http\.server|subprocess|celery|apscheduler|QThread)\b/;

/** False only for a file that starts no runner, takes no lock and defines no coroutine. */
export function concerns(text: string): boolean {
  return seeds.test(text);
}
