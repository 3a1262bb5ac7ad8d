// How the drawing of a map is walked: what a box is connected to is lit, arrow keys go from box to box, one box is chosen.

/**
 * Plain JavaScript for the page that shows the drawing. `walkMap(svg, { show, enter })` calls `show` with the box that is chosen, and with
 * nothing when it is let go; with `enter` the key Enter chooses as well, else it follows the link of the box.
 */
export const walk = `
const walkMap = (map, { show, enter }) => {
  const nodes = [...map.querySelectorAll('a.node')];
  const edges = [...map.querySelectorAll('path.edge')];
  const light = (node) => {
    map.classList.toggle('lit', node !== undefined);
    const near = new Set(node ? [node.dataset.node] : []);
    // What is touched under a lock is touched by who takes it.
    const locks = new Set(edges.flatMap((it) => (node && it.classList.contains('guards') && it.dataset.to === node.dataset.node ? [it.dataset.from] : [])));
    for (const it of edges) {
      const on = node !== undefined && (it.dataset.from === node.dataset.node || it.dataset.to === node.dataset.node || locks.has(it.dataset.to));
      it.classList.toggle('on', on);
      if (on) near.add(it.dataset.from).add(it.dataset.to);
    }
    for (const it of nodes) it.classList.toggle('on', near.has(it.dataset.node));
  };
  let chosen;
  const choose = (node) => {
    chosen = node;
    for (const it of nodes) {
      if (it === node) it.setAttribute('aria-current', 'true');
      else it.removeAttribute('aria-current');
    }
    light(node);
    show(node);
  };
  const middle = (it) => {
    const { x, y, width, height } = it.querySelector('.body').getBBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
  // The nearest box in the direction of the key; what lies askew counts as farther away.
  const beside = (it, key) => {
    if (key === 'Home') return nodes[0];
    if (key === 'End') return nodes[nodes.length - 1];
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (!way) return undefined;
    const from = middle(it);
    let best;
    let least = Infinity;
    for (const one of nodes) {
      const to = middle(one);
      const along = (to.x - from.x) * way[0] + (to.y - from.y) * way[1];
      const aside = Math.abs((to.x - from.x) * way[1]) + Math.abs((to.y - from.y) * way[0]);
      if (one === it || along < 4) continue;
      const cost = along + 3 * aside;
      if (cost < least) {
        least = cost;
        best = one;
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
      if (event.key === ' ' || (enter && event.key === 'Enter')) {
        event.preventDefault();
        return choose(chosen === it ? undefined : it);
      }
      const to = beside(it, event.key);
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
  });
};`;
