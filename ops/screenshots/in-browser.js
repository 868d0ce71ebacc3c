// What is done to a page before its picture is taken; runs in the browser.

/** What the ids that differ each time look like, and the digits that they are made of. */
const IDS = [
  // UUIDs and trace ids
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b[0-9a-f]{16}\b/g, '0123456789abcdef'],
  // Numbers of issues
  [/\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b/g, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'],
  // Tokens of links, and tags of consumers
  [/(?<=issues\/[0-9a-f-]{36}\/|ctag-)[\w-]+/g, 'abcdefghijklmnopqrstuvwxyz0123456789'],
  // Ports of clients
  [/(?<=127\.0\.0\.1:[3456])\d{4}\b/g, '0123456789'],
];

/** Replaces an id by another of its kind, the same each time: which, is told by how many stood on the page before it. */
function steadyIds() {
  const known = new Map();
  const other = (id, digits) => {
    let state = 7919 * (known.size + 1);
    return id.replaceAll(/[0-9a-zA-Z]/g, () => {
      state = (state * 48271) % 2147483647;
      return digits[state % digits.length];
    });
  };
  return (text, pattern, digits) =>
    text.replaceAll(pattern, (id) => {
      if (!known.has(id)) known.set(id, other(id, digits));
      return known.get(id);
    });
}

globalThis.camera = {
  /** Waits for images, those too that wait to be scrolled to; then replaces ids, and what `instead` says. */
  async makeSteady(instead) {
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    const replaceIds = steadyIds();
    const steady = (text) => {
      const ours = instead.reduce((all, [from, to]) => all.replaceAll(from, to), text);
      return IDS.reduce((all, [pattern, digits]) => replaceIds(all, pattern, digits), ours);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const made = steady(node.data);
      if (made !== node.data) node.data = made;
    }
    for (const field of document.querySelectorAll('input[type=text], textarea'))
      field.value = steady(field.value);
    return document.documentElement.scrollHeight;
  },

  /** The same picture as WebP; both are base64. */
  async toWebp(png, quality) {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', quality).split(',')[1];
  },
};
