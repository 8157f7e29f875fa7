/** Lists that are drawn anew keep their elements: a press that begins on one ends on it, whatever came in between. */

/** Makes an element look like a fresh one. It stays where it is, with its own listeners; so does a button that is all it holds. */
export function becomeLike(old: Element, fresh: Element): void {
  if (old.isEqualNode(fresh)) return;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const [kept, like] = [old.firstElementChild, fresh.firstElementChild];
  if (kept instanceof HTMLButtonElement && like instanceof HTMLButtonElement && old.childNodes.length === 1 && fresh.childNodes.length === 1) becomeLike(kept, like);
  else old.replaceChildren(...fresh.childNodes);
}

/** Puts elements into a box in their order, and moves none that stands right already. */
export function putInOrder(box: Element, wanted: readonly Element[]): void {
  const staying = new Set(wanted);
  for (const child of [...box.children]) if (!staying.has(child)) child.remove();
  let at = box.firstElementChild;
  for (const one of wanted) {
    if (one === at) at = at.nextElementSibling;
    else box.insertBefore(one, at);
  }
}

/** The elements of a list by their names. */
export class Kept {
  private held = new Map<string, Element>();

  /** Shows these in the box: those that it had before stay the elements that they were. */
  show(box: Element, fresh: readonly (readonly [name: string, element: Element])[]): void {
    const next = new Map<string, Element>();
    for (const [name, element] of fresh) {
      const old = this.held.get(name);
      if (old) becomeLike(old, element);
      next.set(name, old ?? element);
    }
    this.held = next;
    putInOrder(box, [...next.values()]);
  }
}
