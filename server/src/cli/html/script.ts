// The script of the page: filters and groups findings, and lights up what a node of the map is connected to. Without it all is there, by law.

export const script = `
'use strict';
(() => {
  const form = document.getElementById('filter');
  const groups = document.getElementById('groups');
  const articles = [...document.querySelectorAll('article.finding')];
  const lawGroups = [...groups.querySelectorAll('.group')].map((it) => ({ it, own: [...it.querySelectorAll('article')] }));
  const textOf = new Map(articles.map((it) => [it, (it.dataset.rule + ' ' + it.dataset.file + ' ' + it.querySelector('.message').textContent).toLowerCase()]));

  const byPlace = () => {
    const files = new Map();
    for (const it of articles) files.set(it.dataset.file, [...(files.get(it.dataset.file) || []), it]);
    const made = document.createDocumentFragment();
    [...files.keys()].sort().forEach((file, at) => {
      const section = document.createElement('section');
      section.className = 'group';
      const title = document.createElement('h3');
      title.id = 'place-' + at;
      section.setAttribute('aria-labelledby', title.id);
      const name = document.createElement('code');
      name.textContent = file;
      const tally = document.createElement('span');
      tally.className = 'tally';
      title.append(name, ' ', tally);
      section.append(title, ...files.get(file));
      made.append(section);
    });
    groups.replaceChildren(made);
  };
  const byLaw = () => {
    for (const { it, own } of lawGroups) it.append(...own);
    groups.replaceChildren(...lawGroups.map(({ it }) => it));
  };
  const filter = () => {
    const value = (name) => form.elements.namedItem(name).value;
    const words = value('text').toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const it of articles) {
      const fits = ['law', 'rule', 'severity'].every((name) => value(name) === '' || it.dataset[name] === value(name));
      it.hidden = !fits || !words.every((word) => textOf.get(it).includes(word));
      if (!it.hidden) shown++;
    }
    for (const group of groups.children) {
      const own = group.querySelectorAll('article:not([hidden])').length;
      group.hidden = own === 0;
      group.querySelector('.tally').textContent = String(own);
    }
    document.getElementById('none').hidden = shown > 0;
    document.getElementById('count').textContent = shown + ' of ' + articles.length + ' shown';
  };
  if (form) {
    form.hidden = false;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', (event) => {
      if (event.target.name === 'group') (event.target.value === 'place' ? byPlace : byLaw)();
      filter();
    });
    const all = (open) => () => {
      for (const it of articles) if (!it.hidden) it.firstElementChild.open = open;
    };
    document.getElementById('open-all').addEventListener('click', all(true));
    document.getElementById('close-all').addEventListener('click', all(false));
    filter();
  }

  const reveal = () => {
    const at = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (!at) return;
    if (at.matches('article.finding')) {
      if (at.hidden) {
        form.reset();
        byLaw();
        filter();
      }
      at.firstElementChild.open = true;
      at.querySelector('summary').focus({ preventScroll: true });
      at.scrollIntoView({ block: 'start' });
    } else if (at.matches('.about')) {
      document.getElementById('words').open = true;
      at.focus();
    }
  };
  addEventListener('hashchange', reveal);
  reveal();

  const map = document.querySelector('svg.map');
  if (!map) return;
  const panel = document.getElementById('panel');
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
    panel.hidden = node === undefined;
    panel.replaceChildren();
    if (!node) return;
    const about = document.getElementById('n' + node.dataset.node).cloneNode(true);
    about.removeAttribute('id');
    panel.append(...about.childNodes);
  };
  nodes.forEach((it, at) => {
    it.tabIndex = at === 0 ? 0 : -1;
    it.addEventListener('click', (event) => {
      event.preventDefault();
      choose(chosen === it ? undefined : it);
    });
    it.addEventListener('mouseenter', () => light(it));
    it.addEventListener('mouseleave', () => light(chosen));
    it.addEventListener('focus', () => {
      for (const one of nodes) one.tabIndex = one === it ? 0 : -1;
      light(it);
    });
    it.addEventListener('blur', () => light(chosen));
    it.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') return choose(undefined);
      if (event.key === ' ') {
        event.preventDefault();
        return choose(chosen === it ? undefined : it);
      }
      const to = beside(it, event.key);
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
  });
  const middle = (it) => {
    const { x, y, width, height } = it.querySelector('.body').getBBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
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
})();
`;
