// Real clients of y-websocket edit one document through several gateways, lose their connections, go on, and must agree.
// node editors.mjs SEED CLIENTS ROUNDS DOCUMENT ws://gateway/documents ...
import WebSocket from 'ws'
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'

const [seed, clients, rounds] = process.argv.slice(2, 5).map(Number)
const document = process.argv[5]
const gateways = process.argv.slice(6)

let state = seed >>> 0
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 4294967296
}
const below = n => Math.floor(random() * n)
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

const open = at => {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(gateways[at % gateways.length], document, doc,
    { WebSocketPolyfill: WebSocket, disableBc: true, maxBackoffTime: 200 })
  provider.awareness.setLocalStateField('name', `client ${at}`)
  return { doc, provider, text: doc.getText('text'), map: doc.getMap('map'), list: doc.getArray('list') }
}

const edit = ({ text, map, list }) => {
  switch (below(6)) {
    case 0: case 1: case 2: text.insert(below(text.length + 1), ['a', 'ü', '😀', 'word '][below(4)]); break
    case 3: if (text.length > 4) text.delete(below(text.length - 2), 2); break
    case 4: map.set(`k${below(5)}`, below(100)); break
    default: list.length > 5 ? list.delete(below(list.length), 1) : list.push([below(100)])
  }
}

const until = async (what, holds, show = () => '') => {
  for (let i = 0; i < 3000; i++) {
    if (holds()) return
    await pause(10)
  }
  throw new Error(`never: ${what} ${show()}`)
}

const show = doc => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')

const all = Array.from({ length: clients }, (_, i) => open(i))
await until('all are synced', () => all.every(each => each.provider.synced))
await until('all see each other', () => all.every(each => each.provider.awareness.getStates().size === clients))
for (let i = 0; i < rounds; i++) {
  const one = all[below(clients)]
  edit(one)
  if (random() < 0.05) one.provider.disconnect()
  if (random() < 0.1) all.forEach(each => each.provider.connect())
  if (random() < 0.3) await pause(1)
}
all.forEach(each => each.provider.connect())
const agree = () => all.every(each => each.provider.synced && show(each.doc) === show(all[0].doc))
await until('all agree', agree)
// Who comes last and knows nothing, through each of the gateways.
const late = gateways.map((_, i) => open(i))
await until('who comes last agrees', () => late.every(each => each.provider.synced && show(each.doc) === show(all[0].doc)))
// Who leaves is gone, and who is cut off, too.
all[0].provider.disconnect()
all[1].provider.ws.terminate()
all[1].provider.shouldConnect = false
await until('who left is gone', () => all.slice(2).every(each => each.provider.awareness.getStates().size === clients - 2 + late.length),
  () => all.slice(2).map(each => JSON.stringify([...each.provider.awareness.getStates()])).join('\n'))
// An edit is everywhere at once.
const times = []
for (let i = 0; i < 100; i++) {
  const begin = performance.now()
  all[2].map.set('time', i)
  while (all[3].map.get('time') !== i) await pause(0)
  times.push(performance.now() - begin)
}
times.sort((a, b) => a - b)
console.log(`agreed on ${all[0].text.length} units; an edit takes p50 ${times[50].toFixed(1)} ms, p99 ${times[98].toFixed(1)} ms`)
process.exit(0)
