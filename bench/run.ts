// `npm run bench -- NAME …`: measures Threadwise on real code. Nothing here is part of `npm test`.
import { agree } from './agree.js';
import { alarms } from './alarms.js';
import { auditCost } from './audit-cost.js';
import { costs } from './costs.js';
import { edges } from './edges.js';
import { facts } from './facts.js';
import { fixes } from './fixes.js';
import { keystroke } from './keystroke.js';
import { mutants } from './mutants.js';
import { prices } from './prices.js';
import { rewrites } from './rewrites.js';
import { ruff } from './ruff.js';
import { same } from './same.js';
import { soak } from './soak.js';
import { start } from './start.js';

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  agree,
  alarms,
  costs,
  prices,
  ruff,
  start,
  keystroke,
  audit: auditCost,
  facts,
  fixes,
  mutants,
  rewrites,
  same,
  soak,
  edges,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench) process.exitCode = await bench(args);
else {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join('|')} …\nbench/README.md says what each prints and writes\n`);
  process.exitCode = 2;
}
