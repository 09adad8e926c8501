// The vector store of LangChain.js against an emulator, by https: node langchain.mjs ENDPOINT. Prints "ok" at the end.
import assert from "node:assert/strict";
import { AzureAISearchQueryType, AzureAISearchVectorStore } from "@langchain/community/vectorstores/azure_aisearch";
import { Document } from "@langchain/core/documents";
import { Embeddings } from "@langchain/core/embeddings";

// One dimension a word, so that what is near is plain to see.
class Words extends Embeddings {
  static vocabulary = ["valve", "pump", "tank", "pipe"];

  async embedDocuments(texts) {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }

  async embedQuery(text) {
    return Words.vocabulary.map((word) => text.split(" ").filter((w) => w === word).length + 0.01);
  }
}

const settings = { endpoint: process.argv[2], key: "any", indexName: "langchain" };
const store = (type) => new AzureAISearchVectorStore(new Words({}), { ...settings, search: { type } });
const contents = (documents) => documents.map((d) => d.pageContent);

// The store makes its index itself.
const vectors = store(AzureAISearchQueryType.Similarity);
const ids = await vectors.addDocuments(
  [
    new Document({
      pageContent: "valve valve pump",
      metadata: { source: "https://one", attributes: [{ key: "year", value: "2020" }] },
    }),
    new Document({ pageContent: "pump pump tank", metadata: { source: "https://two" } }),
    new Document({ pageContent: "pipe", metadata: { source: "https://two" } }),
    new Document({ pageContent: "tank pipe", metadata: { source: "https://three" } }),
  ],
  { ids: ["1", "2", "3", "4"] },
);
assert.deepEqual(ids, ["1", "2", "3", "4"]);

const near = await vectors.similaritySearchWithScore("valve", 1);
assert.deepEqual(contents(near.map(([document]) => document)), ["valve valve pump"]);
assert.deepEqual(near[0][0].metadata, { source: "https://one", attributes: [{ key: "year", value: "2020" }] });
assert.ok(near[0][1] > 0.8 && near[0][1] <= 1, `score ${near[0][1]}`);

const filtered = await vectors.similaritySearch("valve", 4, { filterExpression: "metadata/source eq 'https://two'" });
assert.deepEqual(contents(filtered).sort(), ["pipe", "pump pump tank"]);
const attributed = await vectors.similaritySearch("pipe", 4, {
  filterExpression: "metadata/attributes/any(a: a/key eq 'year' and a/value eq '2020')",
});
assert.deepEqual(contents(attributed), ["valve valve pump"]);

const hybrid = await store(AzureAISearchQueryType.SimilarityHybrid).similaritySearchWithScore("tank", 2);
assert.equal(hybrid.length, 2);
// First of both lists.
assert.equal(hybrid[0][0].pageContent, "tank pipe");

const diverse = await vectors.maxMarginalRelevanceSearch("pump", { k: 2, fetchK: 4, lambda: 0.1 });
assert.equal(new Set(contents(diverse)).size, 2);
assert.equal(diverse[0].metadata.embedding, undefined);

await assert.rejects(store(AzureAISearchQueryType.SemanticHybrid).similaritySearch("tank", 2), { statusCode: 400 });

await vectors.delete({ ids: ["1"] });
await vectors.delete({ filter: { filterExpression: "metadata/source eq 'https://two'" } });
assert.deepEqual(contents(await vectors.similaritySearch("valve", 4)), ["tank pipe"]);
console.log("ok");
