/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the daemon says, in the reader's words. The daemon speaks English. As in provctl
 * (cli/message.c), a message is taken apart by the sentence that it was made of, and made again of
 * that sentence's translation.
 *
 * A format is a list of tokens: literal text, or a directive, { isText, number }: whether text is
 * put in there or a number, and which argument a translation puts there (0: the next one).
 */
const DIRECTIVE = /%(?:(\d+)\$)?[-+ #0-9.]*(?:<PRI\w+>|[hlzjtq]*([A-Za-z%]))/g;
const NUMBER = /-?\d+/y;
const DEPTH_MAX = 8; /* of sentences within sentences */

function parse(format) {
    const tokens = [];
    let end = 0;

    for (const found of format.matchAll(DIRECTIVE)) {
        const [directive, number, conversion] = found;

        tokens.push(format.slice(end, found.index));
        tokens.push(conversion === "%" ? "%" : { isText: conversion === "s", number: Number(number ?? 0) });
        end = found.index + directive.length;
    }
    tokens.push(format.slice(end));
    return tokens.filter(token => token !== "");
}

/* Quotation marks are put around what others wrote, which is no sentence of the daemon's. */
function isQuoted(tokens, index) {
    return /^[”>]/.test(tokens[index + 1] ?? "");
}

/* Compares tokens, up to the next text that was put in, with what begins at a place of the message. */
function matchStretch(tokens, from, message, at) {
    const numbers = [];

    for (let index = from; ; index++) {
        const token = tokens[index];

        if (token === undefined || token.isText)
            return { index, at, numbers };
        if (typeof token === "string") {
            if (!message.startsWith(token, at))
                return null;
            at += token.length;
            continue;
        }
        NUMBER.lastIndex = at;
        const number = NUMBER.exec(message)?.[0];
        if (number === undefined)
            return null;
        numbers.push({ value: number });
        at += number.length;
    }
}

/*
 * What was put in, if the message was made with the tokens; else null. Each text is taken for as
 * short as it can be: what follows it is looked for from the left, so that the time is bounded.
 */
function match(tokens, message) {
    let stretch = matchStretch(tokens, 0, message, 0);
    const inputs = [...stretch?.numbers ?? []];

    while (stretch && stretch.index < tokens.length) {
        const { index, at: begin } = stretch;
        let at = begin - 1;

        do {
            if (++at > message.length)
                return null;
            stretch = matchStretch(tokens, index + 1, message, at);
        } while (!stretch || (stretch.index === tokens.length && stretch.at < message.length));
        inputs.push({ value: message.slice(begin, at), isSentence: !isQuoted(tokens, index) }, ...stretch.numbers);
    }
    return stretch?.at === message.length ? inputs : null;
}

function fill(tokens, values) {
    let next = 0;

    return tokens.map(token => typeof token === "string" ? token
        : values[token.number > 0 ? token.number - 1 : next++] ?? "").join("");
}

/*
 * A function that translates messages. sentences: [one, many] each, many null where no number
 * governs it; gettext and ngettext look up their translations.
 */
export function makeTranslator(sentences, gettext, ngettext) {
    const formats = sentences.flatMap(sentence => sentence.filter(Boolean).map(format => {
        const tokens = parse(format);

        return { sentence, tokens, literal: tokens.reduce((sum, token) => sum + (token.length ?? 0), 0) };
    })).sort((a, b) => b.literal - a.literal);

    function lookUp([one, many], inputs) {
        const number = inputs.find(({ value }) => /^\d/.test(value))?.value ?? 0;

        return many ? ngettext(one, many, Number(number)) : gettext(one);
    }

    return function translate(message, depth = 0) {
        for (const { sentence, tokens } of message && depth < DEPTH_MAX ? formats : []) {
            const inputs = match(tokens, message);

            if (inputs)
                return fill(parse(lookUp(sentence, inputs)), inputs.map(({ value, isSentence }) =>
                    isSentence ? translate(value, depth + 1) : value));
        }
        return message;
    };
}
