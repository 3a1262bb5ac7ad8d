// The requests of the server beyond the protocol, as the client sees them. Places are plain data here and become VS Code's own when shown.

export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
export interface Step {
  readonly uri: string;
  readonly range: Range;
  readonly text: string;
  readonly cell?: Cell;
}
/** Of a notebook: number and line, from 1. */
export interface Cell {
  readonly number: number;
  readonly line: number;
}
export type Law = 'loop' | 'worker' | 'owner' | 'finish' | 'circle';
export interface Finding {
  readonly rule: string;
  /** Of the rule. */
  readonly title: string;
  readonly law: Law;
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  readonly confidence: string;
  readonly message: string;
  readonly fingerprint: string;
  readonly uri: string;
  readonly range: Range;
  readonly cell?: Cell;
  /** Memory that it is about; only where the build may lack the GIL. */
  readonly shared?: Shared;
  readonly steps: readonly Step[];
}

export interface Shared {
  readonly id: string;
  readonly name: string;
  /** `accident`: only the GIL keeps it whole. `anyway`: found with it as well. */
  readonly how: 'accident' | 'anyway';
  /** Where it gets its first value. */
  readonly born?: { readonly uri: string; readonly range: Range };
}

/** `threadwise/findings`: each file with all that is found in it now. */
export interface FindingsParams {
  readonly files: readonly { readonly uri: string; readonly findings: readonly Finding[] }[];
}
/** `threadwise/audit`. */
export interface AuditAnswer {
  readonly files: number;
  readonly failed: readonly { readonly uri: string; readonly reason: string }[];
}
/** `threadwise/fixAll`; `edit` is an edit of the protocol. */
export interface FixAllAnswer {
  readonly edit: object;
  readonly fixes: number;
  readonly files: number;
  readonly left: number;
}
/** `threadwise/map`. */
export interface Maps {
  readonly style: string;
  /** Defines `walkMap` for the page. */
  readonly script: string;
  readonly maps: readonly FolderMap[];
}
export interface FolderMap {
  readonly uri: string;
  readonly svg?: string | undefined;
  /** In the order of `data-node` in the drawing. */
  readonly nodes: readonly {
    readonly kind: string;
    readonly title: string;
    readonly says: string;
    readonly findings: number;
    readonly places: readonly Step[];
  }[];
  readonly left: readonly { readonly kind: string; readonly count: number }[];
}
/** `threadwise/baseline`. */
export interface BaselineAnswer {
  readonly baselines: readonly {
    readonly uri: string;
    readonly listed: number;
    readonly changed: number;
    readonly named: boolean;
    readonly text?: string;
    readonly refused?: string;
  }[];
}
