// What a platform gives us: files and their names. Only a host looks inside the name of a file.

/** Patterns as in a `.gitignore`, relative to the folder `base`. */
export interface Patterns {
  readonly base: string;
  readonly patterns: readonly string[];
}
export type EntryKind = 'file' | 'folder';
export interface Listing {
  /** Sorted, each file once. */
  readonly files: readonly string[];
  /** Folders that could not be read, with the reason. */
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}
/** The bytes of a file, or why there are none: a phrase such as `does not exist`. */
export type Read = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Tells whether a file is as it was. */
export interface Stamp {
  /** In bytes. */
  readonly size: number;
  /** Of the last change, in milliseconds. */
  readonly time: number;
}
/** One file of bytes that outlives the run. Nothing rests on it: it may be gone, old or damaged, and nothing here throws. */
export interface Store {
  load(): Promise<Uint8Array | undefined>;
  /** Replaces what there is at once, or not at all: a folder that cannot be written and a full disk are no error. */
  save(parts: readonly Uint8Array[]): Promise<void>;
  deflate(bytes: Uint8Array): Promise<Uint8Array>;
  /** Up to `most` bytes; undefined where there were more, or these are not what `deflate` made. */
  inflate(bytes: Uint8Array, most: number): Uint8Array | undefined;
}

/** Files are opaque strings: paths in the command line, URIs in the language server. Nothing here throws, but for `write`. */
export interface Host {
  /**
   * Python files below the folders, as git sees them: ignored ones, `defaultExcludes`, virtual environments and what `exclude` names are
   * left out. A folder that is named itself is walked, even when a rule above it says otherwise.
   */
  list(folders: readonly string[], exclude: readonly Patterns[]): Promise<Listing>;
  /** Links are followed; undefined where there is nothing, or something that is neither. */
  kind(path: string): Promise<EntryKind | undefined>;
  stat(file: string): Promise<Stamp | undefined>;
  /** What a folder holds, links followed; empty where there is no such folder. */
  entries(folder: string): Promise<ReadonlyMap<string, EntryKind>>;
  /** Up to `most` bytes; a larger file is a problem. */
  read(file: string, most: number): Promise<Read>;
  /**
   * Replaces a file at once, or not at all; its mode stays.
   * @throws Error in words for people.
   */
  write(file: string, bytes: Uint8Array): Promise<void>;
  /** The store of a folder that is there for it alone. */
  store(folder: string): Store;
  join(folder: string, ...names: readonly string[]): string;
  /** A path as a person writes it, absolute or relative to `folder`. */
  resolve(folder: string, path: string): string;
  /** undefined at the top. */
  parent(path: string): string | undefined;
  /** The last part. */
  name(path: string): string;
  /** Way down from a folder with `/`, empty for the folder itself; undefined for what is not in it. */
  below(folder: string, path: string): string | undefined;
}

/** Names of folders that hold no source of the project: version control, caches, environments and what is built. */
export const defaultExcludes: ReadonlySet<string> = new Set([
  '.bzr',
  '.direnv',
  '.eggs',
  '.git',
  '.git-rewrite',
  '.hg',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.nox',
  '.pants.d',
  '.pyenv',
  '.pytest_cache',
  '.pytype',
  '.ruff_cache',
  '.svn',
  '.threadwise_cache',
  '.tox',
  '.venv',
  '.vscode',
  '__pycache__',
  '__pypackages__',
  '_build',
  'buck-out',
  'build',
  'dist',
  'node_modules',
  'site-packages',
  'venv',
]);

/** Is this the name of a file with Python source in it, notebooks included? Stubs hold no code. */
export const isPython = (name: string): boolean => /\.(?:pyw?|ipynb)$/.test(name);
