// dropcheck's agent in a WebKitGTK view. It runs in a world of its own in every frame: pages cannot see it.
// It tells the host what navigation policy decisions leave out (which frame, meta refresh, the DOM's growth)
// and evaluates the engine's scripts without a user gesture.
(() => {
  'use strict';
  const handlers = window.webkit.messageHandlers;
  const top = window === window.top;
  const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const say = (message) => handlers.dropcheck.postMessage(JSON.stringify({ key, top, ...message }));

  say({ kind: 'document', url: location.href, announces: Boolean(window.navigation) });

  if (window.navigation) {
    navigation.addEventListener('navigate', (event) => {
      if (event.hashChange) return;
      say({
        kind: 'navigate',
        url: event.destination.url,
        sameDocument: event.destination.sameDocument,
        userInitiated: event.userInitiated,
        download: event.downloadRequest !== null && event.downloadRequest !== undefined,
      });
    }, true);
  }

  // Where the finger came down last: a frame of another site may send the whole window somewhere, by a script, too.
  for (const type of ['pointerup', 'touchend', 'click']) {
    window.addEventListener(type, (event) => { if (event.isTrusted) say({ kind: 'touched' }); }, { capture: true, passive: true });
  }

  // A frame of another site that sends the whole window somewhere is told by no Navigation API: not by the frame's,
  // whose document stays, nor by the window's, which doesn't know who asked.
  if (!top) {
    window.addEventListener('click', (event) => {
      const link = event.composedPath().find((at) => at instanceof Element && at.matches('a[href], area[href]'));
      if (!link) return;
      const target = (link.target || document.querySelector('base[target]')?.target || '').toLowerCase();
      if (target === '_top' || (target === '_parent' && window.parent === window.top)) {
        say({ kind: 'leaves-frame', url: link.href });
      }
    }, true);
  }

  const resolved = (url) => {
    try { return new URL(url, document.baseURI).href; } catch { return url; }
  };
  const refreshTarget = (meta) => {
    const match = /^\s*[\d.]+(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(["']?)(.+?)\1\s*$/i.exec(meta.content || '');
    return match ? resolved(match[2]) : null;
  };

  const FRAMES = 'iframe, frame, object, embed';
  let hadFrames = false;
  const hasFrames = (root) => root.querySelector(FRAMES) !== null
    || Array.from(root.querySelectorAll('*')).some((element) => element.shadowRoot && hasFrames(element.shadowRoot));

  // Meta refreshes and frame sources are told as soon as they are in the document; WebKit acts on a meta refresh
  // in a later task, and the engine waits one round trip before it classifies a navigation.
  const look = (node) => {
    if (node.nodeType !== 1) return;
    const told = 'meta, ' + FRAMES;
    const found = node.matches(told) ? [node] : node.querySelectorAll(told);
    for (const element of found) {
      if (element.localName === 'meta') {
        if (/^refresh$/i.test(element.httpEquiv)) say({ kind: 'meta', url: refreshTarget(element) });
        continue;
      }
      // A page that takes its frame away again has had one all the same.
      hadFrames = true;
      if (element.src) say({ kind: 'frame-source', url: element.src });
    }
  };
  let size = 0;
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'attributes') look(record.target);
      else record.addedNodes.forEach(look);
    }
    if (top) {
      const now = document.getElementsByTagName('*').length;
      if (now > size) say({ kind: 'grown', size: now });
      size = now;
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['src', 'content'] });

  window.addEventListener('error', (event) => {
    if (event instanceof ErrorEvent) say({ kind: 'script-error', text: String(event.message).slice(0, 500) });
  }, true);

  if (!top) return;
  // Two lines to the host: scripts that wait for one another, and a pulse that waits for none of them.
  const serve = async (line, answerTo) => {
    for (;;) {
      const { n, script } = JSON.parse(await handlers[line].postMessage(key));
      let answer;
      try {
        const value = await answerTo(script);
        answer = { value: value === undefined ? null : value };
      } catch (error) {
        answer = { error: String(error) };
      }
      say({ kind: 'result', line, n, ...answer });
    }
  };
  serve('work', (script) => (0, eval)(script));
  serve('pulse', () => hadFrames || hasFrames(document));
})();
