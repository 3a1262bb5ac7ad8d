// The style of the drawing and of what belongs to it; who shows it brings the colors, as variables of these names.

export const mapStyle = `
.canvas { overflow: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-top: 0.75rem; }
.map { display: block; margin: 0 auto; max-width: 100%; height: auto; }
.map.wide { min-width: 66rem; }
.map .node { cursor: pointer; outline: none; text-decoration: none; }
.map .body, .map .behind { fill: var(--entry); stroke: var(--entry-line); stroke-width: 1.25; }
.map .thread .body, .map .thread .behind { fill: var(--runner); stroke: var(--runner-line); }
.map .pool .body, .map .pool .behind { fill: var(--pool); stroke: var(--pool-line); }
.map .process .body, .map .process .behind, .map .interpreter .body, .map .interpreter .behind { fill: var(--process); stroke: var(--process-line); }
.map .task .body, .map .task .behind, .map .callback .body, .map .callback .behind { fill: var(--task); stroke: var(--task-line); }
.map .lock .body { fill: var(--lock); stroke: var(--lock-line); }
.map .state .body, .map .channel .body { fill: var(--state); stroke: var(--state-line); }
.map .channel .body { stroke-dasharray: 5 3; }
.map .name { font: 600 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--text); }
.map .says { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--soft); }
.map .badge { fill: var(--error); }
.map .count { font: 700 11px system-ui, sans-serif; fill: var(--card); }
.map .node:hover .body { stroke-width: 2.25; }
.map .node:focus-visible .body { stroke: var(--link); stroke-width: 3; }
.edge { fill: none; stroke: var(--edge); stroke-width: 1.4; }
.edge.takes { stroke: var(--lock-line); }
.edge.guards { stroke: var(--lock-line); stroke-dasharray: 6 4; }
.edge.writes { stroke: var(--state-line); }
.edge.reads { stroke: var(--state-line); stroke-dasharray: 2 4; }
.edge.found { stroke: var(--error); stroke-width: 2.2; }
.arrow { fill: var(--edge); }
.arrow.takes, .arrow.guards { fill: var(--lock-line); }
.arrow.touch { fill: var(--state-line); }
.arrow.alarm { fill: var(--error); }
.map.lit .edge, .map.lit .node { opacity: 0.22; }
.map.lit .on { opacity: 1; }
.map.lit .edge.on { stroke-width: 2.4; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; font-size: 0.85rem; color: var(--soft); margin: 0.6rem 0; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.8rem 1rem; margin: 0.6rem 0; }
.panel, .words { font-size: 0.95rem; overflow-wrap: anywhere; }
.words > ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.8rem; margin-top: 0.6rem; }
.kind { display: inline-block; font-size: 0.78rem; font-weight: 650; border: 1px solid currentColor; border-radius: 999px; padding: 0 0.55rem; color: var(--soft); }
`;
