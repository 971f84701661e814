// A server as the pages of Hocuspocus say: the Redis extension, and a store, which is the same Redis here.
// node hocuspocus.mjs PORT PORT-OF-REDIS
import { Database } from '@hocuspocus/extension-database'
import { Redis } from '@hocuspocus/extension-redis'
import { Server } from '@hocuspocus/server'
import { Redis as Client } from 'ioredis'

const [port, redis] = process.argv.slice(2).map(Number)
const store = new Client({ host: '127.0.0.1', port: redis })
store.on('error', () => {})
const key = ({ documentName }) => `document:${documentName}`
process.on('uncaughtException', error => console.error(error)) // Redis away is no reason to end
process.on('unhandledRejection', error => console.error(error))

new Server({
  port,
  address: '127.0.0.1',
  quiet: true,
  extensions: [
    new Redis({ host: '127.0.0.1', port: redis }),
    new Database({ fetch: of => store.getBuffer(key(of)), store: of => store.set(key(of), of.state) })
  ]
}).listen()
