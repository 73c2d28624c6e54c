/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * build.mjs MODULES OUTPUT MESSAGES PO...: bundles the page into OUTPUT, and makes po.LANG.js of each
 * PO; MESSAGES are the sentences that the daemon makes messages of. MODULES is the node_modules
 * folder. What compresses well is compressed: Cockpit serves it so.
 */
import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { createRequire } from "node:module";

const [modules, output, messages, ...catalogs] = process.argv.slice(2);
const source = path.join(path.dirname(fileURLToPath(import.meta.url)), "provisioning");
const require = createRequire(pathToFileURL(path.join(modules, "index.js")));
const esbuild = require("esbuild");
const { po } = await import(pathToFileURL(require.resolve("gettext-parser")));
const sentences = JSON.parse(await fs.readFile(messages, "utf8"));

async function write(name, content) {
    const packed = await promisify(zlib.gzip)(content, { level: 9 });

    await fs.writeFile(path.join(output, `${name}.gz`), packed);
}

/* cockpit.js is on the page before the bundle. */
const cockpitPlugin = {
    name: "cockpit",
    setup(build) {
        build.onResolve({ filter: /^cockpit$/ }, () => ({ path: "cockpit", namespace: "cockpit" }));
        build.onLoad({ filter: /.*/, namespace: "cockpit" }, () => ({ contents: "module.exports = window.cockpit;" }));
    },
};

/* PatternFly's fonts stay out: those of Cockpit are declared in index.css. */
const fontPlugin = {
    name: "fonts",
    setup(build) {
        build.onLoad({ filter: /styles\/base\.css$/ }, async ({ path: file }) => ({
            contents: (await fs.readFile(file, "utf8")).replace(/@font-face\s*\{[^}]*\}/g, ""),
            loader: "css",
        }));
    },
};

async function bundle() {
    const { outputFiles } = await esbuild.build({
        entryPoints: [path.join(source, "src/index.js")],
        nodePaths: [modules],
        outfile: path.join(output, "index.js"),
        plugins: [cockpitPlugin, fontPlugin],
        external: ["../../static/*"],
        bundle: true,
        minify: true,
        write: false,
        jsx: "automatic",
        legalComments: "none",
        loader: { ".js": "jsx", ".woff2": "empty", ".svg": "empty" },
        define: { "process.env.NODE_ENV": '"production"' },
        target: ["chrome109", "firefox115", "safari16.4"],
        logLevel: "warning",
    });

    await Promise.all(outputFiles.map(file => write(path.basename(file.path), file.contents)));
}

/* The page prints nothing with printf formats: those texts are the daemon's, or provctl's alone. */
function texts(catalog) {
    const said = new Set(sentences.map(([one]) => one));

    return Object.values(catalog.translations[""])
        .filter(({ msgid, msgstr, comments }) => msgid && msgstr[0] &&
            (said.has(msgid) || !comments?.flag?.includes("c-format")));
}

async function translate(file) {
    const language = path.basename(file, ".po");
    const catalog = po.parse(await fs.readFile(file));
    const plural = /plural=([^;]+)/.exec(catalog.headers["Plural-Forms"])[1];
    const entries = texts(catalog).map(({ msgid, msgstr }) => `${JSON.stringify(msgid)}:${JSON.stringify([null, ...msgstr])}`);
    const header = `"":{"plural-forms":(n)=>${plural},"language":"${language}","language-direction":"ltr"}`;

    await write(`po.${language}.js`, `cockpit.locale({${[header, ...entries].join(",\n")}});\n` +
        `globalThis.provdSentences = ${JSON.stringify(sentences)};\n`);
}

await fs.mkdir(output, { recursive: true });
await Promise.all([
    bundle(),
    ...catalogs.map(translate),
    ...["index.html", "manifest.json"].map(name => fs.copyFile(path.join(source, name), path.join(output, name))),
]);
