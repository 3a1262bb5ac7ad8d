// The files that the engine was given: under which module name, what they import, and which could not be had.
import type { Scanned } from '../facts/scan.js';
import type { Failure, QName } from '../model.js';
import type { Modules } from './modules.js';
import type { Cell } from './notebook.js';
import type { Prepared } from './prepare.js';
import type { AnyEngine } from './workspace.js';

/** `incomplete`: nothing of the file was analysed, and it could have mattered. */
export interface FileFailure extends Failure {
  readonly incomplete: boolean;
}
export interface Given {
  /** Module name of each file that the engine has. */
  readonly names: ReadonlyMap<string, QName>;
  readonly failed: ReadonlyMap<string, FileFailure>;
  /** Of the notebooks among them that are not open in an editor. */
  readonly cells: ReadonlyMap<string, readonly Cell[]>;
  /** Modules of the same package that files given lately import: linking will ask for them. */
  readonly ahead: Set<QName>;
  /** A file keeps its module name, unless it is told another. */
  give(
    file: string,
    text: string,
    more?: { readonly scanned?: Scanned; readonly name?: QName; readonly cells?: readonly Cell[] },
  ): Promise<void>;
  /** Gives what was read, or notes why it could not be; false where the engine has not got the file then. */
  accept(file: string, prepared: Prepared, name?: QName): Promise<boolean>;
  drop(file: string): void;
  /** Gives those again whose folders have got a longer name since, but for those that somebody imports by the short one. */
  rename(): Promise<void>;
  /** Does some file import it, or something from it? */
  imports(module: QName): boolean;
}

/** `placeOf` is the path below the folder that is open or was asked for; undefined for files outside of all of them. */
export function givenTo(engine: AnyEngine, modules: Modules, placeOf: (file: string) => string | undefined): Given {
  const names = new Map<string, QName>();
  const failed = new Map<string, FileFailure>();
  const cellsOf = new Map<string, readonly Cell[]>();
  const ahead = new Set<QName>();
  const imported = new Set<string>();
  const given: Given = {
    names,
    failed,
    cells: cellsOf,
    ahead,
    async give(file, text, { scanned, name, cells } = {}) {
      const own = await modules.nameOf(file);
      const module = name ?? names.get(file) ?? own.module;
      for (const it of importsIn(text)) imported.add(it);
      failed.delete(file);
      names.set(file, module);
      if (cells === undefined) cellsOf.delete(file);
      else cellsOf.set(file, cells);
      const place = placeOf(file);
      engine.set({
        file,
        text,
        module,
        package: own.package,
        ...(place === undefined ? {} : { place }),
        ...(scanned === undefined ? {} : { scanned }),
      });
      if (scanned !== undefined) for (const it of importedModules(scanned, module, own.package)) ahead.add(it);
    },
    async accept(file, prepared, name) {
      if (prepared.is === 'scanned') {
        await given.give(file, prepared.text, { ...prepared, ...(name === undefined ? {} : { name }) });
        return true;
      }
      given.drop(file);
      if (prepared.is === 'failed') failed.set(file, { file, reason: prepared.reason, incomplete: prepared.incomplete });
      return false;
    },
    drop(file) {
      failed.delete(file);
      cellsOf.delete(file);
      if (names.delete(file)) engine.drop(file);
    },
    async rename() {
      for (const [file, name] of [...names]) {
        if (given.imports(name)) continue;
        const { module } = await modules.nameOf(file);
        const text = engine.text(file);
        const cells = cellsOf.get(file);
        if (module.endsWith(`.${name}`) && text !== undefined) await given.give(file, text, { name: module, ...(cells && { cells }) });
      }
    },
    // `from pkg import mod` may mean the module `pkg.mod`.
    imports: (module) => imported.has(module) || imported.has(module.slice(0, Math.max(0, module.lastIndexOf('.')))),
  };
  return given;
}

/** Absolute names within the same package, without what is imported for type checkers alone; a member may be a module as well. */
function importedModules(scanned: Scanned, module: QName, isPackage: boolean): readonly QName[] {
  const parts = module.split('.');
  return scanned.chunks.flatMap(({ facts }) =>
    facts.imports.flatMap((it): QName[] => {
      for (let region = facts.regions[it.in]; region !== undefined; region = facts.regions[region.parent]) {
        if (region.guard === 'typing') return [];
      }
      const up = it.dots - (isPackage ? 1 : 0);
      const above = it.dots === 0 ? [] : parts.slice(0, Math.max(0, parts.length - up));
      const base = [...above, it.module].filter((part) => part !== '').join('.');
      if (base.split('.')[0] !== parts[0]) return [];
      return it.member === null || it.member === '*' ? [base] : [base, `${base}.${it.member}`];
    }),
  );
}

const importLines = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+))/gm;

function* importsIn(text: string): Generator<string> {
  for (const [, from, whole] of text.matchAll(importLines)) yield (from ?? whole)!;
}
