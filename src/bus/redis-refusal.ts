/** Whether Redis refuses this service: no password or a wrong one, or a command or channel that its ACL forbids. */
export const isRefusal = ({ message }: Error): boolean => /^(NOPERM|NOAUTH|WRONGPASS)\b/.test(message)

export const refusalAdvice =
  'Redis refuses this service; run `doctor` to see what to allow. Until then events are found by the head check'
