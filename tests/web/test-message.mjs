/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the daemon says, in the languages as the package has them; without a browser. */
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { gunzipSync } from "node:zlib";

import { makeTranslator } from "../../web/provisioning/src/message.js";

/* What cockpit.js makes of po.LANG.js. */
async function translatorOf(language) {
    const script = gunzipSync(await fs.readFile(path.join(process.env.WEB_PACKAGE, `po.${language}.js.gz`)));
    let texts;
    const page = vm.createContext({ cockpit: { locale: given => { texts = given } } });

    vm.runInContext(script.toString(), page);
    return makeTranslator(page.provdSentences,
                          text => texts[text]?.[1] ?? text,
                          (one, many, n) => texts[one]?.[1 + Number(texts[""]["plural-forms"](n))] ?? one);
}

async function check(language, cases) {
    const translate = await translatorOf(language);

    for (const [message, translation] of cases)
        assert.equal(translate(message), translation);
}

test("sentences within each other", () => check("de", [
    ["Profile_Rule: http://h/a.xml: line 3, column 5: mismatched tag, expected the end of <A>",
     "Profile_Rule: http://h/a.xml: Zeile 3, Spalte 5: falsches Tag, erwartet wird das Ende von <A>"],
    ["Resync_Random_Delay: “-1” is not allowed, it must be a whole number from 0 to 65535",
     "Resync_Random_Delay: „-1“ ist nicht erlaubt, es muss eine ganze Zahl von 0 bis 65535 sein"],
    ["Profile_Rule: “********” is not allowed, column 7: expected an argument of --key",
     "Profile_Rule: „********“ ist nicht erlaubt, Spalte 7: erwartet: ein Argument von --key"],
    ["http://h/a: the server answered 404 Not Found", "http://h/a: der Server antwortete 404 Not Found"],
]));

test("the order of the language", () => check("de", [
    ["http://h/a: the server sent fewer than 30 bytes/s for 60 s",
     "http://h/a: der Server sandte 60 s lang weniger als 30 Byte/s"],
]));

test("plural forms", () => check("fr", [
    ["with this profile the device would have more than 1 parameter",
     "avec ce profil, l'appareil aurait plus de 1 paramètre"],
    ["with this profile the device would have more than 2 parameters",
     "avec ce profil, l'appareil aurait plus de 2 paramètres"],
]));

test("what others wrote stays as it is", () => check("de", [
    ["There is no parameter “the URL is empty”", "Es gibt keinen Parameter „the URL is empty“"],
    ["mismatched tag, expected the end of <syntax error>", "falsches Tag, erwartet wird das Ende von <syntax error>"],
    ["Resync_On_Reset: “a” is not allowed, it must be Yes or No” is not allowed, it must be Yes or No",
     "Resync_On_Reset: „a” is not allowed, it must be Yes or No“ ist nicht erlaubt, es muss Yes oder No sein"],
]));

test("unknown messages stay as they are", () => check("de", ["", "%", "a: b%n: c", "Ungültig: 100 %"].map(text => [text, text])));

test("without a language nothing changes", () => {
    assert.equal(makeTranslator([], text => text, one => one)("the URL is empty"), "the URL is empty");
});

test("a long value takes no time", async () => {
    const translate = await translatorOf("de");
    const begin = performance.now();

    assert.match(translate(`Profile_Rule: “${": “; ".repeat(4000)}” is not allowed, column 7: expected a value in quotes`),
                 /“ ist nicht erlaubt, Spalte 7: erwartet: ein Wert in Anführungszeichen$/);
    assert.ok(performance.now() - begin < 1000);
});
