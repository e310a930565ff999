/** A child process that imports modules, and prints how many milliseconds that took. */

const began = performance.now();
await Promise.all(process.argv.slice(2).map((specifier) => import(specifier)));
console.log(JSON.stringify({ ms: performance.now() - began }));
