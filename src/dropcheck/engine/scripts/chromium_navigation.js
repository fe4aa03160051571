// Tells the engine of navigations only the page's own world can see coming: custom schemes (cancelled here,
// so that the page lives on), downloads, and new windows. Runs before page scripts, in every frame.
// `setup`: {binding, release, withGesture, withoutGesture, gestureMs, swallowsDialogs, mostDialogs}
(setup) => {
  "use strict";
  const send = window[setup.binding];
  delete window[setup.binding];
  if (!send || !window.navigation) return;

  // What a page may replace later (old libraries do, too) is taken hold of now: nothing it does speaks for the browser.
  const { apply } = Reflect;
  const { stringify } = JSON;
  const getterOf = (type, name) => {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
    return (object) => apply(get, object, []);
  };
  const isActive = getterOf(UserActivation, "isActive");
  const isUserInitiated = getterOf(NavigateEvent, "userInitiated");
  const destinationOf = getterOf(NavigateEvent, "destination");
  const urlOf = getterOf(NavigationDestination, "url");
  const { userActivation } = navigator;
  const now = performance.now.bind(performance);

  // What is longer would end the driver that carries it, and every other page with it.
  const ADDRESS_LIMIT = 1000000;
  const tell = (record) => {
    record.top = window === window.top;
    record.page = location.href;
    record.page = record.page.slice(0, ADDRESS_LIMIT);
    if (record.url) record.url = record.url.slice(0, ADDRESS_LIMIT);
    record.toJSON = undefined;
    send(stringify(record));
  };

  // Automation can wake user activation; a finger always comes as a trusted event.
  let touchedAt = -Infinity;
  for (const type of ["pointerup", "touchend", "mouseup", "keydown", "click"]) {
    window.addEventListener(type, (event) => { if (event.isTrusted) touchedAt = now(); }, { capture: true, passive: true });
  }
  const isGesture = () => isActive(userActivation) && now() - touchedAt < setup.gestureMs;

  const isWeb = (url) => /^https?:/i.test(url);
  const isInternal = (url) => /^(?:about|blob|data|javascript|chrome-error|filesystem):/i.test(url);
  const traceLimit = Error.stackTraceLimit;

  // A refresh runs from a timer of the browser: no page script is on the stack.
  const comesFromScript = () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Math.max(traceLimit || 10, 10);
    const lines = String(new Error().stack).split("\n").filter((line) => /^\s*at |@/.test(line));
    Error.stackTraceLimit = limit;
    return lines.length > 2;
  };

  let windowed = null; // The record of a new window whose URL is about to replace this page.

  navigation.addEventListener("navigate", (event) => {
    const url = urlOf(destinationOf(event));
    const userInitiated = isUserInitiated(event);
    if (event.hashChange || event.destination.sameDocument || isInternal(url) && event.downloadRequest === null) return;
    const source = event.sourceElement;
    const record = {
      kind: "navigate",
      url,
      touched: userInitiated,
      gesture: userInitiated || isGesture(),
      form: event.formData !== null || Boolean(source && (source.localName === "form" || source.form)),
      link: Boolean(source && source.closest && source.closest("a,area")),
      scripted: comesFromScript(),
      method: event.formData !== null ? "POST" : "GET",
      traverse: event.navigationType === "traverse",
      reload: event.navigationType === "reload",
    };
    if (windowed) Object.assign(record, windowed);
    if (event.downloadRequest !== null) {
      event.preventDefault();
      tell({ ...record, kind: "download" });
    } else if (isWeb(url)) {
      tell(record);
    } else if (event.cancelable) {
      event.preventDefault();
      tell({ ...record, kind: "scheme" });
    }
  });

  const nativeOpen = window.open;
  const known = new Map(); // window name → window
  const pending = new Map(); // token → [window, what sends it on its way, if not its URL]
  let lastToken = 0;

  const isSameView = (name) => {
    const plain = (name || "").toLowerCase();
    if (plain === "_self" || plain === "_top" || plain === "_parent") return true;
    if (!name || plain === "_blank") return false;
    const old = known.get(name);
    if (old && !old.closed) return true;
    try {
      return Boolean(window.top.document.querySelector(`iframe[name=${JSON.stringify(name)}],frame[name=${JSON.stringify(name)}]`));
    } catch {
      return false;
    }
  };

  // The one place a new window starts from; returns what `window.open` returns.
  const openWindow = (url, name, features, by) => {
    const gesture = by === "tap" || isGesture();
    const policy = gesture ? setup.withGesture : setup.withoutGesture;
    const isEmpty = !url || isInternal(url);
    const words = (features || "").toLowerCase();
    const noReferrer = /\bnoreferrer\b/.test(words);
    const noOpener = noReferrer || /\bnoopener\b/.test(words);
    const token = `${setup.release}-${++lastToken}`;
    const record = { kind: "window", url, by, gesture, policy, token, noOpener, noReferrer };
    if (policy === "null") {
      if (!isEmpty) tell(record);
      return null;
    }
    if (policy === "replaces") {
      if (isEmpty) return window.top;
      windowed = { window: true, by, gesture };
      try {
        window.top.location.assign(url);
      } finally {
        windowed = null;
      }
      return window.top;
    }
    if (isEmpty) return Reflect.apply(nativeOpen, window, [url || "", name || "_blank", features || ""]);
    tell(record);
    const opened = Reflect.apply(nativeOpen, window, [`about:blank#${token}`, name || "_blank", features || ""]);
    if (opened) {
      pending.set(token, [opened, null]);
      if (name && !name.startsWith("_")) known.set(name, opened);
    }
    return opened;
  };

  // The engine has dressed the new window; its navigation starts from here, so that the initiator and the
  // referrer are the opener's.
  window.addEventListener(setup.release, (event) => {
    event.stopImmediatePropagation();
    const { token, url } = event.detail;
    const [opened, send] = pending.get(token) || [];
    pending.delete(token);
    if (!opened || opened.closed) return;
    if (send) send();
    else opened.location.replace(url);
  }, true);

  const open = {
    open(url = "", target = "_blank", features = "") {
      const text = String(url);
      const name = String(target);
      if (isSameView(name)) return Reflect.apply(nativeOpen, window, [text, name, features]);
      let resolved = "";
      if (text) {
        try {
          resolved = new URL(text, document.baseURI).href;
        } catch {
          return Reflect.apply(nativeOpen, window, [text, name, features]);
        }
      }
      if (/^javascript:/i.test(resolved)) return Reflect.apply(nativeOpen, window, [text, name, features]);
      return openWindow(resolved, name, String(features ?? ""), "popup");
    },
  }.open;
  window.open = open;

  const targetOf = (element) => element.target || document.querySelector("base[target]")?.target || "";

  const linkOf = (event) => {
    for (const node of event.composedPath()) {
      if ((node.localName === "a" || node.localName === "area") && (node.href?.baseVal ?? node.href)) return node;
    }
    return null;
  };

  const takeLink = (event) => {
    const link = linkOf(event);
    if (!link || event.defaultPrevented || link.hasAttribute("download")) return;
    const name = link.target?.baseVal ?? targetOf(link);
    const url = link.href.baseVal ?? link.href;
    if (!name || isSameView(name) || /^javascript:/i.test(url)) return;
    event.preventDefault();
    const rel = (link.getAttribute("rel") || "").toLowerCase().split(/\s+/);
    const features = rel.includes("noreferrer") ? "noreferrer"
      : rel.includes("noopener") || name.toLowerCase() === "_blank" && !rel.includes("opener") ? "noopener" : "";
    openWindow(url, name, features, event.isTrusted ? "tap" : "popup");
  };

  const takeForm = (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    const name = event.submitter?.getAttribute("formtarget") || targetOf(form);
    if (!name || isSameView(name)) return;
    const { submitter } = event;
    const method = (submitter?.getAttribute("formmethod") || form.method).toUpperCase();
    let url = submitter?.getAttribute("formaction") ? submitter.formAction : form.action;
    if (method === "GET") {
      const filled = new URL(url);
      filled.search = new URLSearchParams(new FormData(form, submitter)).toString();
      url = filled.href;
    }
    event.preventDefault();
    const gesture = isGesture();
    const policy = gesture ? setup.withGesture : setup.withoutGesture;
    if (policy === "replaces") {
      sendForm(form, submitter, "_top");
      return;
    }
    const token = `${setup.release}-${++lastToken}`;
    tell({ kind: "window", url, by: "form", gesture, policy, token, noOpener: false, noReferrer: false, method });
    if (policy === "null") return;
    const opened = Reflect.apply(nativeOpen, window, [`about:blank#${token}`, token]);
    if (opened) pending.set(token, [opened, () => sendForm(form, submitter, token)]);
  };

  // Submit a form to a window by name, its button's own name and address included.
  const sendForm = (form, submitter, name) => {
    const before = ["target", "action", "method"].map((key) => [key, form.getAttribute(key)]);
    const extra = document.createElement("input");
    extra.type = "hidden";
    if (submitter?.name) {
      extra.name = submitter.name;
      extra.value = submitter.value;
      form.append(extra);
    }
    form.setAttribute("target", name);
    for (const key of ["action", "method"]) {
      const own = submitter?.getAttribute(`form${key}`);
      if (own) form.setAttribute(key, own);
    }
    HTMLFormElement.prototype.submit.call(form);
    for (const [key, value] of before) value === null ? form.removeAttribute(key) : form.setAttribute(key, value);
    extra.remove();
  };

  // Listeners that are added again on the way down run last on the way up, after the page's own, and so know
  // whether the page prevented the default.
  const runLast = (type, take) => {
    window.addEventListener(type, () => {
      window.removeEventListener(type, take);
      window.addEventListener(type, take);
    }, true);
  };
  runLast("click", takeLink);
  runLast("submit", takeForm);

  // A page that stops the event on its way still gets its window: the default action follows all the same.
  for (const name of ["stopPropagation", "stopImmediatePropagation"]) {
    const native = Event.prototype[name];
    Event.prototype[name] = {
      [name]() {
        Reflect.apply(native, this, []);
        if (this.type === "click") queueMicrotask(() => { if (this.eventPhase !== 0) takeLink(this); });
        else if (this.type === "submit") queueMicrotask(() => { if (this.eventPhase !== 0) takeForm(this); });
      },
    }[name];
  }

  const nativeClick = HTMLElement.prototype.click;
  HTMLElement.prototype.click = {
    click() {
      // A link outside the document hears no window listener.
      const isLoose = !this.isConnected && (this.localName === "a" || this.localName === "area") && this.href;
      if (isLoose) this.addEventListener("click", takeLink, { once: true });
      Reflect.apply(nativeClick, this, []);
    },
  }.click;

  // A page may close the window in which it is the first. The browser refuses as long as the empty page, on which the
  // window opened, lies before it in the history, and the engine could not take it out yet.
  const nativeClose = window.close;
  const close = {
    close() {
      if (window === window.top && history.length === 2 && navigation.entries().length === 1) tell({ kind: "close" });
      return apply(nativeClose, window, []);
    },
  }.close;
  window.close = close;

  // Prompts an in-app browser never shows.
  window.print = { print() {} }.print;
  const TEXT_LIMIT = 10000;
  const LINE_LIMIT = 1000;
  let lines = 0;
  const short = (value) => typeof value === "string" && value.length > TEXT_LIMIT ? value.slice(0, TEXT_LIMIT) : value;
  for (const name of ["assert", "debug", "dir", "error", "group", "info", "log", "table", "trace", "warn"]) {
    // A proxy of a native function spells itself as one.
    console[name] = new Proxy(console[name], {
      apply: (native, self, values) => {
        lines += 1;
        return lines > LINE_LIMIT ? undefined : apply(native, self, values.map(short));
      },
    });
  }
  let errors = 0;
  const isTooMuch = (reason) => {
    errors += 1;
    try {
      return errors > LINE_LIMIT || String(reason?.message ?? reason).length > TEXT_LIMIT;
    } catch {
      return true;
    }
  };
  window.addEventListener("error", (event) => {
    if (event instanceof ErrorEvent && isTooMuch(event)) event.preventDefault();
  }, true);
  window.addEventListener("unhandledrejection", (event) => {
    if (isTooMuch(event.reason)) event.preventDefault();
  }, true);
  let dialogsTold = 0;
  const swallow = (name, answer) => {
    window[name] = {
      [name](message = "") {
        const said = String(message).slice(0, 500);
        dialogsTold += 1;
        if (dialogsTold <= setup.mostDialogs) tell({ kind: "dialog", dialog: name, message: said });
        return answer;
      },
    }[name];
  };
  if (setup.swallowsDialogs) {
    swallow("alert", undefined);
    swallow("confirm", false);
    swallow("prompt", null);
  }
}
