// `npm run gen`: writes every generated file anew.
import { writeFileSync } from 'node:fs';
import { knowledgeSchema, schemaFile } from './knowledge-schema.js';
import { indexFile, ruleFiles, rulesIndex } from './rules-index.js';

writeFileSync(indexFile, rulesIndex('.'));
process.stderr.write(`${indexFile}: ${ruleFiles('.').length} rules\n`);
writeFileSync(schemaFile, knowledgeSchema());
process.stderr.write(`${schemaFile}\n`);
