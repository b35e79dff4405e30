// Runs one script inside the sandbox: a frame of JSON on stdin, the log on stdout and stderr, the result behind a marker.
// This text is handed to the interpreter whole, so it stands alone: Node's own modules only, Node 18 and newer.
"use strict";
{
  const fs = require("node:fs");
  const vm = require("node:vm");
  const path = require("node:path");
  const { createRequire } = require("node:module");
  const node = process; // a workflow may well have a variable called "process"

  const FILE = "script.js";
  const MAX_DEPTH = 100;
  const NOTHING = Symbol("no result so far, as opposed to the result null");
  const FILES = path.join(node.cwd(), ".sg-files");
  const OUTPUT = path.join(node.cwd(), ".sg-output");
  let reported = false;

  class NotJson extends Error {}

  function rest(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }

  // Pipes may be in non-blocking mode: "try again" is not an error here.
  function patiently(action) {
    for (;;) {
      try {
        return action();
      } catch (error) {
        if (error.code !== "EAGAIN") throw error;
        rest(2);
      }
    }
  }

  function readExactly(count) {
    const data = Buffer.alloc(count);
    let filled = 0;
    while (filled < count) {
      const read = patiently(() => fs.readSync(0, data, filled, count - filled, null));
      if (read === 0) node.exit(0);
      filled += read;
    }
    return data;
  }

  // The length and a line of JSON; what follows is not ours.
  function readFrame() {
    let length = "";
    for (let digit = ""; digit !== "\n"; length += digit) digit = readExactly(1).toString("latin1");
    const frame = JSON.parse(readExactly(Number(length)).toString("utf8"));
    fs.closeSync(0);
    fs.openSync("/dev/null", "r"); // takes the lowest free number: 0
    return frame;
  }

  const frame = readFrame();

  function send(kind, text) {
    if (reported) return;
    reported = true;
    if (kind !== "error") {
      for (const [name, content] of writtenFiles()) write("file", Buffer.concat([Buffer.from(`${name}\n`, "utf8"), content]));
    }
    write(kind, Buffer.from(text, "utf8"));
  }

  function write(kind, payload) {
    let data = Buffer.concat([Buffer.from(`${frame.marker}${kind} ${payload.length}\n`), payload]);
    while (data.length > 0) data = data.subarray(patiently(() => fs.writeSync(1, data)));
  }

  // Files that the script was given bear a time long ago; others it wrote, or changed. Links are not followed.
  function receiveFiles(files) {
    fs.mkdirSync(FILES, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      fs.writeFileSync(path.join(FILES, name), Buffer.from(content, "base64"));
      fs.utimesSync(path.join(FILES, name), 0, 0);
    }
  }

  function writtenFiles() {
    try {
      const names = fs.readdirSync(FILES).sort();
      const own = names.map((name) => [name, fs.lstatSync(path.join(FILES, name))]);
      const written = own.filter(([, facts]) => facts.isFile() && facts.mtimeMs !== 0);
      return written.map(([name]) => [name, fs.readFileSync(path.join(FILES, name))]);
    } catch {
      return [];
    }
  }

  function saveFile(name, data) {
    fs.writeFileSync(path.join(FILES, name), data);
    return { $file: `new:${name}` };
  }

  function readOutput() {
    try {
      return fs.readFileSync(OUTPUT, "utf8");
    } catch {
      return "";
    }
  }

  function reportDone() {
    const text = readOutput();
    send(text ? "output" : "done", text);
  }

  function plainNumber(value, where) {
    if (Number.isFinite(value)) return value;
    throw new NotJson(`${where} is ${value}, which JSON cannot hold. Return null or a text instead.`);
  }

  function plainBigint(value) {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
  }

  // The value as JSON can hold it; what it cannot hold is refused by its path instead of vanishing.
  function plain(value, where, depth) {
    if (depth > MAX_DEPTH) {
      throw new NotJson(`${where.slice(0, 80)}… is nested deeper than ${MAX_DEPTH} levels. Does it contain itself?`);
    }
    if (typeof value === "number") return plainNumber(value, where);
    if (typeof value === "bigint") return plainBigint(value);
    if (typeof value === "function" || typeof value === "symbol") {
      throw new NotJson(`${where} is a ${typeof value}, which cannot be turned into JSON.`);
    }
    if (value === undefined) return null;
    if (value === null || typeof value !== "object") return value;
    return plainObject(value, where, depth);
  }

  function plainObject(value, where, depth) {
    if (Buffer.isBuffer(value)) return value.toString("base64");
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (value instanceof Set || ArrayBuffer.isView(value)) return plain(Array.from(value), where, depth);
    if (value instanceof Map) return plain(Object.fromEntries(value), where, depth);
    if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf();
    if (value instanceof Date && Number.isNaN(value.getTime())) throw new NotJson(`${where} is an invalid date.`);
    if (typeof value.toJSON === "function") return plain(value.toJSON(), where, depth + 1);
    if (Array.isArray(value)) return value.map((item, index) => plain(item, `${where}[${index}]`, depth + 1));
    const fields = Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== "function");
    return Object.fromEntries(fields.map(([key, item]) => [key, plain(item, `${where}.${key}`, depth + 1)]));
  }

  function lineOf(error) {
    const match = /script\.js:(\d+)/.exec(String(error?.stack ?? ""));
    return match ? Number(match[1]) : null;
  }

  // The harness's own frames mean nothing to the reader.
  function userStack(error) {
    if (!(error instanceof Error)) return `Uncaught ${String(error)}`;
    const lines = String(error.stack ?? error).split("\n");
    const text = lines.filter((line) => !/^\s+at /.test(line) || line.includes(FILE)).join("\n");
    return text.includes(error.message) ? text : `${text}\n${error.name}: ${error.message}`;
  }

  function fail(error) {
    const isError = error instanceof Error || (error !== null && typeof error === "object" && "message" in error);
    const message = isError ? String(error.message) : String(error);
    const type = isError ? String(error.name || "Error") : "Error";
    patiently(() => fs.writeSync(2, `${userStack(error)}\n`));
    send("error", JSON.stringify({ type: error instanceof NotJson ? "NotJson" : type, message, line: lineOf(error) }));
    node.exit(1);
  }

  // The first line of the wrapper shares a line with nothing, so the offset puts the user's line 1 at 1.
  function compile(code) {
    const tail = "typeof main === 'function' ? main : undefined, typeof result === 'undefined' ? undefined : result";
    const text = `(async function (require, __finish) {\n${code}\n;return __finish(${tail});\n})`;
    const options = { filename: FILE, lineOffset: -1, importModuleDynamically: (name) => import(name) };
    return new vm.Script(text, options).runInThisContext();
  }

  const CALLS_MAIN = /^(?!.*\bfunction\b)[^/\n]*\bmain\s*\(/m;
  const SETS_RESULT = /\bresult\s*(?:[-+*/|&?]{0,2}=)(?!=)/;

  // Runs when the script reached its end without a top-level return.
  function finisher(code, context) {
    const has = (name) => Object.prototype.hasOwnProperty.call(context, name);
    return async function finish(main, result) {
      if (main !== undefined && !CALLS_MAIN.test(code)) {
        const value = await main(context);
        if (value !== undefined) return value;
      }
      return result === undefined || (has("result") && !SETS_RESULT.test(code)) ? NOTHING : result;
    };
  }

  // A variable that a callback set later still counts, once nothing is left to wait for.
  function lateResult(code, context) {
    const known = Object.prototype.hasOwnProperty.call(context, "result") && !SETS_RESULT.test(code);
    return known ? undefined : globalThis.result;
  }

  function conclude(value) {
    if (value === undefined || value === NOTHING) {
      node.once("beforeExit", () => {
        const late = lateResult(frame.code, frame.context);
        if (late === undefined) reportDone();
        else conclude(late);
      });
      return;
    }
    send("value", JSON.stringify(plain(value, "result", 0)));
    node.exit(0);
  }

  function start() {
    Object.assign(node.env, frame.env, { SG_OUTPUT: OUTPUT, SG_FILES: FILES });
    receiveFiles(frame.files);
    // Node heeds a proxy's address only where it is told so; before 24 not at all.
    if (node.env.HTTP_PROXY) require("node:http").setGlobalProxyFromEnv?.();
    // Otherwise a full pipe makes Node keep the output in memory, and lose it at the end.
    for (const stream of [node.stdout, node.stderr]) stream._handle?.setBlocking?.(true);
    node.on("uncaughtException", fail);
    node.on("unhandledRejection", fail);
    node.on("exit", (code) => {
      if (code === 0) reportDone();
      if (code === 13) send("error", JSON.stringify({ type: "", message: "A promise that the script waits for never settles.", line: null }));
    });
    const script = compile(frame.code);
    const settings = { writable: true, configurable: true, enumerable: true };
    for (const [name, value] of Object.entries({ saveFile, ...frame.context })) {
      Object.defineProperty(globalThis, name, { value, ...settings });
    }
    Object.defineProperty(globalThis, "context", { value: frame.context, ...settings });
    const finish = finisher(frame.code, frame.context);
    let settled = false;
    node.once("beforeExit", () => {
      if (!settled) fail(new Error("A promise that the script waits for never settles."));
    });
    script(createRequire(path.join(node.cwd(), FILE)), finish)
      .then((value) => {
        settled = true;
        conclude(value);
      })
      .catch(fail);
  }

  try {
    start();
  } catch (error) {
    fail(error);
  }
}
