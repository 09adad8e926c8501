"use strict";
// Loaded into Azurite by `node --require`. Azurite lives as long as its standard input: Local closes it to stop Azurite,
// and the system closes it when Local is killed. Ctrl-C reaches every process of a terminal, but Azurite must outlive
// the worker, so signals are not its business; its own handler is what saves the databases.
let stop = () => process.exit(0);
const once = process.once;
process.once = function (name, listener) {
  if (name !== "SIGINT" && name !== "SIGTERM") {
    return once.call(process, name, listener);
  }
  stop = listener;
  return process;
};
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
// when Local is killed nobody reads any more: that must not end Azurite before it has saved
for (const stream of [process.stdin, process.stdout, process.stderr]) {
  stream.on("error", () => {});
}
process.stdin.on("close", () => {
  setTimeout(() => process.exit(1), 5000).unref();
  stop();
});
process.stdin.resume();
