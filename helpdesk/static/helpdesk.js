// Progressive enhancement only: every page works without this file.
"use strict";

(() => {
  const ARMED_AFTER_MS = 400; // a key held or pressed too early must not approve the next person
  const REFRESH_MS = 30_000;
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
  window.addEventListener("pageshow", () => delete body.dataset.sent);

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
  const press = (key) => {
    const target = all(`[data-key="${CSS.escape(key)}"]`).find(visible);
    if (!target || target.disabled) return false;
    if (key === "a" && !body.dataset.armed) return true;
    if (target.matches("input, select, textarea")) target.focus();
    else target.click();
    return true;
  };
  const help = document.getElementById("keys");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (body.dataset.keys === "off" || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" && help) help.showModal();
    else if (event.key === "j" && step(1)) { /* moved */ }
    else if (event.key === "k" && step(-1)) { /* moved */ }
    else if (!press(event.key)) return;
    event.preventDefault();
  });
  all("[data-open-keys]").forEach((button) => button.addEventListener("click", () => help.showModal()));

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

  // Relative times and counts stay fresh without moving what one reads ----------------------------------------------
  const length = (seconds) => seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
    : seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
  const refreshTimes = () => all("time[datetime]").forEach((element) => {
    const seconds = Math.floor((Date.now() - clockOffset - Date.parse(element.dateTime)) / 1000);
    if (seconds >= 45 && seconds < 1_209_600) element.textContent = `${length(seconds)} ago`;
  });
  const refreshCounts = async () => {
    const source = document.querySelector("[data-counts]");
    if (!source || document.hidden) return;
    try {
      const answer = await fetch(source.dataset.counts, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const fresh = await answer.json();
      for (const [view, count] of Object.entries(fresh.counts)) {
        all(`[data-count="${CSS.escape(view)}"]`).forEach((element) => { element.textContent = count; });
      }
      all("[data-mailbox]").forEach((line) => {
        line.textContent = fresh.mailbox.text;
        line.classList.toggle("mailbox--late", fresh.mailbox.late);
      });
    } catch {
      // Offline for a moment: the page keeps what it shows, and the next round tries again.
    }
  };
  window.setInterval(() => { refreshTimes(); refreshCounts(); }, REFRESH_MS);
})();
