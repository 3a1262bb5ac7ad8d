// What is asked inside of a page: can everybody use it, and can its texts be read? Each function stands on its own, as it travels alone.

/** Runs in the page: what somebody without eyes or without a mouse would miss. */
export function complaints() {
  const found = [];
  const named = (it) =>
    it.getAttribute('aria-label') ??
    (it.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join('') ??
    '';
  if (!document.documentElement.lang) found.push('no language');
  if (!document.title) found.push('no title');
  for (const it of document.querySelectorAll('a, button, summary'))
    if (!(named(it) || it.textContent?.trim())) found.push(`no name: ${it.outerHTML.slice(0, 80)}`);
  for (const it of document.querySelectorAll('input, select')) if (it.labels?.length === 0) found.push(`no label: ${it.name}`);
  for (const it of document.querySelectorAll('section, article, nav, [role=region], [role=group]'))
    if (!named(it).trim()) found.push(`no name: ${it.outerHTML.slice(0, 80)}`);
  let level = 0;
  for (const it of document.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]')) {
    const own = Number(it.getAttribute('aria-level') ?? it.tagName[1]);
    if (own > level + 1) found.push(`level ${own} after ${level}: ${it.textContent}`);
    level = own;
  }
  if (document.querySelectorAll('main').length !== 1) found.push('not one main part');
  if (document.querySelectorAll('h1').length !== 1) found.push('not one first heading');
  for (const it of document.querySelectorAll('[aria-live]')) if (it.getAttribute('aria-live') !== 'polite') found.push('shouts');
  for (const it of document.querySelectorAll('.canvas, pre'))
    if (it.getAttribute('tabindex') !== '0') found.push(`scrolls without keyboard: ${it.className}`);
  return found;
}

/** Runs in the page: texts with less contrast than 4.5 : 1. */
export function faint() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  const parse = (text) => {
    const before = known.get(text);
    if (before) return before;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
    const color = [r, g, b, a / 255];
    known.set(text, color);
    return color;
  };
  const over = (top, under) => {
    const mix = (at) => top[at] * top[3] + under[at] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const light = ([r, g, b]) => {
    const part = (it) => (it / 255 <= 0.03928 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (it) => {
    const chain = [];
    const shape = it.closest('a.node')?.querySelector(it.classList.contains('count') ? '.badge' : '.body');
    if (it instanceof SVGElement && shape) return parse(getComputedStyle(shape).fill);
    for (let at = it; at; at = at.parentElement) chain.push(parse(getComputedStyle(at).backgroundColor));
    return chain.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const it = node.parentElement;
    if (!it || !node.textContent?.trim() || it.closest('script, style, title, .unseen, .skip, option')) continue;
    if (it.getClientRects().length === 0) continue;
    const style = getComputedStyle(it);
    const color = parse(it instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(color), light(ground(it))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5)
      found.add(
        `${it.tagName.toLowerCase()}.${it.getAttribute('class') ?? ''} ${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 30)}`,
      );
  }
  return [...found].slice(0, 20);
}

/** Runs in the page: what has the focus. */
export function focusName() {
  const it = document.activeElement;
  return `${it.tagName.toLowerCase()} ${it.getAttribute('aria-label') ?? it.textContent.trim()}`.slice(0, 60);
}
