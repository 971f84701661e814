// Clients type while servers are killed; some leave for good once all is acknowledged, and others come; some are offline all the time.
// node torture.mjs DIALECT SEED CLIENTS SECONDS ADDRESS …   The last line is the result.
import { EventEmitter } from 'node:events'
import * as Y from 'yjs'
import { Client, pause, randomOf, until } from './clients.mjs'

const dialect = process.argv[2]
const [seed, clients, seconds] = process.argv.slice(3, 6).map(Number)
const gateways = process.argv.slice(6)
const { random, below } = randomOf(seed)
const shared = `shared-${seed}`
EventEmitter.defaultMaxListeners = 0 // each client listens to the end of the process
const AGREE = 120_000
const ACKNOWLEDGE = 8_000
process.on('uncaughtException', error => console.log(`error ${error?.stack ?? error}`)) // a client that breaks is seen by what it lacks

let edits = 0
let connections = 0
let end = 0
let left = 0
const claims = new Map() // who was told that so much is stored, of the shared document
const claim = client => claims.set(client.doc.clientID, Math.max(claims.get(client.doc.clientID) ?? 0, client.acknowledged))

const edit = ({ text, map, list }) => {
  edits++
  switch (below(8)) {
    case 0: case 1: case 2: case 3: text.insert(below(text.length + 1), ['a', 'ü', '😀', 'word '][below(4)]); break
    case 4: if (text.length > 4) text.delete(below(text.length - 2), 2); break
    case 5: map.set(`k${below(20)}`, below(100)); break
    default: list.length > 50 ? list.delete(below(list.length), 1) : list.push([below(100)])
  }
}

/** One of those who edit the shared document. */
const type = async i => {
  let client = new Client(dialect, gateways, below(gateways.length), shared)
  while (Date.now() < end) {
    await pause(50 + below(200))
    edit(client)
    if (random() < 0.02 && await until(ACKNOWLEDGE, () => client.isSynced() && client.lacks() === 0)) {
      claim(client)
      connections += client.connections
      client.end() // its window is closed, and what it had is gone
      left++
      client = new Client(dialect, gateways, below(gateways.length), shared)
    }
  }
  return client
}

/** One who writes notes nobody else has open: opens them, writes, is told that they are stored, closes the window. */
const notes = { sessions: 0, written: 0, lost: 0, late: 0, unanswered: 0 }
const owns = Array.from({ length: clients }, () => new Map())
const lacking = (client, own) => [...own].reduce((sum, [id, clock]) => sum + Math.max(0, clock - client.has(id)), 0)
const open = async (i, at) => {
  const client = new Client(dialect, gateways, at, `own-${seed}-${i}`)
  const there = await until(ACKNOWLEDGE, client.isSynced) && await until(1_000, () => lacking(client, owns[i]) === 0)
  if (there || client.isSynced()) return client
  client.end()
  return null
}
const note = async i => {
  while (Date.now() < end) {
    const client = await open(i, below(gateways.length))
    if (!client) {
      notes.unanswered++
      continue
    }
    notes.sessions++
    if (lacking(client, owns[i]) > 0) notes.late++ // another region may not have heard of it yet; whether it was lost is seen at the end
    for (let letter = 0; letter < 5; letter++) {
      client.text.insert(client.text.length, 'n')
      await pause(20)
    }
    await until(ACKNOWLEDGE, () => client.lacks() === 0)
    owns[i].set(client.doc.clientID, client.acknowledged)
    notes.written += client.acknowledged
    client.end()
    await pause(100 + below(400))
  }
}

console.log('typing')
end = Date.now() + seconds * 1000
const offline = Array.from({ length: 2 }, () => new Y.Doc())
offline.forEach(doc => { for (let i = 0; i < 20; i++) edit({ text: doc.getText('text'), map: doc.getMap('map'), list: doc.getArray('list') }) })
const [typists] = await Promise.all([
  Promise.all(Array.from({ length: clients }, (_, i) => type(i))),
  Promise.all(Array.from({ length: clients }, (_, i) => note(i)))
])
console.log('typed')

const begin = Date.now()
let told = begin
const tell = () => {
  told = Date.now()
  const states = new Map()
  all.forEach(each => states.set(each.state, (states.get(each.state) ?? 0) + 1))
  console.log(`states ${[...states.values()]}; synced ${all.filter(each => each.isSynced()).length} of ${all.length}; lacking ${all.map(each => each.lacks())}; closed ${all.map(each => each.closed)}`)
}
const late = offline.map((doc, i) => new Client(dialect, gateways, i, shared, doc))
const all = [...typists, ...late]
const agree = () => all.every(each => each.isSynced() && each.lacks() === 0) && all.every(each => each.state === all[0].state)
let agreed = false
for (const limit = Date.now() + AGREE; !agreed && Date.now() < limit; await pause(200)) {
  agreed = agree()
  if (!agreed && Date.now() > told + 5000) tell()
}
const took = Date.now() - begin
all.forEach(claim)
connections += all.reduce((sum, each) => sum + each.connections, 0)

// Who knows nothing, at each of the gateways: that is what is stored.
let lost = 0
let fresh = 0
for (let at = 0; at < gateways.length; at++) {
  const one = new Client(dialect, gateways, at, shared)
  const complete = () => [...claims].every(([id, clock]) => one.has(id) >= clock)
  if (!await until(20_000, () => one.isSynced() && complete() && one.state === all[0].state)) fresh++
  lost = Math.max(lost, [...claims].reduce((sum, [id, clock]) => sum + Math.max(0, clock - one.has(id)), 0))
  one.end()
}
await Promise.all(owns.map(async (own, i) => {
  const client = new Client(dialect, gateways, i, `own-${seed}-${i}`)
  await until(40_000, () => client.isSynced() && lacking(client, own) === 0)
  notes.lost += lacking(client, own)
  client.end()
}))
const acknowledged = [...claims.values()].reduce((a, b) => a + b, 0)
if (!agreed) tell()
console.log(`result ${JSON.stringify({ edits, acknowledged, left, connections, agreed, took, fresh, lost, notes: notes.sessions, written: notes.written, notesLost: notes.lost, late: notes.late, unanswered: notes.unanswered, length: all[0].text.length })}`)
process.exit(0)
