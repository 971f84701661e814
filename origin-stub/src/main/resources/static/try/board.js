// Cards on a board, each a Y.Map in a Y.Map: its place is two numbers between 0 and 1, its words are a text.
import * as Y from 'yjs'

const COLOURS = ['sand', 'sea', 'moss', 'shell']
const STEP = 0.03
const within = (value, least, most) => Math.min(most, Math.max(least, value))

export class Board {
  #element
  #cards
  #held
  #shown = new Map()

  /** @param held is told which card the user holds, or null */
  constructor (element, cards, held) {
    this.#element = element
    this.#cards = cards
    this.#held = held
    cards.observeDeep(() => this.show())
    this.show()
  }

  add () {
    const id = crypto.randomUUID()
    const card = new Y.Map()
    const n = this.#cards.size
    Object.entries({ x: 0.04 + n * 0.13 % 0.6, y: 0.05 + n * 0.17 % 0.7, colour: COLOURS[n % COLOURS.length], words: '' })
      .forEach(([key, value]) => card.set(key, value))
    this.#cards.set(id, card)
    this.#shown.get(id).querySelector('textarea').focus()
  }

  /** Marks the cards that others hold. */
  mark (holders) {
    this.#shown.forEach((element, id) => {
      const holder = holders.get(id)
      element.style.setProperty('--holder', holder?.colour ?? 'transparent')
      element.querySelector('.holder').textContent = holder?.name ?? ''
    })
  }

  show () {
    this.#shown.forEach((element, id) => {
      if (!this.#cards.has(id)) {
        element.remove()
        this.#shown.delete(id)
      }
    })
    this.#cards.forEach((card, id) => {
      const element = this.#shown.get(id) ?? this.#make(id)
      element.style.left = `${within(card.get('x') ?? 0, 0, 1) * 100}%`
      element.style.top = `${within(card.get('y') ?? 0, 0, 1) * 100}%`
      element.dataset.colour = card.get('colour') ?? COLOURS[0]
      const words = element.querySelector('textarea')
      const said = String(card.get('words') ?? '')
      if (words.value !== said) words.value = said
    })
  }

  #make (id) {
    const element = document.createElement('div')
    element.className = 'card'
    element.setAttribute('role', 'listitem')
    element.innerHTML = '<div class="grip" aria-hidden="true"><span class="holder"></span></div>' +
      '<textarea rows="2" maxlength="200" aria-label="Words of a card" placeholder="A card"></textarea>' +
      '<button type="button" class="remove" aria-label="Remove this card">×</button>'
    const set = (key, value) => this.#cards.get(id)?.set(key, value)
    const move = (x, y) => this.#cards.doc.transact(() => {
      set('x', within(x, 0, 1 - element.offsetWidth / this.#element.clientWidth))
      set('y', within(y, 0, 1 - element.offsetHeight / this.#element.clientHeight))
    })
    const words = element.querySelector('textarea')
    words.addEventListener('input', () => set('words', words.value))
    element.addEventListener('focusin', () => this.#held(id))
    element.addEventListener('focusout', () => this.#held(null))
    element.querySelector('.remove').addEventListener('click', () => this.#cards.delete(id))
    element.addEventListener('keydown', event => {
      const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key]
      const card = this.#cards.get(id)
      if (!by || !event.altKey || !card) return
      event.preventDefault()
      move(card.get('x') + by[0], card.get('y') + by[1])
    })
    this.#drag(element, move)
    this.#element.append(element)
    this.#shown.set(id, element)
    return element
  }

  #drag (element, move) {
    const grip = element.querySelector('.grip')
    let from = null
    grip.addEventListener('pointerdown', event => {
      grip.setPointerCapture(event.pointerId)
      from = { x: event.clientX - element.offsetLeft, y: event.clientY - element.offsetTop }
      element.querySelector('textarea').focus({ preventScroll: true })
      event.preventDefault()
    })
    grip.addEventListener('pointermove', event => {
      if (from) move((event.clientX - from.x) / this.#element.clientWidth, (event.clientY - from.y) / this.#element.clientHeight)
    })
    grip.addEventListener('lostpointercapture', () => { from = null })
  }
}
