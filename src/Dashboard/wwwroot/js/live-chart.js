import { watch } from "./live-stream.js";
import { format, niceMax } from "./chart-format.js";

// <live-chart series="cluster" curves="0,1" names="In,Consumed" colors="1,2" unit="rate">: curves over the last five
// minutes on a canvas that glides between two points; over less while there is less to show. With the attribute `spark`
// it is a small line without axes.

const windowMs = 300_000;
const shortestWindowMs = 20_000;
const sparkWindowMs = 90_000;
const frameMs = 66;
const gapMs = 4_500;
const gridLines = 4;
const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");
let hoverMs = null;

class LiveChart extends HTMLElement {
  connectedCallback() {
    this.isSpark = this.hasAttribute("spark");
    this.curves = this.list("curves").map(Number);
    this.names = this.list("names");
    this.unit = this.getAttribute("unit") ?? "count";
    this.build();
    this.stream = watch(this.getAttribute("series"), () => this.arrived());
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
    this.restyle = () => this.readColors();
    addEventListener("themechange", this.restyle);
    this.radzen = document.getElementById("radzen-theme");
    this.radzen.addEventListener("load", this.restyle);
    this.readColors();
    this.arrived();
    this.animate(0);
  }

  disconnectedCallback() {
    this.stream.end();
    this.sizes.disconnect();
    removeEventListener("themechange", this.restyle);
    this.radzen.removeEventListener("load", this.restyle);
    cancelAnimationFrame(this.frame);
  }

  list(attribute) {
    return (this.getAttribute(attribute) ?? "").split(",").filter(text => text);
  }

  build() {
    this.replaceChildren();
    this.canvas = document.createElement("canvas");
    if (this.isSpark) {
      this.append(this.canvas);
      return;
    }
    this.legend = document.createElement("div");
    this.legend.className = "chart-legend";
    this.values = this.curves.map((curve, index) => this.addToLegend(index));
    this.canvas.setAttribute("role", "img");
    this.canvas.addEventListener("pointermove", event => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => { hoverMs = null; });
    this.append(this.legend, this.canvas);
  }

  addToLegend(index) {
    const item = document.createElement("span");
    item.className = `chart-key chart-color-${this.list("colors")[index] ?? index + 1}`;
    const name = document.createElement("span");
    name.textContent = this.names[index] ?? "";
    const value = document.createElement("b");
    value.textContent = "–";
    item.append(name, value);
    this.legend.append(item);
    return value;
  }

  readColors() {
    const style = getComputedStyle(document.documentElement);
    const read = name => style.getPropertyValue(name).trim();
    this.colors = this.curves.map((_, index) => read(`--series-${this.list("colors")[index] ?? index + 1}`));
    this.gridColor = read("--chart-grid");
    this.textColor = read("--text-muted");
    this.font = `11px ${read("--font")}`;
    this.draw();
  }

  // The server's clock and this one may differ: time is counted from the newest point.
  arrived() {
    const { times, values } = this.stream.points;
    const newest = times.at(-1);
    if (newest !== undefined && newest !== this.newest) {
      this.newest = newest;
      this.arrivedAt = performance.now();
    }
    this.showLegend(values, times.length - 1);
    if (stillMotion.matches)
      this.draw();
  }

  showLegend(values, index) {
    if (this.isSpark)
      return;
    this.curves.forEach((curve, i) => { this.values[i].textContent = format(values[curve]?.[index], this.unit); });
    const said = this.names.map((name, i) => `${name} ${this.values[i].textContent}`).join(", ");
    this.canvas.setAttribute("aria-label", `${this.dataset.title ?? "Chart"}, last five minutes. Now: ${said}.`);
  }

  hover(event) {
    const box = this.canvas.getBoundingClientRect();
    const part = (event.clientX - box.left - this.left) / (box.width - this.left);
    hoverMs = part < 0 ? null : this.end - (1 - part) * this.span;
  }

  animate(now) {
    this.frame = requestAnimationFrame(time => this.animate(time));
    if (now - (this.drawnAt ?? 0) < frameMs || (stillMotion.matches && hoverMs === null))
      return;
    this.drawnAt = now;
    this.draw();
  }

  draw() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (width === 0 || !this.stream)
      return;
    const scale = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const glide = stillMotion.matches ? 0 : Math.min(performance.now() - (this.arrivedAt ?? 0), 1000) - 1000;
    this.end = (this.newest ?? Date.now()) + glide;
    const frame = this.measure(context, width, height);
    if (!this.isSpark)
      this.drawAxes(context, frame);
    this.curves.forEach((curve, index) => this.drawCurve(context, frame, curve, this.colors[index]));
    if (!this.isSpark)
      this.drawHover(context, frame);
  }

  measure(context, width, height) {
    const { times, values } = this.stream.points;
    const known = this.end - (times[0] ?? this.end);
    this.span = Math.min(Math.max(known, shortestWindowMs), this.isSpark ? sparkWindowMs : windowMs);
    const begin = this.end - this.span;
    let first = times.length;
    while (first > 0 && times[first - 1] >= begin) first--;
    let top = 0;
    for (const curve of this.curves)
      for (let i = first; i < times.length; i++)
        top = Math.max(top, values[curve]?.[i] ?? 0);
    const goal = this.isSpark ? Math.max(top * 1.1, 1e-9) : niceMax(top, this.unit);
    this.top = this.top === undefined || stillMotion.matches ? goal : this.top + (goal - this.top) * 0.25;
    context.font = this.font;
    this.left = this.isSpark ? 0 : 64;
    const bottom = this.isSpark ? height - 1 : height - 20;
    return {
      first: Math.max(0, first - 1), width, height, bottom, head: this.isSpark ? 2 : 8, begin, goal,
      x: time => this.left + (time - begin) / this.span * (width - this.left),
      y: value => bottom - value / this.top * (bottom - (this.isSpark ? 2 : 8)),
    };
  }

  drawAxes(context, frame) {
    context.strokeStyle = this.gridColor;
    context.fillStyle = this.textColor;
    context.lineWidth = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (let line = 0; line <= gridLines; line++) {
      const value = frame.goal * line / gridLines;
      const y = Math.round(frame.y(value)) + 0.5;
      if (y < 0)
        continue;
      context.beginPath();
      context.moveTo(this.left, y);
      context.lineTo(frame.width, y);
      context.stroke();
      context.fillText(format(value, this.unit), this.left - 8, Math.max(y, 6));
    }
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    const stepMs = this.span > 150_000 ? 60_000 : this.span > 75_000 ? 30_000 : this.span > 45_000 ? 15_000 : 5_000;
    for (let time = Math.ceil(frame.begin / stepMs) * stepMs; time <= this.end; time += stepMs) {
      const x = frame.x(time);
      const text = new Date(time).toISOString().slice(11, stepMs < 60_000 ? 19 : 16);
      if (x > this.left + 24 && x < frame.width - 24)
        context.fillText(text, x, frame.height - 4);
    }
  }

  drawCurve(context, frame, curve, color) {
    const { times, values } = this.stream.points;
    const row = values[curve] ?? [];
    context.save();
    context.beginPath();
    context.rect(this.left, 0, frame.width - this.left, frame.bottom + 1);
    context.clip();
    let run = [];
    for (let i = frame.first; i < times.length; i++) {
      const known = row[i] !== null && row[i] !== undefined;
      if (!known || (run.length > 0 && times[i] - run.at(-1)[0] > gapMs)) {
        this.drawRun(context, frame, run, color);
        run = [];
      }
      if (known)
        run.push([times[i], row[i]]);
    }
    this.drawRun(context, frame, run, color);
    context.restore();
  }

  drawRun(context, frame, run, color) {
    if (run.length < 2)
      return;
    context.beginPath();
    run.forEach(([time, value], i) => context[i ? "lineTo" : "moveTo"](frame.x(time), frame.y(value)));
    context.strokeStyle = color;
    context.lineWidth = this.isSpark ? 1.5 : 1.75;
    context.lineJoin = "round";
    context.stroke();
    context.lineTo(frame.x(run.at(-1)[0]), frame.bottom);
    context.lineTo(frame.x(run[0][0]), frame.bottom);
    const fill = context.createLinearGradient(0, frame.head, 0, frame.bottom);
    fill.addColorStop(0, `${color}40`);
    fill.addColorStop(1, `${color}05`);
    context.fillStyle = fill;
    context.fill();
  }

  drawHover(context, frame) {
    const { times, values } = this.stream.points;
    if (hoverMs === null || times.length === 0 || hoverMs < frame.begin) {
      if (this.wasHovered)
        this.showLegend(values, times.length - 1);
      this.wasHovered = false;
      return;
    }
    let index = times.length - 1;
    while (index > 0 && times[index] > hoverMs) index--;
    this.wasHovered = true;
    this.showLegend(values, index);
    const x = frame.x(times[index]);
    context.strokeStyle = this.textColor;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, frame.bottom);
    context.stroke();
    context.textAlign = x > frame.width - 60 ? "right" : "left";
    context.fillStyle = this.textColor;
    context.fillText(new Date(times[index]).toISOString().slice(11, 19), x + (x > frame.width - 60 ? -6 : 6), 12);
    this.curves.forEach((curve, i) => {
      const value = values[curve]?.[index];
      if (value === null || value === undefined)
        return;
      context.fillStyle = this.colors[i];
      context.beginPath();
      context.arc(x, frame.y(value), 3.5, 0, Math.PI * 2);
      context.fill();
    });
  }
}

customElements.define("live-chart", LiveChart);
