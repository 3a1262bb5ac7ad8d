// `npm run new-rule LAW ID`: writes the three files of a rule, with what is still to be said, and lists the rule in the index.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { indexFile, ruleFiles, rulesFolder, rulesIndex } from './rules-index.js';

const laws = ['loop', 'worker', 'owner', 'finish', 'circle'];
const [law, id] = process.argv.slice(2);
const number = laws.indexOf(law ?? '') + 1;

if (number === 0 || id === undefined) stop(`usage: npm run new-rule LAW ID, where LAW is one of ${laws.join(', ')}`);
if (!/^[a-z]+(-[a-z]+)+$/.test(id))
  stop(`\`${id}\` is no name for a rule, because names are words in kebab-case such as \`check-then-act\``);
if (ruleFiles('.').some((it) => it.id === id)) stop(`the rule \`${id}\` exists already`);

const files = {
  [`${rulesFolder}/${number}-${law}/${id}.ts`]: `// Law ${number}. TODO: one sentence that says what is wrong.
import { rule } from '../../model.js';

export default rule({
  id: '${id}',
  law: '${law}',
  title: 'TODO: the defect in a few words',
  on: 'call',
  severity: 'warning',
  check(call, program) {
    void program;
    void call;
    return undefined;
  },
  fixes: { none: 'TODO: why no rewrite is right, or a list of fixes' },
});
`,
  [`docs/rules/${id}.md`]: `# ${id}

TODO: what goes wrong, in two sentences.

## Why

TODO: the mechanism, and what a user sees.

## Flagged

\`\`\`python
# The defect, with its line marked:
pass  # alarm: [${id}]
\`\`\`

## Repaired

TODO: the rewrite, or why there is none.

## When it is fine

TODO: the look-alike that stays silent.
`,
  [`test-fixtures/rules/${id}.md`]: `# ${id}

## The defect

TODO: say what this case is.

\`\`\`python
pass  # alarm: [${id}]
\`\`\`

## The look-alike

TODO: say why nothing is reported here.

\`\`\`python
pass
\`\`\`
`,
};
const taken = Object.keys(files).find((path) => existsSync(path));
if (taken !== undefined) stop(`\`${taken}\` exists already`);
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`${path}\n`);
}
writeFileSync(indexFile, rulesIndex('.'));

function stop(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
