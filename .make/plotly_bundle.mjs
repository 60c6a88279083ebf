// plotly.js with what the board draws and nothing else: one file, the same bytes each time.
//
// usage: node plotly_bundle.mjs FOLDER_WITH_NODE_MODULES OUT
// Traces: scatter (lines, areas, maps as polygons), bar, heatmap, waterfall, sankey; locale zh-CN.
// Left out: texts that describe attributes (Plotly's own builds leave them out too), the parts of
// a figure that no panel has, colour spaces beyond rgb and hsl, and the address of Plotly's CDN.
import { createRequire } from "node:module";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

const [folder, out] = process.argv.slice(2).map((name) => path.resolve(name));
const require = createRequire(path.join(folder, "package.json"));
const esbuild = require("esbuild");
const acorn = require("acorn");

const PLOTLY = path.join(folder, "node_modules", "plotly.js");
const TRACES = ["bar", "heatmap", "waterfall", "sankey"]; // scatter is part of the core
const UNUSED = ["annotations3d", "images", "updatemenus", "sliders", "rangeslider", "rangeselector"];
const CDN = "https://cdn.plot.ly/un/";
const { version } = require("plotly.js/package.json");

const entry = `
const Plotly = require("plotly.js/lib/core");
Plotly.register([${TRACES.map((t) => `require("plotly.js/lib/${t}")`)},
  require("plotly.js/lib/locales/zh-cn")]);
module.exports = Plotly;`;

// Ends the build where the text is not what it was: a new version of plotly.js is looked at.
function without(text, part, replacement = "") {
  if (!text.includes(part)) throw new Error(`plotly.js has changed: no ${part}`);
  return text.replaceAll(part, replacement);
}

// A literal, a sum of literals, or [literals].join(literal).
function isWords(node) {
  if (node.type === "Literal") return typeof node.value === "string";
  if (node.type === "TemplateLiteral") return node.expressions.length === 0;
  if (node.type === "BinaryExpression") return isWords(node.left) && isWords(node.right);
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const { object, property } = node.callee;
  return property.name === "join" && object.type === "ArrayExpression" && object.elements.every(isWords);
}

function descriptions(node, found) {
  if (Array.isArray(node)) {
    for (const item of node) descriptions(item, found);
  } else if (node && typeof node.type === "string") {
    if (node.type === "Property" && node.key.name === "description" && isWords(node.value)) {
      found.push(node.value);
    } else {
      for (const key of Object.keys(node)) descriptions(node[key], found);
    }
  }
  return found;
}

function undescribed(text) {
  const tree = acorn.parse(text, { ecmaVersion: 2022, sourceType: "script" });
  return descriptions(tree, [])
    .sort((a, b) => b.start - a.start)
    .reduce((kept, { start, end }) => `${kept.slice(0, start)}""${kept.slice(end)}`, text);
}

async function load({ path: file }) {
  const name = path.relative(PLOTLY, file);
  let text = await readFile(file, "utf8");
  if (name === "src/core.js") {
    text = UNUSED.reduce((kept, part) => without(kept, `require('./components/${part}'),`), text);
  }
  if (name === "src/plot_api/plot_config.js") text = without(text, CDN);
  return { contents: undescribed(text), loader: "js" };
}

const trimmed = {
  name: "trimmed",
  setup(build) {
    build.onLoad({ filter: /plotly\.js[/\\]src[/\\].*\.js$/ }, load);
    build.onResolve({ filter: /^culori$/ }, () => ({ path: "culori", namespace: "colours" }));
    build.onLoad({ filter: /.*/, namespace: "colours" }, () => ({
      contents: `import { useMode, modeRgb, modeHsl, modeLrgb } from "culori/fn";
        [modeRgb, modeHsl, modeLrgb].forEach(useMode);
        export { converter, formatHex, formatRgb, wcagContrast, wcagLuminance } from "culori/fn";`,
      resolveDir: folder,
    }));
  },
};

const licence = await readFile(path.join(PLOTLY, "LICENSE"), "utf8");
const { metafile } = await esbuild.build({
  metafile: true,
  stdin: { contents: entry, resolveDir: folder, sourcefile: "entry.js" },
  outfile: out,
  absWorkingDir: folder,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "Plotly",
  target: "es2020",
  define: { global: "window", "define.amd": "false" },
  alias: { regl: "@plotly/regl" },
  legalComments: "none",
  plugins: [trimmed],
  banner: {
    js: `/*\n* plotly.js (qiku: scatter, ${TRACES.join(", ")}) v${version}\n* ` +
      `${licence.match(/Copyright.*/)[0]}\n* Licensed under the MIT license: plotly-qiku.LICENSE.txt\n*/`,
  },
  logLevel: "warning",
});

// Each package that went in, with its own licence.
const packages = new Set(
  Object.keys(metafile.inputs)
    .filter((name) => name.includes("node_modules/"))
    .map((name) => name.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)[1]),
);
packages.add("node_modules/culori");
const licences = ["plotly-qiku.min.js holds parts of these packages, each under its own licence."];
for (const name of [...packages].sort()) {
  const home = path.join(folder, name);
  const about = JSON.parse(await readFile(path.join(home, "package.json"), "utf8"));
  const file = (await readdir(home)).sort().find((found) => /^licen[cs]e/i.test(found));
  const text = file ? await readFile(path.join(home, file), "utf8") : "(no text in the package)";
  licences.push(`${"=".repeat(80)}\n${about.name} ${about.version} (${about.license})\n\n${text.trim()}`);
}
await writeFile(out.replace(/\.min\.js$/, ".LICENSE.txt"), `${licences.join("\n\n")}\n`.replaceAll("\r\n", "\n"));
