// What the page shows and where its controls are. Installs `globalThis.dropcheckPage` once; meant for an
// isolated script world, so that the page under test neither sees nor changes it.
(imageMaps, marksOf, shadowTrees, textsOf) => {
  "use strict";
  if (globalThis.dropcheckPage) return;
  const { imageOf, areaRect } = imageMaps();
  const { ask, isUnread, know, shadowOf, suspectsAmong } = shadowTrees();

  // The same address may stand in hundreds of links, and be as long as a page likes.
  const ADDRESS_LIMIT = 32768;
  const CONTROL_LIMIT = 400;
  const ELEMENT_LIMIT = 6000;
  const CONTROL_SELECTOR = "a[href],area[href],button,summary,input[type=button],input[type=submit],"
    + "input[type=image],[role=button],[role=link],[role=menuitem],[onclick],[ontouchend],[ontouchstart]";

  const elements = new Map();
  const refs = new WeakMap();
  let lastRef = 0;

  const refOf = (element) => {
    let ref = refs.get(element);
    if (!ref) {
      ref = `c${++lastRef}`;
      refs.set(element, ref);
      elements.set(ref, new WeakRef(element));
    }
    return ref;
  };
  const elementOf = (ref) => {
    const element = elements.get(ref)?.deref();
    return element && element.isConnected ? element : null;
  };

  const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();

  const ownRect = (element) => {
    if (element.localName === "area") return areaRect(element);
    const rects = [...element.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
    const rect = rects.length > 1 && getComputedStyle(element).display === "inline" ? rects[0] : element.getBoundingClientRect();
    if (rect.width > 0 && rect.height > 0) return rect;
    // An inline link around a block has no box of its own; its child does.
    return [...element.children].map((child) => child.getBoundingClientRect())
      .find((inner) => inner.width > 0 && inner.height > 0) || rect;
  };

  // A box in the top viewport's CSS pixels, through same-origin frames.
  const boxOf = (element) => {
    const rect = ownRect(element);
    let { x, y } = rect;
    for (let view = element.ownerDocument.defaultView; view && view !== globalThis.window && view.frameElement;
      view = view.parent) {
      const frame = view.frameElement.getBoundingClientRect();
      x += frame.x + view.frameElement.clientLeft;
      y += frame.y + view.frameElement.clientTop;
    }
    return { x, y, width: rect.width, height: rect.height };
  };

  const isRendered = (element) => {
    const drawn = element.localName === "area" ? imageOf(element) : element;
    if (!drawn) return false;
    const shown = drawn.checkVisibility
      ? drawn.checkVisibility({ opacityProperty: true, visibilityProperty: true, checkOpacity: true, checkVisibilityCSS: true })
      : getComputedStyle(drawn).visibility === "visible" && drawn.getClientRects().length > 0;
    if (!shown) return false;
    const box = boxOf(element);
    return box.width > 1 && box.height > 1;
  };

  const isInView = (box) => box.x < innerWidth && box.y < innerHeight && box.x + box.width > 0 && box.y + box.height > 0;
  const middleInView = (box) => {
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    return x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  };

  // Depth first through shadow trees and same-origin frames.
  const everyElement = function* (root, budget = { left: ELEMENT_LIMIT }) {
    const walker = (root.ownerDocument || root).createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let element = walker.nextNode(); element && budget.left > 0; element = walker.nextNode()) {
      budget.left -= 1;
      yield element;
      const shadow = shadowOf(element);
      if (shadow) yield* everyElement(shadow, budget);
      if (element.localName === "iframe" || element.localName === "frame") {
        let inner = null;
        try { inner = element.contentDocument; } catch { inner = null; }
        if (inner && isRendered(element)) yield* everyElement(inner, budget);
      }
    }
  };

  const hitAt = (x, y) => {
    let hit = document.elementFromPoint(x, y);
    for (;;) {
      if (!hit) return null;
      let next = null;
      const shadow = shadowOf(hit);
      if (shadow) next = shadow.elementFromPoint(x, y);
      else if (hit.localName === "iframe") {
        let inner = null;
        try { inner = hit.contentDocument; } catch { inner = null; }
        if (inner) {
          const frame = hit.getBoundingClientRect();
          x -= frame.x + hit.clientLeft;
          y -= frame.y + hit.clientTop;
          next = inner.elementFromPoint(x, y);
        }
      }
      if (!next || next === hit) return hit;
      hit = next;
    }
  };

  const parentOf = (node) => node.parentNode || node.host || null;
  const isWithin = (node, ancestor) => {
    for (let at = node; at; at = parentOf(at)) if (at === ancestor) return true;
    return false;
  };

  const describe = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const classes = typeof element.className === "string" && element.className.trim()
      ? `.${element.className.trim().split(/\s+/).slice(0, 2).join(".")}` : "";
    const text = squeeze(element.innerText).slice(0, 60);
    return `${element.localName}${id}${classes}${text ? ` “${text}”` : ""}`;
  };

  const coverOf = (element, box) => {
    if (!middleInView(box)) return null;
    const hit = hitAt(box.x + box.width / 2, box.y + box.height / 2);
    if (!hit || isWithin(hit, element)) return null;
    if (element.localName === "area" && hit === imageOf(element)) return null;
    const label = hit.closest ? hit.closest("label") : null;
    if (label && label.control === element) return null;
    // The link's own block child may hang outside the link's box, and the link then lies above its text.
    if (isWithin(element, hit) && hit.localName !== "body" && hit.localName !== "html" && hit.matches(CONTROL_SELECTOR)) return null;
    return describe(hit);
  };

  const SCHEME = /^[a-z][a-z0-9+.-]{1,40}:\S/i;
  const NOT_A_TARGET = /^(?:javascript|data|blob|about|tel|sms):/i;
  const QUOTED = /(["'`])((?:[a-z][a-z0-9+.-]{1,40}:|\/)[^"'`\s]{2,2000})\1/gi;
  const hintsOf = (element) => {
    const found = new Set();
    const add = (text) => {
      if (found.size >= 12 || NOT_A_TARGET.test(text)) return;
      try { found.add(new URL(text, document.baseURI).href.slice(0, ADDRESS_LIMIT)); } catch { /* not a URL after all */ }
    };
    for (const { name, value } of element.attributes) {
      if (name === "class" || name === "style" || name === "id" || value.length > 5000) continue;
      const isCode = name.startsWith("on") || /^javascript:/i.test(value);
      if (isCode) for (const match of value.matchAll(QUOTED)) add(match[2]);
      else if (name !== "src" && name !== "href" && SCHEME.test(value.trim())) add(value.trim());
    }
    const form = element.form || (element.localName === "button" ? element.closest("form") : null);
    if (form && (element.type === "submit" || element.type === "image")) add(form.action);
    return [...found];
  };

  const hrefOf = (element) => {
    const link = element.closest("a[href],area[href]");
    if (!link) return null;
    const href = typeof link.href === "string" ? link.href : link.href?.baseVal;
    return href ? href.slice(0, ADDRESS_LIMIT) : null;
  };

  const targetOf = (link) => (link.target?.baseVal ?? link.target) || document.querySelector("base[target]")?.target;

  const fileOf = (url) => /^data:/.test(url) ? "" : (url || "").split(/[?#]/)[0].split("/").pop().slice(0, 60);
  // The words of the largest group around a control that holds no other: the name on its row, its logo.
  const nearOf = (element) => {
    const names = ["data-service", "data-platform", "data-provider", "data-label", "data-srvc", "aria-label", "title"];
    const own = names.map((name) => element.getAttribute(name)).filter(Boolean);
    let words = "";
    for (let at = element, up = 0; at && up < 5 && !/^(body|html)$/.test(at.localName); at = at.parentElement, up += 1) {
      if (up > 0 && at.querySelectorAll(CONTROL_SELECTOR).length > 1) break;
      const pictures = [...at.querySelectorAll("img,use,[role=img]")].slice(0, 8).map((picture) =>
        `${picture.alt || picture.getAttribute("aria-label") || ""} ${fileOf(picture.getAttribute("src") || picture.getAttribute("href"))}`);
      const text = squeeze(`${at.innerText || ""} ${pictures.join(" ")}`);
      if (text.length > 300) break;
      words = text;
    }
    return squeeze(`${own.join(" ")} ${words}`).slice(0, 400);
  };

  const controlOf = (element) => {
    const box = boxOf(element);
    const visible = isRendered(element);
    const link = element.closest("a[href],area[href]");
    return {
      ref: refOf(element),
      tag: element.localName,
      text: squeeze(element.innerText || element.value || element.getAttribute("aria-label") || element.title
        || element.querySelector("img[alt]")?.alt || element.alt || "").slice(0, 300),
      href: hrefOf(element),
      hints: hintsOf(element),
      box,
      visible,
      in_view: visible && isInView(box),
      enabled: !element.matches(":disabled,[aria-disabled=true]"),
      covered_by: visible ? coverOf(element, box) : null,
      near: visible ? nearOf(element) : "",
      target: String((link ? targetOf(link) : element.formTarget) || "").slice(0, 100) || null,
    };
  };

  const controlElements = () => {
    const found = [];
    for (const element of everyElement(document)) {
      if (found.length >= CONTROL_LIMIT) break;
      if (element.matches(CONTROL_SELECTOR)) found.push(element);
      else if (element.localName !== "label" && element.localName !== "body" && element.localName !== "html"
        && !element.closest(CONTROL_SELECTOR) && element.parentElement
        && getComputedStyle(element).cursor === "pointer"
        && getComputedStyle(element.parentElement).cursor !== "pointer") found.push(element);
    }
    return found;
  };

  // Short texts and named pictures that are no control by their markup. A script may listen to them all the same,
  // and nothing in the document tells.
  const LABEL_LENGTH = 40;
  const LABEL_LIMIT = 60;
  const labelElements = (controls) => {
    const found = [];
    for (const element of everyElement(document)) {
      if (found.length >= LABEL_LIMIT) break;
      if (element.childElementCount || /^(script|style|noscript|template|title|option|input|textarea)$/.test(element.localName)) continue;
      const text = element.localName === "img" ? element.alt : element.textContent;
      if (!text || text.length > 4 * LABEL_LENGTH || !squeeze(text) || squeeze(text).length > LABEL_LENGTH) continue;
      if (!controls.some((control) => isWithin(element, control)) && isRendered(element)) found.push(element);
    }
    return found;
  };

  const showsPicture = () => {
    for (const element of everyElement(document, { left: 2000 })) {
      const isPicture = /^(img|svg|canvas|video|iframe|object|embed|input|textarea|select)$/.test(element.localName);
      if (!isPicture && getComputedStyle(element).backgroundImage === "none") continue;
      if (element.localName === "img" && element.complete && element.naturalWidth <= 1) continue;
      if (element.localName === "input" && element.type === "hidden") continue;
      const box = boxOf(element);
      if (box.width * box.height >= 64 && isRendered(element)) return true;
    }
    return false;
  };

  const texts = textsOf({ hitAt, isRendered, isWithin, parentOf, shadowOf, squeeze });
  const marks = marksOf({ boxOf, everyElement, isRendered, parentOf, refOf, squeeze });

  const hosts = () => suspectsAmong(everyElement(document), boxOf);

  const survey = () => {
    const suspects = hosts();
    const tappable = controlElements();
    const controls = tappable.map(controlOf);
    const { text, viewText } = texts();
    return {
      url: location.href.slice(0, ADDRESS_LIMIT),
      title: String(document.title).slice(0, 500), // A form of that name stands in its place.
      text,
      view_text: viewText,
      controls,
      labels: labelElements(tappable).map(controlOf),
      blank: !text && !controls.some((control) => control.visible) && !showsPicture(),
      suspects: suspects.length,
      marks: { ...marks(), ...(suspects.some((one) => isUnread(one) && isRendered(one) && isInView(boxOf(one))) ? { "unread-tree": "" } : {}) },
      arriving: document.readyState === "loading",
    };
  };

  const frame = () => new Promise((resolve) => {
    // A hidden or throttled page draws no frames; a timer stands in.
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });

  const reveal = (element) => {
    const image = element.localName === "area" ? imageOf(element) : null;
    (image || element).scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = boxOf(element);
    if (!image || middleInView(box)) return;
    // The picture is larger than the screen.
    const left = box.x + (box.width - innerWidth) / 2;
    scrollBy({ left, top: box.y + (box.height - innerHeight) / 2, behavior: "instant" });
  };

  // Scroll to the control and wait until it stands still; null when it went away.
  const aim = async (ref, boundMs) => {
    const end = performance.now() + boundMs;
    let before = null;
    let still = 0;
    while (performance.now() < end) {
      const element = elementOf(ref);
      if (!element) return null;
      if (!isRendered(element)) { await frame(); continue; }
      let box = boxOf(element);
      if (!middleInView(box)) {
        reveal(element);
        box = boxOf(element);
      }
      const isSame = before && ["x", "y", "width", "height"].every((key) => Math.abs(before[key] - box[key]) < 0.5);
      still = isSame ? still + 1 : 0;
      before = box;
      if (still >= 2) {
        const control = controlOf(element);
        if (!control.covered_by && control.enabled && middleInView(box)) return control;
      }
      await frame();
    }
    const element = elementOf(ref);
    return element ? controlOf(element) : null;
  };

  // Resolve true once nothing was added to or taken from the document for `quietMs`, false after `boundMs`.
  const quiet = (quietMs, boundMs) => new Promise((resolve) => {
    let timer = 0;
    const finish = (isQuiet) => {
      observer.disconnect();
      clearTimeout(timer);
      clearTimeout(bound);
      resolve(isQuiet);
    };
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(true), quietMs);
    };
    const observer = new MutationObserver(again);
    const bound = setTimeout(() => finish(false), boundMs);
    observer.observe(document, { childList: true, subtree: true });
    again();
  });

  // An element found by other means announces itself with an event of a name only we know.
  const adopt = (eventName) => {
    globalThis.addEventListener(eventName, (event) => {
      event.stopImmediatePropagation();
      adopted = refOf(event.composedPath()[0]);
    }, { capture: true, once: true });
  };
  let adopted = null;
  const adoptedControl = () => {
    const element = adopted && elementOf(adopted);
    adopted = null;
    return element ? controlOf(element) : null;
  };

  const select = (css) => {
    const element = [...document.querySelectorAll(css)].find(isRendered);
    return element ? controlOf(element) : null;
  };
  const control = (ref) => {
    const element = elementOf(ref);
    return element ? controlOf(element) : null;
  };
  const click = (ref) => {
    const element = elementOf(ref);
    if (element) element.click();
    return Boolean(element);
  };

  Object.defineProperty(globalThis, "dropcheckPage", {
    value: Object.freeze({ survey, suspects: () => ask(hosts()), know, aim, quiet, adopt, adoptedControl, select, control, click }),
  });
}
