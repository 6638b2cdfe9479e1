// A small web shop: `node server.js <shop.conf>`. Its configuration says who it is; it needs nothing but Node.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { extname, join } = require('node:path');

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json' };
const FILES = { '/style.css': 'style.css', '/products.json': 'products.json' };

/** Lines `name=value`. */
function readConfiguration(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return Object.fromEntries(lines.filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function startPage({ version, environment, greeting }) {
  const products = JSON.parse(readFileSync(join(__dirname, 'products.json'), 'utf8'));
  const rows = products
    .map(({ name, price }) => `<li>${escaped(name)} <span class="price">${price.toFixed(2)} €</span></li>`)
    .join('\n      ');
  const words = { version: escaped(version), environment: escaped(environment), greeting: escaped(greeting), products: rows };
  return readFileSync(join(__dirname, 'index.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => words[name]);
}

function answer(configuration, url) {
  const { version, environment } = configuration;
  if (url === '/') return { status: 200, type: TYPES['.html'], body: startPage(configuration) };
  if (url === '/health') return { status: 200, type: TYPES['.json'], body: JSON.stringify({ status: 'ok', version, environment }) };
  const file = Object.hasOwn(FILES, url) ? FILES[url] : undefined;
  if (file) return { status: 200, type: TYPES[extname(file)], body: readFileSync(join(__dirname, file)) };
  return { status: 404, type: 'text/plain', body: 'There is no such page.\n' };
}

const configuration = readConfiguration(process.argv[2]);
const server = createServer((request, response) => {
  const { status, type, body } = answer(configuration, request.url);
  response.writeHead(status, { 'Content-Type': type }).end(body);
});
server.listen(Number(configuration.port), '127.0.0.1', () => console.log(`shop ${configuration.version} listens on ${configuration.port}`));
process.on('SIGTERM', () => process.exit(0));
