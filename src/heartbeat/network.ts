import { networkInterfaces } from 'node:os';

/** The addresses of this machine's network, as one text: it changes when a cable, a tunnel or Wi-Fi comes or goes. */
export function networkAddresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) =>
      addresses.filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
    )
    .toSorted()
    .join(', ');
}
