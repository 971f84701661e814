// Makes random documents with Yjs, has updates merged by the other end of the pipe, and checks what comes back.
// node peer.mjs SEED CASES BATCH: frames are a length (4 octets) and as many octets, both ways; what went wrong goes to stderr.
import * as fs from 'node:fs'
import * as Y from 'yjs'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const seed = Number(process.argv[2])
const cases = Number(process.argv[3])
const batch = Number(process.argv[4])
const EMPTY = new Uint8Array([0, 0])

// A small generator with a seed (a 32-bit state, mixed): the same numbers each time.
let state = seed >>> 0
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = n => Math.floor(random() * n)
const chance = p => random() < p
const oneOf = list => list[below(list.length)]
const shuffled = list => {
  const all = list.slice()
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(i + 1)
    ;[all[i], all[j]] = [all[j], all[i]]
  }
  return all
}

const pieces = ['a', 'bc', 'def ', 'ü', 'ß√', '語', '😀', '👩‍🚀', '𝔘𝔫', '\u0000', 'x'.repeat(20), '\n', '"\\']
const text = () => Array.from({ length: 1 + below(4) }, () => oneOf(pieces)).join('')
const value = (depth = 0) => {
  switch (below(depth > 2 ? 8 : 11)) {
    case 0: return below(100) - 50
    case 1: return random() * 1e6
    case 2: return 2 ** 40 + below(1000)
    case 3: return BigInt(below(1 << 30)) * 1234567890n
    case 4: return null
    case 5: return chance(0.5)
    case 6: return text()
    case 7: return 0.5
    case 8: return Uint8Array.from({ length: below(6) }, () => below(256))
    case 9: return Array.from({ length: below(4) }, () => value(depth + 1))
    default: return Object.fromEntries(Array.from({ length: below(4) }, () => [text(), value(depth + 1)]))
  }
}
const json = () => oneOf([true, null, 'red', 12, { a: [1, '😀', null] }, ''])
let guids = 0
const type = () => {
  switch (below(7)) {
    case 0: return new Y.Text(text())
    case 1: return Y.Array.from([1, text(), null])
    case 2: return new Y.Map([[text(), value()]])
    case 3: return new Y.XmlElement(oneOf(['p', 'große-überschrift', 'b']))
    case 4: return new Y.XmlText(text())
    case 5: return new Y.XmlFragment()
    default: return new Y.Doc({ guid: `doc-${seed}-${guids++}`, ...(chance(0.5) ? { meta: { a: 1 } } : {}), ...(chance(0.3) ? { autoLoad: true } : {}) })
  }
}

const roots = doc => [doc.getText('text'), doc.getMap('map'), doc.getArray('array'), doc.getXmlFragment('xml'), doc.getText('second, ü')]

const within = doc => {
  let at = oneOf(roots(doc))
  for (let i = 0; i < 3 && chance(0.6); i++) {
    const inner = at instanceof Y.Map
      ? Array.from(at.values())
      : at instanceof Y.Text ? [] : at.toArray()
    const types = inner.filter(each => each instanceof Y.AbstractType)
    if (types.length === 0) break
    at = oneOf(types)
  }
  return at
}

const edit = (doc, at) => {
  if (at instanceof Y.Text) { // in XML, too
    const where = below(at.length + 1)
    switch (below(8)) {
      case 0: case 1: case 2: at.insert(where, text(), chance(0.2) ? { bold: json() } : undefined); break
      case 3: at.insert(chance(0.5) ? at.length : where, oneOf(['q', '😀'])); break
      case 4: case 5: if (at.length > 0) { const i = below(at.length); at.delete(i, 1 + below(at.length - i)) } break
      case 6: if (at.length > 0) { const i = below(at.length); at.format(i, 1 + below(at.length - i), { [oneOf(['bold', 'color'])]: json() }) } break
      default: at.insertEmbed(where, chance(0.3) ? new Y.Map([['k', 1]]) : { image: text() })
    }
  } else if (at instanceof Y.Map) {
    const key = oneOf(['a', 'b', 'ü', 'long key'])
    if (chance(0.2)) at.delete(key)
    else at.set(key, chance(0.3) ? type() : chance(0.05) ? undefined : value())
  } else if (at instanceof Y.Array) {
    const where = below(at.length + 1)
    if (at.length > 0 && chance(0.3)) { const i = below(at.length); at.delete(i, 1 + below(Math.min(4, at.length - i))) }
    else if (chance(0.15)) oldJson(doc, at)
    else at.insert(where, chance(0.3) ? [type()] : Array.from({ length: 1 + below(4) }, () => { const one = value(); return typeof one === 'bigint' ? [one] : one }))
  } else { // XML
    const where = below(at.length + 1)
    if (at.length > 0 && chance(0.25)) at.delete(below(at.length), 1)
    else if (at instanceof Y.XmlElement && chance(0.4)) at.setAttribute(oneOf(['id', 'class']), text())
    else at.insert(where, [chance(0.5) ? new Y.XmlElement(oneOf(['p', 'h1'])) : new Y.XmlText(text())])
  }
}

// What older clients wrote in place of "any".
const oldJson = (doc, at) => doc.transact(tr => {
  const right = at._start
  if (at._searchMarker) at._searchMarker.length = 0
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID))
  new Y.Item(id, null, null, right, right && right.id, at, null, new Y.ContentJSON([1, undefined, { a: '😀' }, text()])).integrate(tr, 0)
})

const sorted = object => Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1))
const show = doc => JSON.stringify(roots(doc).map(root => root instanceof Y.Text ? root.toDelta() : root instanceof Y.XmlFragment ? root.toString() : root.toJSON()),
  (_, each) => typeof each === 'bigint' ? `${each}n` : each instanceof Y.Doc ? each.guid : each instanceof Y.AbstractType ? each.toJSON() : each?.constructor === Object ? sorted(each) : each)

const make = () => {
  const updates = []
  const docs = Array.from({ length: 1 + below(4) }, (_, i) => {
    const doc = new Y.Doc({ gc: chance(0.8) })
    doc.clientID = chance(0.2) ? i + 1 : chance(0.1) ? 2 ** 45 + below(1000) : below(2 ** 32)
    doc.on('update', (update, _origin, _doc, tr) => { if (tr.local) updates.push(update) })
    return { doc, undo: new Y.UndoManager(roots(doc), { captureTimeout: 0 }) }
  })
  const steps = 1 + below(chance(0.03) ? 150 : 20)
  for (let i = 0; i < steps; i++) {
    const { doc, undo } = oneOf(docs)
    if (chance(0.1)) undo.undo()
    else if (chance(0.05)) undo.redo()
    else doc.transact(() => { for (let j = 0, n = chance(0.8) ? 1 : 4; j < n; j++) edit(doc, within(doc)) }, null)
    if (chance(0.3)) Y.applyUpdate(doc, Y.encodeStateAsUpdate(oneOf(docs).doc), 'peer')
    if (chance(0.1) && updates.length > 0) Y.applyUpdate(doc, oneOf(updates), 'peer')
  }
  return { docs: docs.map(each => each.doc), updates }
}

const randomVector = doc => {
  const clocks = Array.from(Y.decodeStateVector(Y.encodeStateVector(doc)))
    .filter(() => chance(0.8)).map(([client, clock]) => [client, below(clock + 2)])
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, clocks.length)
  clocks.forEach(([client, clock]) => { encoding.writeVarUint(encoder, client); encoding.writeVarUint(encoder, clock) })
  return encoding.toUint8Array(encoder)
}

// Yjs cuts text that it has when it is sent a piece of that again which begins with half a character: no client's vector does that.
const isCutInHalf = update => Y.decodeUpdate(update).structs.some(struct => struct.content?.str?.[0] === '\ufffd')
const addRest = (all, update) => { if (!isCutInHalf(update)) all.push(update) }

// Splits, joins, repeats and reorders; with gaps it leaves some out.
const spread = ({ docs, updates }, gaps) => {
  let all = updates.slice()
  if (chance(0.3)) for (let i = 0; i < 3 && all.length > 1; i++) all.push(Y.mergeUpdates([oneOf(all), oneOf(all)]))
  if (chance(0.4)) all.push(Y.encodeStateAsUpdate(oneOf(docs)))
  if (chance(0.4)) { const doc = oneOf(docs); addRest(all, Y.encodeStateAsUpdate(doc, randomVector(doc))) }
  if (chance(0.3) && all.length > 0) addRest(all, Y.diffUpdate(oneOf(all), randomVector(oneOf(docs))))
  if (chance(0.3)) all = all.concat(all.filter(() => chance(0.5)))
  if (gaps) all = all.filter(() => chance(0.7))
  return shuffled(all)
}

const apply = updates => {
  const doc = new Y.Doc()
  roots(doc)
  updates.forEach(update => Y.applyUpdate(doc, update))
  return doc
}
const same = (a, b) => a.length === b.length && a.every((octet, i) => octet === b[i])
const normal = update => Y.mergeUpdates([update, EMPTY])

// Pipes do not wait where the other end made them so.
const patiently = call => {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}
const send = frame => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(frame.length)
  for (const part of [head, frame]) for (let at = 0; at < part.length;) at += patiently(() => fs.writeSync(1, part, at))
}
const receive = () => {
  const read = length => {
    const buffer = Buffer.alloc(length)
    for (let at = 0; at < length;) {
      const n = patiently(() => fs.readSync(0, buffer, at, length - at, null))
      if (n === 0) throw new Error('the other end is gone')
      at += n
    }
    return buffer
  }
  return read(read(4).readUInt32BE())
}

const check = (one, answer) => {
  const bad = what => { throw new Error(what) }
  const { updates, rest, vector, docs, gaps } = one
  const { merged, halves, firstVector, mergedVector, difference, compacted } = answer
  const truth = apply(updates)
  const bytes = Y.encodeStateAsUpdate(truth)
  const view = show(truth)
  const agree = (doc, what, exact = !gaps) => {
    if (show(doc) !== view) bad(`${what}: ${show(doc)} in place of ${view}`)
    if (exact && !same(Y.encodeStateAsUpdate(doc), bytes)) bad(`${what}: other octets`)
    if (!same(Y.encodeStateVector(doc), Y.encodeStateVector(truth))) bad(`${what}: another vector`)
  }
  agree(apply([merged]), 'merged')
  agree(apply([halves]), 'merged of merged')
  agree(apply([compacted]), 'compacted')
  if (!same(firstVector, Y.encodeStateVectorFromUpdate(updates.length > 0 ? updates[0] : EMPTY))) bad('vector of an update')
  if (!same(mergedVector, Y.encodeStateVectorFromUpdate(merged))) bad('vector of merged')
  if (!gaps && !same(mergedVector, Y.encodeStateVector(truth))) bad('vector of the document')
  if (!same(normal(difference), normal(Y.diffUpdate(merged, vector)))) bad('difference')
  const { structs, ds } = Y.decodeUpdate(compacted)
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) || struct.content instanceof Y.ContentType || struct.content instanceof Y.ContentDeleted) continue
    for (let i = 0; i < struct.length; i++) if (Y.isDeleted(ds, Y.createID(struct.id.client, struct.id.clock + i))) bad('deleted, and still there')
  }
  // What was left out comes after all.
  const late = apply([compacted])
  const later = apply(updates)
  rest.forEach(update => { Y.applyUpdate(late, update); Y.applyUpdate(later, update) })
  if (show(late) !== show(later)) bad('merged, and then the rest')
  if (!same(Y.encodeStateAsUpdate(late), Y.encodeStateAsUpdate(later))) bad('merged, and then the rest: other octets')
  // Who comes back with some of it gets the rest.
  if (!gaps) {
    const back = new Y.Doc()
    roots(back)
    const had = Y.encodeStateAsUpdate(oneOf(docs))
    Y.applyUpdate(back, had)
    Y.applyUpdate(back, Y.diffUpdate(compacted, Y.encodeStateVector(back)))
    if (show(back) !== show(apply([had, ...updates]))) bad('back from offline')
  }
}

// Of a few documents Yjs itself makes one thing or another, as the order of updates is (it tidies up formats as it reads them).
const ambiguous = ({ updates, rest }) => {
  const results = order => {
    const doc = apply(order)
    const before = show(doc) + Buffer.from(Y.encodeStateAsUpdate(doc)).toString('hex')
    rest.forEach(update => Y.applyUpdate(doc, update))
    return before + show(doc) + Buffer.from(Y.encodeStateAsUpdate(doc)).toString('hex')
  }
  const one = results(updates)
  return Array.from({ length: 12 }, () => shuffled(updates)).some(order => results(order) !== one)
}

let failures = 0
let doubtful = 0
for (let done = 0; done < cases;) {
  const many = []
  const frame = encoding.createEncoder()
  const count = Math.min(batch, cases - done)
  encoding.writeVarUint(frame, count)
  for (let i = 0; i < count; i++) {
    const from = state
    const made = make()
    const gaps = chance(0.3)
    const updates = spread(made, gaps)
    const vector = randomVector(oneOf(made.docs))
    many.push({ from, updates, vector, docs: made.docs, gaps, rest: made.updates })
    encoding.writeVarUint(frame, updates.length)
    updates.forEach(update => encoding.writeVarUint8Array(frame, update))
    encoding.writeVarUint8Array(frame, vector)
  }
  send(Buffer.from(encoding.toUint8Array(frame)))
  const answers = decoding.createDecoder(new Uint8Array(receive()))
  const next = () => decoding.readVarUint8Array(answers).slice()
  for (const one of many) {
    const answer = { merged: next(), halves: next(), firstVector: next(), mergedVector: next(), difference: next(), compacted: next() }
    try {
      check(one, answer)
    } catch (error) {
      if (ambiguous(one)) {
        doubtful++
      } else if (failures++ < 5) {
        console.error(`case from state ${one.from} (${one.updates.length} updates, ${one.gaps ? 'gaps' : 'whole'}): ${error.message.slice(0, 2000)}`)
        console.error(process.env.DUMP ? one.updates.map(u => Buffer.from(u).toString('hex')).join('\n') : error.stack.split('\n').slice(1, 3).join('\n'))
      }
    }
  }
  done += count
}
send(Buffer.alloc(0))
console.error(`${cases} cases, ${failures} failed, of ${doubtful} Yjs makes one thing or another`)
process.exit(failures === 0 && doubtful <= cases / 20 ? 0 : 1)
