// Lets the main frame's script world read and aim inside frames of other sites. It runs in our own world of every
// frame at document start, so the page's scripts neither hear the messages (they are stopped here first) nor know
// the key. KEY is put in by the engine, a fresh one for each view.
((KEY) => {
  "use strict";
  const LIMIT = 6;
  const WAIT_MS = 1500;
  const serves = { survey: () => dropcheckPage.survey(), aim: (ref, ms) => dropcheckPage.aim(ref, ms) };

  globalThis.addEventListener("message", (event) => {
    const asked = event.data;
    if (!asked || asked.dropcheck !== KEY || !event.ports[0]) return;
    event.stopImmediatePropagation();
    Promise.resolve(serves[asked.what](...asked.arguments)).then((value) => event.ports[0].postMessage(value));
  }, true);

  if (globalThis !== globalThis.top) return;

  const isForeign = (frame) => {
    try { return !frame.contentDocument && Boolean(frame.contentWindow); } catch { return true; }
  };
  const foreign = () => [...document.querySelectorAll("iframe")].filter(isForeign).slice(0, LIMIT);
  const inside = (frame) => {
    const box = frame.getBoundingClientRect();
    return { x: box.x + frame.clientLeft, y: box.y + frame.clientTop, width: frame.clientWidth, height: frame.clientHeight };
  };
  const ask = (frame, what, waitMs, ...rest) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(null), waitMs);
    port1.onmessage = ({ data }) => { clearTimeout(timer); resolve(data); };
    frame.contentWindow.postMessage({ dropcheck: KEY, what, arguments: rest }, "*", [port2]);
  });

  const survey = () => Promise.all(foreign().map(async (frame, number) => (
    { frame: `f${number}`, box: inside(frame), inner: await ask(frame, "survey", WAIT_MS) })));

  const aim = async (name, ref, boundMs) => {
    const frame = foreign()[Number(name.slice(1))];
    if (!frame) return null;
    frame.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const inner = await ask(frame, "aim", boundMs + 500, ref, boundMs);
    return inner && { frame: name, box: inside(frame), inner };
  };

  Object.defineProperty(globalThis, "dropcheckFrames", { value: Object.freeze({ survey, aim }) });
})
