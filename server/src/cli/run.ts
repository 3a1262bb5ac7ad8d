// The commands, their arguments, and what becomes of an exit code.
import { Argument, Command, CommanderError, Option } from 'commander';
import { type BaselineOptions, writeBaseline } from './baseline.js';
import { check } from './check.js';
import { addCheckOptions, addTargetOptions, type CheckOptions, type TargetOptions } from './options.js';
import { type PrintStep, print, steps } from './print.js';
import { configSchema, configShow, debugInfo, explain, listRules } from './show.js';
import { exit, Refusal, type Terminal } from './terminal.js';

/** Runs one command line, without the name of the program; resolves to the exit code. Never throws. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  let code: number = exit.fine;
  const program = programOf(terminal, (it) => {
    code = it;
  });
  const prepare = (command: Command): void => {
    command.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    });
    for (const it of command.commands) prepare(it);
  };
  prepare(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.failed;
    if (error instanceof Refusal) {
      for (const line of error.message.split('\n')) stderr.write(`threadwise: ${line}\n`);
      return exit.failed;
    }
    stderr.write(
      `threadwise: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exit.failed;
  }
}

function programOf(terminal: Terminal, ends: (code: number) => void): Command {
  const program = new Command('threadwise')
    .description('Finds concurrency mistakes in Python, shows why they are mistakes, and rewrites them.')
    .version(__VERSION__, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);

  addCheckOptions(
    program.command('check').description('check files and folders').argument('[paths...]', 'files, folders, or `-` (default: `.`)'),
  ).action(async (paths: string[], options: CheckOptions) => ends(await check(terminal, paths, options, false)));
  addCheckOptions(
    program.command('audit').description('check a project and sum up by law').argument('[path]', 'a folder or file', '.'),
  ).action(async (path: string, options: CheckOptions) => ends(await check(terminal, [path], options, true)));
  addCheckOptions(
    program.command('fix').description('the same as `check --fix`').argument('[paths...]', 'files, folders, or `-` (default: `.`)'),
  ).action(async (paths: string[], options: CheckOptions) => ends(await check(terminal, paths, { ...options, fix: true }, false)));
  program
    .command('explain')
    .description('print the page of a rule')
    .argument('<rule>', 'its name')
    .action((id: string) => explain(terminal, id));
  program
    .command('rules')
    .description('list the rules')
    .addOption(new Option('--output-format <format>', 'how to print them').choices(['full', 'json']).default('full'))
    .action(({ outputFormat }: { outputFormat: string }) => listRules(terminal, outputFormat === 'json'));
  program
    .command('print')
    .description('show one step of the analysis')
    .addArgument(new Argument('<step>', 'which step').choices(steps))
    .argument('<path>', 'a file or folder')
    .option('--json', 'as JSON')
    .action((step: PrintStep, path: string, { json }: { json?: boolean }) => print(terminal, step, path, json === true));
  addTargetOptions(
    program
      .command('baseline')
      .description('accept what is found now; an existing list only gets shorter')
      .argument('[paths...]', 'files and folders (default: `.`)'),
  )
    .option('--output <file>', 'where to write it (default: the `baseline` of the configuration, else `.threadwise-baseline.json`)')
    .option('--add', 'accept findings that the list lacks as well')
    .action(async (paths: string[], options: BaselineOptions) => ends(await writeBaseline(terminal, paths, options)));
  const config = program.command('config').description('show the configuration');
  addTargetOptions(
    config.command('show').description('each value with where it comes from').argument('[path]', 'a file or folder', '.'),
  ).action(async (path: string, options: TargetOptions) => ends(await configShow(terminal, path, options)));
  config
    .command('schema')
    .description('the JSON schema of `threadwise.toml`')
    .action(() => configSchema(terminal));
  program
    .command('debug-info')
    .description('what a report of a defect needs')
    .action(() => debugInfo(terminal));
  program
    .command('server')
    .description('run the language server')
    .option('--stdio', 'over standard input and output')
    .action(async () => {
      if (terminal.serve === undefined) throw new Refusal('the language server is not part of this build');
      await terminal.serve();
    });
  return program;
}
