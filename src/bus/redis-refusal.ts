/** Whether Redis answers, but not to us: no or a wrong password, or a command or channel its ACL does not allow. */
export const isRefusal = ({ message }: Error): boolean => /^(NOPERM|NOAUTH|WRONGPASS)\b/.test(message)

export const refusalAdvice =
  'Redis refuses this service; `doctor` says what to allow. Until then streams are followed by the head check'
