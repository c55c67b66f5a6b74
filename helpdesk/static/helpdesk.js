// Progressive enhancement only: every page works without this file.
"use strict";

(() => {
  const ARMED_AFTER_MS = 400; // a key held or pressed too early must not approve the next person
  const REFRESH_MS = 30_000;
  const BUSY_AFTER_MS = 400;
  const body = document.body;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const visible = (element) => element.getClientRects().length > 0;

  window.setTimeout(() => { body.dataset.armed = "yes"; }, ARMED_AFTER_MS);

  // One press, one request: a second submit of the same page is dropped.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (body.dataset.sent) event.preventDefault();
    body.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => { delete body.dataset.sent; delete body.dataset.busy; });

  // What takes longer than a blink says so, above everything and without moving it.
  const busy = () => window.setTimeout(() => { body.dataset.busy = "yes"; }, BUSY_AFTER_MS);
  window.addEventListener("beforeunload", busy);

  // Keys -------------------------------------------------------------------------------------------------------
  const typing = (element) =>
    element.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName) &&
    !["checkbox", "radio", "submit", "button"].includes(element.type);

  const rows = () => all("[data-row]").filter(visible);
  const step = (by) => {
    const found = rows();
    if (!found.length) return false;
    const here = found.indexOf(document.activeElement);
    found[Math.min(Math.max(here + by, 0), found.length - 1)].focus();
    return true;
  };

  // Back from a ticket one stands on its row again.
  const cameFrom = document.getElementById(location.hash.slice(1));
  if (cameFrom?.matches("[data-row]")) cameFrom.focus();

  // Picking several rows -----------------------------------------------------------------------------------------
  const boxes = () => all("[data-pick]");
  let lastPicked = null;
  const pick = (box, on, range) => {
    const found = boxes();
    const from = range && found.includes(lastPicked) ? found.indexOf(lastPicked) : found.indexOf(box);
    const to = found.indexOf(box);
    found.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = on; });
    lastPicked = box;
    tellPicked();
  };
  const tellPicked = () => {
    const found = boxes();
    const picked = found.filter((box) => box.checked).length;
    all("[data-picked]").forEach((element) => { element.textContent = picked ? `${picked} ticked` : "None ticked"; });
    all("[data-pick-all]").forEach((box) => {
      box.checked = picked > 0 && picked === found.length;
      box.indeterminate = picked > 0 && picked < found.length;
    });
  };
  const boxHere = () => document.activeElement.closest("tr")?.querySelector("[data-pick]");
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-pick]")) pick(event.target, event.target.checked, event.shiftKey);
  });
  all("[data-pick-all]").forEach((box) => box.addEventListener("change", () => {
    boxes().forEach((one) => { one.checked = box.checked; });
    tellPicked();
  }));
  const space = (event) => {
    const box = boxHere();
    if (!box || box === document.activeElement) return false;
    pick(box, event.shiftKey || !box.checked, event.shiftKey);
    return true;
  };
  // Where nothing is ticked, a key means the row one stands on.
  const pickHere = (target) => {
    const box = target.form?.id === "several" && !boxes().some((one) => one.checked) ? boxHere() : null;
    if (box) pick(box, true, false);
  };
  if (boxes().length) tellPicked();

  const press = (key) => {
    const target = all(`[data-key="${CSS.escape(key)}"]`).find(visible);
    if (!target || target.disabled) return false;
    if (key === "a" && !body.dataset.armed) return true;
    pickHere(target);
    // A key that needs something ticked leads there first.
    const choices = Array.from(target.form?.querySelectorAll("[data-choices] input") ?? []);
    if (choices.length && !choices.some((one) => one.checked)) choices[0].focus();
    else if (target.matches("input, select, textarea")) target.focus();
    else target.click();
    return true;
  };
  const help = document.getElementById("keys");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.form ?? document.querySelector("form[data-main]");
      if (!form) return;
      event.preventDefault();
      if (!event.repeat && (body.dataset.armed || !form.matches("[data-main]"))) form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) event.target.blur();
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (body.dataset.keys === "off" || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" && help) help.showModal();
    else if (event.key === "j" && step(1)) { /* moved */ }
    else if (event.key === "k" && step(-1)) { /* moved */ }
    else if (event.key === " " && space(event)) { /* ticked */ }
    else if (!press(event.key)) return;
    event.preventDefault();
  });
  // Only what works is announced: without a script, or with the keys turned off, there are none.
  if (body.dataset.keys !== "off") all("[data-key]").forEach((target) => {
    target.setAttribute("aria-keyshortcuts", target.dataset.key === "U" ? "Shift+U" : target.dataset.key);
  });
  all("form[data-main] button:not([name])").forEach((button) => button.setAttribute("aria-keyshortcuts", "Control+Enter"));
  all("[data-open-keys]").forEach((button) => button.addEventListener("click", () => help.showModal()));

  // Links to a field further down put the cursor into it.
  all("[data-to]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector(link.getAttribute("href")).focus();
  }));

  // Who else has the ticket open ---------------------------------------------------------------------------------
  const PRESENT_MS = 20_000;
  const presence = document.querySelector("[data-presence]");
  const sign = (leaving) => {
    const form = new FormData();
    form.set("csrf_token", presence.dataset.token);
    if (leaving) form.set("leaving", "yes");
    return form;
  };
  const tellPresence = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(presence.dataset.presence, { method: "POST", body: sign(false) });
      if (!answer.ok) return;
      const { others } = await answer.json();
      const said = others.length ? `Open with ${others.join(", ")}` : "";
      if (presence.textContent !== said) presence.textContent = said;
    } catch {
      // Offline for a moment: the next sign follows.
    }
  };
  if (presence) {
    window.setInterval(tellPresence, PRESENT_MS);
    document.addEventListener("visibilitychange", tellPresence);
    window.addEventListener("pagehide", () => navigator.sendBeacon(presence.dataset.presence, sign(true)));
  }

  // A note that is being written is kept on the server -----------------------------------------------------------
  const KEEP_AFTER_MS = 1_000;
  all("[data-draft]").forEach((field) => {
    let timer = 0;
    const keep = async () => {
      const form = new FormData(field.form);
      form.set("quiet", "yes");
      try {
        const answer = await fetch(field.dataset.draft, { method: "POST", body: form });
        all("[data-drafted]").forEach((line) => { line.textContent = answer.ok ? "Draft kept" : "The draft was not kept"; });
      } catch {
        all("[data-drafted]").forEach((line) => { line.textContent = "No connection; the draft is not kept yet"; });
      }
    };
    field.addEventListener("input", () => { window.clearTimeout(timer); timer = window.setTimeout(keep, KEEP_AFTER_MS); });
    field.form.addEventListener("submit", () => window.clearTimeout(timer));
    window.addEventListener("pagehide", () => {
      if (!timer || body.dataset.sent) return;
      const form = new FormData(field.form);
      form.set("quiet", "yes");
      navigator.sendBeacon(field.dataset.draft, form);
    });
  });

  // Undo bar: counts down, then says that it is over; it keeps its place, so that nothing moves -------------------------------------------------------------------------
  const countDown = () => all("[data-until]").forEach((bar) => {
    const left = Math.ceil((Date.parse(bar.dataset.until) - Date.now() + clockOffset) / 1000);
    if (left > 0) bar.querySelector("[data-seconds]").textContent = left;
    else {
      bar.querySelector("p").textContent = bar.dataset.over;
      bar.classList.add("note--over");
      delete bar.dataset.until;
    }
  });
  const clockOffset = Date.now() - Date.parse(body.dataset.now); // the browser's clock may be wrong
  countDown();
  window.setInterval(countDown, 1000);

  // A screen reader tells what is put into a live region, not what it holds when the page opens.
  window.setTimeout(() => all("[data-results]").forEach((region) => {
    if (region.children.length && !region.contains(document.activeElement)) region.replaceChildren(...region.children);
  }), ARMED_AFTER_MS);

  // Relative times and counts stay fresh without moving what one reads ----------------------------------------------
  const length = (seconds) => seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
    : seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
  const refreshTimes = () => all("time[datetime]").forEach((element) => {
    const seconds = Math.floor((Date.now() - clockOffset - Date.parse(element.dateTime)) / 1000);
    if (seconds >= 45 && seconds < 1_209_600) element.textContent = `${length(seconds)} ago`;
  });
  const mailboxLine = (text, late) => all("[data-mailbox]").forEach((line) => {
    line.textContent = text;
    line.classList.toggle("mailbox--late", late);
  });
  const refreshCounts = async () => {
    const source = document.querySelector("[data-counts]");
    if (!source || document.hidden) return;
    const list = document.querySelector("[data-list]");
    const address = list ? `${source.dataset.counts}?list=${encodeURIComponent(list.dataset.list)}` : source.dataset.counts;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.status === 401) mailboxLine("your session has ended; load the page to sign in again", true);
      if (!answer.ok) return;
      const fresh = await answer.json();
      for (const [view, count] of Object.entries(fresh.counts)) {
        all(`[data-count="${CSS.escape(view)}"]`).forEach((element) => { element.textContent = count; });
      }
      mailboxLine(fresh.mailbox.text, fresh.mailbox.late);
      if (list) all("[data-fresh]").forEach((link) => { link.hidden = fresh.signature === list.dataset.signature; });
    } catch {
      mailboxLine("no connection to the helpdesk; what you see may be old", true);
    }
  };
  window.setInterval(() => { refreshTimes(); refreshCounts(); }, REFRESH_MS);
})();
