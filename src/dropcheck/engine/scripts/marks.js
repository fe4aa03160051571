// What of a page a visitor has to deal with before its content: a captcha, a login, an address to type, a cookie
// banner, a frame that can't be read.
(page) => {
  "use strict";
  const { boxOf, everyElement, isRendered, parentOf, refOf, squeeze } = page;
  const CAPTCHA_SELECTOR = ".g-recaptcha,.h-captcha,.cf-turnstile,#challenge-form,#px-captcha,#captcha,"
    + "iframe[src*='recaptcha'][src*='bframe'],iframe[src*='recaptcha'][src*='anchor'],iframe[src*='hcaptcha.com'],"
    + "iframe[src*='challenges.cloudflare.com'],iframe[src*='arkoselabs'],iframe[src*='captcha-delivery']";
  const BANNER_SELECTOR = "#onetrust-banner-sdk,#CybotCookiebotDialog,#usercentrics-root,#didomi-notice,.cc-window,"
    + "#truste-consent-track,#qc-cmp2-ui,[id*='cookie' i],[class*='cookie' i],[id*='consent' i],[class*='consent' i],"
    + "[id*='gdpr' i],[class*='gdpr' i],[aria-label*='cookie' i],[role=dialog],[aria-modal=true],dialog[open]";
  const BANNER_WORDS = /cookie|consent|gdpr|einwilligung|zustimmung|t[ée]moins|privacy choices|we value your privacy/i;
  const ACCEPT_WORDS = /^(?:i )?(?:accept|agree|allow|got it|ok|okay|understood|yes|alle? akzeptieren|akzeptieren|zustimmen|einverstanden|verstanden|tout accepter|accepter|j'accepte|aceptar|acepto|accetta|aceitar|concordo|akkoord|accepteren|zaakceptuj|zgadzam|godk[aä]nn|acceptera|hyväksy|kabul|принять|согла|同意|허용|동의)/i;
  const DISMISS_WORDS = /reject|decline|refuse|deny|necessary|close|dismiss|continue|ablehnen|schließen|refuser|fermer|rechazar|cerrar|rifiuta|chiudi|rejeitar|fechar|weigeren|sluiten|^[×✕✖x]$/i;

  const firstRendered = (selector) => [...document.querySelectorAll(selector)].find(isRendered) || null;

  const cookieBanner = () => {
    for (const banner of document.querySelectorAll(BANNER_SELECTOR)) {
      if (banner.localName === "html" || banner.localName === "body" || !(isRendered(banner) || banner.shadowRoot)) continue;
      const words = squeeze(banner.innerText || banner.shadowRoot?.textContent);
      if (!BANNER_WORDS.test(words)) continue;
      const overlays = [...(function* () { for (let at = banner; at instanceof Element; at = parentOf(at)) yield at; })()]
        .some((at) => /fixed|sticky|absolute/.test(getComputedStyle(at).position) || at.localName === "dialog");
      if (!overlays && !banner.shadowRoot) continue;
      const controls = [];
      for (const element of everyElement(banner.shadowRoot || banner)) {
        if (element.matches("button,a,[role=button],input[type=button],input[type=submit],[onclick]") && isRendered(element)) {
          controls.push(element);
        }
      }
      const wording = (element) => squeeze(element.innerText || element.value || element.getAttribute("aria-label"));
      const choice = controls.find((element) => ACCEPT_WORDS.test(wording(element)))
        || controls.find((element) => DISMISS_WORDS.test(wording(element)) || DISMISS_WORDS.test(element.getAttribute("aria-label") || ""));
      return choice ? refOf(choice) : "";
    }
    return null;
  };

  // A frame large enough to hold a button, of which this script can't see the inside.
  const isForeign = (frame) => {
    let inner = null;
    try { inner = frame.contentDocument; } catch { inner = null; }
    const box = boxOf(frame);
    return !inner && box.width >= 80 && box.height >= 30 && isRendered(frame);
  };

  return () => {
    const found = {};
    if (firstRendered(CAPTCHA_SELECTOR) || /^just a moment/i.test(document.title)) found.captcha = "";
    if (firstRendered("input[type=password]")) found["password-field"] = "";
    const address = firstRendered("input[type=email],input[name*=mail i],input[autocomplete=email]");
    if (address) {
      const sends = address.form && [...address.form.elements].find((element) => /^(submit|image)$/.test(element.type));
      found["email-field"] = sends ? refOf(sends) : "";
    }
    if ([...document.querySelectorAll("iframe")].some(isForeign)) found["foreign-frame"] = "";
    const banner = cookieBanner();
    if (banner !== null) found["cookie-banner"] = banner;
    return found;
  };
}
