/** First and last name, or the e-mail of somebody without a name. */
export const labelOf = (user: { firstName: string; lastName: string; email: string }): string =>
  `${user.firstName} ${user.lastName}`.trim() || user.email
