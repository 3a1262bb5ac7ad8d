// What runs in the page of the execution map: what is chosen shows its places, and a place opens in the editor.

/** Plain JavaScript, for it is handed to the page as it is; `walkMap` comes from the server with the drawing. */
export const mapScript = `(() => {
const editor = acquireVsCodeApi();
for (const section of document.querySelectorAll('section[data-map]')) {
  const map = section.querySelector('svg.map');
  if (!map) continue;
  const details = [...section.querySelectorAll('.details')];
  walkMap(map, {
    enter: true,
    show(node) {
      for (const it of details) it.hidden = node === undefined || it.dataset.node !== node.dataset.node;
    },
  });
  for (const it of details) {
    for (const button of it.querySelectorAll('button[data-place]')) {
      const place = { map: section.dataset.map, node: it.dataset.node, place: button.dataset.place };
      button.addEventListener('click', () => editor.postMessage(place));
    }
  }
}
})();`;
