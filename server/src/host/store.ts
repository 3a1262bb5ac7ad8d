// Bytes that are kept in a folder of the project, as other tools keep theirs: ignored by git and by backups.
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { Store } from '../project/host.js';

const fileName = 'facts.bin';
/** What lies beside the bytes. The signature of the tag is that of https://bford.info/cachedir/. */
const beside: Readonly<Record<string, string>> = {
  '.gitignore': '# Made by Threadwise; can be removed at any time.\n*\n',
  'CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55\n# Made by Threadwise; can be removed at any time.\n',
};
const deflating = promisify(deflateRaw);

export function folderStore(folder: string): Store {
  const file = path.join(folder, fileName);
  return {
    load: () => fs.readFile(file).catch(() => undefined),
    save: (parts) => save(folder, file, parts).catch(() => undefined),
    deflate: (bytes) => deflating(bytes, { level: 1 }),
    inflate(bytes, most) {
      try {
        return inflateRawSync(bytes, { maxOutputLength: most });
      } catch {
        return undefined;
      }
    },
  };
}

/** Written under another name first: who reads meanwhile sees the old bytes or the new ones. */
async function save(folder: string, file: string, parts: readonly Uint8Array[]): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(beside)) {
    await fs.writeFile(path.join(folder, name), text, { flag: 'wx' }).catch(() => undefined);
  }
  const unfinished = path.join(folder, `.${fileName}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await fs.writeFile(unfinished, Buffer.concat(parts), { flag: 'wx' });
    await fs.rename(unfinished, file);
  } catch (error) {
    await fs.rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}
