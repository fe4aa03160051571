// Shadow trees: open ones, and closed ones, which a page keeps from every script, where the engine has shown them to
// us. An element that may hold a closed tree is one that can hold any and is drawn though nothing of its own is in it.
() => {
  "use strict";
  const HOST_LIMIT = 24;
  const CAN_HOST = /^(?:article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span)$/;
  const shown = new WeakMap();
  const asked = new WeakSet();

  const shadowOf = (element) => element.shadowRoot || shown.get(element) || null;
  const isCustom = (element) => element.localName.includes("-") && element.matches(":defined");
  const isEmpty = (element) => !element.childElementCount && !element.textContent.trim();
  const mayHold = (element) => !asked.has(element) && !shadowOf(element)
    && (isCustom(element) || (CAN_HOST.test(element.localName) && isEmpty(element)));

  // Elements that may hold a closed tree large enough for a button, and that the engine was not asked about yet.
  const suspectsAmong = (elements, boxOf) => {
    const found = [];
    for (const element of elements) {
      if (found.length >= HOST_LIMIT) break;
      if (!mayHold(element)) continue;
      const box = boxOf(element);
      if (box.width >= 44 && box.height >= 16) found.push(element);
    }
    return found;
  };
  const ask = (elements) => {
    elements.forEach((element) => asked.add(element));
    return elements;
  };
  const know = (roots) => roots.forEach((root) => shown.set(root.host, root));

  return { ask, isUnread: (element) => isCustom(element) && isEmpty(element), know, shadowOf, suspectsAmong };
}
