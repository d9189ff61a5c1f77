// Saves the report as it is written. Without this script the button saves; with it nothing typed is lost when the
// connection is: what could not be sent stays in this browser until it could.
"use strict";
(() => {
  const form = document.getElementById("bao-cao");
  const state = document.getElementById("trang-thai-luu");
  const sent = document.querySelector("[data-da-nop]");
  if (sent) {
    try { // every part of it
      for (const key of Object.keys(localStorage)) if (key.startsWith("dondoc:" + sent.dataset.daNop)) localStorage.removeItem(key);
    } catch { /* private mode */ }
  }
  if (!form || !state) return;
  const WAIT = 2000; // milliseconds after the last key
  const AGAIN = 15000; // milliseconds until a lost connection is tried again
  const kept = "dondoc:" + form.dataset.luu;
  const hidden = new Set(["_dau", "_so", "phien-ban", "bieu-mau"]);
  let timer = 0, dirty = false, sending = false, stopped = false;

  const texts = () => [...new FormData(form)].filter(([name]) => !hidden.has(name));
  const say = (words) => { state.textContent = words; };
  const keep = () => { try { localStorage.setItem(kept, JSON.stringify(texts())); } catch { /* private mode */ } };
  const forget = () => { try { localStorage.removeItem(kept); } catch { /* private mode */ } };

  async function save() {
    if (sending || stopped) return;
    sending = true; dirty = false;
    say("Đang lưu…");
    const body = new URLSearchParams(new FormData(form));
    body.set("_so", crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2));
    try {
      const answer = await fetch(form.dataset.luu, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) {
        form.elements["phien-ban"].value = told.version;
        say("Đã tự lưu lúc " + told.saved_at);
        if (!dirty) forget();
      } else {
        stopped = answer.status === 409 || answer.status === 403;
        say(told.sentences.join(" ") + (stopped ? " Bấm “Lưu bản nháp” để xem." : ""));
      }
    } catch {
      say("Mất kết nối: nội dung đang giữ trên máy này, sẽ tự lưu khi có mạng.");
      dirty = true;
      setTimeout(later, AGAIN);
    }
    sending = false;
    if (dirty && !timer) later();
  }
  function later() { clearTimeout(timer); timer = setTimeout(() => { timer = 0; save(); }, WAIT); }

  form.addEventListener("input", () => { dirty = true; keep(); if (!stopped) say("Chưa lưu…"); later(); });
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); });
  window.addEventListener("online", () => { if (dirty) later(); });

  let before = null;
  try { before = JSON.parse(localStorage.getItem(kept) || "null"); } catch { forget(); }
  if (before && JSON.stringify(before) === JSON.stringify(texts())) forget();
  else if (before) {
    const offer = document.createElement("p");
    offer.className = "band";
    offer.setAttribute("role", "status");
    offer.append("Máy này còn giữ nội dung chưa lưu được lần trước. ");
    const put = document.createElement("button");
    put.type = "button";
    put.textContent = "Khôi phục";
    put.addEventListener("click", () => {
      for (const [name, value] of before) { const field = form.elements[name]; if (field) field.value = value; }
      offer.remove(); dirty = true; later();
    });
    const drop = document.createElement("button");
    drop.type = "button"; drop.className = "plain"; drop.textContent = "Bỏ";
    drop.addEventListener("click", () => { forget(); offer.remove(); });
    offer.append(put, " ", drop);
    form.before(offer);
  }
})();
