/** First and last name, or the e-mail address if there is no name. */
export const labelOf = (user: { firstName: string; lastName: string; email: string }): string =>
  `${user.firstName} ${user.lastName}`.trim() || user.email
