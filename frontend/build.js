// Builds everything the browser loads:
//   static/okapi/   our module, style, worker, icons, logo, and build.json (where the vendors are)
//   static/vendor/  third-party scripts, each in a folder with its name and version, beside its licence
// Django gives every file its hash; so no file here has one in its name, and none imports another.

import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { sprite } from "./sprite.js";

const here = dirname(fileURLToPath(import.meta.url));
const served = join(here, "..", "src", "okapi", "web", "static");
// Made aside and then put in place, so that a running server never sees half of it.
const statics = join(here, "node_modules", ".okapi-build");
const okapi = join(statics, "okapi");
const packages = createRequire(import.meta.url)("./package.json").devDependencies;
const folder = (name) => `vendor/${name}@${packages[name]}`;

/** One entry becomes one file without imports. */
async function bundle(entry, outDir, fileName, format = "es") {
  await build({
    configFile: false,
    root: here,
    logLevel: "warn",
    publicDir: false,
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2022",
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      sourcemap: false,
      minify: true,
      lib: { entry: join(here, "src", entry), formats: [format], name: "okapi", fileName: () => fileName, cssFileName: "app" },
      rolldownOptions: { output: { codeSplitting: false, minify: true } },
    },
  });
}

async function vendor(name, files) {
  const from = join(here, "node_modules", name);
  const to = join(statics, folder(name));
  await mkdir(to, { recursive: true });
  for (const file of files) {
    await copyFile(join(from, file), join(to, file.split("/").pop()));
  }
}

await rm(statics, { recursive: true, force: true });
await mkdir(okapi, { recursive: true });

await bundle("app.js", okapi, "app.js");
await bundle("api.js", okapi, "api.js");
await bundle("live/worker.js", okapi, "live-worker.js", "iife");
await vendor("htmx.org", ["dist/htmx.min.js", "LICENSE"]);
await vendor("idiomorph", ["dist/idiomorph.min.js", "LICENSE"]);
await vendor("echarts", ["LICENSE", "NOTICE"]);
await bundle("vendor/echarts.js", join(statics, folder("echarts")), "echarts.js");
await vendor("lucide-static", ["LICENSE"]);
await writeFile(join(okapi, "icons.svg"), await sprite(here));
await copyFile(join(here, "src", "logo.svg"), join(okapi, "logo.svg"));

const names = ["htmx.org", "idiomorph", "echarts"];
const vendors = Object.fromEntries(names.map((name) => [name, folder(name)]));
await writeFile(join(okapi, "build.json"), `${JSON.stringify({ vendors }, null, 2)}\n`);

for (const file of ["app.js", "app.css", "api.js"]) {
  await readFile(join(okapi, file)); // a build without one of them must fail here
}
await mkdir(served, { recursive: true });
for (const name of ["vendor", "okapi"]) {
  await rm(join(served, name), { recursive: true, force: true });
  await rename(join(statics, name), join(served, name));
}
