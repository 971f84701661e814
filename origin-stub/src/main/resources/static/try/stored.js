// What the edge is known to have stored of a document: what its vector says when a connection begins, and each edit that it sends, also
// those that are echoed. An edit that is not among that is not stored yet.
import * as Y from 'yjs'
import * as decoding from 'lib0/decoding'

const SYNC = 0
const VECTOR = 0

/** How much of a client's range is in others, which are sorted and apart from each other. */
const covered = ({ clock, len }, others) => others.reduce((sum, other) =>
  sum + Math.max(0, Math.min(clock + len, other.clock + other.len) - Math.max(clock, other.clock)), 0)

const lackingIn = (ranges, stored) => {
  let lacking = 0
  ranges.forEach((all, client) => all.forEach(range => { lacking += range.len - covered(range, stored.clients.get(client) ?? []) }))
  return lacking
}

const saved = set => [...set.clients].map(([client, ranges]) => [client, ranges.map(({ clock, len }) => [clock, len])])
const loaded = (set, all) => all.forEach(([client, ranges]) => set.clients.set(client, ranges.map(([clock, len]) => ({ clock, len }))))

export class Stored {
  // Ranges of clocks by client: of what was made, and of what was deleted. Not vectors: while a connection begins, what is typed now
  // may be stored before what an older connection has lost.
  #made = Y.createDeleteSet()
  #deleted = Y.createDeleteSet()
  #isOfEdge = false

  /** Listens to all that a provider hears. */
  constructor (provider, changed) {
    const handle = provider.messageHandlers[SYNC]
    provider.messageHandlers[SYNC] = (encoder, decoder, ...rest) => {
      const message = decoding.clone(decoder)
      handle(encoder, decoder, ...rest)
      if (rest[1]) { // not from another window of this browser
        this.#hear(decoding.readVarUint(message), decoding.readVarUint8Array(message))
        changed()
      }
    }
    // Of two values that were set at once one is deleted wherever both are known: nobody sends that, and nobody needs it.
    provider.doc.on('afterTransaction', ({ origin, deleteSet }) => {
      if (origin === provider) this.#deleted = Y.mergeDeleteSets([this.#deleted, deleteSet])
    })
    provider.on('status', ({ status }) => {
      if (status !== 'connected') return
      this.#made = Y.createDeleteSet() // the edge says anew what it has
      this.#deleted = Y.createDeleteSet()
      this.#isOfEdge = true
    })
  }

  #hear (kind, content) {
    const made = Y.createDeleteSet()
    const add = (client, clock, len) => made.clients.set(client, [...made.clients.get(client) ?? [], { clock, len }])
    if (kind === VECTOR) {
      Y.decodeStateVector(content).forEach((clock, client) => add(client, 0, clock))
    } else {
      const { structs, ds } = Y.decodeUpdate(content)
      structs.filter(struct => !(struct instanceof Y.Skip)).forEach(({ id, length }) => add(id.client, id.clock, length))
      this.#deleted = Y.mergeDeleteSets([this.#deleted, ds])
    }
    this.#made = Y.mergeDeleteSets([this.#made, made])
  }

  /** How many letters and values of a document, and deletions of them, are not stored. */
  lacks (doc) {
    const { sv, ds } = Y.snapshot(doc)
    const made = new Map([...sv].map(([client, clock]) => [client, [{ clock: 0, len: clock }]]))
    return lackingIn(made, this.#made) + lackingIn(ds.clients, this.#deleted)
  }

  /** How much of a client's is stored, from its first on. */
  clock (client) {
    const first = this.#made.clients.get(client)?.[0]
    return first?.clock === 0 ? first.len : 0
  }

  /** For a store on this device: what is known without a connection. */
  save () {
    return { made: saved(this.#made), deleted: saved(this.#deleted) }
  }

  load ({ made, deleted }) {
    if (this.#isOfEdge) return // the edge itself was faster
    loaded(this.#made, made)
    loaded(this.#deleted, deleted)
  }
}
