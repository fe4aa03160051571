// Every way a page has to send something, tried at once; `?at=HOST:PORT` says where to. `/over` is asked for at the end.
const settled = (event, ...names) => new Promise((resolve) => names.forEach((name) => event.addEventListener(name, resolve)));
const element = (name, attributes) => {
  const made = Object.assign(document.createElement(name), {});
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  const over = settled(made, "load", "error");
  (name === "link" || name === "meta" ? document.head : document.body).append(made);
  return over;
};
const later = () => new Promise((resolve) => setTimeout(resolve, 400));
const script = (text) => URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
const ways = (at) => ({
  fetch: () => fetch(`http://${at}/fetch`, {mode: "no-cors"}),
  secure: () => fetch(`https://${at}/secure`, {mode: "no-cors"}),
  keepalive: () => fetch(`https://${at}/keepalive`, {mode: "no-cors", keepalive: true, method: "POST", body: "x"}),
  redirected: () => fetch(`/redirected`, {mode: "no-cors"}),
  beacon: () => { navigator.sendBeacon(`https://${at}/beacon`, "x"); return later(); },
  image: () => element("img", {src: `https://${at}/image`}),
  script: () => element("script", {src: `https://${at}/script`}),
  style: () => element("link", {rel: "stylesheet", href: `https://${at}/style`}),
  frame: () => { element("iframe", {src: `https://${at}/frame`}); return later(); },
  object: () => { element("object", {data: `https://${at}/object`}); return later(); },
  video: () => element("video", {src: `https://${at}/video`, preload: "auto"}),
  // Players know protocols of their own.
  streams: () => {
    for (const scheme of ["rtsp", "rtspu", "rtmp", "srt", "udp", "rtp", "mms", "icy"]) {
      element("video", {src: `${scheme}://${at}/stream`, preload: "auto", autoplay: "", muted: ""});
    }
    return later();
  },
  preload: () => element("link", {rel: "preload", as: "fetch", href: `https://${at}/preload`, crossorigin: ""}),
  prefetch: () => { element("link", {rel: "prefetch", href: `https://${at}/prefetch`}); return later(); },
  preconnect: () => { element("link", {rel: "preconnect", href: `https://${at}/`}); return later(); },
  lookup: () => { element("link", {rel: "dns-prefetch", href: `https://${at}/`}); return later(); },
  module: () => import(`https://${at}/module`),
  speculation: () => {
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.textContent = JSON.stringify({prefetch: [{source: "list", urls: [`https://${at}/speculation`]}], prerender: [{source: "list", urls: ["/prerendered"]}]});
    document.head.append(rules);
    return later();
  },
  socket: () => settled(new WebSocket(`ws://${at}/socket`), "open", "error"),
  secureSocket: () => settled(new WebSocket(`wss://${at}/socket`), "open", "error"),
  events: () => { const source = new EventSource(`https://${at}/events`); return settled(source, "error").then(() => source.close()); },
  worker: () => settled(new Worker(script(`fetch("https://${at}/worker", {mode: "no-cors"}).finally(() => postMessage(1))`)), "message"),
  imports: () => settled(new Worker(script(`try { importScripts("https://${at}/imports") } catch (e) { postMessage(1) }`)), "message"),
  shared: () => {
    const port = new SharedWorker(script(`onconnect = (e) => fetch("https://${at}/shared", {mode: "no-cors"}).finally(() => e.ports[0].postMessage(1))`)).port;
    port.start();
    return settled(port, "message");
  },
  service: async () => {
    await navigator.serviceWorker.register(`/sw.js?${at}`);
    return settled(navigator.serviceWorker, "message");
  },
  transport: async () => { const made = new WebTransport(`https://${at}/transport`); await Promise.allSettled([made.ready, made.closed]); },
  stun: async () => {
    const peer = new RTCPeerConnection({iceServers: [{urls: `stun:${at}`}, ...["udp", "tcp"].map((way) => ({urls: `turn:${at}?transport=${way}`, username: "a", credential: "b"}))]});
    const over = new Promise((resolve) => { peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve(); });
    peer.createDataChannel("x");
    await peer.setLocalDescription(await peer.createOffer());
    await over;
  },
  form: () => {
    const frame = Object.assign(document.createElement("iframe"), {name: "target"});
    const form = Object.assign(document.createElement("form"), {action: `https://${at}/form`, method: "post", target: "target"});
    document.body.append(frame, form);
    form.submit();
    return later();
  },
});
addEventListener("load", async () => {
  const at = new URLSearchParams(location.search).get("at");
  const begun = Object.entries(ways(at)).map(async ([name, send]) => {
    try { await Promise.race([send(), new Promise((resolve) => setTimeout(resolve, 8000))]); } catch { /* refused */ }
  });
  await Promise.all(begun);
  fetch("/over");
});
