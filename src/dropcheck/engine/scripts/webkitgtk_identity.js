// What a phone's web view shows a page and WebKitGTK on a desktop does not. Runs before page scripts, in every frame.
// `phone`: {width, height} of the screen in CSS pixels
(phone) => {
  "use strict";
  const fixed = (holder, name, value) => {
    const getter = { get [name]() { return value; } };
    try {
      Object.defineProperty(holder, name, { ...Object.getOwnPropertyDescriptor(getter, name), enumerable: true });
    } catch { /* the engine keeps its own */ }
  };
  for (const name of ["width", "availWidth"]) fixed(Screen.prototype, name, phone.width);
  for (const name of ["height", "availHeight"]) fixed(Screen.prototype, name, phone.height);

  // A phone held upright. Safari has both since iOS 16.4 (MDN's browser-compat-data, api.Screen.orientation and
  // api.Window.orientation); WebKitGTK has neither.
  if (!("orientation" in screen)) {
    const upright = new EventTarget();
    for (const [name, value] of Object.entries({ type: "portrait-primary", angle: 0, onchange: null })) {
      fixed(upright, name, value);
    }
    fixed(Screen.prototype, "orientation", upright);
  }
  if (!("orientation" in window)) fixed(window, "orientation", 0);
}
