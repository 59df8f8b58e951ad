import { buildIfStale } from './build.mjs'

/**
 * What `npm start` runs: compiles what has changed, then becomes the service. In one process, so that a signal for it reaches
 * the service.
 */
const code = await buildIfStale(() =>
  process.stderr.write('building (only when the sources have changed)…\n'),
).catch((error) => {
  process.stderr.write(`cafe-realtime: ${error.message}\n`)
  return 1
})
if (code !== 0) process.exit(code)
// the parent is npm then, or its shell
if (process.env.npm_lifecycle_event) stopWithParent()
await import('../dist/main.js')

/** When npm is killed it passes no signal on: the service ends all the same, rather than to keep the port. */
function stopWithParent() {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (isThere(parent)) return
    clearInterval(watch)
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(1)
  }, 500)
  watch.unref()
}

/** @param {number} pid */
function isThere(pid) {
  if (process.ppid !== pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // it is there and belongs to somebody else
    return error.code === 'EPERM'
  }
}
