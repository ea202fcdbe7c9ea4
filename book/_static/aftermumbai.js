// Puts the live chart in the place of a figure's still picture, once the figure scrolls near.
// Everything it loads lies beside the page, so it works offline and from a folder.
(() => {
  "use strict";
  const NEAR = "300px";
  const NARROW = "(max-width: 740px)";
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

  const draw = async (figure) => {
    const { figure: id, src, vega } = figure.dataset;
    await Promise.all([load(vega), load(src)]);
    const { shared, wide, narrow } = window.amFigures[id];
    const size = window.matchMedia(NARROW).matches ? narrow : wide;
    const config = isDark() ? merge(shared.config, DARK) : shared.config;
    const live = figure.querySelector(".am-live");
    figure.amView?.finalize();
    // `ast` has Vega interpret expressions, so that no page needs to allow eval.
    const result = await window.vegaEmbed(live, { ...shared, ...size, config }, {
      mode: "vega-lite", actions: false, ast: true, renderer: "svg", tooltip: { formatTooltip },
    });
    figure.amView = result.view;
    live.hidden = false;
    figure.querySelector(".am-hint")?.removeAttribute("hidden");
    figure.classList.add("am-is-live");
  };

  // A chart that cannot be drawn leaves its still picture in place.
  const attempt = (figure) => draw(figure).catch((error) => console.error(error));

  const figures = document.querySelectorAll(".am-figure");
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      attempt(target);
    }
  }, { rootMargin: NEAR });
  figures.forEach((figure) => near.observe(figure));

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

  const redraw = () => document.querySelectorAll(".am-is-live").forEach(attempt);
  window.matchMedia(NARROW).addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
})();
