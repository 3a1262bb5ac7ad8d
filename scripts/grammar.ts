// `npm run grammar`: writes `grammars/grammar.json` anew from the installed packages, after one of them changed.
import { writeFileSync } from 'node:fs';
import { describeGrammar } from './grammar-record.js';

writeFileSync('grammars/grammar.json', `${JSON.stringify(await describeGrammar(), null, 2)}\n`);
