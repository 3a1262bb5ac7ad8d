// The script of the page: filters and groups findings, and lights up what a node of the map is connected to. Without it all is there, by law.

import { walk } from '../../map/walk.js';

export const script = `
'use strict';
(() => {${walk}
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
  walkMap(map, {
    enter: false,
    show(node) {
      panel.hidden = node === undefined;
      panel.replaceChildren();
      if (!node) return;
      const about = document.getElementById('n' + node.dataset.node).cloneNode(true);
      about.removeAttribute('id');
      panel.append(...about.childNodes);
    },
  });
})();
`;
