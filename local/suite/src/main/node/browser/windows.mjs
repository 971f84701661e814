// Two browsers edit one document on the page: one loses its network, goes on, is closed and opened again without one, and comes back.
// node windows.mjs CHROMIUM ADDRESS-OF-ONE-PAGE PORT-OF-THE-OTHER'S-GATEWAY DOCUMENT [FOLDER-FOR-PICTURES]
import net from 'node:net'
import { chromium } from 'playwright-core'

const [executablePath, address, port, document, pictures] = process.argv.slice(2)
const WITHIN = 30_000

// The other window's network, which can be cut.
const sockets = new Set()
let cut = false
const network = net.createServer(client => {
  if (cut) return client.destroy()
  const server = net.connect(Number(port), '127.0.0.1')
  for (const [from, to] of [[client, server], [server, client]]) {
    sockets.add(from)
    from.pipe(to)
    from.on('close', () => { to.destroy(); sockets.delete(from) }).on('error', () => {})
  }
})
await new Promise(resolve => network.listen(0, '127.0.0.1', resolve))
const lose = () => { cut = true; sockets.forEach(socket => socket.destroy()) }

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const open = async (context, url) => {
  const page = await context.newPage()
  page.setDefaultTimeout(WITHIN)
  page.on('pageerror', error => { throw error })
  await page.goto(`${url}#${document}`)
  await page.waitForFunction(() => !document.querySelector('#text').disabled)
  return page
}
const step = async (what, holds) => {
  for (const end = Date.now() + WITHIN; Date.now() < end;) {
    if (await holds()) return console.log(what)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`never: ${what}; ${JSON.stringify(await Promise.all([anna, ben].map(seen)))}`)
}
const seen = page => page.evaluate(() => ({
  text: document.querySelector('#text').value,
  cards: [...document.querySelectorAll('.card')].map(card => [card.querySelector('textarea').value, card.style.left, card.style.top]).sort(),
  status: document.querySelector('#status').dataset.status,
  unsynced: Number(document.querySelector('#unsynced').dataset.count),
  people: document.querySelectorAll('#people li').length
}))
const same = async () => {
  const [a, b] = await Promise.all([anna, ben].map(seen))
  return a.text === b.text && JSON.stringify(a.cards) === JSON.stringify(b.cards)
}
const stored = async page => (await seen(page)).unsynced === 0
const picture = async (page, name, width = 1280, height = 800, colorScheme = 'light') => {
  if (!pictures) return
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height })
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
}

const contexts = await Promise.all([browser.newContext(), browser.newContext()])
const other = `http://127.0.0.1:${network.address().port}/try/`
let anna = await open(contexts[0], address)
let ben = await open(contexts[1], other)
await step('both are online and see each other', async () =>
  (await Promise.all([anna, ben].map(seen))).every(({ status, people }) => status === 'online' && people === 2))
await anna.locator('#text').pressSequentially('The tide comes in.')
await anna.locator('#add').click()
await anna.locator('.card textarea').fill('mark the channel 🌊')
await step('what one writes is there for the other, and stored', async () =>
  (await seen(ben)).text === 'The tide comes in.' && (await seen(ben)).cards.length === 1 && await same() && await stored(anna))
await ben.locator('.card textarea').focus()
await picture(anna, 'wide-light')
await picture(anna, 'narrow-dark', 390, 844, 'dark')

await ben.waitForFunction(() => navigator.serviceWorker.controller) // it has the page now
await ben.reload() // through the worker, so that it has all parts
await step('the page is back', async () => (await seen(ben)).status === 'online')
lose()
await step('its network is gone', async () => (await seen(ben)).status === 'connecting')
await ben.locator('#text').press('Control+Home')
await ben.locator('#text').pressSequentially('Ben, alone: ')
await ben.locator('.card .grip').dragTo(ben.locator('#board'), { targetPosition: { x: 300, y: 200 } })
await step('what is not stored is counted', async () => (await seen(ben)).unsynced >= 12)
await picture(ben, 'offline-wide-dark', 1280, 800, 'dark')
await ben.evaluate(() => new Promise(resolve => setTimeout(resolve, 60))) // what it shows is 30 ms behind
const before = await seen(ben)
await ben.close()
ben = await open(contexts[1], other)
await step('opened again without a network it has all, and counts it', async () => {
  const now = await seen(ben)
  return now.text === before.text && now.unsynced === before.unsynced && JSON.stringify(now.cards) === JSON.stringify(before.cards)
})
await anna.locator('#text').press('Control+End')
await anna.locator('#text').pressSequentially(' It goes out.')
await anna.locator('#add').click()
await step('the other goes on', () => stored(anna))
cut = false
await step('they come together again', async () => await same() && await stored(ben) && await stored(anna))
const { text, cards } = await seen(anna)
if (text !== 'Ben, alone: The tide comes in. It goes out.' || cards.length !== 2) throw new Error(JSON.stringify({ text, cards }))
await anna.locator('#line').click()
await anna.locator('#text').press('End')
await anna.locator('#text').pressSequentially('!')
await step('the button takes it offline', async () => (await seen(anna)).status === 'offline' && (await seen(anna)).unsynced === 1)
await picture(anna, 'offline-narrow-light', 390, 844)
await anna.locator('#line').click()
await step('and back', async () => await same() && await stored(anna))
await browser.close()
network.close()
console.log('they agree')
process.exit(0)
