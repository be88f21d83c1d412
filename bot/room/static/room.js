// The room's script. Pages work without it; with it, forms answer in place and what happens elsewhere appears at once.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const { seat, channel, thread, rung } = document.body.dataset;
const dialog = $("#dialog");
let opener = null;

// --- messages ----------------------------------------------------------------------------------------------------

const fragment = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
};

const scroller = (log) => log.closest(".scroll");
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 120;
const toEnd = (box) => { box.scrollTop = box.scrollHeight; };

function separator(log, message) {
  const days = log.querySelectorAll(".day[data-day]");
  const last = days[days.length - 1];
  if (log.id !== "log" || (last && last.dataset.day >= message.dataset.day)) return;
  const day = document.createElement("div");
  day.className = "day";
  day.dataset.day = message.dataset.day;
  day.append(Object.assign(document.createElement("span"), { textContent: message.dataset.dayName }));
  log.append(day);
}

// When the clock moves, the days are named as the page names them now: what was "Today" is not any more.
function nameDays(page) {
  for (const day of page.querySelectorAll("#log .day[data-day]")) {
    const shown = $(`#log .day[data-day="${CSS.escape(day.dataset.day)}"]`);
    if (shown) shown.replaceChildren(...day.childNodes);
  }
}

// What a person has open or is typing into inside a message must survive its being redrawn.
function keepState(before, after) {
  before.querySelectorAll("details").forEach((each, index) => {
    const twin = after.querySelectorAll("details")[index];
    if (twin && each.open && !each.matches(".message-menu")) twin.open = true;
  });
  if (!before.contains(document.activeElement)) return null;
  const list = "a, button, summary, select, input:not([type=hidden])";
  const where = [...before.querySelectorAll(list)].indexOf(document.activeElement);
  return [...after.querySelectorAll(list)][where] || $("summary", after);
}

function upsert({ ref, pane, html, mine, private: answer, itself }) {
  const log = document.getElementById(pane);
  if (!log) return;
  const fresh = fragment(html);
  const old = $(`[data-ref="${CSS.escape(ref)}"]`, log);
  if (old) {
    const focus = keepState(old, fresh);
    old.replaceWith(fresh);
    if (focus) focus.focus();
    return;
  }
  if (!itself) return;
  const box = scroller(log);
  const stay = atEnd(box) || mine || answer;
  $("[data-empty]", log)?.remove();
  separator(log, fresh);
  const later = [...log.querySelectorAll("[data-ref]")].find((each) => each.dataset.ref > ref);
  if (later) later.before(fresh); else log.append(fresh);
  fresh.classList.add("fresh");
  if (stay) toEnd(box); else if (log.id === "log") $("#newer").hidden = false;
  if (!mine) announce(fresh.dataset.say);
  countReplies();
}

function countReplies() {
  const label = $("[data-reply-count]");
  const count = document.querySelectorAll("#thread-log [data-ref]").length - 1;
  if (label) label.textContent = `${count} ${count === 1 ? "reply" : "replies"}`;
}

function announce(words) {
  const line = document.createElement("p");
  line.textContent = words;
  $("#announcer").append(line);
  if ($("#announcer").children.length > 20) $("#announcer").firstElementChild.remove();
}

function show(messages) {
  for (const each of messages) {
    if (each.pane) upsert(each);
    else if (!each.mine && each.itself) markUnread(each.channel);
  }
}

function markUnread(id) {
  const link = $(`#rail a[data-channel="${CSS.escape(id)}"]`);
  if (link) link.classList.add("unread"); else refresh(["#rail"]);
}

async function refresh(selectors) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = $("input[name=token]", page)?.value;
  if (token) document.querySelectorAll("input[name=token]").forEach((each) => { each.value = token; });
  for (const selector of selectors) {
    const now = $(selector), next = $(selector, page);
    if (now && next) now.replaceChildren(...next.childNodes);
  }
  nameDays(page);
}

// Home is shown anew after what is done in it, and soon after anything happened elsewhere; the focus stays where it was.
const home = $("#home");
let homeTimer = 0;

function renewHome(html) {
  const list = "a, button, summary, select, input:not([type=hidden])";
  const where = [...home.querySelectorAll(list)].indexOf(dialog.open ? opener : document.activeElement);
  home.innerHTML = html;
  if (where < 0) return;
  const next = [...home.querySelectorAll(list)][where] || home;
  if (dialog.open) opener = next; else next.focus({ preventScroll: true });
}

function homeSoon() {
  if (!home || homeTimer) return;
  homeTimer = setTimeout(async () => {
    homeTimer = 0;
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = response.ok && $("#home", new DOMParser().parseFromString(await response.text(), "text/html"));
    if (fresh && !home.querySelector("[aria-busy=true]")) renewHome(fresh.innerHTML);
  }, 1200);
}

// --- toast and dialog --------------------------------------------------------------------------------------------

let toastTimer = 0;
function toast(words, bad = false) {
  const box = $("#toast");
  if (box.parentElement !== (dialog.open ? dialog : document.body)) (dialog.open ? dialog : document.body).append(box);
  box.hidden = false;
  box.classList.toggle("toast--bad", bad);
  box.textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, bad ? 9000 : 5000);
}

function openForm(html) {
  if (!dialog.open) opener = document.activeElement;
  const box = $("#toast");
  if (dialog.contains(box)) document.body.append(box);
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  const wrong = $("[aria-invalid=true]", dialog);
  (wrong || $(".field input, .field select, .field textarea", dialog) || $("h2", dialog))?.focus();
  $(".problem", dialog)?.scrollIntoView({ block: "nearest" });
}

function closeForm() {
  if (dialog.open) dialog.close();
}

// The browser tells of a closing with its next picture. When another form is open by then, that one stays as it is.
dialog.addEventListener("close", () => {
  if (dialog.open) return;
  const box = $("#toast");
  if (dialog.contains(box)) document.body.append(box);
  dialog.replaceChildren();
  const back = opener && opener.isConnected ? opener.closest("details:not([open])")?.querySelector("summary") || opener : null;
  (back || $("#reply") || $("#say") || home)?.focus();
  opener = null;
});

// --- sending -----------------------------------------------------------------------------------------------------

async function send(form, button) {
  if (form.getAttribute("aria-busy") === "true") return;
  if (!form.matches("[data-form]") && !form.reportValidity()) return;
  form.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const response = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
    if (!(response.headers.get("content-type") || "").includes("application/json")) throw new Error("not an answer");
    settle(form, await response.json());
  } catch {
    toast("The room did not answer. Your words are still here: please try again in a moment.", true);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function settle(form, answer) {
  if (answer.trouble) { toast(answer.trouble, true); return; }
  const menu = form.closest(".message-menu[open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); }
  if (!answer.keep && form.elements.nonce) form.elements.nonce.value = answer.nonce;
  if (!answer.keep && form.matches("[data-composer]")) { form.elements.words.value = ""; grow(form.elements.words); }
  if (dialog.contains(form) && !answer.form && !answer.bad) closeForm();
  if (answer.form) openForm(answer.form);
  show(answer.messages);
  if (answer.home && home) renewHome(answer.home);
  if (answer.toast) toast(answer.toast, answer.bad);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-live]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") && dialog.open) { event.preventDefault(); closeForm(); }
  if (event.target === dialog) closeForm();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// --- keyboard ----------------------------------------------------------------------------------------------------

const grow = (area) => {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
};

document.addEventListener("keydown", (event) => {
  const composer = event.target.closest?.("[data-composer]");
  if (event.key === "Enter" && composer && event.target.matches("textarea") && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  }
  if (event.key !== "Escape" || dialog.open) return;
  const menu = event.target.closest?.("details.menu[open]") || $("details.menu[open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); return; }
  if (thread) $(".close-thread").click();
});

document.addEventListener("input", (event) => { if (event.target.closest("[data-composer]")) grow(event.target); });

document.addEventListener("toggle", (event) => {
  const panel = event.target.matches?.(".message-menu[open]") && $(".menu-panel", event.target);
  if (!panel) return;
  panel.classList.remove("menu-panel--up");
  const floor = event.target.closest(".scroll").getBoundingClientRect().bottom;
  if (panel.getBoundingClientRect().bottom > floor) panel.classList.add("menu-panel--up");
}, true);

// --- live --------------------------------------------------------------------------------------------------------

function listen() {
  const where = new URLSearchParams({ channel, thread, since: rung });
  const everything = ["#log", "#thread-log", "#rail", "#clock-now"];
  const source = new EventSource(`${seat}/live?${where}`);
  let lost = false;
  source.addEventListener("ready", () => { document.documentElement.dataset.live = "yes"; if (lost) refresh(everything); lost = false; });
  source.addEventListener("error", () => { lost = true; });
  source.addEventListener("message", (event) => { show(JSON.parse(event.data)); homeSoon(); });
  source.addEventListener("removed", (event) => {
    document.querySelectorAll(`[data-ref="${CSS.escape(JSON.parse(event.data).ref)}"]`).forEach((each) => each.remove());
  });
  source.addEventListener("missed", () => { refresh(everything); homeSoon(); });
  source.addEventListener("clock", () => { refresh(["#clock-now", ".seat-menu ul"]); homeSoon(); });
  window.addEventListener("pagehide", () => source.close());
}

$("#newer")?.addEventListener("click", () => { toEnd($("#scroll")); });
$("#scroll")?.addEventListener("scroll", () => { if (atEnd($("#scroll"))) $("#newer").hidden = true; });
// The end stays in sight while pictures load and messages come, unless the reader has scrolled away from it.
document.querySelectorAll(".scroll").forEach((box) => {
  let stuck = true;
  toEnd(box);
  box.addEventListener("scroll", () => { stuck = atEnd(box); }, { passive: true });
  new ResizeObserver(() => { if (stuck) toEnd(box); }).observe($(".log", box));
  new ResizeObserver(() => { if (stuck) toEnd(box); }).observe(box);
});
if (dialog.open) { const html = dialog.innerHTML; dialog.removeAttribute("open"); openForm(html); }
if (!$("#toast").hidden) toast($("#toast").textContent, $("#toast").classList.contains("toast--bad"));
if (location.hash === "#reply" || (thread && matchMedia("(min-width: 721px)").matches)) $("#reply")?.focus({ preventScroll: true });
listen();
