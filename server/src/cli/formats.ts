// The output formats: one file each, and this one table of them. A new format is a file and a line here.
import type { Severity } from '../model.js';
import { renderConcise } from './concise.js';
import { renderGithub } from './github.js';
import { renderGitlab } from './gitlab.js';
import { renderGrouped } from './grouped.js';
import { renderHtml } from './html/page.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { type Report, renderJson } from './report.js';
import { renderSarif } from './sarif.js';
import { renderText } from './text.js';

/** How a report is shown; a format takes from it what it has a use for. */
export interface Showing {
  readonly color: boolean;
  readonly ascii: boolean;
  /** Columns. */
  readonly width: number;
  /** Every step of every chain. */
  readonly verbose: boolean;
  /** Findings only. */
  readonly quiet: boolean;
  /** Findings under their law, and a table of counts at the end. */
  readonly byLaw: boolean;
  /** What fails: findings of this severity and above. */
  readonly failOn: Severity | 'never';
}
export interface OutputFormat {
  render(report: Report, showing: Showing): string;
  /** Does it show what could be done about each finding? */
  readonly offers?: true;
}

export const formats = {
  full: { render: renderText, offers: true },
  concise: { render: renderConcise },
  grouped: { render: renderGrouped },
  json: { render: renderJson },
  sarif: { render: renderSarif },
  github: { render: renderGithub },
  gitlab: { render: renderGitlab },
  junit: { render: renderJunit },
  markdown: { render: renderMarkdown, offers: true },
  html: { render: renderHtml, offers: true },
} as const satisfies Readonly<Record<string, OutputFormat>>;

export type Format = keyof typeof formats;
export const formatNames = Object.keys(formats) as readonly Format[];
/** The same table for a name that is known only at run time. */
export const formatOf = (name: Format): OutputFormat => formats[name];
