// Keeps the report page so that it opens without a network once it was opened with one. It answers for the page and the files that
// the page names, and for nothing else: requests under /api and /tiles pass it by, and no answer that holds data is ever kept.
const PAGE = "/report.html";
const CACHE = "wangge-report-page";
const FILES = /(?:src|href)="(\/(?:assets\/[^"]+|favicon\.svg))"/g;

self.addEventListener("install", (event) => {
  event.waitUntil(fetch(PAGE, { cache: "no-cache" }).then(keep).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(page(event));
  else if (pathname.startsWith("/assets/") || pathname === "/favicon.svg") event.respondWith(file(event.request));
});

// The newest page where there is a network; the kept one where there is none, or only the error page of something in between.
async function page(event) {
  const kept = await (await caches.open(CACHE)).match(PAGE);
  try {
    const fresh = await fetch(PAGE, { cache: "no-cache" });
    if (!fresh.ok && kept) return kept;
    if (fresh.ok) event.waitUntil(keep(fresh.clone()).catch(() => undefined));
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

// The names of these files hold a digest of their content, so a kept one is never old.
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
  await Promise.all([...held].filter((path) => path !== PAGE && !files.includes(path)).map((path) => cache.delete(path)));
}
