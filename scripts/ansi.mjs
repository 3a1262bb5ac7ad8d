// What a terminal would show → a page: the colors and weights that the command line uses, and no other escape sequence.

/** On the dark ground of the page; numbers are those of the escape sequences. */
const colors = { 31: '#ff8a80', 32: '#7fd49b', 33: '#f0b357', 34: '#8ab8ff', 35: '#d7a6ff', 36: '#6fd3e0', 90: '#a5adb8' };

/** Text and the codes between, in turn. */
const sequence = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`);

/**
 * @param {string} text
 * @returns {string} a whole page with one `pre`
 */
export function ansiToHtml(text) {
  const state = { color: '', bold: false, dim: false };
  const parts = text.split(sequence);
  const shown = parts.map((part, at) => {
    if (at % 2 === 1) {
      for (const code of part === '' ? [0] : part.split(';').map(Number)) apply(state, code);
      return '';
    }
    const style = [state.color && `color:${state.color}`, state.bold && 'font-weight:700', state.dim && 'opacity:.65']
      .filter(Boolean)
      .join(';');
    const plain = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return style === '' || part === '' ? plain : `<span style="${style}">${plain}</span>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #16181b; }
pre { margin: 0; padding: 18px 22px; display: inline-block; background: #16181b; color: #e6e8eb; font: 13px/1.35 "DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace; }
</style><pre>${shown.join('').trimEnd()}</pre>`;
}

function apply(state, code) {
  if (code === 0) Object.assign(state, { color: '', bold: false, dim: false });
  else if (code === 1) state.bold = true;
  else if (code === 2) state.dim = true;
  else if (code === 22) Object.assign(state, { bold: false, dim: false });
  else if (code === 39) state.color = '';
  else if (colors[code]) state.color = colors[code];
}
