// The types of `pages-plugin.mjs`, for `vitest.config.ts` and the scripts in TypeScript.
import type { Plugin } from 'esbuild';

export declare const defines: Readonly<Record<string, string>>;
export declare function factsStamp(read?: (path: string) => string | Uint8Array): string;
export declare const pagesForEsbuild: Plugin;
export declare const pagesForVite: {
  name: string;
  enforce: 'pre';
  resolveId(id: string): string | undefined;
  load(id: string): string | undefined;
};
