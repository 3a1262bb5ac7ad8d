// What runs in the page of the execution map: the box that is chosen and its neighbours are lit, arrow keys walk, places open.

/** Plain JavaScript, for it is handed to the page as it is. */
export const mapScript = `(() => {
const editor = acquireVsCodeApi();
for (const section of document.querySelectorAll('section[data-map]')) {
  const map = section.querySelector('svg.map');
  if (!map) continue;
  const nodes = [...map.querySelectorAll('a.node')];
  const edges = [...map.querySelectorAll('path.edge')];
  const details = [...section.querySelectorAll('.details')];
  let chosen;
  const light = (node) => {
    map.classList.toggle('lit', node !== undefined);
    const near = new Set(node ? [node.dataset.node] : []);
    for (const it of edges) {
      const on = node !== undefined && (it.dataset.from === node.dataset.node || it.dataset.to === node.dataset.node);
      it.classList.toggle('on', on);
      if (on) near.add(it.dataset.from).add(it.dataset.to);
    }
    for (const it of nodes) it.classList.toggle('on', near.has(it.dataset.node));
  };
  const choose = (node) => {
    chosen = node;
    for (const it of nodes) {
      if (it === node) it.setAttribute('aria-current', 'true');
      else it.removeAttribute('aria-current');
    }
    for (const it of details) it.hidden = node === undefined || it.dataset.node !== node.dataset.node;
    light(node);
  };
  const middle = (node) => {
    const { x, y, width, height } = node.querySelector('.body').getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };
  // The nearest box in the direction of the key; what lies askew counts as farther away.
  const beside = (node, key) => {
    const from = middle(node);
    const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
    const way = ways[key];
    if (!way) return undefined;
    let best;
    let least = Infinity;
    for (const it of nodes) {
      const { x, y } = middle(it);
      const along = (x - from.x) * way[0] + (y - from.y) * way[1];
      const across = Math.abs((x - from.x) * way[1]) + Math.abs((y - from.y) * way[0]);
      if (it === node || along < 8) continue;
      if (along + 2 * across < least) {
        least = along + 2 * across;
        best = it;
      }
    }
    return best;
  };
  nodes.forEach((it, at) => {
    it.setAttribute('tabindex', at === 0 ? '0' : '-1');
    it.addEventListener('click', (event) => {
      event.preventDefault();
      choose(chosen === it ? undefined : it);
    });
    it.addEventListener('mouseenter', () => light(it));
    it.addEventListener('mouseleave', () => light(chosen));
    it.addEventListener('focus', () => {
      for (const one of nodes) one.setAttribute('tabindex', one === it ? '0' : '-1');
      light(it);
    });
    it.addEventListener('blur', () => light(chosen));
    it.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') return choose(undefined);
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        return choose(chosen === it ? undefined : it);
      }
      const to = beside(it, event.key);
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
  });
  for (const it of details) {
    for (const button of it.querySelectorAll('button[data-place]')) {
      const place = { map: section.dataset.map, node: it.dataset.node, place: button.dataset.place };
      button.addEventListener('click', () => editor.postMessage(place));
    }
  }
}
})();`;
