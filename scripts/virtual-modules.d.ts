// What the build puts in the place of a module or a name; `pages-plugin.mjs` makes it.

declare module 'threadwise:pages' {
  /** The text of `docs/rules/<id>.md` by rule id. */
  const pages: Readonly<Record<string, string>>;
  export default pages;
}

/** The version in `package.json`. */
declare const __VERSION__: string;
/** Stands for everything that decides which facts a text gives; empty in a build that goes on while sources change. */
declare const __FACTS__: string;
