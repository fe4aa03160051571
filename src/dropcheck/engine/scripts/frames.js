// Lets a frame's script world read and aim inside frames of other sites, and these in frames of theirs. It runs in our own world of every
// frame at document start, so the page's scripts neither hear the messages (they are stopped here first) nor know
// the key. KEY is put in by the engine, a fresh one for each view.
((KEY) => {
  "use strict";
  const LIMIT = 6;
  const WAIT_MS = 1500;
  const LEAST_WAIT_MS = 300;
  const serves = {
    // What lies deeper has half the time, so that the answer from here still comes in time.
    survey: async (waitMs) => ({ ...dropcheckPage.survey(), frames: await survey(waitMs / 2) }),
    aim: async (path, ref, ms) => {
      if (!path.length) return dropcheckPage.aim(ref, ms);
      const placed = await aim(path, ref, ms);
      if (!placed) return null;
      const { inner, box } = placed;
      return { ...inner, box: { ...inner.box, x: inner.box.x + box.x, y: inner.box.y + box.y } };
    },
  };

  globalThis.addEventListener("message", (event) => {
    const asked = event.data;
    if (!asked || asked.dropcheck !== KEY || !event.ports[0]) return;
    event.stopImmediatePropagation();
    Promise.resolve(serves[asked.what](...asked.arguments)).then((value) => event.ports[0].postMessage(value));
  }, true);

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

  const survey = (waitMs = WAIT_MS) => Promise.all((waitMs < LEAST_WAIT_MS ? [] : foreign()).map(async (frame, number) => (
    { frame: `f${number}`, box: inside(frame), inner: await ask(frame, "survey", waitMs, waitMs) })));

  // `path` names a frame, a frame in that, and so on; the answer is placed in the first.
  const aim = async ([name, ...path], ref, boundMs) => {
    const frame = foreign()[Number(name.slice(1))];
    if (!frame) return null;
    frame.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const inner = await ask(frame, "aim", boundMs + 500, path, ref, boundMs);
    return inner && { box: inside(frame), inner };
  };

  if (globalThis !== globalThis.top) return;
  Object.defineProperty(globalThis, "dropcheckFrames", { value: Object.freeze({ survey, aim }) });
})
