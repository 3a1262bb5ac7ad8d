// What other tools report on the same line, so that `defer` can leave it to them.
import type { Alarm } from '../model.js';
import type { Peer } from './peer-names.js';
import { type Settings, setting } from './settings.js';

interface Row {
  readonly rule: string;
  /** What the message and the end of the evidence say where they report it as well; they see one statement and no other function. */
  readonly says: RegExp;
  /** By tool, what it calls it. */
  readonly codes: { readonly [P in Peer]?: string };
}

/** Without the end of a chain: the call itself stands in the coroutine. */
const direct = (callees: string): RegExp => new RegExp(`^(?!.*reached from)\`(?:${callees})\``);
const flake8 = (ruff: string, other = ruff) => ({ ruff, 'flake8-async': other });

/** Only the forms that they report; everything else stays. */
export const table: readonly Row[] = [
  { rule: 'blocking-sleep', says: direct('time\\.sleep'), codes: flake8('ASYNC251') },
  { rule: 'blocking-network', says: direct('(?:requests|urllib\\.request|urllib3)\\..*?'), codes: flake8('ASYNC210') },
  { rule: 'blocking-network', says: direct('httpx\\..*?'), codes: flake8('ASYNC212') },
  { rule: 'blocking-subprocess', says: direct('subprocess\\.Popen'), codes: flake8('ASYNC220') },
  {
    rule: 'blocking-subprocess',
    says: direct('(?:subprocess\\.(?!Popen).*?|os\\.(?:system|popen|spawn\\w*|posix_spawn\\w*))'),
    codes: flake8('ASYNC221'),
  },
  { rule: 'blocking-subprocess', says: direct('os\\.wait\\w*'), codes: flake8('ASYNC222') },
  { rule: 'blocking-file-io', says: direct('(?:builtins\\.open|open|io\\.open|pathlib\\.Path\\.open)'), codes: flake8('ASYNC230') },
  { rule: 'blocking-file-metadata', says: direct('(?:os\\.path|pathlib)\\..*?'), codes: flake8('ASYNC240') },
  { rule: 'blocking-wait', says: direct('(?:builtins\\.)?input'), codes: flake8('ASYNC250') },
  {
    rule: 'dropped-task',
    says: /the task ends here, as a statement|under a name that nothing reads/,
    codes: { ruff: 'RUF006', 'flake8-async': 'ASYNC300' },
  },
  { rule: 'swallowed-cancellation', says: /swallows|takes/, codes: { 'flake8-async': 'ASYNC103' } },
  {
    rule: 'unawaited-coroutine',
    says: /it ends here, as a statement/,
    codes: { pyright: 'reportUnusedCoroutine', mypy: 'unused-coroutine' },
  },
  { rule: 'malformed-thread-arguments', says: /is `group`/, codes: { pylint: 'W1506' } },
  // They tell where the variable is read: in a lambda on the line of the start. pylint knows the variables of a `for` alone.
  { rule: 'late-bound-loop-variable', says: /^this lambda/, codes: { ruff: 'B023' } },
  { rule: 'late-bound-loop-variable', says: /^this lambda.*its next value$/, codes: { pylint: 'W0640' } },
  { rule: 'lock-per-call', says: /^`threading\./, codes: { ruff: 'PLW2101', pylint: 'W2101' } },
];

/** The tool of `defer` that reports the same, with its code; undefined where none does. */
export function deferredTo(settings: Settings): (alarm: Alarm) => { readonly peer: Peer; readonly code: string } | undefined {
  const named = setting(settings, 'defer')?.value ?? [];
  return (alarm) => {
    const told = `${alarm.message}; ${alarm.because[0]?.at(-1)?.note ?? ''}`;
    for (const { rule, says, codes } of table) {
      if (rule !== alarm.rule || !says.test(told)) continue;
      for (const peer of named) {
        const code = codes[peer];
        if (code !== undefined) return { peer, code };
      }
    }
    return undefined;
  };
}
