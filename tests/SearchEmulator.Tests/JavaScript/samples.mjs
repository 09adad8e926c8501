// The documented uses of @azure/search-documents against an emulator: node samples.mjs ENDPOINT. Prints "ok" at the end.
import assert from "node:assert/strict";
import {
  AzureKeyCredential,
  SearchClient,
  SearchIndexClient,
  SearchIndexingBufferedSender,
} from "@azure/search-documents";

const endpoint = process.argv[2];
const key = new AzureKeyCredential("any");
// Plain http has to be asked for; https is trusted by NODE_EXTRA_CA_CERTS.
const options = endpoint.startsWith("http:") ? { allowInsecureConnection: true } : {};
const name = "hotels-js";
const indexes = new SearchIndexClient(endpoint, key, options);
const hotels = new SearchClient(endpoint, name, key, options);

const steps = {
  async "an index is created, changed, listed and read"() {
    const created = await indexes.createIndex({
      name,
      fields: [
        { type: "Edm.String", name: "hotelId", key: true, filterable: true, sortable: true },
        { type: "Edm.String", name: "name", searchable: true, analyzerName: "en.lucene" },
        { type: "Edm.Double", name: "rating", filterable: true, sortable: true, facetable: true },
        { type: "Collection(Edm.String)", name: "tags", searchable: true, filterable: true, facetable: true },
        {
          type: "Edm.ComplexType",
          name: "address",
          fields: [{ type: "Edm.String", name: "city", filterable: true }],
        },
        {
          type: "Collection(Edm.Single)",
          name: "vector",
          searchable: true,
          vectorSearchDimensions: 4,
          vectorSearchProfileName: "profile",
        },
      ],
      vectorSearch: {
        algorithms: [{ name: "hnsw", kind: "hnsw", parameters: { metric: "cosine" } }],
        profiles: [{ name: "profile", algorithmConfigurationName: "hnsw" }],
      },
    });
    assert.equal(created.fields.length, 6);
    created.fields.push({ type: "Edm.Int32", name: "rooms", filterable: true });
    await indexes.createOrUpdateIndex(created, { onlyIfUnchanged: true });
    await assert.rejects(indexes.createOrUpdateIndex(created, { onlyIfUnchanged: true }), { statusCode: 412 });
    const read = await indexes.getIndex(name);
    assert.equal(read.fields.at(-1).name, "rooms");
    const names = [];
    for await (const found of indexes.listIndexesNames()) names.push(found);
    assert.deepEqual(names, [name]);
    for await (const found of indexes.listIndexes()) assert.equal(found.etag, read.etag);
    assert.equal((await indexes.getIndexStatistics(name)).documentCount, 0);
    assert.equal((await indexes.getServiceStatistics()).counters.indexCounter.usage, 1);
    await assert.rejects(indexes.getIndex("none"), { statusCode: 404 });
  },

  async "documents are uploaded, merged, deleted, looked up and counted"() {
    const uploaded = await hotels.uploadDocuments([
      { hotelId: "1", name: "Fancy Hotel", rating: 4.5, tags: ["pool", "view"], address: { city: "Rome" }, vector: [1, 0, 0, 0.1] },
      { hotelId: "2", name: "Roach Motel", rating: 1, tags: ["budget"], address: { city: "Oslo" }, vector: [0, 1, 0, 0] },
      { hotelId: "3", name: "Secret Hotel", rating: 3, tags: [], address: null, vector: [0.5, 0.5, 0, 0] },
    ]);
    assert.deepEqual(uploaded.results.map((r) => r.statusCode), [201, 201, 201]);
    await hotels.mergeOrUploadDocuments([{ hotelId: "2", rooms: 12 }, { hotelId: "4", name: "New Inn" }]);
    const partly = await hotels.mergeDocuments([{ hotelId: "none", rooms: 1 }, { hotelId: "1", rooms: 3 }]);
    assert.deepEqual(partly.results.map((r) => [r.key, r.succeeded, r.statusCode]), [["none", false, 404], ["1", true, 200]]);
    await assert.rejects(async () => {
      await hotels.mergeDocuments([{ hotelId: "none", rooms: 1 }], { throwOnAnyFailure: true });
    });
    assert.equal((await hotels.getDocument("2")).rooms, 12);
    await assert.rejects(hotels.getDocument("none"), { statusCode: 404 });
    await hotels.deleteDocuments("hotelId", ["4"]);
    assert.equal(await hotels.getDocumentsCount(), 3);
  },

  async "text, filter, order, select and count"() {
    const found = await hotels.search("hotel", {
      filter: "rating ge 3 and address/city ne 'Oslo'",
      orderBy: ["rating desc"],
      select: ["hotelId", "rating"],
      includeTotalCount: true,
      top: 5,
    });
    assert.equal(found.count, 2);
    const rows = await all(found);
    assert.deepEqual(rows.map((r) => r.document), [{ hotelId: "1", rating: 4.5 }, { hotelId: "3", rating: 3 }]);
    assert.ok(rows[0].score > 0);
  },

  async "a vector query, filtered and hybrid"() {
    const queries = [{ kind: "vector", vector: [1, 0, 0, 0], kNearestNeighborsCount: 3, fields: ["vector"] }];
    const near = await all(await hotels.search("*", { vectorSearchOptions: { queries }, select: ["hotelId"] }));
    assert.deepEqual(near.map((r) => r.document.hotelId), ["1", "3", "2"]);
    const filtered = await all(
      await hotels.search(undefined, {
        vectorSearchOptions: { queries, filterMode: "preFilter" },
        filter: "tags/any(t: t eq 'budget')",
        select: ["hotelId"],
      }),
    );
    assert.deepEqual(filtered.map((r) => r.document.hotelId), ["2"]);
    const hybrid = await all(await hotels.search("motel", { vectorSearchOptions: { queries }, select: ["hotelId"] }));
    assert.equal(Math.fround(hybrid[0].score), Math.fround(Math.fround(1 / 60) + Math.fround(1 / 62)));
  },

  async "a refusal has the service's code and message"() {
    await assert.rejects(
      async () => {
        await all(await hotels.search("*", { filter: "nonsense eq 1" }));
      },
      (error) => error.statusCode === 400 && error.message.includes("nonsense"),
    );
  },

  async "all pages are read and a buffered sender fills them"() {
    const sender = new SearchIndexingBufferedSender(hotels, (d) => d.hotelId, { autoFlush: true, initialBatchActionCount: 400 });
    let failed = 0;
    sender.on("batchFailed", () => failed++);
    await sender.uploadDocuments(Array.from({ length: 2300 }, (_, i) => ({ hotelId: `b${i}`, rating: 2 })));
    await sender.flush();
    await sender.dispose();
    assert.equal(failed, 0);
    assert.equal(await hotels.getDocumentsCount(), 2303);
    // This client asks without metadata and then follows no link by itself, here as in the service: pages are asked for.
    const rows = [];
    for (let skip = 0; skip < 3000; skip += 1000)
      rows.push(
        ...(await all(
          await hotels.search("*", { filter: "rating eq 2", orderBy: ["hotelId"], select: ["hotelId"], top: 1000, skip }),
        )),
      );
    assert.equal(rows.length, 2300);
    assert.equal(new Set(rows.map((r) => r.document.hotelId)).size, 2300);
  },

  async "synonym maps and analyzers"() {
    await indexes.createSynonymMap({ name: "places", synonyms: ["oslo, christiania"] });
    assert.deepEqual(await indexes.listSynonymMapsNames(), ["places"]);
    assert.deepEqual((await indexes.getSynonymMap("places")).synonyms, ["oslo, christiania"]);
    const { tokens } = await indexes.analyzeText(name, { text: "Fancy Hotels", analyzerName: "en.lucene" });
    assert.deepEqual(tokens.map((t) => t.token), ["fanci", "hotel"]);
    await indexes.deleteSynonymMap("places");
  },

  async "an index is deleted"() {
    await indexes.deleteIndex(name);
    for await (const found of indexes.listIndexesNames()) assert.fail(found);
  },
};

async function all(answer) {
  const rows = [];
  for await (const row of answer.results) rows.push(row);
  return rows;
}

for (const [step, run] of Object.entries(steps)) {
  try {
    await run();
  } catch (error) {
    console.error(`${step}: ${error.stack ?? JSON.stringify(error)}`);
    process.exit(1);
  }
}
console.log("ok");
