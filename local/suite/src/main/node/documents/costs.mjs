// What an edit, an observer, a join and an idle connection cost the servers. The last line is the result.
// node costs.mjs DIALECT OBSERVERS JOINERS IDLE PROCESSES ADDRESS …
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import { Client, pause, randomOf, until } from './clients.mjs'

const [dialect, observers, joiners, idle, processes] = process.argv.slice(2, 7)
const addresses = process.argv.slice(7)
const pids = processes.split(',')
const { below } = randomOf(7)
const TICK = 10 // ms of /proc
const DOCUMENTS = 200

/** Milliseconds of processors that the servers have used. */
const used = () => pids.reduce((sum, pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return sum + (Number(fields[11]) + Number(fields[12])) * TICK
}, 0)
/** MB that they hold. */
const held = () => pids.reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024, 0)

/** Messages of a client that knows nothing: what it says first, in either dialect. */
const hello = document => {
  const encoder = encoding.createEncoder()
  const begin = type => {
    const one = encoding.createEncoder()
    if (dialect === 'hocuspocus') encoding.writeVarString(one, document)
    encoding.writeVarUint(one, type)
    return one
  }
  const all = []
  if (dialect === 'hocuspocus') {
    const token = begin(2)
    encoding.writeVarUint(token, 0)
    encoding.writeVarString(token, 'any')
    encoding.writeVarString(token, '4.8.0')
    all.push(encoding.toUint8Array(token))
  }
  const sync = begin(0)
  encoding.writeVarUint(sync, 0)
  encoding.writeVarUint8Array(sync, Uint8Array.of(0))
  all.push(encoding.toUint8Array(sync))
  return all
}

/** A connection that decodes nothing; what comes is counted. */
const raw = (at, document) => new Promise((resolve, reject) => {
  const address = addresses[at % addresses.length]
  const socket = new WebSocket(dialect === 'hocuspocus' ? address : `${address}/${document}`, { perMessageDeflate: false })
  const one = { socket, octets: 0, frames: 0, largest: 0 }
  socket.on('open', () => {
    hello(document).forEach(message => socket.send(message))
    resolve(one)
  })
  socket.on('message', data => { one.octets += data.length; one.frames++; one.largest = Math.max(one.largest, data.length); one.at = performance.now() })
  socket.on('error', reject)
  socket.on('close', code => { one.closed = code })
})
const many = async (n, make) => {
  const all = []
  for (let i = 0; i < n; i += 50) all.push(...await Promise.all(Array.from({ length: Math.min(50, n - i) }, (_, j) => make(i + j))))
  return all
}
const share = (sorted, of) => sorted[Math.max(0, Math.ceil(of * sorted.length) - 1)]
const must = async (what, limit, holds) => {
  if (!await until(limit, holds)) throw new Error(`never: ${what}`)
}

// An edit to another client, at another server where there are some; beside observers.
const editor = new Client(dialect, addresses, 0, 'costs')
const other = new Client(dialect, addresses, 1, 'costs')
await must('both are there', 20_000, () => editor.isSynced() && other.isSynced())
const watching = await many(Number(observers), i => raw(i, 'costs'))
const times = []
const type = async n => {
  for (let i = 0; i < n; i++) {
    const begin = performance.now()
    const seen = new Promise(resolve => other.text.observe(function seeing () { other.text.unobserve(seeing); resolve() }))
    editor.text.insert(editor.text.length, 'x')
    await seen
    times.push(performance.now() - begin)
    await pause(10)
  }
}
await type(500) // compilers
times.length = 0
await pause(1000)
const before = used()
await type(500)
await pause(500)
const perObserver = (used() - before) * 1000 / 500 / (watching.length + 2)
times.sort((a, b) => a - b)
watching.forEach(({ socket }) => socket.terminate())
other.end()

// A large document, and who comes for it all at once.
const writer = new Client(dialect, addresses, 0, 'large')
await must('the writer is there', 20_000, writer.isSynced)
const LETTERS = 'abcdefghijklmnopqrstuvwxyz     '
for (let i = 0; i < 64; i++) {
  writer.text.insert(below(writer.text.length + 1), Array.from({ length: 64 * 1024 }, () => LETTERS[below(LETTERS.length)]).join(''))
  await pause(5)
}
await must('4 MB are stored', 60_000, () => writer.lacks() === 0)
writer.end()
const first = await raw(0, 'large') // so that it is open
await must('one has it', 30_000, () => first.octets > 4_000_000)
await pause(1000)
const joinBefore = held()
let joinMost = joinBefore
const sampler = setInterval(() => { joinMost = Math.max(joinMost, held()) }, 20)
const joinUsed = used()
const begin = performance.now()
const joining = await Promise.all(Array.from({ length: Number(joiners) }, () => raw(0, 'large')))
await must('all have it', 120_000, () => joining.every(one => one.octets > 4_000_000))
const joined = Math.max(...joining.map(one => one.at)) - begin
const joinProcessor = used() - joinUsed
clearInterval(sampler)
;[first, ...joining].forEach(({ socket }) => socket.terminate())
await pause(1000)

// Who is there and says nothing.
const idleBefore = held()
const idling = await many(Number(idle), i => raw(i, `idle-${i % DOCUMENTS}`))
await pause(3000)
const idleAfter = held()
const closed = idling.filter(one => one.closed).length
console.log(JSON.stringify({
  p50: share(times, 0.5), p99: share(times, 0.99), perObserver, joiners: joining.length, joined, joinProcessor, joinBefore, joinMost,
  idle: idling.length - closed, idleBefore, idleAfter, perConnection: (idleAfter - idleBefore) * 1024 / (idling.length - closed)
}))
process.exit(0)
