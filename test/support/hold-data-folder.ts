import { openDataFolder } from '@slipway/adapters/data-folder/data-folder';

// Opens a data folder, says so, and holds it until it is killed.
openDataFolder(process.argv[2]!);
console.log('open');
setInterval(() => undefined, 60_000);
