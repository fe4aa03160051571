// Fires what a page sees when its app goes to the background, or comes back.
// Runs in the page's own world: `document.hidden` must read the same to its scripts.
(hidden) => {
  "use strict";
  const state = hidden ? "hidden" : "visible";
  const pretend = (name, value) => Object.defineProperty(document, name, { get: () => value, configurable: true });
  const changed = () => {
    if (hidden) {
      pretend("hidden", true);
      pretend("visibilityState", "hidden");
    } else {
      delete document.hidden;
      delete document.visibilityState;
    }
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    document.dispatchEvent(new Event("webkitvisibilitychange", { bubbles: true }));
  };
  if (document.visibilityState === state) return;
  if (hidden) {
    window.dispatchEvent(new FocusEvent("blur"));
    changed();
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  } else {
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    changed();
    window.dispatchEvent(new FocusEvent("focus"));
  }
}
