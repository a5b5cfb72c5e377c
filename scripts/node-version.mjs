// Imported first by what people start: says plainly that Node is too old, before anything newer is used.
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Standby needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).\n`,
  );
  process.exit(1);
}
