// The styles of the page and of the map: light and dark as the reader's system wants it, colors in one table each.
import { mapStyle } from '../../map/style.js';

const light = `--page: #fbfbfa; --card: #ffffff; --line: #d9d9d4; --text: #1f2328; --soft: #59606a; --link: #0b57b4; --code: #f3f3f0; --mark: #ffe9a8;
--error: #b3261e; --warning: #8a5300; --info: #0b57b4; --hint: #59606a; --good: #1a6b37;
--added: #e3f5e8; --removed: #fce8e6; --added-text: #14532a; --removed-text: #8c1d18;
--entry: #eceff2; --entry-line: #7a8490; --runner: #e4eefb; --runner-line: #2f6fc4; --pool: #e8f3f1; --pool-line: #2b7a6f; --process: #f0e9fa; --process-line: #7a4fb5;
--task: #e3f4f8; --task-line: #1f7f97; --lock: #fdf1d4; --lock-line: #a66d00; --state: #f7e8ee; --state-line: #a8446b; --edge: #7a8490;`;
const dark = `--page: #16181b; --card: #1e2125; --line: #3a3f46; --text: #e6e8eb; --soft: #a5adb8; --link: #8ab8ff; --code: #26292e; --mark: #6b5300;
--error: #ff8a80; --warning: #f0b357; --info: #8ab8ff; --hint: #a5adb8; --good: #7fd49b;
--added: #17341f; --removed: #42201e; --added-text: #a9e8bd; --removed-text: #ffb4ac;
--entry: #2b2f35; --entry-line: #8b95a1; --runner: #1d2c42; --runner-line: #6ea3ea; --pool: #1c302d; --pool-line: #62b5a8; --process: #2e2440; --process-line: #b18ce8;
--task: #19313a; --task-line: #5cb9d1; --lock: #3a2f14; --lock-line: #dba744; --state: #3a2330; --state-line: #df85aa; --edge: #8b95a1;`;

const page = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1, h2, h3, h4, h5, p, ul, ol, figure { margin: 0; }
h1 { font-size: 1.1rem; letter-spacing: 0.02em; color: var(--soft); }
h2 { font-size: 1.35rem; margin: 2.25rem 0 0.75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; overflow-wrap: anywhere; }
h5 { font-size: 0.85rem; margin: 1rem 0 0.4rem; color: var(--soft); font-weight: 600; }
a { color: var(--link); }
code, pre, .place { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; }
p code, h3 code, li code, .message code, td code, strong code { overflow-wrap: anywhere; background: var(--code); border-radius: 4px; padding: 0.08em 0.3em; }
pre { margin: 0; overflow-x: auto; }
pre code { font-size: 0.82rem; background: none; padding: 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; z-index: 2; }
.quiet { color: var(--soft); font-size: 0.9rem; }
.verdict { font-size: 1.5rem; font-weight: 600; margin: 0.2rem 0; }
nav { margin-top: 0.75rem; display: flex; gap: 1.25rem; flex-wrap: wrap; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
ul, ol { padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; font-size: 0.95rem; }
th, td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); font-size: 0.85rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.cards { display: flex; flex-wrap: wrap; gap: 0.75rem; list-style: none; padding: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.6rem 1.1rem; min-width: 7rem; color: var(--soft); }
.card .big { display: block; font-size: 1.6rem; font-weight: 650; color: var(--text); font-variant-numeric: tabular-nums; }
.card.error .big, .card.failed .big { color: var(--error); }
.card.warning .big { color: var(--warning); }
form { display: flex; flex-wrap: wrap; gap: 0.75rem 1.1rem; align-items: end; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.8rem 1rem; }
form label { font-size: 0.85rem; color: var(--soft); display: grid; gap: 0.2rem; min-width: 0; max-width: 100%; }
form .text { flex: 1 1 14rem; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; gap: 0.9rem; align-items: end; }
fieldset legend { float: left; padding: 0; margin-right: 0.3rem; font-size: 0.85rem; color: var(--soft); }
fieldset label { display: inline-flex; align-items: center; gap: 0.35rem; color: var(--text); }
input[type=search], select, button { font: inherit; font-size: 0.92rem; color: var(--text); background: var(--page); border: 1px solid var(--edge); border-radius: 6px; padding: 0.3rem 0.55rem; min-width: 0; max-width: 16rem; }
input[type=search] { width: 100%; max-width: none; }
input::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; }
output { font-size: 0.9rem; color: var(--soft); margin-left: auto; }
.tally { font-weight: 400; color: var(--soft); font-size: 0.9rem; }
.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--hint); border-radius: 8px; margin: 0.5rem 0; }
.finding.error { border-left-color: var(--error); }
.finding.warning { border-left-color: var(--warning); }
.finding.info { border-left-color: var(--info); }
.finding summary { padding: 0.6rem 0.9rem; cursor: pointer; display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.1rem 0.75rem; align-items: baseline; border-radius: 8px; }
.finding summary::-webkit-details-marker { display: none; }
.severity { font-size: 0.8rem; font-weight: 650; min-width: 4.2rem; color: var(--hint); }
.error .severity { color: var(--error); }
.warning .severity { color: var(--warning); }
.info .severity { color: var(--info); }
.message { font-weight: 550; overflow-wrap: anywhere; }
.rule code { background: none; color: var(--soft); }
.finding summary .place { grid-column: 2 / -1; color: var(--soft); }
.place { overflow-wrap: anywhere; }
.inside { padding: 0 0.9rem 0.9rem; }
.code, .diff pre { background: var(--code); border-radius: 6px; padding: 0.45rem 0; }
.row { display: block; padding-right: 1rem; min-width: max-content; }
.row.here { background: color-mix(in srgb, var(--mark) 32%, transparent); }
.ln { display: inline-block; width: 3.6rem; padding-right: 0.9rem; text-align: right; color: var(--soft); user-select: none; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
.chains.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; }
.chain { min-width: 0; }
.chain ol { list-style: none; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.6rem; }
.chain li { border-left: 2px solid var(--line); padding-left: 0.9rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.2rem; }
.step { display: inline-grid; place-items: center; min-width: 1.35rem; height: 1.35rem; margin-right: 0.45rem; border-radius: 999px; background: var(--entry); color: var(--text); font-size: 0.75rem; font-weight: 650; }
.evidence { font-size: 0.85rem; overflow-wrap: anywhere; }
.fixes { list-style: none; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; }
.fix summary { cursor: pointer; }
.tier { display: inline-block; font-size: 0.78rem; font-weight: 650; border: 1px solid currentColor; border-radius: 999px; padding: 0 0.55rem; margin-right: 0.35rem; }
.tier.safe { color: var(--good); }
.tier.review { color: var(--warning); }
.tier.refused { color: var(--soft); }
.diff { margin-top: 0.4rem; }
.diff figcaption { color: var(--soft); font-size: 0.85rem; }
.diff ins, .diff del, .diff span { display: block; text-decoration: none; padding: 0 0.9rem; min-width: max-content; }
.diff ins { background: var(--added); color: var(--added-text); }
.diff del { background: var(--removed); color: var(--removed-text); }
.diff .hunk { color: var(--soft); }
.tier.accident { color: var(--warning); }
.tier.anyway { color: var(--error); }
.shared { list-style: none; margin: 0.6rem 0; padding: 0; display: grid; gap: 0.5rem; }
.shared > li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.6rem 0.9rem; }
.shared p { margin: 0; }
.shared li ul { margin: 0.15rem 0 0.5rem; }
.others { margin-top: 1.5rem; }
.others li { overflow-wrap: anywhere; }
@media (max-width: 40rem) { .finding summary { grid-template-columns: 1fr; } .finding summary .place { grid-column: auto; } }
@media print { form, nav, .skip, .panel { display: none !important; } .finding { break-inside: avoid; } }
@media (prefers-reduced-motion: no-preference) { .map .node, .map .edge { transition: opacity 120ms; } }
`;

export const style = page + mapStyle;
