// `npm run gen`: writes every generated file anew.
import { writeFileSync } from 'node:fs';
import { knowledgeSchema, schemaFile } from './knowledge-schema.js';
import { lawsFile, lawsPage } from './laws-page.js';
import { indexFile, ruleFiles, rulesIndex } from './rules-index.js';

writeFileSync(indexFile, rulesIndex('.'));
process.stderr.write(`${indexFile}: ${ruleFiles('.').length} rules\n`);
// The list that has just been written counts from the next run on.
const { rules } = await import('../server/src/rules/index.js');
writeFileSync(lawsFile, lawsPage(rules));
process.stderr.write(`${lawsFile}\n`);
writeFileSync(schemaFile, knowledgeSchema());
process.stderr.write(`${schemaFile}\n`);
