// Elements without HTML strings: text from the server or the model can only ever become text.

export const byId = (id) => document.getElementById(id);

/** An element with properties, and children that are nodes or text. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Sets text where it differs, so that live regions do not say the same thing twice. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
