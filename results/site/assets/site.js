// What needs no script works without this one; it adds themes, sorting and filtering.
"use strict";

const say = (name) => document.body.dataset[name];

// Themes: what the system has, or what was chosen here. Charts follow the page.
const THEMES = ["auto", "light", "dark"];
const remembered = () => { try { return localStorage.getItem("pyconc-theme"); } catch { return null; } };
const remember = (theme) => { try { localStorage.setItem("pyconc-theme", theme); } catch { /* not kept */ } };

function show(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
}

function addThemeSwitch() {
  const button = document.createElement("button");
  let theme = THEMES.includes(remembered()) ? remembered() : "auto";
  const name = () => say("theme" + theme[0].toUpperCase() + theme.slice(1));
  const update = () => { show(theme); button.textContent = name(); };
  button.type = "button";
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember(theme);
    update();
  });
  document.getElementById("theme").append(button);
  update();
}

const isDark = () => {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

// A chart can be saved as it looks now: its colours are written out, as other programs than browsers
// know no variables.
const DETAIL = 3; // pixels for each of its own

function alone(chart) {
  const copy = chart.cloneNode(true);
  const { width, height } = chart.viewBox.baseVal;
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const style = copy.querySelector("style");
  const pairs = style.textContent.matchAll(/--(\w+):light-dark\((.*?),(.*?)\)/g);
  const colours = Object.fromEntries([...pairs].map(([, name, light, dark]) => [name, isDark() ? dark : light]));
  style.textContent = style.textContent.replace(/var\(--(\w+)\)/g, (_, name) => colours[name]);
  return new XMLSerializer().serializeToString(copy);
}

async function pixels(chart) {
  const image = new Image();
  const canvas = document.createElement("canvas");
  const { width, height } = chart.viewBox.baseVal;
  canvas.width = width * DETAIL;
  canvas.height = height * DETAIL;
  image.src = "data:image/svg+xml," + encodeURIComponent(alone(chart));
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done));
}

const KINDS = {
  svg: async (chart) => new Blob([alone(chart)], { type: "image/svg+xml" }),
  png: pixels,
};

async function save(figure, kind) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await KINDS[kind](figure.querySelector("svg")));
  link.download = `${figure.id.replace("chart-", "")}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function addSaving(figure) {
  const line = document.createElement("p");
  line.className = "save";
  for (const kind of Object.keys(KINDS)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind.toUpperCase();
    button.title = say("save");
    button.addEventListener("click", () => save(figure, kind));
    line.append(button, " ");
  }
  figure.append(line);
}

// Tables of class `sortable`: a click on a heading sorts by it, another one the other way round.
const figure = (cell) => {
  if (!cell) return "";
  const value = cell.dataset.value ?? cell.textContent.trim();
  return value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
};

function compare(a, b) {
  if (a === "" || b === "") return (a === "") - (b === ""); // what is missing comes last
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

function sortBy(table, place, heading) {
  const downwards = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", downwards ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [figure(row.cells[place]), row]);
  const empty = rows.filter(([value]) => value === "");
  const full = rows.filter(([value]) => value !== "");
  full.sort(([a], [b]) => (downwards ? compare(b, a) : compare(a, b)));
  body.append(...[...full, ...empty].map(([, row]) => row));
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = say("sort");
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sortBy(table, place, heading));
  });
}

// Tables of class `filterable`: rows that have every word stay.
function makeFilterable(table) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const left = document.createElement("span");
  label.className = "filter";
  box.type = "search";
  left.setAttribute("role", "status");
  label.append(say("filter") + " ", box);
  const place = table.closest(".wide") ?? table;
  place.before(label, left);
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      count += !row.hidden;
    }
    left.textContent = words.length ? say("rows").replace("{count}", count) : "";
  });
}

// The other language opens at the same place, and a place inside what is folded is unfolded.
function followPlace() {
  const place = decodeURIComponent(location.hash.slice(1));
  for (const link of document.querySelectorAll("a.language")) link.hash = location.hash;
  const target = place && document.getElementById(place);
  const folded = target && target.closest("details:not([open])");
  if (folded) { folded.open = true; target.scrollIntoView(); }
}

addThemeSwitch();
document.querySelectorAll("figure[id^=chart-]").forEach(addSaving);
document.querySelectorAll("table.filterable").forEach(makeFilterable);
document.querySelectorAll("table.sortable").forEach(makeSortable);
addEventListener("hashchange", followPlace);
followPlace();
