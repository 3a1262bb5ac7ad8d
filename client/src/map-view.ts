// The execution map in a tab of the editor: the server draws it, the page brings the colors of the theme, keys, and the way to the source.
import { type Disposable, Range, Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { mapScript } from './map-script.js';
import type { FolderMap, Maps, Step } from './protocol.js';

export interface MapView {
  /** Opens the tab, or brings it to the front, with the map as it is now. */
  show(client: BaseLanguageClient): Promise<void>;
  dispose(): void;
}

/** Milliseconds after the last saved file until the map is drawn anew. */
const quiet = 1000;

export function createMapView(running: () => Promise<BaseLanguageClient | undefined>): MapView {
  let panel: WebviewPanel | undefined;
  let maps: Maps | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draw = async (client: BaseLanguageClient) => {
    maps = await client.sendRequest<Maps>('threadwise/map', {});
    if (panel !== undefined) panel.webview.html = page(maps);
  };
  const redraw = async () => {
    const client = await running();
    if (client !== undefined && panel?.visible === true) await draw(client);
  };
  const saved: Disposable = workspace.onDidSaveTextDocument(({ languageId }) => {
    if (languageId !== 'python' || panel === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => void redraw(), quiet);
  });
  return {
    async show(client) {
      if (panel === undefined) {
        // The state of the page is little: where the reader was, and the page keeps that itself.
        panel = window.createWebviewPanel('threadwise.executionMap', 'Execution Map', ViewColumn.Active, {
          enableScripts: true,
          localResourceRoots: [],
        });
        panel.onDidDispose(() => {
          panel = undefined;
        });
        panel.webview.onDidReceiveMessage((message: unknown) => openPlace(message, maps));
        panel.webview.html = page(undefined);
      } else panel.reveal();
      await draw(client);
    },
    dispose() {
      clearTimeout(timer);
      saved.dispose();
      panel?.dispose();
    },
  };
}

/** A message names a place by its numbers; nothing else of it is believed. */
async function openPlace(message: unknown, maps: Maps | undefined): Promise<void> {
  const { map, node, place } = (message ?? {}) as Partial<Record<'map' | 'node' | 'place', unknown>>;
  const step: Step | undefined = maps?.maps[Number(map)]?.nodes[Number(node)]?.places[Number(place)];
  if (step === undefined) return;
  const { start, end } = step.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(step.uri), { selection, viewColumn: ViewColumn.Beside, preview: true });
}

/** Nothing is loaded, and no script runs but ours. */
function page(maps: Maps | undefined): string {
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const body =
    maps === undefined
      ? '<p role="status">Reading the workspace…</p>'
      : maps.maps.map((it, at) => section(it, at, maps.maps.length > 1)).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Execution Map</title>
<style nonce="${nonce}">${colors}${maps?.style ?? ''}${layout}</style>
</head>
<body>
<main>${body || '<p>An execution map needs an open folder.</p>'}</main>
<script nonce="${nonce}">${maps?.script ?? ''}
${maps === undefined ? '' : mapScript}</script>
</body>
</html>`;
}

function section({ uri, svg, nodes, left }: FolderMap, at: number, named: boolean): string {
  const title = named ? `<h2>${escaped(decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)))}</h2>` : '';
  if (svg === undefined) return `${title}<p>Nothing here starts a thread, a process or a task, or shares memory with one.</p>`;
  const rest =
    left.length === 0 ? '' : `<p class="quiet">Not drawn: ${left.map((it) => `${it.count} × ${escaped(it.kind)}`).join(', ')}.</p>`;
  const details = nodes.map(
    ({ kind, title: name, says, findings, places }, node) => `<div class="details" data-node="${node}" hidden>
<h3><span class="kind">${escaped(kind)}</span> ${escaped(name)}</h3>
<p>${escaped(says)}${findings === 0 ? '' : ` · <strong>${findings} ${findings === 1 ? 'finding' : 'findings'}</strong>`}</p>
<ul>${places.map((it, place) => `<li><button data-place="${place}"><code>${escaped(lineOf(it))}</code> ${escaped(it.text)}</button></li>`).join('')}</ul>
</div>`,
  );
  return `<section data-map="${at}">${title}
<p class="quiet">Arrow keys move between the boxes, Enter shows where one is in the source, Escape lets it go.</p>
<div class="canvas">${svg}</div>
${rest}
<aside aria-live="polite" aria-label="What is chosen">${details.join('')}</aside>
</section>`;
}

const lineOf = ({ uri, range }: Step): string => `${workspace.asRelativePath(Uri.parse(uri))}:${range.start.line + 1}`;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`).replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{fffd}');

/** The names that the drawing's style asks for, from the theme of the editor. */
const colors = `
:root {
--page: var(--vscode-editor-background); --card: var(--vscode-editor-background); --line: var(--vscode-panel-border, #8888); --edge: var(--vscode-descriptionForeground);
--text: var(--vscode-editor-foreground); --soft: var(--vscode-descriptionForeground); --link: var(--vscode-focusBorder); --error: var(--vscode-errorForeground);
--entry-line: var(--vscode-descriptionForeground); --runner-line: var(--vscode-charts-blue); --pool-line: var(--vscode-charts-green);
--process-line: var(--vscode-charts-purple); --task-line: var(--vscode-terminal-ansiCyan); --lock-line: var(--vscode-charts-yellow); --state-line: var(--vscode-charts-orange);
--entry: color-mix(in srgb, var(--entry-line) 14%, var(--page)); --runner: color-mix(in srgb, var(--runner-line) 16%, var(--page));
--pool: color-mix(in srgb, var(--pool-line) 16%, var(--page)); --process: color-mix(in srgb, var(--process-line) 16%, var(--page));
--task: color-mix(in srgb, var(--task-line) 16%, var(--page)); --lock: color-mix(in srgb, var(--lock-line) 16%, var(--page));
--state: color-mix(in srgb, var(--state-line) 16%, var(--page));
}
.vscode-high-contrast, .vscode-high-contrast-light { --edge: var(--vscode-contrastBorder); --line: var(--vscode-contrastBorder); }
`;

const layout = `
body { padding: 0.5rem 1rem 1.5rem; color: var(--text); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
.quiet { color: var(--soft); }
.details { border: 1px solid var(--line); border-radius: 6px; padding: 0.2rem 1rem 0.6rem; margin-top: 0.75rem; }
.details h3 { margin: 0.6rem 0 0.2rem; }
.details p { margin: 0.2rem 0; }
.details ul { list-style: none; padding: 0; margin: 0.4rem 0 0; }
.details button { font: inherit; color: var(--vscode-textLink-foreground); background: none; border: 0; padding: 0.15rem 0.2rem; text-align: left; cursor: pointer; }
.details button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.details code { font-family: var(--vscode-editor-font-family); }
`;
