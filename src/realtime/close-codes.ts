/**
 * Every code this service closes a socket with. 40xx, 43xx: do not reconnect unchanged; 41xx: reconnect after a while;
 * 42xx: reconnect at once. Never 1000 or 1001: existing clients do not reconnect after those.
 */
export const closeCodes = {
  not_authenticated: { code: 4003, reconnect: 'no', meaning: 'no token, or one that is not valid' },
  no_company: {
    code: 4004,
    reconnect: 'no',
    meaning: 'the user belongs to no company, or to no branch of it',
  },
  branch_closed: {
    code: 4004,
    reconnect: 'no',
    meaning: 'the branch is closed; company-wide sockets stay open',
  },
  message_too_big: { code: 1009, reconnect: 'later', meaning: 'a message far above the limit' },
  restarting: { code: 1012, reconnect: 'at once', meaning: 'this replica is shutting down' },
  try_later: { code: 1013, reconnect: 'later', meaning: 'something could not be checked at the moment' },
  too_many_sockets: { code: 4100, reconnect: 'later', meaning: 'the user holds as many sockets as allowed' },
  slow_consumer: {
    code: 4101,
    reconnect: 'later',
    meaning: 'more data is queued for this socket than allowed',
  },
  replica_full: { code: 4102, reconnect: 'later', meaning: 'this replica holds as many sockets as allowed' },
  too_many_requests: { code: 4103, reconnect: 'later', meaning: 'the user opens sockets too fast' },
  scope_changed: {
    code: 4200,
    reconnect: 'at once',
    meaning: 'what the socket follows is no longer one stream',
  },
  token_expired: { code: 4201, reconnect: 'at once', meaning: 'the access token has expired' },
  origin_refused: {
    code: 4300,
    reconnect: 'no',
    meaning: 'the origin of the page that opened the socket is not allowed',
  },
} as const satisfies Record<string, CloseCode>

interface CloseCode {
  readonly code: number
  readonly reconnect: 'no' | 'later' | 'at once'
  readonly meaning: string
}

export type CloseReason = keyof typeof closeCodes
