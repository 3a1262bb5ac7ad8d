// The options of `check`, `audit` and `fix`: declared once, and turned into the strongest layer of the settings.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { cacheFolder } from '../project/cache.js';
import { checkValues } from '../project/schema.js';
import type { Layer } from '../project/settings.js';
import { type Format, formatNames } from './formats.js';
import { Refusal } from './terminal.js';

export interface OutputTo {
  readonly format: Format;
  /** undefined for stdout. */
  readonly file: string | undefined;
}
/** Options about what is judged, shared by every command that analyses. */
export interface TargetOptions {
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly extendSelect?: readonly string[];
  readonly minConfidence?: string;
  readonly pythonVersion?: string;
  readonly gil?: string;
  readonly startMethod?: string;
  readonly exclude?: readonly string[];
  readonly config?: string;
  readonly isolated?: boolean;
  /** A file, or false for none. */
  readonly baseline?: string | false;
}
export interface CheckOptions extends TargetOptions {
  readonly outputFormat?: readonly OutputTo[];
  readonly fixes?: boolean;
  readonly fix?: boolean;
  readonly unsafeFixes?: boolean;
  readonly diff?: boolean;
  readonly failOn: 'error' | 'warning' | 'info' | 'never';
  readonly exitZero?: boolean;
  readonly showSuppressed?: boolean;
  readonly stdinFilename?: string;
  /** The reason, perhaps empty. */
  readonly addIgnore?: string;
  readonly since?: string;
  readonly staged?: boolean;
  readonly watch?: boolean;
  readonly jobs?: number | undefined;
  readonly cache: boolean;
  readonly cacheDir?: string;
  readonly color: 'auto' | 'always' | 'never';
  readonly ascii?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export function addTargetOptions(command: Command): Command {
  return command
    .option('--select <rules>', 'check these rules and laws and no others', listed)
    .option('--ignore <rules>', 'do not check these rules and laws', listed)
    .option('--extend-select <rules>', 'check these rules and laws as well', listed)
    .option('--min-confidence <level>', 'least confidence that is shown: medium or high')
    .option('--python-version <version>', 'judge for this version or range: 3.12, 3.14t, 3.10-3.14')
    .option('--gil <state>', 'with the GIL or without: auto, enabled, disabled, both')
    .option('--start-method <method>', 'how processes start: auto, fork, forkserver, spawn')
    .option('--exclude <patterns>', 'leave out files and folders, as in a .gitignore', listed)
    .option('--config <file>', 'take the settings from this file')
    .option('--isolated', 'take the settings from no file');
}

export function addCheckOptions(command: Command): Command {
  addTargetOptions(command)
    .option('--output-format <format[=file]>', `${formatNames.join(', ')}; may be given several times, each with a file`, output)
    .option('--fixes', 'list the fixes of each finding, made and verified')
    .option('--fix', 'make the safe fixes')
    .option('--unsafe-fixes', 'make the fixes that ask for review as well')
    .option('--diff', 'show what `--fix` would change, and change nothing')
    .addOption(
      new Option('--fail-on <severity>', 'least severity that fails').choices(['error', 'warning', 'info', 'never']).default('warning'),
    )
    .option('--exit-zero', 'exit with 0 even if something is found')
    .option('--show-suppressed', 'list findings that a comment or the baseline accepts')
    .option('--baseline <file>', 'accept the findings that this file lists')
    .option('--no-baseline', 'accept no list of findings, whatever the configuration says')
    .option('--add-ignore <reason>', 'accept each finding with a comment above its statement')
    .option('--since <commit>', 'only findings that rest on a line changed since that commit')
    .option('--staged', 'only findings that rest on a staged line, in the text that is staged')
    .option('--watch', 'check again whenever a file changes')
    .option('--stdin-filename <file>', 'name of the file that `-` reads from the standard input')
    .option('--jobs <number>', 'threads that read and scan, or `auto`', positive)
    .option('--no-cache', 'read every file anew, and keep nothing for the next run')
    .option('--cache-dir <folder>', `where facts are kept (default: \`${cacheFolder}\` in the folder of the project)`)
    .addOption(new Option('--color <when>', 'when to use colors').choices(['auto', 'always', 'never']).default('auto'))
    .option('--ascii', 'draw with ASCII characters')
    .option('-q, --quiet', 'print findings and nothing else')
    .option('-v, --verbose', 'print every step of the evidence, and timings');
  return command;
}

/** @throws Refusal naming the option whose value is wrong. */
export function flagLayer(options: TargetOptions, cwd: string): Layer {
  const raw = Object.fromEntries(
    Object.entries({
      select: options.select,
      'extend-select': options.extendSelect,
      ignore: options.ignore,
      'min-confidence': options.minConfidence,
      'python-version': options.pythonVersion,
      gil: options.gil,
      'start-method': options.startMethod,
      exclude: options.exclude,
    }).filter(([, value]) => value !== undefined),
  );
  const { values, complaints } = checkValues(raw);
  if (complaints.length > 0) throw new Refusal(complaints.map((it) => `--${it.path[0]}: ${it.message}`).join('\n'));
  return { origin: 'the command line', base: cwd, values };
}

function listed(text: string, before: readonly string[] = []): readonly string[] {
  const words = text
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '');
  return [...before, ...words];
}

function output(text: string, before: readonly OutputTo[] = []): readonly OutputTo[] {
  const [name = '', ...file] = text.split('=');
  const format = formatNames.find((it) => it === name);
  if (format === undefined) throw new InvalidArgumentError(`There are ${formatNames.join(', ')}.`);
  const to = { format, file: file.length === 0 ? undefined : file.join('=') };
  if (before.some((it) => it.file === to.file))
    throw new InvalidArgumentError(
      `Two formats go to ${to.file === undefined ? 'the standard output' : `\`${to.file}\``}; write \`${name}=FILE\`.`,
    );
  return [...before, to];
}

function positive(text: string): number | undefined {
  if (text === 'auto') return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It takes `auto`, or a whole number from 1 on.');
  return Number(text);
}
