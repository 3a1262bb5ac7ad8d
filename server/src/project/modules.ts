// Path to module name and back: source roots, packages, and packages without an `__init__.py`.
import type { QName } from '../model.js';
import type { EntryKind, Host } from './host.js';

export interface ModuleName {
  readonly module: QName;
  /** Is it an `__init__.py`? */
  readonly package: boolean;
}
export interface Modules {
  nameOf(file: string): Promise<ModuleName>;
  /**
   * A file is imported under a longer name than its folders alone tell, as one of the folders above is part of a namespace: from now on
   * all files below that folder have it. False where this name does not lead there, and where the folder has got a longer name before.
   */
  lengthen(file: string, module: QName): Promise<boolean>;
  /** The file of a module; undefined where no source root has one. Stubs are no modules. */
  find(module: QName): Promise<string | undefined>;
  /** Files came or went. */
  forget(): void;
}

/** Folders above a file that are looked at for an `__init__.py`. */
const highest = 64;

/**
 * Source roots are `src` (folders); where it is empty, the folder `src` of each root, and else the nearest folder above a file that is no
 * package. Looking for a module tries `src`, then the roots, then the folders that hold the files named so far.
 */
export function modulesOf(host: Host, roots: readonly string[], src: readonly string[]): Modules {
  let listed = new Map<string, Promise<ReadonlyMap<string, EntryKind>>>();
  const found = new Set<string>();
  /** What stands before the names of the modules below a folder. */
  const prefixes = new Map<string, QName>();
  /** By the first part of a module: which of the found folders hold something of that name. There may be thousands of them. */
  const holders = new Map<string, Set<string>>();
  const unlooked = new Set<string>();
  const entries = (folder: string) => {
    const known = listed.get(folder) ?? host.entries(folder);
    listed.set(folder, known);
    return known;
  };
  const has = async (folder: string, name: string, kind: EntryKind) => (await entries(folder)).get(name) === kind;

  const stated = async (): Promise<readonly string[]> => {
    if (src.length > 0) return src;
    const layouts = await Promise.all(
      roots.map(async (root) => {
        const folder = host.join(root, 'src');
        return (await has(root, 'src', 'folder')) && !(await has(folder, '__init__.py', 'file')) ? [folder] : [];
      }),
    );
    return layouts.flat();
  };

  /** The folder itself, or the nearest one above it that is no package. */
  const climb = async (from: string): Promise<string> => {
    let folder = from;
    for (let step = 0; step < highest && (await has(folder, '__init__.py', 'file')); step++) {
      const up = host.parent(folder);
      if (up === undefined) break;
      folder = up;
    }
    return folder;
  };

  const holdersOf = async (name: string): Promise<readonly string[]> => {
    for (let [root] = unlooked; root !== undefined; [root] = unlooked) {
      const seen = listed;
      const held = await entries(root);
      // Forgotten meanwhile: looked at anew.
      if (seen !== listed) continue;
      for (const it of held.keys()) {
        const own = it.replace(/\.py$/, '');
        holders.set(own, (holders.get(own) ?? new Set()).add(root));
      }
      unlooked.delete(root);
    }
    return [...(holders.get(name) ?? [])].sort();
  };

  const findBelow = async (root: string, parts: readonly string[]): Promise<string | undefined> => {
    const folders = parts.slice(0, -1);
    const last = parts.at(-1)!;
    let folder = root;
    for (const name of folders) {
      if (!(await has(folder, name, 'folder'))) return undefined;
      folder = host.join(folder, name);
    }
    if (await has(folder, last, 'folder')) {
      const inside = host.join(folder, last);
      if (await has(inside, '__init__.py', 'file')) return host.join(inside, '__init__.py');
    }
    return (await has(folder, `${last}.py`, 'file')) ? host.join(folder, `${last}.py`) : undefined;
  };

  const rootOf = async (file: string): Promise<string> => {
    const holding = (await stated()).filter((root) => host.below(root, file));
    const nearest = holding.sort((a, b) => host.below(a, file)!.length - host.below(b, file)!.length)[0];
    return nearest ?? (await climb(host.parent(file) ?? file));
  };

  return {
    async nameOf(file) {
      const root = await rootOf(file);
      if (!found.has(root)) unlooked.add(root);
      found.add(root);
      const own = named(host, root, file);
      const prefix = prefixes.get(root);
      return prefix === undefined ? own : { ...own, module: `${prefix}.${own.module}` };
    },
    async lengthen(file, module) {
      const root = await rootOf(file);
      const own = named(host, root, file).module;
      if (prefixes.has(root) || !module.endsWith(`.${own}`)) return false;
      const prefix = module.slice(0, -own.length - 1);
      // The folders themselves have to be called that.
      const parts = prefix.split('.').reverse();
      let folder: string | undefined = root;
      for (const part of parts) {
        if (folder === undefined || host.name(folder) !== part) return false;
        folder = host.parent(folder);
      }
      prefixes.set(root, prefix);
      return true;
    },
    async find(module) {
      const parts = module.split('.');
      if (parts.includes('')) return undefined;
      const tops = await Promise.all(roots.map(climb));
      for (const root of new Set([...(await stated()), ...tops, ...(await holdersOf(parts[0]!))])) {
        const file = await findBelow(root, parts);
        if (file !== undefined) return file;
      }
      return undefined;
    },
    forget() {
      listed = new Map();
      holders.clear();
      for (const it of found) unlooked.add(it);
    },
  };
}

/** A dot in the name of a file would read as a package, and no such file can be imported, as no notebook can. */
function named(host: Host, root: string, file: string): ModuleName {
  const way = (host.below(root, file) ?? host.name(file))
    .replace(/\.ipynb$/, '-ipynb')
    .replace(/\.\w+$/, '')
    .split('/');
  const isPackage = way.at(-1) === '__init__';
  const parts = isPackage ? way.slice(0, -1) : way;
  if (parts.length === 0) parts.push(host.name(root));
  return { module: parts.map((part) => part.replaceAll('.', '-')).join('.'), package: isPackage };
}
