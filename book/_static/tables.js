// Lets a reader sort a table by a click on a heading, and search a table or the events by words.
// What was searched stands in the address, so that a view can be shared. Without a script every table
// stands whole. The sorting is done by sortable-tablesort.min.js.
(() => {
  "use strict";
  const SORTABLE = 3; // rows from which a table can be sorted
  const SEARCHED = 15; // rows from which a table gets a box to search it
  const ROWS = "rows"; // what a table holds that does not say so
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const DATE = new RegExp(`^(?:(?:(\\d{1,2}) )?(${MONTHS.join("|")}) )?(\\d{4})\\b`);
  const NUMBER = /^[−-]?\d[\d,]*(?:\.\d+)?/;

  // The key by which a column of texts is sorted: dates in words by day, numbers by size, a dash last.
  const keys = (texts) => {
    const filled = texts.filter((text) => text && text !== "–");
    const dated = filled.every((text) => DATE.test(text)) && filled.some((text) => DATE.exec(text)[2]);
    const counted = filled.every((text) => NUMBER.test(text));
    return texts.map((text) => {
      if (!text || text === "–") return "";
      if (dated) {
        const [, day = 0, month, year] = DATE.exec(text);
        return String(year * 10000 + (MONTHS.indexOf(month) + 1) * 100 + Number(day));
      }
      return counted ? NUMBER.exec(text)[0].replaceAll(",", "").replace("−", "-") : text.toLowerCase();
    });
  };

  // Writes the keys beside the texts, where the library looks for them; only once somebody sorts.
  const prepare = (table) => {
    const rows = [...table.tBodies[0].rows];
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const cells = rows.map((row) => row.cells[column]);
      keys(cells.map((cell) => cell.textContent.trim())).forEach((key, place) => { cells[place].dataset.sort = key; });
    });
  };

  const sortable = (table) => {
    table.addEventListener("click", () => prepare(table), { once: true, capture: true });
    [...table.tHead.rows[0].cells].forEach((heading) => {
      heading.tabIndex = 0;
      heading.title = "Sort by this column";
      heading.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        heading.click();
      });
    });
    table.classList.add("sortable", "asc", "n-last");
  };

  const asked = (key) => new URLSearchParams(location.search).get(key);

  // A box that searches some rows. `shown` is called with whether anything is searched, after rows were hidden.
  const searchable = ({ before, key, things, rows, shown = () => {} }) => {
    let texts;
    const box = document.createElement("form");
    const id = `am-search-${key.replace(/[^\w-]/g, "-")}`;
    box.className = "am-search";
    box.innerHTML = `<label for="${id}"></label><input id="${id}" type="search" autocomplete="off" placeholder="a place, a name, a word"><output for="${id}"></output>`;
    const [label, input, found] = ["label", "input", "output"].map((name) => box.querySelector(name));
    label.textContent = things === ROWS ? "Search this table" : `Search the ${things}`;
    const search = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let hits = 0;
      texts ??= new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
      for (const [row, text] of texts) {
        const hit = words.every((word) => text.includes(word));
        row.hidden = !hit;
        hits += hit;
      }
      shown(words.length > 0);
      found.textContent = words.length ? `${hits.toLocaleString("en")} of ${rows.length.toLocaleString("en")} ${things}` : "";
    };
    box.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", () => { search(); window.amRemember(key, input.value.trim() || undefined); });
    before.before(box);
    input.value = asked(key) ?? "";
    if (!input.value) return;
    for (let fold = box.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    search();
    if (!location.hash) box.scrollIntoView();
  };

  document.querySelectorAll(".am-events").forEach((events, number) => {
    const years = [...events.querySelectorAll(".am-year")];
    const stoodOpen = years.map((year) => year.open);
    searchable({
      before: events,
      key: `find${number || ""}`,
      things: events.dataset.things ?? "events",
      rows: [...events.querySelectorAll("tbody tr")],
      shown: (searched) => years.forEach((year, place) => {
        const some = [...year.querySelectorAll("tbody tr")].some((row) => !row.hidden);
        year.hidden = !some;
        year.open = searched ? some : stoodOpen[place];
      }),
    });
  });

  const equip = (scroll, key) => {
    const table = scroll.querySelector("table");
    if (!table?.tHead || table.tBodies[0].rows.length < SORTABLE) return;
    sortable(table);
    const rows = [...table.tBodies[0].rows];
    if (rows.length >= SEARCHED) searchable({ before: scroll, key, things: scroll.dataset.things ?? ROWS, rows });
  };
  document.querySelectorAll(".am-scroll").forEach((scroll, number) => {
    const key = `find-${scroll.dataset.name ?? scroll.closest(".am-figure")?.dataset.figure ?? number}`;
    const fold = scroll.closest("details:not([open])");
    // A table that is folded away waits until somebody opens it, or comes with a search of it.
    if (!fold || asked(key) !== null) equip(scroll, key);
    else fold.addEventListener("toggle", () => equip(scroll, key), { once: true });
  });
})();
