// Draws what is typed into fields as dots, for good, so that no picture shows it. A page without any is left alone.
() => {
  const DOTS = "input, textarea, [contenteditable] { -webkit-text-security: disc !important; }";
  const PLAIN = /^(?:button|submit|reset|image|checkbox|radio|range|color|file|hidden)$/;
  const isTyped = (field) => Boolean(field.isContentEditable ? field.innerText.trim() : field.value && !PLAIN.test(field.type));
  const visit = (root) => {
    if ([...root.querySelectorAll("input, textarea, [contenteditable]")].some(isTyped)) {
      const sheet = new (root.ownerDocument || root).defaultView.CSSStyleSheet();
      sheet.replaceSync(DOTS);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    }
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      if (element.localName === "iframe") {
        let inner = null;
        try { inner = element.contentDocument; } catch { inner = null; }
        if (inner) visit(inner);
      }
    }
  };
  visit(document);
}
