// The report as the command line writes it, in a process of its own.
import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import type { WriteReport } from './report.js';

/** Characters of its complaint that are shown. */
const most = 300;

/** `program` is the command line that ships with the extension. */
export const reportWriter =
  (program: string): WriteReport =>
  (folder, file, cancelled) =>
    new Promise((resolve, reject) => {
      const args = ['audit', '--quiet', '--fail-on', 'never', '--output-format', `html=${file}`, folder];
      const child = fork(program, args, { cwd: folder, silent: true, execArgv: [] });
      const before = timeOf(file);
      let said = '';
      let stopped = false;
      child.stderr?.on('data', (text) => {
        said += String(text);
      });
      cancelled(() => {
        stopped = true;
        child.kill();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        // A report about files of which some could not be read says so itself.
        if (code === 0 || (code === 2 && timeOf(file) !== before)) resolve();
        // Who cancelled needs no reason.
        else reject(new Error(stopped ? '' : said.trim().slice(0, most) || `the command line ended with ${code}`));
      });
    });

const timeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
