import t from 'tap'
import { walkGuide } from './walk.ts'

/**
 * Walks the guide against a service that runs somewhere, with the demo café and RATE_LIMIT=off:
 * `GUIDE_URLS=http://one:8000,http://another:8000 npx tsx test/guide/against.ts`. Requests go to the first address,
 * sockets to the last, so that with two replicas the news crosses. GUIDE_SECRET: its JWT_SECRET, for the expired token.
 */
const urls = (process.env.GUIDE_URLS ?? 'http://127.0.0.1:8000')
  .split(',')
  .map((url) => url.replace(/\/+$/, ''))
await walkGuide(t, {
  httpUrl: urls[0]!,
  socketUrl: urls.at(-1)!.replace(/^http/, 'ws'),
  signingSecret: process.env.GUIDE_SECRET,
})
