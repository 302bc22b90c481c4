// The laboratory's TLS front: ends TLS before the relay, byte by byte. Arguments: address, port, relay's port, folder of `cert` and `key`.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";

const [address, port, relayPort, directory = "."] = process.argv.slice(2);
const [cert, key] = ["cert", "key"].map((name) => readFileSync(join(directory, name)));
createServer({ cert, key }, (client) => {
  const relay = connect(Number(relayPort), "127.0.0.1");
  client.pipe(relay).pipe(client);
  for (const socket of [client, relay]) {
    socket.on("error", () => undefined);
    socket.on("close", () => {
      client.destroy();
      relay.destroy();
    });
  }
}).listen(Number(port), address, () => process.stdout.write("listening\n"));
