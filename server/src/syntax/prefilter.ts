// Could this file concern us at all? A cheap look at its text before anything is parsed.

/** Words of the language and of the standard library that start runners, define coroutines, or say what runners share. */
const own = [
  '_?thread(?:ing)?',
  'async',
  'acquire',
  'asyncio',
  'atexit',
  'await',
  'concurrent',
  'contextvars',
  'http\\.server',
  'multiprocessing',
  'queue',
  'sched',
  'signal',
  'socketserver',
  'subprocess',
  'threadwise',
  'tkinter',
  'wsgiref',
  'xmlrpc',
  '\\w*Executor',
  '\\w*ThreadPool\\w*',
];
/** Libraries that call what they are given: every one that the knowledge files say so of, which a test compares. */
const libraries = [
  'aio\\w+',
  'anyio',
  'apscheduler',
  'asgiref',
  'async\\w+',
  'billiard',
  'bottle',
  'celery',
  'cherrypy',
  'cv2',
  'discord',
  'django',
  'dramatiq',
  'eventlet',
  'falcon',
  'fastapi',
  'flask',
  'gevent',
  'gi\\.repository',
  'huey',
  'joblib',
  'kivy',
  'kombu',
  'litestar',
  'loky',
  'matplotlib',
  'nextcord',
  'paho',
  'pika',
  'pynput',
  'pyramid',
  'quart',
  'redis',
  'rest_framework',
  'rq',
  'sanic',
  'socketio',
  'starlette',
  'telebot',
  'telegram',
  'textual',
  'tornado',
  'tqdm',
  'trio',
  'twisted',
  'uvicorn',
  'watchdog',
  'weakref',
  'wx',
  'PyQt\\d',
  'PySide\\d',
  'Q(?:Thread|Runnable|Timer|Object)\\w*',
];
const seeds = new RegExp(`\\b(?:${[...own, ...libraries].join('|')})\\b|\\bwith [\\w.]*(?:[lL]ock|mutex)\\b`);

/** A loop over an array is worth a word by itself where the array is large, and how large it is stands somewhere. */
const arrays = /\b(?:numpy|pandas)\b/;
const large = /(?<![.\w])(?:\d{6,}|\d{3}_\d{3}|\d{1,3}(?:_\d{3}){2,}|\d[\d.]*[eE]\+?(?:[5-9]|\d\d))\b|\b10 ?\*\* ?[5-9]/;

/** False only for a file that starts no runner, takes no lock, defines no coroutine and goes through no large array. */
export function concerns(text: string): boolean {
  return seeds.test(text) || (arrays.test(text) && large.test(text));
}

/** Tells whether a file may use one of these names: it says the name, and either the module that has it or that it imports the name. */
export function mentions(takers: readonly { readonly name: string; readonly module: string }[]): (text: string) => boolean {
  if (takers.length === 0) return () => false;
  const any = new RegExp(`\\b(?:${[...new Set(takers.map((it) => it.name))].join('|')})\\b`);
  const each = takers.map(({ name, module }) => {
    const imported = `\\bimport\\b(?:[^\\n(]*|[^\\n]*\\([^)]*)\\b${name}\\b`;
    return { name: new RegExp(`\\b${name}\\b`), known: new RegExp(`\\b${module.split('~')[0]?.split('.').at(-1)}\\b|${imported}`) };
  });
  return (text) => any.test(text) && each.some((it) => it.name.test(text) && it.known.test(text));
}
