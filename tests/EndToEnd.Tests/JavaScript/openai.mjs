// OpenAI's own client against the product: node openai.mjs URL MODEL. Prints the vectors of two texts, as it decodes them by default
// (it asks for base64 and does not say so) and as numbers.
import assert from "node:assert/strict";
import OpenAI from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
const input = ["a valve", "a pump"];
const packed = await client.embeddings.create({ model, input });
const plain = await client.embeddings.create({ model, input, encoding_format: "float" });
assert.equal(packed.model, model);
assert.deepEqual(packed.usage, plain.usage);
const models = [];
for await (const one of client.models.list()) models.push(one.id);
assert.ok(models.includes(model), models.join());
assert.equal((await client.models.retrieve(model)).id, model);
await assert.rejects(
  client.embeddings.create({ model: "nowhere", input }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found",
);
await assert.rejects(client.embeddings.create({ model, input: [] }), OpenAI.BadRequestError);
console.log(JSON.stringify({ packed: packed.data.map((d) => d.embedding), plain: plain.data.map((d) => d.embedding) }));
