// Chart points from the hub: SignalR's JSON protocol over one web socket for all charts of the page. Points are kept
// here, not in the elements, so that a chart that the page draws anew is complete at once.

const separator = "\u001e";
const pingEveryMs = 10_000;
const forgetAfterMs = 5_000;
const maxPoints = 900;

const series = new Map();
let socket = null;
let isReady = false;
let retryMs = 500;
let nextId = 1;

/** Calls `listener` whenever points of the series arrive. Returns an object with the points and an end. */
export function watch(name, listener) {
  let entry = series.get(name);
  if (!entry) {
    entry = { name, times: [], values: [], listeners: new Set(), id: null, timer: 0 };
    series.set(name, entry);
    if (isReady)
      subscribe(entry);
  }
  clearTimeout(entry.timer);
  entry.listeners.add(listener);
  connect();
  return { points: entry, end: () => leave(entry, listener) };
}

function leave(entry, listener) {
  entry.listeners.delete(listener);
  if (entry.listeners.size > 0)
    return;
  entry.timer = setTimeout(() => {
    series.delete(entry.name);
    if (isReady && entry.id)
      send({ type: 5, invocationId: entry.id });
  }, forgetAfterMs);
}

function connect() {
  if (socket || document.hidden)
    return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/hubs/cluster`);
  socket.onopen = () => send({ protocol: "json", version: 1 });
  socket.onmessage = event => event.data.split(separator)
    .filter(text => text).forEach(text => receive(JSON.parse(text)));
  socket.onclose = () => {
    socket = null;
    isReady = false;
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, 10_000);
  };
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN)
    socket.send(JSON.stringify(message) + separator);
}

function subscribe(entry) {
  entry.id = String(nextId++);
  send({ type: 4, invocationId: entry.id, target: "Watch", arguments: [entry.name] });
}

function receive(message) {
  if (message.type === undefined) {
    isReady = true;
    retryMs = 500;
    series.forEach(subscribe);
  } else if (message.type === 2) {
    const entry = [...series.values()].find(one => one.id === message.invocationId);
    if (entry)
      append(entry, message.item);
  }
}

function append(entry, frame) {
  const isHistory = frame.times.length > 1;
  if (isHistory) {
    entry.times = frame.times;
    entry.values = frame.values;
  } else if (frame.times.length === 1 && frame.times[0] > (entry.times.at(-1) ?? 0)) {
    entry.times.push(frame.times[0]);
    frame.values.forEach((row, curve) => (entry.values[curve] ??= []).push(row[0]));
  }
  if (entry.times.length > maxPoints) {
    entry.times.shift();
    entry.values.forEach(row => row.shift());
  }
  entry.listeners.forEach(listener => listener());
}

setInterval(() => isReady && send({ type: 6 }), pingEveryMs);

// A hidden tab needs no points; when it is shown again the whole history comes.
document.addEventListener("visibilitychange", () => {
  if (document.hidden)
    socket?.close();
  else
    connect();
});
