import { runWithAuditContext } from '../db/audit-context.ts'
import type { AuditContext } from '../db/audit-context.ts'
import type { CommandName } from './help.ts'
import { commands } from './index.ts'
import type { CommandContext } from './command.ts'

/**
 * Runs a command.
 * @returns the exit code
 * @throws StartupError for the person at the terminal
 */
export const runCommand = async (
  name: CommandName,
  args: readonly string[],
  context: CommandContext,
): Promise<number> =>
  (await runWithAuditContext(commandLine(name), () => commands[name].run(args, context))) ?? 0

/** The actor for the audit log: no user, but a command on this machine. */
function commandLine(name: string): AuditContext {
  const request = `cafe-realtime ${name}`
  return { userId: null, request, requestId: '', device: '', address: '', appendedEventIds: [], span: null }
}
