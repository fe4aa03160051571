// The words of a page: all that are rendered, and those that a fan's eyes meet without scrolling.
(page) => {
  "use strict";
  const { hitAt, isRendered, isWithin, parentOf, shadowOf, squeeze } = page;
  const TEXT_LIMIT = 20000;
  const NODE_LIMIT = 12000;

  const channels = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const isOpaque = (element) => {
    const style = getComputedStyle(element);
    const [, , , alpha = 1] = channels(style.backgroundColor);
    return style.backgroundColor !== "transparent" && alpha > 0.5;
  };
  // Where a tap scrolled the page, what came into view by that is still not visible without scrolling.
  const isInFirstView = (element, rect) => {
    if (scrollY < 1 || rect.y + scrollY < innerHeight) return true;
    for (let at = element; at instanceof Element; at = parentOf(at)) {
      if (/fixed|sticky/.test(getComputedStyle(at).position) || at.localName === "dialog") return true;
    }
    return false;
  };
  // Whether a fan's eyes meet a text that is rendered: not clipped away, not under something, not in the colour of
  // its ground. What can't be settled (a picture behind it) counts as read.
  const isReadable = (parent, rect) => {
    for (let at = parent; at instanceof Element; at = parentOf(at)) {
      const style = getComputedStyle(at);
      if (/^rect\(0(px)?[, ]+0(px)?[, ]+0(px)?[, ]+0(px)?\)$|^rect\(1px[, ]+1px[, ]+1px[, ]+1px\)$/.test(style.clip)) return false;
      if (/inset\((50|100)%\)/.test(style.clipPath)) return false;
      if (style.overflowX !== "visible" && at.clientWidth <= 1 && at.clientHeight <= 1) return false;
      if (style.backgroundImage !== "none") break;
      if (!isOpaque(at)) continue;
      const ink = channels(getComputedStyle(parent).color);
      const ground = channels(style.backgroundColor);
      if (style.backgroundClip !== "text" && [0, 1, 2].every((n) => Math.abs(ink[n] - ground[n]) < 6)) return false;
      break;
    }
    if (channels(getComputedStyle(parent).color)[3] === 0) return false;
    if (parent.ownerDocument !== document) return true;
    const x = Math.min(Math.max((rect.x + rect.right) / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max((rect.y + rect.bottom) / 2, 0), innerHeight - 1);
    for (let hit = hitAt(x, y); hit && !isWithin(parent, hit); hit = parentOf(hit)) {
      if (hit instanceof Element && !isWithin(hit, parent) && isOpaque(hit)) return false;
    }
    return true;
  };

  return () => {
    const all = [];
    const inView = [];
    let length = 0;
    const read = (root) => {
      const walker = (root.ownerDocument || root).createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      let budget = NODE_LIMIT;
      for (let node = walker.nextNode(); node && length < TEXT_LIMIT && budget > 0; node = walker.nextNode(), budget -= 1) {
        if (node.nodeType === Node.ELEMENT_NODE) {
          const shadow = shadowOf(node);
          if (shadow) read(shadow);
          if (node.localName === "iframe") {
            let inner = null;
            try { inner = node.contentDocument; } catch { inner = null; }
            if (inner && inner.body && isRendered(node)) read(inner.body);
          }
          continue;
        }
        const text = squeeze(node.data);
        const parent = node.parentElement;
        if (!text || !parent || /^(script|style|noscript|template|title)$/.test(parent.localName)) continue;
        if (!isRenderedText(parent)) continue;
        const range = node.ownerDocument.createRange();
        range.selectNodeContents(node);
        const rect = range.getBoundingClientRect();
        if (rect.width < 1 || rect.height < 1) continue;
        all.push(text);
        length += text.length + 1;
        if (rect.x < innerWidth && rect.right > 0 && rect.y < innerHeight && rect.bottom > 0
          && isInFirstView(parent, rect) && isReadable(parent, rect)) inView.push(text);
      }
    };
    const isRenderedText = (element) => (element.checkVisibility
      ? element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, opacityProperty: true, visibilityProperty: true })
      : getComputedStyle(element).visibility === "visible");
    if (document.body) read(document.body);
    return { text: all.join("\n").slice(0, TEXT_LIMIT), viewText: inView.join("\n").slice(0, TEXT_LIMIT) };
  };
}
