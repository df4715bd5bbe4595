// Times JSONata's reference implementation on the expressions that bench_jsonata evaluates, on this machine:
//   npm install --prefix FOLDER jsonata@2.2.2
//   node bench/reference.mjs FOLDER jsonata_expressions.json > times.json; tools/bench --reference times.json
// Median of five rounds after warming up, in nanoseconds of CPU time, as tools/bench counts ours.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, file] = process.argv.slice(2);
const jsonata = createRequire(`${folder}/`)("jsonata");
const { data, expressions } = JSON.parse(readFileSync(file));
const bound = (value) => (typeof value === "string" && value.startsWith("@") ? data[value.slice(1)] : value);

async function nanosecondsEach(expression, bindings, count) {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) await expression.evaluate(undefined, bindings);
  const used = process.cpuUsage(start);
  return ((used.user + used.system) * 1000) / count;
}

const times = {};
for (const { id, expr, bindings } of expressions) {
  const expression = jsonata(expr);
  const values = Object.fromEntries(Object.entries(bindings).map(([name, value]) => [name, bound(value)]));
  let count = 1;
  while (count * (await nanosecondsEach(expression, values, count)) < 3e8) count *= 2;
  const rounds = [];
  for (let i = 0; i < 5; i++) rounds.push(await nanosecondsEach(expression, values, count));
  times[id] = Math.round(rounds.sort((a, b) => a - b)[2]);
}
console.log(JSON.stringify({ node: { node: process.version, eval_ns: times } }, null, 1));
