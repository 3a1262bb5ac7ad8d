// `npm run package`: writes `dist/threadwise-VERSION.vsix` and checks what is in it and how large it is.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundles, copies, outFolder } from './bundles.mjs';
import { root, setUp } from './set-up.mjs';

/** In bytes: an extension is fetched by each user and at each update. */
const largest = 2_000_000;
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vsix = `${outFolder}/${name}-${version}.vsix`;

if (!setUp()) process.exit(2);
// An old one would be taken for this one where packaging fails.
rmSync(join(root, vsix), { force: true });
// There is no address of a repository yet, so links stay relative and nothing is fetched.
const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '-o', vsix];
const vsce = spawnSync(process.execPath, ['node_modules/@vscode/vsce/vsce', 'package', ...flags], { cwd: root, encoding: 'utf8' });
if (vsce.status !== 0) fail(`\`vsce package\` failed:\n${vsce.stdout}${vsce.stderr}`);

const bytes = readFileSync(join(root, vsix));
if (bytes.length > largest) fail(`\`${vsix}\` has ${bytes.length} bytes, and ${largest} are the limit`);
const names = namesInZip(bytes);
const missing = [...bundles, ...copies].map(({ out }) => `extension/${outFolder}/${out}`).filter((it) => !names.includes(it));
if (missing.length > 0) fail(`\`${vsix}\` lacks ${missing.map((it) => `\`${it}\``).join(', ')}`);
const stray = names.filter((it) => /\.(ts|map|py)$|(^|\/)(node_modules|test|test-fixtures|bench|scripts)\//.test(it));
if (stray.length > 0) fail(`\`${vsix}\` holds files that no user needs: ${stray.map((it) => `\`${it}\``).join(', ')}`);
process.stdout.write(`${vsix}: ${names.length} files, ${bytes.length} bytes\n`);

/** Reads the directory at the end of a zip file. */
function namesInZip(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const result = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const length = zip.readUInt16LE(at + 28);
    result.push(zip.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return result;
}

function fail(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
