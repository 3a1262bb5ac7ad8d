// The text of `server/src/knowledge/schema.json`, which editors read for the knowledge files.
import { jsonSchema } from '../server/src/knowledge/json-schema.js';
import { librarySchema } from '../server/src/knowledge/schema.js';

export const schemaFile = 'server/src/knowledge/schema.json';

export function knowledgeSchema(): string {
  return `${oneLineLists(JSON.stringify(jsonSchema(librarySchema), null, 2))}\n`;
}

/** Lists of words on one line, as far as the formatter puts them there. */
function oneLineLists(json: string): string {
  return json.replace(/^( *)(.*)\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/gm, (many, indent: string, key: string, words: string) => {
    const line = `${indent}${key}[${words.replace(/,\s+/g, ', ')}]`;
    return line.length > widest ? many : line;
  });
}

/** The `lineWidth` of biome.json, less a comma. */
const widest = 139;
