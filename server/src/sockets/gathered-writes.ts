import type { Duplex } from "node:stream";

/** Of an Engine.IO connection: `flush` hands to the TCP socket what waits. */
type Connection = { flush(): void; readonly writeBuffer: readonly unknown[] };

/**
 * Lets what is said to a connection within one turn leave in one write: a call of the operating system costs more than
 * all the rest of a short packet.
 */
export function gatherWrites(connection: Connection, socket: Duplex): void {
  const { flush } = connection;
  let isWaiting = false;
  const write = () => {
    isWaiting = false;
    socket.cork();
    try {
      flush.call(connection);
    } finally {
      socket.uncork();
    }
  };
  connection.flush = () => {
    if (isWaiting || connection.writeBuffer.length === 0) return;
    isWaiting = true;
    process.nextTick(write);
  };
}

/** Lets the answer to an upgrade leave together with what the connection says first. */
export function gatherGreeting(socket: Duplex): void {
  socket.cork();
  setImmediate(() => socket.uncork());
}
