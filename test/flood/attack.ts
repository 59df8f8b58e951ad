/** How many of each kind attack, and where. */
export interface Attack {
  readonly httpUrl: string
  /** Tokens of strangers who registered cafés of their own; sockets are spread over them. */
  readonly tokens: readonly string[]
  /** Whose password is guessed. */
  readonly victim: string
  /** Sockets and connections that say nothing: half of them open a socket first. */
  readonly silent: number
  /** Sockets that send rubbish as fast as it is taken from them. */
  readonly noisy: number
  /** Connections that send a header byte by byte and never end it. */
  readonly slow: number
  /** Each at an address of its own. */
  readonly guessers: number
}

/** What came of it so far. */
export interface AttackReport {
  /** Sockets that are open now. */
  sockets: number
  /** How they were closed, by code. */
  closed: Record<string, number>
  /** Messages handed to the sockets. */
  sent: number
  /** Plain connections the service ended, each opened anew. */
  cut: number
  /** Guesses by what they were answered. */
  guesses: Record<string, number>
}
