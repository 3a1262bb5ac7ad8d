// Files that differ from the last commit, as the Git extension of the editor knows them.
import { type Event, extensions, type Uri } from 'vscode';

/** The parts of the extension's interface that are asked here. */
interface GitExtension {
  /** Throws where Git is turned off or was not found. */
  getAPI(version: 1): Git;
}
interface Git {
  /** Until it is initialized, it knows no repository. */
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: Event<unknown>;
  readonly repositories: readonly Repository[];
}
interface Repository {
  readonly state: Readonly<Record<'workingTreeChanges' | 'indexChanges' | 'mergeChanges', readonly { readonly uri: Uri }[]>> & {
    /** Missing in older versions. */
    readonly untrackedChanges?: readonly { readonly uri: Uri }[];
  };
  /** Asks git now: by itself the extension hears of a change after a while. */
  status(): Promise<void>;
}

/** Longest wait for the Git extension, in milliseconds. */
const patience = 10_000;

/** undefined where there is no repository, or nobody who knows one. */
export async function changedFiles(): Promise<readonly string[] | undefined> {
  const git = await findGit();
  if (git === undefined || git.repositories.length === 0) return undefined;
  // What it knew before is better than nothing where git fails.
  await Promise.allSettled(git.repositories.map((it) => it.status()));
  const changes = git.repositories.flatMap(({ state }) => [
    ...state.workingTreeChanges,
    ...state.indexChanges,
    ...state.mergeChanges,
    ...(state.untrackedChanges ?? []),
  ]);
  return [...new Set(changes.map(({ uri }) => uri.toString()))].filter((it) => /\.(pyw?|ipynb)$/.test(it));
}

async function findGit(): Promise<Git | undefined> {
  try {
    const git = (await extensions.getExtension<GitExtension>('vscode.git')?.activate())?.getAPI(1);
    if (git?.state === 'uninitialized') await initialized(git);
    return git;
  } catch {
    return undefined;
  }
}

function initialized(git: Git): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(late);
      listener.dispose();
      resolve();
    };
    const late = setTimeout(done, patience);
    const listener = git.onDidChangeState(done);
  });
}
