// A text and a board that several windows edit, through the edge alone: not from window to window, so that what is shown was there.
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
import { IndexeddbPersistence } from 'y-indexeddb'
import { bindText } from './text.js'
import { Board } from './board.js'
import { Stored } from './stored.js'

const BIRDS = ['Curlew', 'Dunlin', 'Eider', 'Godwit', 'Heron', 'Knot', 'Plover', 'Sanderling', 'Tern', 'Turnstone']
const HUES = [8, 38, 88, 150, 195, 225, 265, 310]
const at = id => document.getElementById(id)
const any = values => values[Math.floor(Math.random() * values.length)]
const name = /^[A-Za-z0-9_-]{1,128}$/.test(location.hash.slice(1)) ? location.hash.slice(1) : 'try'
addEventListener('hashchange', () => location.reload())

const doc = new Y.Doc()
const kept = new IndexeddbPersistence(`tidemark-${name}`, doc)
const edge = new WebsocketProvider(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/documents`, name, doc,
  { connect: false, disableBc: true })
const stored = new Stored(edge, () => show())
const me = { name: sessionStorage.name || any(BIRDS), colour: `hsl(${any(HUES)} 65% 45%)`, holds: null }
let offline = false

/** Documents ask for a session: one is begun if there is none. Without a network it fails, and is tried again with the connection. */
const enter = async () => {
  const there = await fetch('/edge/session', { cache: 'no-store' })
  if (there.status === 401) await fetch('/edge/session', { method: 'POST' })
}

/** Shows what is so now, once a frame. */
let due = false
function show () {
  if (due) return
  due = true
  setTimeout(() => {
    due = false
    const lacking = stored.lacks(doc)
    at('unsynced').dataset.count = lacking
    at('unsynced').textContent = lacking === 0 ? 'all edits stored' : `${lacking} ${lacking === 1 ? 'edit' : 'edits'} not stored yet`
    kept.set('stored', stored.save()).catch(() => {})
    const status = offline ? 'offline' : edge.synced ? 'online' : 'connecting'
    at('status').dataset.status = status
    at('status').textContent = status === 'connecting' && edge.wsUnsuccessfulReconnects > 0 ? 'no connection, trying' : status
    at('line').textContent = offline ? 'Go online' : 'Go offline'
    at('line').setAttribute('aria-pressed', offline)
  }, 30)
}

function notice (words) {
  at('notice').textContent = words
  at('notice').hidden = !words
}

edge.on('status', show)
edge.on('sync', show)
edge.on('sync', synced => synced && notice(''))
edge.on('connection-error', () => enter().catch(() => {}))
edge.on('closed', ({ code }) => {
  if (code === 4401) enter().then(() => edge.connect(), () => {})
  else notice(code === 4404 ? 'This document was erased. What is here is on this device only.' : `The edge has closed the connection for good (${code}).`)
})
doc.on('update', show)
at('line').addEventListener('click', () => {
  offline = !offline
  offline ? edge.disconnect() : edge.connect()
  show()
})

await kept.whenSynced
const known = await kept.get('stored')
if (known) stored.load(known)
at('document').textContent = name
at('gateway').textContent = location.host
bindText(at('text'), doc.getText('text'))
const board = new Board(at('board'), doc.getMap('cards'), id => say({ holds: id }))
at('add').disabled = false
at('add').addEventListener('click', () => board.add())

function say (what) {
  Object.assign(me, what)
  edge.awareness.setLocalStateField('user', { ...me })
}

function people () {
  const others = [...edge.awareness.getStates()].filter(([client]) => client !== doc.clientID).map(([, state]) => state.user)
    .filter(user => typeof user?.name === 'string' && typeof user.colour === 'string')
  at('people').replaceChildren(...[me, ...others].map((user, i) => {
    const item = document.createElement('li')
    item.style.setProperty('--user', CSS.supports('color', user.colour) ? user.colour : 'gray')
    item.textContent = i === 0 ? `${user.name} (you)` : user.name
    return item
  }))
  board.mark(new Map(others.filter(user => user.holds && user.holds !== 'text').map(user => [user.holds, user])))
  const writing = others.filter(user => user.holds === 'text').map(user => user.name)
  at('writers').textContent = writing.length === 0 ? '' : `${writing.join(', ')} ${writing.length === 1 ? 'is' : 'are'} in the text`
}

at('name').value = me.name
at('name').addEventListener('input', () => {
  sessionStorage.name = at('name').value
  say({ name: at('name').value })
})
at('text').addEventListener('focus', () => say({ holds: 'text' }))
at('text').addEventListener('blur', () => say({ holds: null }))
edge.awareness.on('change', people)
say({})
people()
show()
await enter().catch(() => {})
edge.connect()
