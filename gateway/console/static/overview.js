// Draws the chart of the days. The figures are in the page as JSON, and as a table for those who cannot see it.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const DAY = 86400; // seconds; Vietnam has no summer time
const NARROWEST = 56; // pixels of a day below the axis, with some room

const WHOLE = Array.from({ length: 24 }, (_, number) => [1, 2, 5][number % 3] * 10 ** Math.floor(number / 3)); // 1, 2, 5, 10 …

// The days that are written below the axis: the first of the period, then each so many days that all can be read.
function writtenDays(first, last, width) {
  const most = Math.max(1, Math.floor(width / NARROWEST));
  const step = Math.ceil(((last - first) / DAY + 1) / most) * DAY;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, number) => first + number * step);
}

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const [first, last] = [Number(place.dataset.first), Number(place.dataset.last)];
  const language = document.documentElement.lang;
  // Days are written as the page writes them in both languages: the day, then the month.
  const day = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
  const number = new Intl.NumberFormat(language);
  const written = (scale, ticks) => ticks.map((one) => day.format(new Date(one * 1000)));
  const points = last - first < 40 * DAY;
  const series = (label, stroke, dash) => ({
    label, stroke: colour(stroke), width: 2, dash, points: { show: points, size: first === last ? 10 : undefined },
    value: (chart, one) => (one == null ? "–" : number.format(one)),
  });
  const options = {
    width: place.clientWidth, height: 256,
    series: [
      { label: language === "vi" ? "Ngày" : "Day", value: (chart, one) => (one == null ? "–" : day.format(new Date(one * 1000))) },
      series(place.dataset.received, "--blue"),
      series(place.dataset.resolved, "--green", [6, 3]),
    ],
    axes: [
      { values: written, splits: (chart) => writtenDays(first, last, chart.width) },
      { incrs: WHOLE, values: (chart, ticks) => ticks.map((one) => number.format(one)) },
    ],
    scales: {
      // The whole period with half a day beside it: a single day stands in the middle.
      x: { range: [first - DAY / 2, last + DAY / 2] },
      y: { range: (chart, low, high) => [0, Math.max(1, high)] },
    },
  };
  const chart = new uPlot(options, data, place);
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 256 })).observe(place);
}

// Finds lines of a table by letters of their first cell, with or without accents.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

function findable(input) {
  const rows = document.getElementById(input.dataset.filters).tBodies[0].rows;
  input.closest(".needs-script").hidden = false;
  const find = () => {
    const words = plain(input.value).split(/\s+/);
    for (const row of rows) row.hidden = !words.every((word) => plain(row.cells[0].textContent).includes(word));
  };
  input.addEventListener("input", find);
  find();
}

function begin(part) {
  part.querySelectorAll("[data-chart]").forEach(draw);
  part.querySelectorAll("[data-filters]").forEach(findable);
}

begin(document);
document.addEventListener("renewed", (event) => begin(event.target));
