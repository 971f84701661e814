// Keeps what the page consists of, so that it opens without a network, too. What the network has is newer.
const KEPT = 'tidemark-try'

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', event => {
  const { request } = event
  if (request.method === 'GET' && request.url.startsWith(self.registration.scope)) {
    event.respondWith(answer(request))
  }
})

async function answer (request) {
  const kept = await caches.open(KEPT)
  try {
    const answer = await fetch(request)
    if (answer.ok) await kept.put(request, answer.clone())
    if (answer.ok || answer.status < 500) return answer
  } catch {
    // no network
  }
  return await kept.match(request) ?? Response.error()
}
