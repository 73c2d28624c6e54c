/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A bus, a provd, a profile server, Cockpit and a browser of the tests' own, in a directory that is
 * gone afterwards. The environment names the programs: PROVD, PROVCTL; WEB_PACKAGE is the built page,
 * WEB_MODULES the node_modules folder.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const require = createRequire(pathToFileURL(path.join(process.env.WEB_MODULES, "index.js")));
const { chromium } = require("playwright-core");
const run = promisify(execFile);

export const NAME = "org.provd.Provisioning1";
export const OBJECT = "/org/provd/Provisioning1";
export const PARAMETERS = `${NAME}.Parameters`;

const COCKPIT_WS = ["/usr/lib/cockpit/cockpit-ws", "/usr/libexec/cockpit-ws"];
const CHROMIUM = "/usr/bin/chromium";

/* So long the browser may take for one thing on a slow and busy machine. */
const PATIENCE_MSEC = 60_000;

async function exists(file) {
    return fs.access(file).then(() => true, () => false);
}

async function findProgram(...files) {
    for (const file of files)
        if (await exists(file))
            return file;
    return null;
}

/* Why the page cannot be tested here, if it cannot. */
export async function missing() {
    for (const files of [COCKPIT_WS, ["/usr/bin/cockpit-bridge"], [CHROMIUM]])
        if (!await findProgram(...files))
            return `${path.basename(files[0])} is not installed`;

    const directory = await fs.mkdtemp(path.join(os.tmpdir(), "provd-browser-"));

    try {
        await (await launchBrowser(directory)).close();
        return null;
    } catch (error) {
        return `the browser does not run here: ${error.message.split("\n")[0]}`;
    } finally {
        await fs.rm(directory, { recursive: true, force: true });
    }
}

/* Waits for a condition that no event tells of; so long that a busy machine fulfils it. */
export async function until(what, condition, seconds = 60) {
    const end = Date.now() + seconds * 1000;

    while (!await condition()) {
        if (Date.now() > end)
            throw new Error(`${what}: not within ${seconds} s`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

async function freePort() {
    const server = net.createServer().listen(0, "127.0.0.1");

    await once(server, "listening");
    const { port } = server.address();
    server.close();
    await once(server, "close");
    return port;
}

async function answers(port) {
    const socket = net.connect(port, "127.0.0.1");

    return new Promise(resolve => {
        socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    }).finally(() => socket.destroy());
}

export async function launchBrowser(directory, options = {}) {
    const browser = await chromium.launchPersistentContext(path.join(directory, `profile-${Date.now()}`), {
        executablePath: CHROMIUM,
        timeout: PATIENCE_MSEC,
        args: ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
               "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        ...options,
    });

    browser.setDefaultTimeout(PATIENCE_MSEC);
    return browser;
}

/* Milliseconds from navigation to the first contentful paint. */
export async function firstPaint(page, url) {
    await page.goto(url);
    return page.evaluate(() => new Promise(resolve => {
        new PerformanceObserver(list => {
            const paint = list.getEntries().find(({ name }) => name === "first-contentful-paint");
            if (paint)
                resolve(Math.round(paint.startTime));
        }).observe({ type: "paint", buffered: true });
    }));
}

/* What axe-core finds wrong for people who do not see or do not point: rule and elements. */
export async function audit(page) {
    await page.evaluate(await fs.readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
    const { violations } = await page.evaluate(() => window.axe.run());

    return violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)]);
}

export class World {
    constructor() {
        this.children = [];
        this.profile = null; /* what the profile server answers with; null: 404 */
    }

    async start() {
        this.directory = await fs.mkdtemp(path.join(os.tmpdir(), "provd-web-"));
        await this.startBus();
        await this.startServer();
        await this.startProvd();
        await this.startCockpit();
        return this;
    }

    spawn(program, args, options = {}) {
        const child = spawn(program, args, { stdio: "ignore", env: this.environment, ...options });

        this.children.push(child);
        return child;
    }

    async startBus() {
        const socket = path.join(this.directory, "bus");
        const config = path.join(this.directory, "bus.conf");

        await fs.writeFile(config, `<busconfig><type>session</type><listen>unix:path=${socket}</listen>
            <auth>EXTERNAL</auth><policy context="default"><allow own="*"/><allow send_destination="*"/>
            <allow eavesdrop="true"/></policy></busconfig>`);
        const { DBUS_SYSTEM_BUS_ADDRESS, NOTIFY_SOCKET, ...rest } = process.env;
        this.environment = {
            ...rest,
            DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`,
            XDG_DATA_DIRS: `${this.directory}/share:/usr/share`,
            XDG_CONFIG_DIRS: `${this.directory}/config`,
            LC_ALL: "C.UTF-8",
        };
        this.spawn("dbus-daemon", ["--nofork", `--config-file=${config}`]);
        await until("the bus", () => exists(socket));
    }

    async startServer() {
        this.server = http.createServer((request, response) => {
            response.writeHead(this.profile ? 200 : 404, { "Content-Type": "text/xml" });
            response.end(this.profile ?? "");
        }).listen(0, "127.0.0.1");
        await once(this.server, "listening");
        this.url = `http://127.0.0.1:${this.server.address().port}`;
    }

    async startProvd() {
        const config = path.join(this.directory, "provd.conf");
        const state = path.join(this.directory, "state");

        await fs.writeFile(config, `[Identity]\nMac=02:00:5e:10:00:01\nProductName=EX-8851\nProductSeries=phone\n
[Network]\nProvisioningServer=${this.url}\n\n[Defaults]\nResync_On_Reset=No\nResync_Random_Delay=0\n`);
        await fs.mkdir(state, { recursive: true });
        this.provd = this.spawn(process.env.PROVD, ["--session", "--config", config, "--state-directory", state]);
        await until("provd", () => this.busctl("get-property", NAME, OBJECT, NAME, "State").then(() => true, () => false));
    }

    async stopProvd() {
        this.provd.kill();
        await once(this.provd, "exit");
    }

    /* The page's manifest says "system"; an override, as an administrator can have one, says otherwise. */
    async startCockpit() {
        const share = path.join(this.directory, "share", "cockpit");
        const config = path.join(this.directory, "config", "cockpit");

        await fs.mkdir(share, { recursive: true });
        await fs.mkdir(config, { recursive: true });
        await fs.symlink(process.env.WEB_PACKAGE, path.join(share, "provisioning"));
        await fs.writeFile(path.join(config, "provisioning.override.json"), '{ "bus": "session" }');
        this.base = `http://127.0.0.1:${await this.listen(await findProgram(...COCKPIT_WS))}`;
        this.page = `${this.base}/cockpit/@localhost/provisioning/index.html`;
    }

    /* The port may be somebody else's before cockpit-ws has it; then it ends, and another one is tried. */
    async listen(program) {
        for (;;) {
            const port = await freePort();
            const cockpit = this.spawn(program,
                ["--no-tls", "--address=127.0.0.1", `--port=${port}`, "--local-session=cockpit-bridge"]);

            await until("cockpit-ws", async () => cockpit.exitCode !== null || await answers(port));
            if (cockpit.exitCode === null)
                return port;
        }
    }

    /* Follows the messages of the bus that match, from when it returns on. */
    async monitor(match) {
        const busctl = this.spawn("busctl", ["--user", "--json=short", "--match", match, "monitor"],
            { stdio: ["ignore", "pipe", "pipe"] });
        const messages = [];

        createInterface({ input: busctl.stdout }).on("line", line => messages.push(JSON.parse(line)));
        await once(busctl.stderr, "data"); /* it says that it begins */
        return { messages, stop: () => busctl.kill() };
    }

    async run(program, ...args) {
        return (await run(program, args, { env: this.environment })).stdout.trim();
    }

    busctl(...args) {
        return this.run("busctl", "--user", ...args);
    }

    provctl(...args) {
        return this.run(process.env.PROVCTL, "--session", ...args);
    }

    async parameter(name) {
        const answer = await this.busctl("--json=short", "call", NAME, OBJECT, PARAMETERS, "GetParameter", "s", name);

        return JSON.parse(answer).data[0];
    }

    async close() {
        for (const child of this.children.reverse()) {
            if (child.exitCode !== null || child.signalCode !== null)
                continue;
            child.kill();
            await once(child, "exit");
        }
        this.server?.close();
        if (this.directory)
            await fs.rm(this.directory, { recursive: true, force: true });
    }
}
