// Real clients of both dialects and of several versions edit the same two documents, lose their connections, go on, and must agree.
// node dialects.mjs SEED ROUNDS DOCUMENT ws://gateway
import WebSocket from 'ws'
import * as Y from 'yjs'
import * as Y14 from '@y/y'
import { WebsocketProvider } from 'y-websocket'
import { WebsocketProvider as WebsocketProvider4 } from '@y/websocket'
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import * as hocuspocus3 from 'hocuspocus-3'
import * as hocuspocus2 from 'hocuspocus-2'

const [seed, rounds] = process.argv.slice(2, 4).map(Number)
const name = process.argv[4]
const gateway = process.argv[5]
const documents = [name, `${name}-2`]

let state = seed >>> 0
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 4294967296
}
const below = n => Math.floor(random() * n)
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
const until = async (what, holds, show = () => '') => {
  for (let i = 0; i < 3000; i++) {
    if (holds()) return
    await pause(10)
  }
  throw new Error(`never: ${what} ${show()}`)
}

// One connection per document.
const plain = (kind, yjs, Provider) => documents.map(document => {
  const doc = new yjs.Doc()
  const provider = new Provider(`${gateway}/documents`, document, doc,
    { WebSocketPolyfill: WebSocket, disableBc: true, maxBackoffTime: 200 })
  provider.awareness.setLocalStateField('name', kind)
  return {
    kind, document, doc, provider,
    text: yjs === Y14 ? doc.get('text') : doc.getText('text'),
    synced: () => provider.synced,
    cut: () => provider.ws?.terminate(),
    others: () => provider.awareness.getStates().size
  }
})

// One connection for both.
const many = (kind, { HocuspocusProvider, HocuspocusProviderWebsocket }, more = {}) => {
  const socket = new HocuspocusProviderWebsocket(
    { url: `${gateway}/collaboration`, WebSocketPolyfill: WebSocket, delay: 50, minDelay: 50, maxDelay: 200 })
  return documents.map(document => {
    const doc = new Y.Doc()
    const provider = new HocuspocusProvider({ websocketProvider: socket, name: document, document: doc, ...more })
    if (provider.attach) provider.attach()
    provider.awareness.setLocalStateField('name', kind)
    return {
      kind, document, doc, provider,
      text: doc.getText('text'),
      synced: () => provider.isSynced && !provider.hasUnsyncedChanges,
      cut: () => socket.webSocket?.terminate?.(),
      others: () => provider.awareness.getStates().size
    }
  })
}

const clients = [
  ...plain('y-websocket 3', Y, WebsocketProvider),
  ...plain('@y/websocket 4', Y14, WebsocketProvider4),
  ...many('hocuspocus 4', { HocuspocusProvider, HocuspocusProviderWebsocket }),
  ...many('hocuspocus 4 with sessions', { HocuspocusProvider, HocuspocusProviderWebsocket }, { sessionAwareness: true }),
  ...many('hocuspocus 3', hocuspocus3),
  ...many('hocuspocus 2', hocuspocus2)
]
const show = () => clients.map(each => `\n${each.document} ${each.kind} ${each.synced()} ${each.others()} ` +
  `${each.provider.unsyncedChanges} ${each.text.length}`).join('')
const ofEach = documents.map(document => clients.filter(each => each.document === document))

await until('all are synced', () => clients.every(each => each.synced()), show)
await until('all see each other', () => clients.every(each => each.others() === clients.length / 2), show)
for (let i = 0; i < rounds; i++) {
  const { text } = clients[below(clients.length)]
  if (text.length > 4 && random() < 0.3) text.delete(below(text.length - 2), 2)
  else text.insert(below(text.length + 1), ['a', 'ü', '😀', 'word '][below(4)])
  if (random() < 0.02) clients[below(clients.length)].cut()
  if (random() < 0.3) await pause(1)
}
await until('all is acknowledged', () => clients.every(each => each.synced()), show)
const words = each => each.text.toString()
await until('all agree', () => ofEach.every(all => all.every(each => words(each) === words(all[0]))), show)
const octets = each => Buffer.from(Y.encodeStateAsUpdate(each.doc)).toString('base64')
const exact = ofEach.map(all => all.filter(each => each.kind !== '@y/websocket 4'))
await until('all agree in every octet', () => exact.every(all => all.every(each => octets(each) === octets(all[0]))), show)
await until('all see each other again', () => clients.every(each => each.others() === clients.length / 2), show)
console.log(`agreed on ${ofEach.map(all => all[0].text.length).join(' and ')} units`)
process.exit(0)
