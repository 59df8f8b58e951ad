import { register } from 'tsx/esm/api'

register()
const { main } = await import('./publish/main.ts')
try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`publish: ${error.message}\n`)
  process.exitCode = 1
}
