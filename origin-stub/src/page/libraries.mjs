// Copies the modules that the page uses, those that they use, and so on, and writes the import map by which a browser finds them.
// node libraries.mjs FOLDER-WITH-NODE_MODULES FOLDER-TO-WRITE WHAT-THE-PAGE-IMPORTS …
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const [from, to, ...wanted] = process.argv.slice(2)
const modules = join(from, 'node_modules')
const CONDITIONS = ['browser', 'module', 'import', 'default']

const described = new Map()
const describe = name => {
  if (!described.has(name)) described.set(name, JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')))
  return described.get(name)
}

/** What a package exports under a name, as a browser would have it. */
const choose = entry => {
  if (typeof entry === 'string') return entry
  for (const [condition, inner] of Object.entries(entry)) {
    const found = CONDITIONS.includes(condition) && choose(inner)
    if (found) return found
  }
}
const resolve = specifier => {
  const [name, ...rest] = specifier.split('/')
  const inner = ['.', ...rest].join('/')
  const { exports, module } = describe(name)
  const found = exports ? choose(exports[inner] ?? (inner === '.' ? exports : undefined) ?? '') : module
  if (!found) throw new Error(`${specifier} is not exported`)
  return join(name, found)
}
/** Versions are part of the address, so that a browser may keep what it has for ever. */
const address = file => {
  const [name, ...rest] = file.split('/')
  return [`${name}@${describe(name).version}`, ...rest].join('/')
}

const imports = {}
const copied = new Set()
const copy = file => {
  if (copied.has(file)) return
  copied.add(file)
  cpSync(join(modules, file), join(to, address(file)))
  const text = readFileSync(join(modules, file), 'utf8')
  for (const [, specifier] of text.matchAll(/^(?:(?:import|export)\s[\w\s{},*$]*\bfrom|import)\s*['"]([^'"]+)['"]/gm)) {
    specifier.startsWith('.') ? copy(join(dirname(file), specifier)) : need(specifier)
  }
}
const need = specifier => {
  if (imports[specifier]) return
  const file = resolve(specifier)
  imports[specifier] = `/try/lib/${address(file)}`
  copy(file)
}

rmSync(to, { recursive: true, force: true })
wanted.forEach(need)
for (const name of described.keys()) {
  if (existsSync(join(modules, name, 'LICENSE'))) cpSync(join(modules, name, 'LICENSE'), join(to, `${name}@${describe(name).version}`, 'LICENSE'))
}
writeFileSync(join(to, 'import-map.json'), JSON.stringify({ imports }))
console.log(`the page of documents has ${copied.size} modules of ${[...described.keys()].sort().join(', ')} in ${relative('.', to)}`)
