"use strict";
(() => {
  // Everything here is a convenience: the page reads without it.
  for (const button of document.querySelectorAll("button.copy")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = label; }, 2000);
      } catch {
        getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
      }
    });
  }

  // A tick stays ticked in this browser; what counts for the results is what `confirm` records.
  for (const box of document.querySelectorAll("input[data-tick]")) {
    const key = `tick ${location.pathname} ${box.dataset.tick}`;
    try { box.checked = localStorage.getItem(key) === "yes"; } catch { /* no storage: unticked again */ }
    box.addEventListener("change", () => {
      try { localStorage.setItem(key, box.checked ? "yes" : "no"); } catch { /* the same */ }
    });
  }

  // On paper a link to a file beside this page would lead to a folder of the machine that printed it.
  const besides = () => [...document.querySelectorAll("a[href]")].filter(
    (one) => !/^(?:#|https?:)/.test(one.getAttribute("href")));
  let parted = [];
  addEventListener("beforeprint", () => {
    parted = besides().map((one) => [one, one.getAttribute("href")]);
    for (const [one] of parted) one.removeAttribute("href");
  });
  addEventListener("afterprint", () => { for (const [one, href] of parted) one.setAttribute("href", href); });

  const reveal = () => {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    if (target) { target.hidden = false; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  const form = document.querySelector("form.filter");
  if (!form) return;
  const journeys = [...document.querySelectorAll("details.journey")];
  const output = form.querySelector("output");
  const fields = ["show", "phone", "q"];
  const apply = () => {
    const { show, phone, q } = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of journeys) {
      const text = words.length ? one.textContent.toLowerCase() : "";
      one.hidden = !((!show || one.dataset.word === show) && (!phone || one.dataset.phone === phone)
        && words.every((word) => text.includes(word)));
      shown += !one.hidden;
    }
    for (const group of document.querySelectorAll(".link-journeys, .journeys .all-fine")) {
      group.hidden = !group.querySelector(".journey:not([hidden])");
    }
    const active = Boolean(show || phone || words.length);
    output.textContent = active ? output.dataset.text.replace("{count}", shown) : "";
  };
  const remember = () => {
    const query = new URLSearchParams();
    for (const name of fields) if (form.elements[name].value) query.set(name, form.elements[name].value);
    const text = query.toString();
    // Some browsers refuse another query on a file: address; the filter then just isn't in the address.
    try { history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash); } catch { /* stays */ }
  };
  const asked = new URLSearchParams(location.search);
  for (const name of fields) {
    const value = asked.get(name);
    const options = name === "show" ? [...form.elements.show] : name === "phone" ? [...form.elements.phone.options] : null;
    if (value && (!options || options.some((option) => option.value === value))) form.elements[name].value = value;
  }
  form.hidden = false;
  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
