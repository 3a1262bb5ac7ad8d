// Files that differ from the last commit, as the Git extension of the editor knows them.
import { extensions, type Uri } from 'vscode';

/** The parts of the extension's interface that are asked here. */
interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}
interface Repository {
  readonly state: Readonly<Record<'workingTreeChanges' | 'indexChanges' | 'mergeChanges', readonly { readonly uri: Uri }[]>> & {
    /** Missing in older versions. */
    readonly untrackedChanges?: readonly { readonly uri: Uri }[];
  };
}

/** undefined where there is no repository, or nobody who knows one. */
export async function changedFiles(): Promise<readonly string[] | undefined> {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  if (extension === undefined) return undefined;
  const git = await extension.activate().then(
    (it) => it.getAPI(1),
    () => undefined,
  );
  if (git === undefined || git.repositories.length === 0) return undefined;
  const changes = git.repositories.flatMap(({ state }) => [
    ...state.workingTreeChanges,
    ...state.indexChanges,
    ...state.mergeChanges,
    ...(state.untrackedChanges ?? []),
  ]);
  return [...new Set(changes.map(({ uri }) => uri.toString()))].filter((it) => /\.(pyw?|ipynb)$/.test(it));
}
