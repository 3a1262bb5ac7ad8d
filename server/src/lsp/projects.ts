// Which project a file belongs to: the innermost folder of the editor around it, or a project of its own folder.
import type { Host } from '../project/host.js';
import type { Project } from './project.js';

export interface Projects {
  /** Opens the project where there is none yet; a folder of the editor is its own. */
  of(file: string): Promise<Project>;
  /** The one that is open already; an answer that is there at once. */
  known(file: string): Project | undefined;
  /** Each open one with what belongs to it. */
  all(): readonly { readonly project: Project; owns(file: string): boolean }[];
}

/** `open` gets the folder of a project and all the folders in which its modules may lie; it is called once per folder. */
export function createProjects(
  host: Host,
  roots: readonly string[],
  open: (folder: string, roots: readonly string[]) => Promise<Project>,
): Projects {
  const opening = new Map<string, Promise<Project>>();
  const opened = new Map<string, Project>();

  const folderOf = (file: string): string => {
    const around = roots.filter((root) => host.below(root, file) !== undefined);
    const inner = around.sort((a, b) => b.length - a.length)[0];
    return inner ?? host.parent(file) ?? file;
  };
  const openFolder = (folder: string): Promise<Project> => {
    const known = opening.get(folder);
    if (known !== undefined) return known;
    const others = roots.filter((it) => it !== folder);
    const next = open(folder, roots.includes(folder) ? [folder, ...others] : []).then((project) => {
      opened.set(folder, project);
      return project;
    });
    opening.set(folder, next);
    return next;
  };

  return {
    of: (file) => openFolder(folderOf(file)),
    known: (file) => opened.get(folderOf(file)),
    all: () => [...opened].map(([folder, project]) => ({ project, owns: (file) => folderOf(file) === folder })),
  };
}
