// Real clients of either dialect, each at one gateway of several until its connection ends, then at the next.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { Stored } from './stored.js'

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

export const until = async (limit, holds) => {
  for (const end = Date.now() + limit; Date.now() < end; await pause(10)) {
    if (holds()) return true
  }
  return holds()
}

/** Numbers that a seed decides. */
export const randomOf = seed => {
  let state = seed >>> 0
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
  return { random, below: n => Math.floor(random() * n) }
}

export class Client {
  connections = 0
  #acknowledged = 0

  constructor (dialect, gateways, at, document, doc = new Y.Doc()) {
    this.doc = doc
    this.text = doc.getText('text')
    this.map = doc.getMap('map')
    this.list = doc.getArray('list')
    dialect === 'hocuspocus' ? this.#hocuspocus(gateways, at, document) : this.#yWebSocket(gateways, at, document)
  }

  #yWebSocket (gateways, at, document) {
    const provider = new WebsocketProvider(gateways[at % gateways.length], document, this.doc,
      { WebSocketPolyfill: WebSocket, disableBc: true, maxBackoffTime: 400, connect: false })
    const stored = new Stored(provider, () => this.#noted(stored.clock(this.doc.clientID)))
    provider.on('connection-close', () => { provider.serverUrl = gateways[++at % gateways.length] })
    provider.on('status', ({ status }) => { if (status === 'connected') this.connections++ })
    this.closed = null
    provider.on('closed', ({ code }) => { this.closed = code })
    provider.connect()
    this.isSynced = () => provider.synced
    this.lacks = () => stored.lacks(this.doc)
    this.end = () => { provider.destroy(); this.doc.destroy() }
  }

  #hocuspocus (gateways, at, document) {
    const socket = new HocuspocusProviderWebsocket({
      url: gateways[at % gateways.length], WebSocketPolyfill: WebSocket, delay: 100, minDelay: 100, maxDelay: 400, jitter: true, factor: 2
    })
    const provider = new HocuspocusProvider({ websocketProvider: socket, name: document, document: this.doc, token: 'any' })
    socket.on('close', () => { socket.configuration.url = gateways[++at % gateways.length] })
    socket.on('connect', () => this.connections++)
    provider.on('unsyncedChanges', ({ number }) => { if (number === 0) this.#noted(Y.getState(this.doc.store, this.doc.clientID)) })
    provider.attach()
    this.isSynced = () => provider.isSynced
    this.lacks = () => provider.unsyncedChanges
    this.end = () => { provider.destroy(); socket.destroy(); this.doc.destroy() }
  }

  #noted (clock) {
    this.#acknowledged = Math.max(this.#acknowledged, clock)
  }

  /** How much of its own the server has said to have stored. */
  get acknowledged () {
    return this.#acknowledged
  }

  has (client) {
    return Y.getState(this.doc.store, client)
  }

  get state () {
    return Buffer.from(Y.encodeStateAsUpdate(this.doc)).toString('base64')
  }
}
