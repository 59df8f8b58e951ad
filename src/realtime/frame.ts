/**
 * A WebSocket text frame (RFC 6455 §5.2: final, unmasked, as servers send them), built once and written unchanged to
 * any number of sockets.
 */
export function textFrame(message: Buffer | string): Buffer {
  const length = Buffer.byteLength(message)
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + length)
  frame[0] = finalText
  if (headerBytes === 2) frame[1] = length
  else if (headerBytes === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeUInt32BE(0, 2)
    frame.writeUInt32BE(length, 6)
  }
  if (typeof message === 'string') frame.write(message, headerBytes)
  else message.copy(frame, headerBytes)
  return frame
}

const finalText = 0x81

/** The message in a frame of `textFrame`. */
export function messageIn(frame: Buffer): string {
  const length = frame[1]!
  return frame.toString('utf8', length < 126 ? 2 : length === 126 ? 4 : 10)
}

/** An empty ping (RFC 6455 §5.5.2), the same for every socket. */
export const pingFrame = Buffer.from([0x89, 0])
