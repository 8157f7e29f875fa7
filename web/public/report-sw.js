// Keeps the report page so that it opens without a network once it was opened with one. It answers for the page and the files that
// the page names, and for nothing else: requests under /api and /tiles pass it by, and no answer that holds data is ever kept.
const PAGE = "/report.html";
const ICON = "/favicon.svg";
const CACHE = "wangge-report-page";
const FILES = /(?:src|href)="(\/assets\/[^"]+)"/g;
const PATIENCE_MS = 3000; // a phone at the edge of its network may hold a request for minutes before it gives up

self.addEventListener("install", (event) => {
  event.waitUntil(fetch(PAGE, { cache: "no-cache" }).then(keep).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(page(event));
  else if (pathname.startsWith("/assets/") || pathname === ICON) event.respondWith(file(event.request));
});

// The newest page where there is a network; the kept one where there is none, where it takes too long, or where there is only the
// error page of something in between. One that comes too late is kept for the next time.
async function page(event) {
  const kept = await (await caches.open(CACHE)).match(PAGE);
  const fresh = fetch(PAGE, { cache: "no-cache" });
  event.waitUntil(fresh.then((answer) => answer.ok && keep(answer.clone())).catch(() => undefined));
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), late]);
}

// The names of the assets hold a digest of their content, so a kept one is never old; the picture is fetched anew with the page.
async function file(request) {
  return (await (await caches.open(CACHE)).match(request)) ?? fetch(request);
}

// The files first and the page last: a kept page has all its files. Those of the page before go.
async function keep(response) {
  const text = await response.clone().text();
  const files = [...new Set([...text.matchAll(FILES)].map((found) => found[1]))]; // a file named twice fails the whole addAll
  if (!response.ok || files.length === 0) throw new Error("This is not the page.");
  const cache = await caches.open(CACHE);
  const held = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await cache.addAll(files.filter((path) => !held.has(path)));
  await cache.put(PAGE, response);
  await Promise.all([...held].filter((path) => path !== PAGE && path !== ICON && !files.includes(path)).map((path) => cache.delete(path)));
  await cache.add(new Request(ICON, { cache: "no-cache" })).catch(() => undefined); // its name stays when its content changes
}
