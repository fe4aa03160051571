// Makes the page see the phone of a device profile. Runs before page scripts, in every frame.
// `identity`: {missing: [path], globals: [path], platform, touchPoints, languages: [..], hints: bool}
(identity) => {
  "use strict";

  const holderOf = (path) => {
    const names = path.split(".");
    const last = names.pop();
    let holder = window;
    for (const name of names) {
      if (name === "window") continue;
      holder = holder === null || holder === undefined ? undefined : holder[name];
    }
    return [holder, last];
  };

  const remove = (path) => {
    const [holder, name] = holderOf(path);
    for (let owner = holder; owner !== null && owner !== undefined; owner = Object.getPrototypeOf(owner)) {
      if (Object.prototype.hasOwnProperty.call(owner, name)) {
        try {
          delete owner[name];
        } catch {
          // A property that can't be deleted is at least emptied.
          try { Object.defineProperty(owner, name, { value: undefined }); } catch { /* fixed by the engine */ }
        }
      }
    }
  };

  // Native objects answer nothing here; pages only look whether they are there, or post into them.
  const nativeObject = () => {
    const object = {};
    Object.defineProperty(object, "postMessage", { value() { return undefined; }, enumerable: true });
    return object;
  };

  const inject = (path) => {
    const names = path.split(".").filter((name) => name !== "window");
    let holder = window;
    names.forEach((name, index) => {
      const isLast = index === names.length - 1;
      if (holder[name] === undefined || holder[name] === null) {
        const value = isLast ? nativeObject() : {};
        try {
          Object.defineProperty(holder, name, { value, configurable: true, enumerable: true, writable: true });
        } catch { /* frozen by the engine: the page sees the engine's own object */ }
      }
      holder = holder[name] ?? {};
    });
  };

  const pretend = (name, value) => {
    if (JSON.stringify(navigator[name]) === JSON.stringify(value)) return;
    const frozen = Array.isArray(value) ? Object.freeze(value) : value;
    try {
      Object.defineProperty(Navigator.prototype, name, {
        get: Object.getOwnPropertyDescriptor({ get [name]() { return frozen; } }, name).get,
        configurable: true,
        enumerable: true,
      });
    } catch { /* the engine set it natively */ }
  };

  pretend("platform", identity.platform);
  pretend("maxTouchPoints", identity.touchPoints);
  pretend("languages", identity.languages);
  pretend("language", identity.languages[0]);
  if (identity.touchPoints > 0 && !("ontouchstart" in window)) {
    Object.defineProperty(window, "ontouchstart", { value: null, configurable: true, enumerable: true, writable: true });
  }
  if (!identity.hints) remove("navigator.userAgentData");
  identity.missing.forEach(remove);
  identity.globals.forEach(inject);
}
