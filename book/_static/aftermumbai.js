// Puts the live chart in the place of a figure's still picture, once a reader uses the page and the
// figure is near.
// Everything it loads lies beside the page, so it works offline and from a folder.
(() => {
  "use strict";
  const NEAR = "300px";
  const NARROW = "(max-width: 740px)";
  // Screens with less room than a narrow chart takes (the same width stands in the stylesheet), and the room it takes at most.
  const NARROWEST = "(max-width: 379px)";
  const DRAWN = 352;
  // Colours of a chart's furniture on the dark page; the marks keep theirs on both.
  const DARK = {
    axis: { labelColor: "#b8c0cc", titleColor: "#d5dae2", gridColor: "#3a414d", domainColor: "#3a414d", tickColor: "#3a414d" },
    legend: { labelColor: "#d5dae2", titleColor: "#d5dae2" },
    header: { labelColor: "#d5dae2", titleColor: "#d5dae2" },
    title: { color: "#d5dae2" },
    text: { color: "#d5dae2" },
  };

  const loading = new Map();
  const load = (src) => {
    if (!loading.has(src)) {
      loading.set(src, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = src;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`could not load ${src}`));
        document.head.append(script);
      }));
    }
    return loading.get(src);
  };

  const merge = (base, extra) => {
    const merged = { ...base };
    for (const [key, value] of Object.entries(extra)) merged[key] = { ...base[key], ...value };
    return merged;
  };

  // A tooltip as a table; a line for what a row does not say is left out.
  const UNKNOWN = ["null", "undefined", "NaN", ""];
  const formatTooltip = (value, sanitize) => {
    if (typeof value !== "object") return sanitize(value);
    const lines = Object.entries(value).filter(([, text]) => !UNKNOWN.includes(text)).map(
      ([name, text]) => `<tr><td class="key">${sanitize(name)}</td><td class="value">${sanitize(text)}</td></tr>`,
    );
    return `<table><tbody>${lines.join("")}</tbody></table>`;
  };

  const isDark = () => document.documentElement.dataset.theme === "dark";

  // What a reader has chosen in a live chart, as a value that each parameter can start from: a menu's
  // entry, the values of a legend, the span of a brush. A redrawn chart takes it up where the old one was.
  const chosen = (view, parameter) => {
    const value = view.signal(parameter.name);
    const type = parameter.select?.type ?? parameter.select;
    if (type === undefined) return value;
    if (type === "point") return value.vlPoint?.or;
    const spans = Object.values(value);
    return spans.length ? Object.fromEntries(parameter.select.encodings.map((axis, place) => [axis, spans[place]])) : undefined;
  };

  // A specification whose parameters, at any depth, start from what was chosen; `choice` gives it by parameter.
  const resume = (spec, choice) => {
    if (Array.isArray(spec)) return spec.map((part) => resume(part, choice));
    if (spec === null || typeof spec !== "object") return spec;
    const taken = Object.fromEntries(Object.entries(spec).map(([key, part]) => [key, key === "values" ? part : resume(part, choice)]));
    if (Array.isArray(spec.params)) {
      taken.params = spec.params.map((parameter) => {
        const { value, ...fixed } = parameter;
        const kept = choice(parameter);
        // A brush or a legend that was cleared stays cleared.
        return kept === undefined ? (parameter.select ? fixed : parameter) : { ...parameter, value: kept };
      });
    }
    return taken;
  };

  // Menus and sliders, at any depth of a specification.
  const menus = (spec) => {
    if (spec === null || typeof spec !== "object") return [];
    const own = Array.isArray(spec.params) ? spec.params.filter((parameter) => parameter.bind?.input) : [];
    return [...own, ...Object.entries(spec).flatMap(([key, part]) => (key === "values" ? [] : menus(part)))];
  };

  // Whether a chart has a brush, at any depth.
  const brushed = (spec) => spec !== null && typeof spec === "object" && (
    (Array.isArray(spec.params) && spec.params.some((parameter) => (parameter.select?.type ?? parameter.select) === "interval"))
    || Object.entries(spec).some(([key, part]) => key !== "values" && brushed(part)));

  // A chart whose panels stand one below the other, each narrower by so many pixels. Other charts shrink as
  // a picture does; a brush must be drawn in the size it is seen in.
  const narrower = (spec, by) => {
    if (Array.isArray(spec)) return spec.map((part) => narrower(part, by));
    if (spec === null || typeof spec !== "object") return spec;
    const panels = ["vconcat", "layer"].filter((key) => key in spec).map((key) => [key, narrower(spec[key], by)]);
    return { ...spec, ...Object.fromEntries(panels), ...(typeof spec.width === "number" ? { width: spec.width - by } : {}) };
  };

  // Keeps a choice in the address, or takes it out; the script of the tables does the same with a search.
  window.amRemember = (key, value) => {
    const url = new URL(location.href);
    if (value === undefined) url.searchParams.delete(key);
    else url.searchParams.set(key, value);
    history.replaceState(history.state, "", url);
  };

  // What a parameter of a figure starts from: what stands in the address for a menu, if it has such an entry.
  const opened = (id, parameter) => {
    const text = parameter.bind?.input ? new URLSearchParams(location.search).get(`${id}.${parameter.name}`) : null;
    if (text === null) return parameter.value;
    if (parameter.bind.input === "range") {
      const number = Number(text);
      return number >= parameter.bind.min && number <= parameter.bind.max ? number : parameter.value;
    }
    return (parameter.bind.options ?? [true, false]).find((option) => String(option) === text) ?? parameter.value;
  };

  const draw = async (figure) => {
    const { figure: id, src, vega } = figure.dataset;
    await Promise.all([load(vega), load(src)]);
    const { shared, wide, narrow } = window.amFigures[id];
    const phone = window.matchMedia(NARROW).matches;
    const missing = phone && brushed(narrow) ? Math.max(0, DRAWN - figure.clientWidth) : 0;
    const size = phone ? narrower(narrow, missing) : wide;
    const before = figure.amView;
    const resumed = resume(size, (parameter) => (before ? chosen(before, parameter) : opened(id, parameter)));
    const config = isDark() ? merge(shared.config, DARK) : shared.config;
    const live = figure.querySelector(".am-live");
    before?.finalize();
    // `ast` has Vega interpret expressions, so that no page needs to allow eval.
    const result = await window.vegaEmbed(live, { ...shared, ...resumed, config }, {
      mode: "vega-lite", actions: false, ast: true, renderer: "svg",
      // The styles of both are in the book's stylesheet: a page allows none in itself.
      defaultStyle: false, tooltip: { disableDefaultStyle: true, formatTooltip },
    });
    figure.amView = result.view;
    for (const parameter of menus(size)) {
      const key = `${id}.${parameter.name}`;
      result.view.addSignalListener(parameter.name, (_, value) => window.amRemember(key, value === parameter.value ? undefined : value));
    }
    // To a screen reader a chart is one picture with its finding, as the still one is; the numbers are in its table.
    const picture = live.querySelector("svg");
    for (const part of picture.children) part.setAttribute("aria-hidden", "true");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", figure.querySelector(".am-still svg").getAttribute("aria-label"));
    live.hidden = false;
    figure.querySelector(".am-hint")?.removeAttribute("hidden");
    figure.classList.add("am-is-live");
  };

  // Draws one after the other, so that each takes up what a reader had chosen in the one before. A chart that
  // cannot be drawn leaves its still picture in place.
  const attempt = (figure) => {
    figure.amTurn = (figure.amTurn ?? Promise.resolve()).then(() => draw(figure)).catch((error) => console.error(error));
    return figure.amTurn;
  };

  // What only a script can offer below a figure: its picture as PNG, as the reader left it, and its address.
  const offer = (figure) => {
    const button = (text, label, press) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.setAttribute("aria-label", `${text}: ${label} ${figure.querySelector(".am-title").textContent}`);
      made.addEventListener("click", () => press(made).catch((error) => console.error(error)));
      figure.querySelector(".am-downloads").append(" ", made);
    };
    button("PNG", "download", async () => {
      if (!figure.amView) await attempt(figure);
      const view = figure.amView;
      view.background(getComputedStyle(document.body).backgroundColor);
      const link = document.createElement("a");
      link.href = await view.toImageURL("png", 2);
      view.background("transparent");
      await view.runAsync();
      link.download = `${figure.dataset.figure}.png`;
      link.click();
    });
    button("Copy link", "the address of", async (made) => {
      const url = new URL(location.href);
      for (const key of [...url.searchParams.keys()]) if (!key.startsWith(`${figure.dataset.figure}.`)) url.searchParams.delete(key);
      url.hash = figure.id;
      await navigator.clipboard.writeText(url.href);
      made.textContent = "Copied";
      setTimeout(() => { made.textContent = "Copy link"; }, 2000);
    });
  };

  const figures = document.querySelectorAll(".am-figure");
  figures.forEach(offer);
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      attempt(target);
    }
  }, { rootMargin: NEAR });
  // A reader who only opens the page gets the pictures and pays for nothing more.
  const USE = ["scroll", "pointermove", "pointerdown", "keydown", "touchstart"];
  const arm = () => {
    USE.forEach((kind) => window.removeEventListener(kind, arm));
    figures.forEach((figure) => near.observe(figure));
  };
  USE.forEach((kind) => window.addEventListener(kind, arm, { passive: true }));

  // The buttons that copy code come with the first cell that a reader unfolds.
  const { code } = document.currentScript?.dataset ?? {};
  document.addEventListener("toggle", ({ target }) => {
    if (code && target.querySelector("div.highlight") && !document.querySelector(`script[src="${code}"]`)) load(code);
  }, { capture: true });

  // A link to an event opens the year it stands in.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const year = target?.closest(".am-year");
    if (!year) return;
    year.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  // A search shows a passage of each page that it finds. Sphinx would read every one of them, which is much to load
  // from a host, and forbidden in a folder of files: the texts of all stand in one script.
  const results = document.getElementById("search-results");
  if (results) {
    window.fetch = async (address) => {
      await load("_static/texts.js");
      const text = window.amTexts[address.replace(/^\.\/|\.html$/g, "")];
      return new Response(text && `<main role="main">${text}</main>`);
    };
    // The words to mark on the page of a result: Sphinx leaves them in the browser's memory, for one page only, and in
    // a folder of files that page may be quicker than the memory. It takes them from an address too.
    new MutationObserver(() => {
      const words = localStorage.getItem("sphinx_highlight_terms");
      if (!words) return;
      results.querySelectorAll("li a:not([href*='?'])").forEach((link) => {
        link.search = new URLSearchParams({ highlight: words });
      });
    }).observe(results, { childList: true, subtree: true });
  }

  // The theme names this handler in its markup, which the policy of the page forbids.
  document.querySelectorAll(".btn-fullscreen-button").forEach((button) => {
    button.addEventListener("click", () => window.toggleFullScreen());
  });

  const redraw = () => document.querySelectorAll(".am-is-live").forEach(attempt);
  [NARROW, NARROWEST].forEach((size) => window.matchMedia(size).addEventListener("change", redraw));
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
})();
