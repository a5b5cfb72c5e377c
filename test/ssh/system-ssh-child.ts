import { openConnections } from '../../src/ssh/connections';
import { clusterOf, nodeAt } from './clusters';

/** Holds a connection by the system's ssh open until it is killed; the words are the configuration and the port. */
async function hold([configFile = '', port = '']: readonly string[]): Promise<void> {
  const connections = openConnections(clusterOf(nodeAt('m1', Number(port))), {
    configFile,
    systemSsh: ['*'],
  });
  const talk = await connections.to('m1').converse('answer=here', { timeoutMs: 15_000 });
  process.stdout.write(`${talk.first}\n`);
  setInterval(() => {}, 1_000);
}

void hold(process.argv.slice(2));
