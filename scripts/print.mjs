// `npm run print -- races FILE`: shows one step of the analysis, built from the sources as they are now.
import { runCli } from './cli.mjs';

runCli(['print', ...process.argv.slice(2)]);
