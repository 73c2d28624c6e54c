/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the daemon says, in the language of who reads it.
 *
 * The daemon speaks English, for it has one language and those who ask it have many. Its messages
 * are sentences of the catalogue into which names, numbers, or other such sentences were put. Here
 * a message is taken apart by the sentence that it was made of, and made again of that sentence's
 * translation. The sentences are listed when provctl is built (cli/list-messages).
 */

/*
 * The message in the language of the process, newly allocated: as it is where it was made of no
 * sentence that is known, or of one that is not translated.
 */
char *message_translate(const char *message);
