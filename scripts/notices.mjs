// The licenses of the packages whose code is in the bundles: they ask to be passed on with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the file in the folder of what is built. */
export const noticesFile = 'third-party-licenses.txt';

/**
 * @param {string} root the folder of `package.json`
 * @param {readonly string[]} inputs paths of what was bundled or copied, below `root`
 * @returns {string} one section a package, sorted. Throws where a package has no license.
 */
export function notices(root, inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replaceAll('\\', '/'))?.[0] ?? []),
  );
  const sections = [...folders].map((folder) => section(join(root, folder)));
  return `${[...new Set(sections)].sort().join('\n\n')}\n`;
}

function section(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((it) => /^licen[cs]e(\.(md|txt))?$/i.test(it));
  if (!file && !license) throw new Error(`the package \`${name}\` has no license, so it cannot be bundled`);
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n${'-'.repeat(60)}\n${text}`;
}
